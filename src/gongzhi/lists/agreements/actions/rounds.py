"""The turns of the talks: sending, agreeing, meeting, pausing, refusing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Evidence, Note, Reason
from gongzhi.core.evidence import use
from gongzhi.core.refusal import check_all, refuse
from gongzhi.core.words import say
from gongzhi.lists.agreements.models import Agreement, Change, Minutes, Round, Supplement
from gongzhi.lists.agreements.queries import text
from gongzhi.lists.agreements.rules import FLOW, flow, sums, talks

from .writing import apply, findable, freeze, my_side, sum_up, thaw


@action(
    "agreements.propose",
    on=Agreement,
    label=say("送出协议草稿"),
    main=True,
    effects=say("送出后轮到对方逐条回应。草稿不能再直接改，双方的每处修改都留名、留时间。"),
)
def propose(actor: Actor, agreement: Agreement, *, note: Note = "") -> dict[str, Any]:
    """Send the draft to the other side: the talks begin."""
    side = my_side(actor, agreement)
    check_all(sums.problems(text.totals(text.lines(agreement))))
    agreement.state = FLOW.step(agreement.state, "propose", side)
    agreement.sent_at = clock.now()
    Round.objects.create(agreement=agreement, seq=0, side=side, kind="propose", sent_by=actor.name, note=note)
    agreement.save()
    findable(agreement)
    return {"side": side, "round": 0, "note": note}


def send(actor: Actor, table: text.Table, side: str, note: str, *, write_now: bool) -> Round:
    """Carry out every drafted answer and proposal of ``side`` as one round. Refused while something is missing."""
    check_all(talks.blockers(table.base, table.changes, side, table.numbers))
    if not talks.own_moves(table.changes, side) and not talks.refusals(table.changes, side):
        refuse(
            say("您没有新的修改，也没有不接受的地方，请直接“同意全文”"), rule="agreements.use_agree",
        )  # fmt: skip
    return close_round(actor, table, side, note, "respond", write_now=write_now)


def close_round(
    actor: Actor, table: text.Table, side: str, note: str, kind: str, *, write_now: bool
) -> Round:
    """Settle the other side's open changes as answered, open one's own drafts, and count both."""
    owner: Agreement | Supplement = table.supplement or table.agreement
    owner.round += 1
    row = Round.objects.create(
        agreement=table.agreement, supplement=table.supplement, seq=owner.round, side=side, kind=kind,
        sent_by=actor.name, note=note,
    )  # fmt: skip
    live = [c for c in table.rows if c.status in talks.LIVE]
    countered = {c.counters_id for c in live if c.side == side and c.status == "draft"}
    for change in live:
        if change.side != side and change.status == "open":
            _settle(table.agreement, change, row, change.pk in countered, write_now)
    for change in live:
        if change.side == side and change.status == "draft":
            change.status, change.round = "open", row
            row.proposed += 1
            change.save(update_fields=["status", "round"])
    row.save()
    if write_now:
        sum_up(table.agreement)
    return row


def _settle(agreement: Agreement, change: Change, row: Round, countered: bool, write_now: bool) -> None:
    change.closed_in = row
    if countered:
        change.status = "countered"
        row.countered += 1
    elif change.reply == talks.REFUSE:
        change.status = "refused"
        row.refused += 1
    else:
        change.status = "accepted"
        row.accepted += 1
        if write_now:
            apply(agreement, change)
    change.save(update_fields=["status", "closed_in"])


def round_facts(row: Round) -> dict[str, Any]:
    """What the journal keeps of a round."""
    return {
        "side": row.side, "round": row.number, "accepted": row.accepted, "countered": row.countered,
        "refused": row.refused, "proposed": row.proposed - row.countered, "note": row.note,
    }  # fmt: skip


@action(
    "agreements.respond",
    on=Agreement,
    label=say("送出回应"),
    main=True,
    effects=say("送出后不能撤回，这一轮的文字封存，轮到对方回应。"),
)
def respond(actor: Actor, agreement: Agreement, *, note: Note = "") -> dict[str, Any]:
    """Send this side's answers and proposals; the turn passes to the other side."""
    side = my_side(actor, agreement)
    row = send(actor, text.table(agreement), side, note, write_now=True)
    agreement.state = FLOW.step(agreement.state, "respond", side)
    agreement.save()
    return round_facts(row)


def check_agreeable(table: text.Table, side: str) -> None:
    """To agree means to take the whole text as it lies on the table: no own drafts, nothing refused."""
    if talks.own_moves(table.changes, side) or talks.refusals(table.changes, side):
        refuse(
            say("您还有没送出的修改或者不接受的地方，请先送出回应，或者改主意"),
            rule="agreements.not_all_agreed",
        )
    check_all(sums.problems(sums.totals(table.projected(side))))


@action(
    "agreements.agree",
    on=Agreement,
    label=say("同意全文"),
    effects=say("接受对方全部修改，文本定稿，转入村（居）内决定。定稿的文字带指纹，双方签的就是它。"),
)
def agree(actor: Actor, agreement: Agreement, *, note: Note = "") -> dict[str, Any]:
    """Take the whole text as it stands: every open change of the other side is accepted, and the words are fixed."""
    side = my_side(actor, agreement)
    table = text.table(agreement)
    check_agreeable(table, side)
    row = close_round(actor, table, side, note, "agree", write_now=True)
    freeze(agreement)
    agreement.agreed_on = clock.today()
    agreement.state = FLOW.step(agreement.state, "agree", side)
    agreement.save()
    return {**round_facts(row), "sha256": agreement.text_sha256}


def _may_meet(actor: Actor, agreement: Agreement) -> None:
    my_side(actor, agreement)
    if agreement.state not in (*flow.TALKING, "paused", "agreed", "signing", *flow.IN_FORCE, "suspended"):
        refuse(say("现在没有需要协商的内容"), rule="agreements.flow")


@action("agreements.meet", on=Agreement, label=say("当面协商"), check=_may_meet, keeps_todo=True)
def meet(
    actor: Actor,
    agreement: Agreement,
    *,
    held_on: Annotated[date, Ask(say("协商日期"))],
    text: Annotated[
        str, Ask(say("纪要"), help=say("谈了什么，一致了什么，还差什么"), max=4000, min=2, rows=8)
    ],
    place: Annotated[str, Ask(say("地点"), max=100)] = "",
    present: Annotated[str, Ask(say("到场的人"), max=300)] = "",
    evidence: Evidence = [],  # noqa: B006  never changed
) -> dict[str, Any]:
    """Keep the minutes of a meeting of both sides."""
    if held_on > clock.today():
        refuse(say("纪要写的是开过的会，日期不能晚于今天"), rule="agreements.future", field="held_on")
    row = Minutes.objects.create(
        agreement=agreement, round=agreement.round, side=my_side(actor, agreement), held_on=held_on, place=place,
        present=present, text=text,
    )  # fmt: skip
    use(actor, agreement, evidence, key=f"minutes:{row.pk}")
    return {"minutes": row.pk, "held_on": held_on, "place": place, "evidence": evidence}


@action(
    "agreements.pause", on=Agreement, label=say("暂停协商"), effects=say("协商停下来，双方都可以随时恢复。")
)
def pause(actor: Actor, agreement: Agreement, *, reason: Reason) -> dict[str, Any]:
    """Stop the talks for a while; drafts stay."""
    agreement.state = FLOW.step(agreement.state, "pause", my_side(actor, agreement))
    agreement.save()
    return {"reason": reason}


@action("agreements.reopen", on=Agreement, label=say("恢复协商"), main=True)
def reopen(actor: Actor, agreement: Agreement, *, note: Note = "") -> dict[str, Any]:
    """Go on with the talks; it is the turn of the side that reopens them."""
    agreement.state = FLOW.step(agreement.state, "reopen", my_side(actor, agreement))
    agreement.save()
    return {"note": note}


@action(
    "agreements.return_to_talks",
    on=Agreement,
    label=say("退回协商"),
    effects=say("定稿作废，已经作出的村（居）内决定不再有效，轮到您这一方提出修改。"),
)
def return_to_talks(actor: Actor, agreement: Agreement, *, reason: Reason) -> dict[str, Any]:
    """Give up the agreed words before anyone has signed."""
    side = my_side(actor, agreement)
    back_to_talks(agreement, side)
    return {"reason": reason, "side": side}


def back_to_talks(agreement: Agreement, side: str) -> None:
    """Thaw the text, set decisions aside, and give the turn to ``side``."""
    agreement.state = FLOW.step(agreement.state, "return_to_talks", side)
    agreement.decisions.update(superseded=True)
    thaw(agreement)
    agreement.save()


@action(
    "agreements.refuse",
    on=Agreement,
    label=say("不同意签订"),
    irreversible=True,
    effects=say("协商结束，协议不成立。协助事项仍由各牵头部门承担，不影响村（居）委会依法履行自己的职责。"),
)
def refuse_agreement(actor: Actor, agreement: Agreement, *, reason: Reason) -> dict[str, Any]:
    """Decline the whole agreement: the tasks stay with the departments."""
    side = my_side(actor, agreement)
    agreement.state = FLOW.step(agreement.state, "refuse", side)
    agreement.changes.filter(status__in=talks.LIVE).update(status="withdrawn")
    agreement.ended_on, agreement.end_reason, agreement.end_side = clock.today(), reason, side
    agreement.save()
    return {"side": side, "reason": reason}


@action(
    "agreements.mark_interest",
    on=Agreement,
    label=say("改为要不要代表会议决定"),
    keeps_todo=True,
    offered=False,
)
def mark_interest(
    actor: Actor,
    agreement: Agreement,
    *,
    touches: Annotated[bool, Ask(say("涉及村（居）民利益，要经代表会议讨论决定"))],
    reason: Reason,
) -> dict[str, Any]:
    """The committee says whether residents' interests are touched, until the text is decided on."""
    if agreement.state not in (*flow.TALKING, "paused", "agreed", "drafted_b"):
        refuse(say("村（居）内决定以后不能再改"), rule="agreements.flow")
    agreement.touches_residents = touches
    agreement.save()
    return {"touches": touches, "reason": reason}
