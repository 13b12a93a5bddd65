"""When something goes wrong: notices, suspension, breach and its mending, reduction, termination. Same for both sides."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import Sum

from gongzhi.core import calendar, clock, dated, todo
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Evidence, Note, Reason
from gongzhi.core.evidence import use
from gongzhi.core.money import Fen
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say

from ..models import Agreement, Breach, Notice, Suspension
from ..rules import BREACH_FLOW, FLOW, flow, year
from . import waiting
from .writing import my_side


def may_remedy(actor: Actor, agreement: Agreement) -> None:
    """Remedies belong to a signed agreement that is not over."""
    my_side(actor, agreement)
    if agreement.state not in (*flow.IN_FORCE, "suspended"):
        refuse(say("协议生效期间才能发通知"), rule="agreements.flow")


def _subject(
    agreement: Agreement, side: str, item: int | None, duty: int | None, instalment: int | None
) -> dict[str, Any]:
    """What a notice is about. A side complains of what the other side owes; either may speak of the whole."""
    if side == flow.A and (duty or instalment):
        refuse(say("甲方的通知应当针对乙方的协助事项"), rule="agreements.own_duty", field="duty")
    found: dict[str, Any] = {
        "item": agreement.items.filter(pk=item, clause__struck=False).first() if item else None,
        "duty": agreement.duties.filter(pk=duty, clause__struck=False).first() if duty else None,
        "instalment": agreement.instalments.filter(pk=instalment).first() if instalment else None,
    }
    for name, asked in (("item", item), ("duty", duty), ("instalment", instalment)):
        if asked and found[name] is None:
            refuse(say("协议里没有这一项"), rule="agreements.no_subject", field=name)
    return found


@action(
    "agreements.serve_notice",
    on=Agreement,
    label=say("发书面通知"),
    check=may_remedy,
    keeps_todo=True,
    effects=say("通知送达对方并记入经过。中止和终止要等通知期满；违约通知给对方改正的期限。"),
)
def serve_notice(
    actor: Actor,
    agreement: Agreement,
    *,
    kind: Annotated[str, Ask(say("通知的种类"), choices=year.NOTICES)],
    reason: Reason,
    item: Annotated[int | None, Ask(say("协助事项"))] = None,
    duty: Annotated[int | None, Ask(say("甲方义务"))] = None,
    instalment: Annotated[int | None, Ask(say("付款"))] = None,
    evidence: Evidence = [],  # noqa: B006  never changed
) -> dict[str, Any]:
    """Serve a notice of suspension, breach or termination; its period begins the next day."""
    side, today = my_side(actor, agreement), clock.today()
    subject = _subject(agreement, side, item, duty, instalment)
    if kind == year.SUSPEND:
        effective = calendar.due(today, int(dated.value("agreements.notice_days", on=today)))
    elif kind == year.BREACH:
        if side == flow.A and subject["item"] is None:
            refuse(say("请写明哪个协助事项没有履行"), rule="agreements.breach_of_what", field="item")
        if side == flow.B and subject["duty"] is None and subject["instalment"] is None:
            refuse(
                say("请写明哪项义务或者哪一期付款没有履行"), rule="agreements.breach_of_what", field="duty"
            )
        effective = year.rectify_by(today, int(dated.value("agreements.rectify_days", on=today)))
    else:
        effective = today + timedelta(days=int(dated.value("agreements.termination_days", on=today)))
    row = Notice.objects.create(
        agreement=agreement, side=side, kind=kind, reason=reason, served_on=today, effective_on=effective,
        by=actor.name, **subject,
    )  # fmt: skip
    use(actor, agreement, evidence, key=f"notice:{row.pk}")
    _after_notice(agreement, row)
    return {"notice": row.pk, "kind": kind, "side": side, "about": row.about, "effective_on": effective,
            "reason": reason, "evidence": evidence}  # fmt: skip


def _after_notice(agreement: Agreement, row: Notice) -> None:
    """The other side is asked to act; a breach gets its term for mending."""
    accused = flow.other(row.side)
    unit = agreement.sides()[accused]
    assert unit is not None
    key, verb = f"stop:{row.pk}", "agreements.confirm_record"
    if row.kind == year.BREACH:
        breach = Breach.objects.create(agreement=agreement, notice=row, accused=accused, due=row.effective_on)
        key, verb = f"breach:{breach.pk}", "agreements.rectify"
    todo.open(
        agreement, key=key, unit_id=unit, verb=verb, due=row.effective_on,
        about=say("{kind}：{what}，请在期满前办妥或者改正", kind=row.kind_label, what=row.about or agreement.label()),
        waits_unit_id=agreement.sides()[row.side], url=f"{agreement.get_absolute_url()}remedies#notice-{row.pk}",
    )  # fmt: skip


NoticeId = Annotated[int, Ask(say("通知"), min=1)]


def _own_notice(actor: Actor, agreement: Agreement, pk: int, kind: str) -> Notice:
    side = my_side(actor, agreement)
    row = agreement.notices.select_related("item", "instalment").filter(pk=pk, side=side, kind=kind).first()
    if row is None or row.status != "served":
        refuse(say("没有本方发出的、还在生效的这份通知"), rule="agreements.no_notice", field="notice")
    return row


def _effective(row: Notice) -> None:
    if clock.today() <= row.effective_on:
        refuse(
            say("通知期到 {day} 满，过了这一天才能办", day=row.effective_on.isoformat()),
            rule="agreements.notice_runs",
            field="notice",
        )
    if row.instalment is not None and row.instalment.finished_on is not None:
        refuse(say("这一期已经付清，原因已经消除"), rule="agreements.cause_gone", field="notice")


@action(
    "agreements.suspend",
    on=Agreement,
    label=say("中止一个事项"),
    check=may_remedy,
    keeps_todo=True,
    offered=False,
)
def suspend(
    actor: Actor,
    agreement: Agreement,
    *,
    notice: NoticeId,
    item: Annotated[int | None, Ask(say("协助事项"))] = None,
) -> dict[str, Any]:
    """Stop one item after the notice has run out; its deadline moves with the stop."""
    row = _own_notice(actor, agreement, notice, year.SUSPEND)
    _effective(row)
    target = row.item or agreement.items.filter(pk=item, clause__struck=False).first()
    if target is None:
        refuse(say("请选择要中止的协助事项"), rule="agreements.suspend_what", field="item")
    if target.suspended:
        refuse(say("这个事项已经中止"), rule="agreements.suspended", field="item")
    _stop(agreement, row, target)
    target.suspended = True
    target.save(update_fields=["suspended"])
    return {"notice": row.pk, "item": target.pk, "reason": row.reason}


def _stop(agreement: Agreement, row: Notice, item: Any) -> Suspension:
    row.status = "effected"
    row.save(update_fields=["status"])
    todo.close(agreement, key=f"stop:{row.pk}")
    return Suspension.objects.create(
        agreement=agreement, notice=row, item=item, side=row.side, reason=row.reason, since=clock.today()
    )


@action(
    "agreements.resume_item",
    on=Agreement,
    label=say("恢复这个事项"),
    check=may_remedy,
    keeps_todo=True,
    offered=False,
)
def resume_item(
    actor: Actor, agreement: Agreement, *, item: Annotated[int, Ask(say("协助事项"), min=1)], note: Note = ""
) -> dict[str, Any]:
    """Lift the stop of one item; a deadline it has is put off by the days of the stop."""
    stop = agreement.suspensions.filter(item_id=item, until=None).select_related("item").first()
    if stop is None:
        refuse(say("这个事项没有中止"), rule="agreements.not_suspended", field="item")
    days = _lift(stop)
    target = stop.item
    assert target is not None
    target.suspended = False
    target.save(update_fields=["suspended"])
    return {"item": item, "days": days, "note": note}


def _lift(stop: Suspension) -> int:
    stop.until = clock.today()
    stop.save(update_fields=["until"])
    return (stop.until - stop.since).days


@action(
    "agreements.suspend_all",
    on=Agreement,
    label=say("中止全部事项"),
    check=may_remedy,
    offered=False,
    effects=say("全部事项停下来，期限顺延。没有争议的付款照常。双方都可以在原因消除后恢复。"),
)
def suspend_all(actor: Actor, agreement: Agreement, *, notice: NoticeId) -> dict[str, Any]:
    """Stop everything after a notice about the whole has run out."""
    row = _own_notice(actor, agreement, notice, year.SUSPEND)
    _effective(row)
    if row.item is not None:
        refuse(say("这份通知只说到一个事项，不能中止全部"), rule="agreements.notice_of_one", field="notice")
    _stop(agreement, row, None)
    agreement.state = FLOW.step(agreement.state, "suspend_all", my_side(actor, agreement))
    agreement.save()
    return {"notice": row.pk, "reason": row.reason}


@action("agreements.resume", on=Agreement, label=say("恢复履行"), main=True)
def resume(actor: Actor, agreement: Agreement, *, note: Note = "") -> dict[str, Any]:
    """Lift the stop of everything."""
    days = [_lift(s) for s in agreement.suspensions.filter(item=None, until=None)]
    agreement.state = FLOW.step(agreement.state, "resume", my_side(actor, agreement))
    agreement.save()
    return {"days": max(days, default=0), "note": note}


# ---- breach ----

BreachId = Annotated[int, Ask(say("违约"), min=1)]


def _breach(actor: Actor, agreement: Agreement, pk: int, verb: str) -> Breach:
    """The breach, moved on by its own flow; the wrong side is refused."""
    side = my_side(actor, agreement)
    row = agreement.breaches.select_related("notice").filter(pk=pk).first()
    if row is None:
        refuse(say("协议里没有这一项"), rule="agreements.no_breach", field="breach")
    row.state = BREACH_FLOW.step(row.state, verb, "accused" if side == row.accused else "notifier")
    if BREACH_FLOW.state(row.state).final:
        row.closed_on = clock.today()
    return row


@action(
    "agreements.rectify",
    on=Agreement,
    label=say("报告改正"),
    check=may_remedy,
    keeps_todo=True,
    offered=False,
)
def rectify(
    actor: Actor,
    agreement: Agreement,
    *,
    breach: BreachId,
    report: Annotated[str, Ask(say("改正情况"), max=2000, min=2, rows=4)],
    evidence: Evidence = [],  # noqa: B006  never changed
) -> dict[str, Any]:
    """The side in breach reports how it put things right."""
    row = _breach(actor, agreement, breach, "rectify")
    row.report = report
    row.save()
    use(actor, agreement, evidence, key=f"breach:{row.pk}")
    _ask_for_check(agreement, row)
    return {"breach": row.pk, "report": report, "evidence": evidence}


def _ask_for_check(agreement: Agreement, row: Breach) -> None:
    todo.close(agreement, key=f"breach:{row.pk}")
    unit = agreement.sides()[row.notice.side]
    assert unit is not None
    todo.open(
        agreement, key=f"breach-check:{row.pk}", unit_id=unit, verb="agreements.accept_rectification",
        due=calendar.due(clock.today(), int(dated.value("agreements.days_to_confirm"))),
        about=say("验看改正：{what}", what=row.notice.about or agreement.label()),
        waits_unit_id=agreement.sides()[row.accused], url=f"{agreement.get_absolute_url()}remedies#breach-{row.pk}",
    )  # fmt: skip


@action(
    "agreements.accept_rectification", on=Agreement, label=say("确认已改正"), check=may_remedy, keeps_todo=True,
    offered=False,
)  # fmt: skip
def accept_rectification(
    actor: Actor, agreement: Agreement, *, breach: BreachId, note: Note = ""
) -> dict[str, Any]:
    """The side that gave notice is satisfied."""
    row = _breach(actor, agreement, breach, "accept_rectification")
    row.save()
    _close_notice(agreement, row)
    return {"breach": row.pk, "note": note}


def _close_notice(agreement: Agreement, row: Breach) -> None:
    row.notice.status = "effected"
    row.notice.save(update_fields=["status"])
    todo.close(agreement, key=f"breach:{row.pk}")
    todo.close(agreement, key=f"breach-check:{row.pk}")


@action(
    "agreements.reject_rectification", on=Agreement, label=say("还没有改正"), check=may_remedy, keeps_todo=True,
    offered=False,
)  # fmt: skip
def reject_rectification(
    actor: Actor, agreement: Agreement, *, breach: BreachId, reason: Reason
) -> dict[str, Any]:
    """The side that gave notice is not satisfied; the term goes on as it was."""
    row = _breach(actor, agreement, breach, "reject_rectification")
    row.save()
    todo.close(agreement, key=f"breach-check:{row.pk}")
    return {"breach": row.pk, "reason": reason}


@action(
    "agreements.reduce",
    on=Agreement,
    label=say("减付或补偿"),
    check=may_remedy,
    keeps_todo=True,
    offered=False,
    irreversible=True,
    effects=say("乙方违约的，从尚未支付的款项中减去；甲方违约的，加在尚未支付的款项上。"),
)
def reduce(
    actor: Actor,
    agreement: Agreement,
    *,
    breach: BreachId,
    amount: Annotated[Fen, Ask(say("金额"), min=1)],
    reason: Reason,
) -> dict[str, Any]:
    """After the term has run out: B's breach reduces what is unpaid, A's breach adds to it."""
    row = _breach(actor, agreement, breach, "reduce")
    if clock.today() <= row.due:
        refuse(
            say("改正期到 {day} 满", day=row.due.isoformat()), rule="agreements.rectify_runs", field="breach"
        )
    limit = row.notice.item.amount_fen if row.notice.item else agreement.total_fen
    if problem := year.remedy_problem(row.accused, int(amount), limit):
        refuse(problem, rule="agreements.remedy_too_large", field="amount")
    row.remedy_fen = int(amount)
    row.save()
    _close_notice(agreement, row)
    sign = -1 if row.accused == flow.B else 1
    _change_payable(agreement, sign * int(amount))
    agreement.remedy_fen += sign * int(amount)
    agreement.save()
    return {"breach": row.pk, "amount_fen": int(amount), "accused": row.accused, "reason": reason}


def _change_payable(agreement: Agreement, change: int) -> None:
    """Spread a remedy over the unpaid instalments, the last one first; what is not there cannot be taken."""
    rest = change
    for part in agreement.instalments.filter(finished_on=None).order_by("-seq"):
        step = rest if rest > 0 else max(rest, -part.rest_fen)
        part.payable_fen += step
        if part.payable_fen == part.paid_fen and not part.tail:
            part.finished_on = clock.today()
            todo.close(agreement, key=f"pay:{part.seq}")
        part.save()
        rest -= step
        if not rest:
            return
    refuse(say("未付的款项不够减，请另行协商退还"), rule="agreements.nothing_to_reduce", field="amount")


@action(
    "agreements.withdraw_notice",
    on=Agreement,
    label=say("收回通知"),
    check=may_remedy,
    keeps_todo=True,
    offered=False,
)
def withdraw_notice(
    actor: Actor, agreement: Agreement, *, notice: NoticeId, note: Note = ""
) -> dict[str, Any]:
    """Take one's own notice back before it has had its effect."""
    side = my_side(actor, agreement)
    row = agreement.notices.filter(pk=notice, side=side, status="served").first()
    if row is None:
        refuse(say("没有本方发出的、还在生效的这份通知"), rule="agreements.no_notice", field="notice")
    row.status = "withdrawn"
    row.save(update_fields=["status"])
    todo.close(agreement, key=f"stop:{row.pk}")
    breach = Breach.objects.filter(notice=row).first()
    if breach is not None:
        breach.state = BREACH_FLOW.step(breach.state, "withdraw_notice", "notifier")
        breach.closed_on = clock.today()
        breach.save()
        todo.close(agreement, key=f"breach:{breach.pk}")
        todo.close(agreement, key=f"breach-check:{breach.pk}")
    return {"notice": row.pk, "note": note}


# ---- termination ----


@action(
    "agreements.consent_termination", on=Agreement, label=say("同意提前终止"), check=may_remedy, keeps_todo=True,
    offered=False,
)  # fmt: skip
def consent_termination(
    actor: Actor, agreement: Agreement, *, notice: NoticeId, note: Note = ""
) -> dict[str, Any]:
    """The other side agrees to end without waiting for the notice to run out."""
    side = my_side(actor, agreement)
    row = agreement.notices.filter(pk=notice, kind=year.TERMINATE, status="served").exclude(side=side).first()
    if row is None:
        refuse(say("没有对方发出的终止通知"), rule="agreements.no_notice", field="notice")
    row.effective_on = max(row.served_on, clock.today() - timedelta(days=1))
    row.status = "effected"
    row.save(update_fields=["effective_on", "status"])
    todo.close(agreement, key=f"stop:{row.pk}")
    return {"notice": row.pk, "note": note}


def ripe_for_termination(agreement: Agreement) -> Notice | None:
    """A termination notice that has run out or was consented to, if there is one."""
    rows = agreement.notices.filter(kind=year.TERMINATE)
    return (
        rows.filter(status="effected").first()
        or rows.filter(status="served", effective_on__lt=clock.today()).first()
    )


def may_terminate(actor: Actor, agreement: Agreement) -> None:
    """A ripe notice, or a breach that was not put right in its term, opens the way."""
    side = my_side(actor, agreement)
    failed = agreement.breaches.filter(state="rectifying", due__lt=clock.today()).exclude(accused=side)
    if ripe_for_termination(agreement) is None and not failed.exists():
        refuse(
            say("终止要先发终止通知并等通知期满，或者对方同意，或者对方违约逾期没有改正"),
            rule="agreements.not_ripe",
            way_out=f"{agreement.get_absolute_url()}serve_notice?kind=terminate",
        )


def earned_fen(agreement: Agreement) -> int:
    """What confirmed work is worth by the agreed prices."""
    rows = agreement.items.filter(clause__struck=False).annotate(
        done=Sum("records__quantity", filter=~_contested()),
    )
    return sum(year.earned(year.WorkDone(i.amount_fen, i.quantity, i.done or Decimal(0))) for i in rows)


def _contested() -> Any:
    from django.db.models import Q

    return Q(records__status=year.CONTESTED)


@action(
    "agreements.terminate",
    on=Agreement,
    label=say("终止协议"),
    check=may_terminate,
    irreversible=True,
    effects=(
        say("协议终止，已经完成的工作按约定价格结算。"),
        say("事项仍由各牵头部门承担。终止后不能恢复，可以另签新协议。"),
    ),
)
def terminate(actor: Actor, agreement: Agreement, *, reason: Reason) -> dict[str, Any]:
    """End the agreement; what was done is paid by its agreed price, no more and no less."""
    side = my_side(actor, agreement)
    agreement.state = FLOW.step(agreement.state, "terminate", side)
    agreement.ended_on, agreement.end_reason, agreement.end_side = clock.today(), reason, side
    earned = earned_fen(agreement)
    agreement.end_fen = max(0, earned + agreement.remedy_fen)
    _settle_end(agreement)
    agreement.notices.filter(status="served").update(status="effected")
    waiting.close_year(agreement)
    agreement.save()
    for part in agreement.instalments.filter(finished_on=None):
        waiting.open_payment(agreement, part)
    other = agreement.sides()[flow.other(side)]
    assert other is not None
    todo.open(
        agreement, key="end", unit_id=other, verb="agreements.confirm_termination",
        about=say("确认终止：{what}", what=agreement.label()), waits_unit_id=agreement.sides()[side],
    )  # fmt: skip
    return {"side": side, "reason": reason, "earned_fen": earned, "end_fen": agreement.end_fen}


def _settle_end(agreement: Agreement) -> None:
    """Make the instalments ask for exactly what is still owed for the work that was done."""
    owed = max(0, (agreement.end_fen or 0) - agreement.paid_fen)
    parts = list(agreement.instalments.filter(finished_on=None).order_by("seq"))
    for i, part in enumerate(parts):
        here = owed if i == len(parts) - 1 else min(owed, part.amount_fen - part.paid_fen)
        part.payable_fen = part.paid_fen + max(0, here)
        owed -= max(0, here)
        if part.payable_fen == part.paid_fen:
            part.finished_on = clock.today()
        part.save()
    agreement.tail_fen = parts[-1].payable_fen if parts and parts[-1].tail else 0


def _ended(actor: Actor, agreement: Agreement) -> None:
    side = my_side(actor, agreement)
    if agreement.state != "terminated" or agreement.end_confirmed:
        refuse(say("没有等待确认的终止"), rule="agreements.flow")
    if agreement.end_side == side:
        refuse(say("由对方确认"), rule="agreements.turn")


@action("agreements.confirm_termination", on=Agreement, label=say("确认终止和结算"), check=_ended, main=True)
def confirm_termination(actor: Actor, agreement: Agreement, *, note: Note = "") -> dict[str, Any]:
    """The other side confirms the end and its settlement (终止确认书)."""
    agreement.end_confirmed = True
    agreement.save()
    todo.close(agreement, key="end")
    return {"note": note, "end_fen": agreement.end_fen}
