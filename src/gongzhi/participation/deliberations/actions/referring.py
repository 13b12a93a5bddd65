"""Passing a matter on, always by two verbs: offered by the unit that leads it, taken on or handed back by the other."""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core import clock, decisions
from gongzhi.core import evidence as files
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Evidence, Reason
from gongzhi.core.refusal import refuse
from gongzhi.core.todo import follow
from gongzhi.core.units import Unit
from gongzhi.core.words import say
from gongzhi.lists.duties import queries as duties
from gongzhi.participation.deliberations.models import Matter, Referral
from gongzhi.participation.deliberations.rules import sources

from .asked import Abstain, AnswerText, Eligible, HeldOn, Minutes, No, Present, Yes
from .course import changed, due_in, keep_answer, locked, move, unit_of
from .screening import decided, screened
from .telling import talk_about, tell


def _offer(matter: Matter, receiver: Unit, **fields: Any) -> Referral:
    """Offer the matter to another unit; it sees the matter from now on."""
    if receiver.pk == matter.unit_id:
        refuse(say("不能转给自己"), rule="deliberations.itself", field="item")
    row = Referral.objects.create(matter=matter, receiver=receiver, **fields)
    matter.receiver = receiver
    follow(row)
    return row


@action(
    "deliberations.refer",
    on=Matter,
    label=say("转给责任单位"),
    effects=(
        say("清单条目、条文和责任单位会写进给提出人的答复；对方要在期限内接收或退回。"),
        say("提出人的姓名、电话和原话不随之转去。"),
    ),
)
def refer(
    actor: Actor,
    matter: Matter,
    *,
    held_on: HeldOn,
    eligible: Eligible,
    present: Present,
    yes: Yes,
    no: No = 0,
    abstain: Abstain = 0,
    answer: AnswerText,
    item: Annotated[
        int | None,
        Ask(say("权责清单条目"), help=say("选了条目，责任单位和条文自动带出"), pick="duties.dutyitem"),
    ] = None,
    receiver: Annotated[
        int | None, Ask(say("责任单位"), help=say("清单里没有的，直接选单位"), pick="unit.any")
    ] = None,
    article: Annotated[str, Ask(say("依据的条文"), help=say("没有选条目时必填"), max=300)] = "",
    note: Annotated[str, Ask(say("交给对方的说明"), max=1000, rows=3)] = "",
    minutes: Minutes = "",
    evidence: Evidence = [],  # noqa: B006  read only
) -> dict[str, Any]:
    """Hand the matter to the unit that the duty list or the law makes responsible."""
    to, fields = _responsible(item, receiver, article)
    row = decided(matter, "refer", decisions.Votes(eligible, present, yes, no, abstain), held_on, minutes)
    basis = " ".join(filter(None, (fields["item_code"], fields["item_name"], fields["article"])))
    screened(actor, matter, "refer", answer, row, evidence, basis=basis)
    referral = _offer(matter, to, note=note, **fields)
    move(matter, "refer", due=due_in("days_to_take_on"))
    matter.save()
    tell(matter, say("“{title}”归{unit}管，已经转去", title=matter.title, unit=to.short))
    return {
        "decision": row.pk,
        "referral": referral.pk,
        "receiver": to.pk,
        "item": item,
        "article": fields["article"],
    }


def _responsible(item: int | None, receiver: int | None, article: str) -> tuple[Unit, dict[str, Any]]:
    """Whom the list names and on which article; or the unit and the article that were given instead."""
    if item is None:
        if receiver is None or not article.strip():
            refuse(
                say("请选权责清单条目；清单里没有的，写明责任单位和条文"),
                rule="deliberations.responsible",
                field="item",
                way_out="/duties/ask/",
            )
        return unit_of(receiver), {"via": "department", "item_code": "", "item_name": "", "article": article}
    found = duties.item(item)
    today = clock.today()
    if (found.valid_from and found.valid_from > today) or (found.valid_to and found.valid_to < today):
        refuse(say("这一条不在现行清单里"), rule="deliberations.item_not_in_force", field="item")
    if found.lead_id is None:
        refuse(
            say("这一条由村（居）委会自己履行，没有别的责任单位，请受理"),
            rule="deliberations.own_duty",
            source=found.basis,
            field="item",
            way_out=found.url,
        )
    fields = {
        "via": "duty", "item_id": found.id, "item_code": found.code, "item_name": found.name, "article": found.basis,
    }  # fmt: skip
    return unit_of(found.lead_id), fields


@action(
    "deliberations.lift",
    on=Matter,
    label=say("提请上一级协商"),
    effects=say("涉及面超出本村（社区）的，请镇（街道）牵头；对方接收后由对方办理，本村（社区）看得到进展。"),
)
def lift(
    actor: Actor, matter: Matter, *, note: Annotated[str, Ask(say("为什么要上一级牵头"), max=1000, rows=4)]
) -> dict[str, Any]:
    """Ask the unit above to lead the deliberation."""
    above = Unit.objects.filter(pk=matter.unit.parent_id or 0, closed=None).first()
    if above is None:
        refuse(say("上面没有可以牵头的单位"), rule="deliberations.top")
    referral = _offer(matter, above, via="level", note=note)
    move(matter, "lift", due=due_in("days_to_take_on"))
    matter.save()
    tell(matter, say("“{title}”请{unit}牵头商量", title=matter.title, unit=above.short))
    return {"referral": referral.pk, "receiver": above.pk}


@action("deliberations.take_on", on=Referral, label=say("接收"), main=True)
def take_on(actor: Actor, referral: Referral) -> dict[str, Any]:
    """The other side takes the matter on. A matter of its own level it leads from now on."""
    matter = locked(referral.matter_id)
    referral.state = "taken"
    if referral.via == "level":
        referral.state, referral.ended_at = "finished", clock.now()
        receiver = Unit.objects.get(pk=referral.receiver_id)
        matter.unit, matter.receiver = receiver, None
        matter.level = sources.LEVELS_OF_UNIT[receiver.kind][-1]
        if not matter.withheld:
            matter.published_at = matter.published_at or clock.now()
        matter.screened_at = matter.screened_at or clock.now()
        move(matter, "lifted")
    else:
        matter.due = due_in("days_to_report_back")
    referral.save()
    changed(matter)
    talk_about(matter)
    tell(matter, say("“{title}”由{unit}接下了", title=matter.title, unit=referral.receiver.short))
    return {"matter": matter.pk}


@action(
    "deliberations.hand_back",
    on=Referral,
    label=say("退回"),
    effects=say("说明为什么不归本单位，最好写明应当归谁；原单位重新商量。"),
)
def hand_back(actor: Actor, referral: Referral, *, reason: Reason) -> dict[str, Any]:
    """Not ours: back to the unit that sent it."""
    return _ended(referral, "returned", reason)


@action("deliberations.recall", on=Referral, label=say("收回"))
def recall(actor: Actor, referral: Referral, *, reason: Reason) -> dict[str, Any]:
    """Taken back before the other side took it on."""
    return _ended(referral, "recalled", reason)


def _ended(referral: Referral, state: str, reason: str) -> dict[str, Any]:
    matter = locked(referral.matter_id)
    referral.state, referral.answer, referral.ended_at = state, reason, clock.now()
    referral.save()
    matter.receiver = None
    move(matter, "lifted" if referral.via == "level" else "returned")
    changed(matter)
    tell(matter, say("“{title}”没有转成，{unit}重新商量", title=matter.title, unit=matter.unit.short))
    return {"matter": matter.pk, "reason": reason}


@action(
    "deliberations.report_back",
    on=Referral,
    label=say("办结并答复"),
    main=True,
    effects=say("答复送到每一位提出人，请他们评价；不满意的由原单位处理。"),
)
def report_back(
    actor: Actor,
    referral: Referral,
    *,
    answer: AnswerText,
    evidence: Evidence = [],  # noqa: B006  read only
) -> dict[str, Any]:
    """Done: what was done, to the raisers, who say whether they are satisfied."""
    matter = locked(referral.matter_id)
    referral.state, referral.answer, referral.ended_at = "finished", answer, clock.now()
    referral.save()
    files.use(actor, matter, evidence, key="result")
    keep_answer(matter, "handled", answer, due=matter.due)
    matter.done_at, matter.receiver = clock.now(), None
    move(matter, "handled")
    changed(matter)
    tell(matter, say("“{title}”{unit}办完了，请您评价", title=matter.title, unit=referral.receiver.short))
    return {"matter": matter.pk, "evidence": len(evidence)}
