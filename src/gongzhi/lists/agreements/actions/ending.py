"""The early end: by notice, by consent, or after a breach that was not put right; and its settlement."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from gongzhi.core import clock, todo
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Note, Reason
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.lists.agreements.actions import waiting
from gongzhi.lists.agreements.actions.notices import NoticeId, may_remedy
from gongzhi.lists.agreements.actions.writing import my_side
from gongzhi.lists.agreements.models import Agreement, Notice
from gongzhi.lists.agreements.rules import FLOW, flow, year


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
    if side == flow.B and (open_ := _unanswered(agreement)):
        refuse(
            say("还有 {n} 条履约记录在等对方确认，等对方答复或者确认期满再终止", n=open_),
            rule="agreements.records_open",
        )


def _unanswered(agreement: Agreement) -> int:
    """B's records that A still has time to answer: they would be paid without A having had its say."""
    asked = [
        t for t in todo.of(agreement) if t.key.startswith("confirm:") and t.unit_id == agreement.party_a_id
    ]
    return sum(t.due is not None and t.due >= clock.today() for t in asked)


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
