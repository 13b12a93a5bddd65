"""Publishing the result, putting right what was found on both sides, and settling the tail."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from gongzhi.core import calendar, clock, evidence, todo
from gongzhi.core.access import SYSTEM, Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.money import Fen, yuan
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.lists.agreements import actions as agreements
from gongzhi.lists.appraisals.actions import turns
from gongzhi.lists.appraisals.models import Appraisal, Mending, Panel, Settlement
from gongzhi.lists.appraisals.queries import agreed
from gongzhi.lists.appraisals.queries.settings import settings_on
from gongzhi.lists.appraisals.rules import course, flow
from gongzhi.lists.appraisals.rules.tail import Tail, tail_payment

SIDES = {"a": say("甲方"), "b": say("乙方")}


def may_publish(actor: Actor, appraisal: Appraisal) -> None:
    """Not while somebody may still object or the panel still has time."""
    course.check_publishable(
        appraisal.state, clock.today(), appraisal.objection_until, appraisal.recheck_until
    )


@action(
    "appraisals.publish",
    on=Appraisal,
    label=say("公示结果"),
    keeps_todo=True,
    main=True,
    check=may_publish,
    effects=say("双方的总分、逐项得分、理由和整改清单向所有人公开；附件和联系方式不公开。"),
)
def publish(
    actor: Actor,
    appraisal: Appraisal,
    *,
    place: Annotated[str, Ask(say("在哪里公示"), help=say("例如：村务公开栏、市政府网站"), max=200)],
    files: Annotated[list[int] | None, Ask(say("公示照片"), files=True)] = None,
) -> dict[str, Any]:
    """Lay both totals and every line open to everyone for the publicity days."""
    side = turns.side(actor, appraisal)
    unagreed = appraisal.state in ("rechecking", "rechecked_a", "rechecked_b")
    if unagreed:
        late = say("复核期满，双方没有达成一致，按原评分公示")
        Panel.objects.filter(appraisal=appraisal, outcome="").update(outcome="disputed", answer=str(late))
    appraisal.disagreed = unagreed
    appraisal.publicised_on = clock.today()
    days = settings_on(appraisal.campaign.opened_on).days
    appraisal.publicity_until = calendar.due(clock.today(), days["publicity"])
    appraisal.publicity_place = place
    evidence.use(actor, appraisal, files or [], key="publicity")
    turns.step(appraisal, "publish", side)
    return {
        "side": side,
        "a_to_b": appraisal.a_to_b,
        "b_to_a": appraisal.b_to_a,
        "until": appraisal.publicity_until,
        "disagreed": unagreed,
    }


@action("appraisals.require", on=Appraisal, label=say("列入整改清单"), keeps_todo=True)
def require(
    actor: Actor,
    appraisal: Appraisal,
    *,
    side: Annotated[str, Ask(say("由哪一方整改"), choices=SIDES)],
    problem: Annotated[str, Ask(say("问题"), max=500, rows=2)],
    measure: Annotated[str, Ask(say("怎么改"), max=1000, rows=3)],
    due: Annotated[date, Ask(say("什么时候改好"))],
    line: Annotated[int | None, Ask(say("针对哪一项"))] = None,
) -> dict[str, Any]:
    """Put an item on the list of either side: one asks the other, or takes it upon itself."""
    by = turns.side(actor, appraisal)
    days = settings_on(appraisal.campaign.opened_on).days
    course.check_mending_due(clock.today(), due, calendar.due(clock.today(), days["mend_most"]))
    if line is not None and not appraisal.lines.filter(pk=line, about=side).exists():
        refuse(say("这一项不是那一方的事项"), rule="appraisals.mending_line", field="line")
    row = Mending.objects.create(
        appraisal=appraisal, side=side, line_id=line, problem=problem, measure=measure, due=due, listed_by=by
    )
    if appraisal.state == "concluded":
        ask_to_mend(appraisal, row)
    return {"by": by, "side": side, "mending": row.pk, "due": due}


def ask_to_mend(appraisal: Appraisal, row: Mending) -> None:
    """Put the item into its side's to-dos."""
    other = flow.OTHER[row.side]
    todo.open(
        appraisal,
        key=f"mend:{row.pk}",
        unit_id=appraisal.unit_of(row.side).pk,
        verb="appraisals.mend",
        about=say("回报整改：{problem}", problem=row.problem),
        due=row.due,
        waits_unit_id=appraisal.unit_of(other).pk,
        url=f"{appraisal.get_absolute_url()}mend?mending={row.pk}",
    )


def _missing(appraisal: Appraisal) -> list[str]:
    """Labels of lines scored so low that an item must be listed, but is not."""
    below = settings_on(appraisal.campaign.opened_on).mend_below
    finals: dict[str, Decimal | None] = {}
    labels = {}
    for line in appraisal.lines.all():
        finals[str(line.pk)], labels[str(line.pk)] = line.final, line.label
    listed = [str(pk) for pk in appraisal.mendings.exclude(line=None).values_list("line_id", flat=True)]
    return [labels[k] for k in course.must_mend(finals, below, listed)]


def may_conclude(actor: Actor, appraisal: Appraisal) -> None:
    """The publicity days are over and every low line has its item."""
    course.check_concluded(clock.today(), appraisal.publicity_until, _missing(appraisal))


@action(
    "appraisals.conclude",
    on=Appraisal,
    label=say("结束公示"),
    keeps_todo=True,
    main=True,
    check=may_conclude,
    effects=say("整改清单上的事项开始计时，双方各自回报，由对方核验。"),
)
def conclude(actor: Actor, appraisal: Appraisal) -> dict[str, Any]:
    """End the publicity: rectification and settlement begin."""
    days = settings_on(appraisal.campaign.opened_on).days
    appraisal.settle_due = calendar.due(clock.today(), days["settle"])
    turns.step(appraisal, "conclude", turns.side(actor, appraisal))
    for row in appraisal.mendings.all():
        ask_to_mend(appraisal, row)
    return {"mendings": appraisal.mendings.count()}


def _mending(appraisal: Appraisal, pk: int, state: str) -> Mending:
    row = Mending.objects.select_for_update().filter(appraisal=appraisal, pk=pk, state=state).first()
    if row is None:
        refuse(say("没有这一项，或者它不在这一步"), rule="appraisals.no_mending", field="mending")
    return row


@action("appraisals.mend", on=Appraisal, label=say("回报整改"), keeps_todo=True, offered=False)
def mend(
    actor: Actor,
    appraisal: Appraisal,
    *,
    mending: Annotated[int, Ask(say("整改事项"))],
    report: Annotated[str, Ask(say("改了什么"), max=2000, rows=4)],
    files: Annotated[list[int] | None, Ask(say("材料"), files=True)] = None,
) -> dict[str, Any]:
    """Report that an item is put right; the other side then checks it."""
    side = turns.side(actor, appraisal)
    row = _mending(appraisal, mending, "open")
    if row.side != side:
        refuse(say("这一项由对方整改"), rule="appraisals.not_yours", field="mending")
    row.state, row.report, row.reported_on = "reported", report, clock.today()
    row.save()
    evidence.use(actor, appraisal, files or [], key=f"mending:{row.pk}")
    todo.close(appraisal, key=f"mend:{row.pk}")
    other = flow.OTHER[side]
    todo.open(
        appraisal,
        key=f"verify:{row.pk}",
        unit_id=appraisal.unit_of(other).pk,
        verb="appraisals.verify",
        about=say("核验对方的整改：{problem}", problem=row.problem),
        due=calendar.due(clock.today(), 5),
        waits_unit_id=appraisal.unit_of(side).pk,
        url=f"{appraisal.get_absolute_url()}verify?mending={row.pk}",
    )
    return {"side": side, "mending": row.pk}


@action("appraisals.verify", on=Appraisal, label=say("核验整改"), keeps_todo=True, offered=False)
def verify(
    actor: Actor,
    appraisal: Appraisal,
    *,
    mending: Annotated[int, Ask(say("整改事项"))],
    passed: Annotated[bool, Ask(say("改好了"))] = False,
    verdict: Annotated[
        str, Ask(say("核验意见"), help=say("没有改好的，请写明还差什么"), max=1000, rows=3)
    ] = "",
) -> dict[str, Any]:
    """Check what the other side reports; what is not put right goes back with the reason."""
    side = turns.side(actor, appraisal)
    row = _mending(appraisal, mending, "reported")
    if row.side == side:
        refuse(say("自己的整改由对方核验"), rule="appraisals.not_your_own", field="mending")
    if not passed and not verdict.strip():
        refuse(say("没有改好的，请写明还差什么"), rule="appraisals.verdict_needed", field="verdict")
    row.state = "verified" if passed else "open"
    row.verdict, row.verified_on = verdict, clock.today() if passed else None
    row.save()
    todo.close(appraisal, key=f"verify:{row.pk}")
    if not passed:
        ask_to_mend(appraisal, row)
    _finish(appraisal)
    return {"side": side, "mending": row.pk, "passed": passed, "reason": verdict}


def _finish(appraisal: Appraisal) -> None:
    """Settled and everything put right: the pair is done."""
    if appraisal.state == "settled" and not appraisal.mendings.exclude(state="verified").exists():
        turns.step(appraisal, "finish")


def tail_of(appraisal: Appraisal) -> Tail:
    """What the tail comes to as things stand. An agreement that was terminated has settled its own money."""
    terms = agreed.terms(appraisal.agreement_id)
    if terms is None or terms.ended:
        return Tail(Fen(0), Fen(0), False, say("协议已经终止，款项随终止结清，不再结算尾款"))
    policy = settings_on(appraisal.campaign.opened_on).tail
    mended = not appraisal.mendings.filter(side="b").exclude(state="verified").exists()
    return tail_payment(appraisal.tail_fen, appraisal.a_to_b, mended=mended, policy=policy)


def _hand_over(actor: Actor, appraisal: Appraisal, tail: Tail) -> None:
    """Give the settled tail to the agreement, which orders its payment."""
    reason = str(tail.reason)
    agreements.mark_evaluated(SYSTEM, appraisal.agreement_id, note=reason)
    agreements.settle(actor, appraisal.agreement_id, tail=tail.payable, basis=reason)


def may_settle(actor: Actor, appraisal: Appraisal) -> None:
    """Not while the tail waits for B's rectification."""
    tail = tail_of(appraisal)
    if tail.waits:
        refuse(tail.reason, rule="appraisals.tail_waits", source=say("本县设定"))


@action(
    "appraisals.settle",
    on=Appraisal,
    label=say("结算尾款"),
    keeps_todo=True,
    main=True,
    irreversible=True,
    check=may_settle,
    effects=say("按公式算出的尾款写进协议的付款计划，等财政岗支付。"),
)
def settle(actor: Actor, appraisal: Appraisal) -> dict[str, Any]:
    """Fix the tail by formula and hand it to the agreement for payment."""
    tail = tail_of(appraisal)
    Settlement.objects.create(
        appraisal=appraisal,
        score=appraisal.a_to_b,
        tail_fen=tail.tail,
        payable_fen=tail.payable,
        reason=tail.reason.to_json(),
        on=clock.today(),
    )
    if tail.tail or appraisal.tail_fen == 0:
        _hand_over(actor, appraisal, tail)
    appraisal.settled_on = clock.today()
    turns.step(appraisal, "settle", turns.side(actor, appraisal))
    _finish(appraisal)
    return {
        "tail_fen": tail.tail,
        "payable_fen": tail.payable,
        "payable": yuan(tail.payable),
        "note": str(tail.reason),
    }
