"""Written notices of either side, and the stop of one item or of everything that may follow."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from gongzhi.core import calendar, clock, dated, todo
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Evidence, Note, Reason
from gongzhi.core.evidence import use
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.lists.agreements.actions import waiting
from gongzhi.lists.agreements.actions.writing import my_side
from gongzhi.lists.agreements.models import Agreement, Breach, Notice, Suspension
from gongzhi.lists.agreements.rules import BREACH_FLOW, FLOW, flow, year


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
    target = row.item or agreement.items.filter(pk=item or 0, clause__struck=False).first()
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
    stop = agreement.suspensions.filter(item_id=item, until=None).select_related("item__clause").first()
    if stop is None:
        refuse(say("这个事项没有中止"), rule="agreements.not_suspended", field="item")
    days = _lift(stop)
    target = stop.item
    assert target is not None
    target.suspended = False
    _put_off(agreement, target, days)
    return {"item": item, "days": days, "note": note}


def _put_off(agreement: Agreement, item: Any, days: int) -> None:
    """The days of a stop are added to the item's time; its to-do moves with it."""
    item.moved_days += days
    item.save(update_fields=["suspended", "moved_days"])
    if item.deadline:
        todo.close(agreement, key=f"item:{item.pk}")
        waiting.open_item(agreement, item)


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
    for item in agreement.items.filter(clause__struck=False).select_related("clause"):
        _put_off(agreement, item, max(days, default=0))
    agreement.state = FLOW.step(agreement.state, "resume", my_side(actor, agreement))
    agreement.save()
    return {"days": max(days, default=0), "note": note}


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
