"""The year on both sides: disclosure, fulfilment and its confirmation, payment with its interest."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.db import IntegrityError, transaction

from gongzhi.core import calendar, clock, dated, todo
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Evidence
from gongzhi.core.evidence import use
from gongzhi.core.money import Fen, yuan
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.lists.agreements.models import Agreement, Disclosure, FulfilmentRecord, Instalment, Payment
from gongzhi.lists.agreements.rules import FLOW, flow, year

from .writing import my_side

Channels = Annotated[str, Ask(say("公开方式"), choices=year.CHANNELS)]
RUNNING = (*flow.IN_FORCE, "evaluated")
OWING = (*flow.IN_FORCE, "suspended", "evaluated", "settled", "terminated")


def post(
    actor: Actor,
    agreement: Agreement,
    row: Disclosure,
    posted_on: date,
    channel: str,
    place: str,
    evidence: list[int],
) -> dict[str, Any]:
    """Write down when and where a disclosure was posted."""
    if posted_on > clock.today():
        refuse(say("公开日期不能晚于今天"), rule="agreements.future", field="posted_on")
    row.posted_on, row.channels, row.place = posted_on, [channel], place
    row.save()
    use(actor, agreement, evidence, key=f"disclosure:{row.pk}")
    return {
        "disclosure": row.pk,
        "posted_on": posted_on,
        "late": row.late,
        "channel": channel,
        "evidence": evidence,
    }


@action(
    "agreements.disclose",
    on=Agreement,
    label=say("记录公开"),
    main=True,
    effects=say("公开文字已按协议自动生成，个人信息已遮盖。贴出后请拍照留存。"),
)
def disclose(
    actor: Actor,
    agreement: Agreement,
    *,
    posted_on: Annotated[date, Ask(say("公开日期"))],
    channel: Channels = "board",
    place: Annotated[str, Ask(say("公开地点"), max=100)] = "",
    evidence: Evidence = [],  # noqa: B006  never changed
) -> dict[str, Any]:
    """Record that the signed agreement was shown to villagers (村民委员会组织法 30, item 4)."""
    row = agreement.disclosures.get(supplement=None)
    facts = post(actor, agreement, row, posted_on, channel, place, evidence)
    agreement.state = FLOW.step(agreement.state, "disclose", flow.B)
    agreement.save()
    return facts


def _running(actor: Actor, agreement: Agreement) -> None:
    my_side(actor, agreement)
    if agreement.state not in RUNNING:
        refuse(say("协议生效期间才能记录履约"), rule="agreements.flow")


def _answering(actor: Actor, agreement: Agreement) -> None:
    """What was recorded can be answered while everything stands still, too: it counts if the agreement ends."""
    if agreement.state != "suspended":
        _running(actor, agreement)


@action("agreements.record", on=Agreement, label=say("记录履约"), check=_running, keeps_todo=True, main=True)
def record(
    actor: Actor,
    agreement: Agreement,
    *,
    done_on: Annotated[date, Ask(say("日期"))],
    text: Annotated[str, Ask(say("做了什么"), max=2000, min=2, rows=4)],
    item: Annotated[int | None, Ask(say("协助事项"))] = None,
    duty: Annotated[int | None, Ask(say("甲方义务"))] = None,
    quantity: Annotated[Decimal, Ask(say("数量"), places=2, min=0)] = Decimal(0),
    period: Annotated[str, Ask(say("所属时段"), max=40)] = "",
    evidence: Evidence = [],  # noqa: B006  never changed
) -> dict[str, Any]:
    """Keep what one's own side did: B for an item, A for one of its duties. The other side is asked to confirm."""
    side = my_side(actor, agreement)
    if done_on > clock.today():
        refuse(say("履约日期不能晚于今天"), rule="agreements.future", field="done_on")
    row = FulfilmentRecord(
        agreement=agreement,
        side=side,
        done_on=done_on,
        text=text,
        quantity=quantity,
        period=period,
        by=actor.name,
    )
    if side == flow.B:
        row.item = agreement.items.select_related("clause").filter(pk=item or 0, clause__struck=False).first()
        if row.item is None:
            refuse(say("请选择本协议的一个协助事项"), rule="agreements.record_item", field="item")
        if row.item.suspended:
            refuse(say("这个事项中止中，恢复以后再记录"), rule="agreements.suspended", field="item")
    else:
        row.duty = (
            agreement.duties.select_related("clause").filter(pk=duty or 0, clause__struck=False).first()
        )
        if row.duty is None:
            refuse(say("请选择本协议的一项甲方义务"), rule="agreements.record_duty", field="duty")
    row.save()
    use(actor, agreement, evidence, key=f"record:{row.pk}")
    _after_record(agreement, row, side)
    return {"record": row.pk, "side": side, "item": item if side == flow.B else None,
            "duty": duty if side == flow.A else None, "quantity": quantity, "done_on": done_on, "evidence": evidence}  # fmt: skip


def _after_record(agreement: Agreement, row: FulfilmentRecord, side: str) -> None:
    """Ask the other side to confirm; close the to-do once enough was done."""
    days = int(dated.value("agreements.days_to_confirm"))
    other = agreement.sides()[flow.other(side)]
    assert other is not None
    todo.open(
        agreement, key=f"confirm:{row.pk}", unit_id=other, verb="agreements.confirm_record",
        due=calendar.due(clock.today(), days), about=say("确认履约记录：{what}", what=str(row.item or row.duty)),
        waits_unit_id=agreement.sides()[side], url=f"{agreement.get_absolute_url()}year#record-{row.pk}",
    )  # fmt: skip
    if row.duty is not None and row.duty.records.exclude(status=year.CONTESTED).count() >= row.duty.times:
        todo.close(agreement, key=f"duty:{row.duty.pk}")
    if row.item is not None and _done(row) >= row.item.quantity:
        todo.close(agreement, key=f"item:{row.item.pk}")


def _done(row: FulfilmentRecord) -> Decimal:
    assert row.item is not None
    return sum((r.quantity for r in row.item.records.exclude(status=year.CONTESTED)), Decimal(0))


def _others_record(actor: Actor, agreement: Agreement, pk: int) -> FulfilmentRecord:
    side = my_side(actor, agreement)
    row = agreement.records.filter(pk=pk, side=flow.other(side)).first()
    if row is None:
        refuse(say("只能确认对方的履约记录"), rule="agreements.not_theirs", field="record")
    if row.status == year.CONFIRMED:
        refuse(say("这条记录已经确认过了"), rule="agreements.confirmed", field="record")
    return row


def _settle_record(agreement: Agreement, row: FulfilmentRecord, status: str, reply: str) -> None:
    row.status, row.reply, row.replied_at = status, reply, clock.now()
    row.save()
    todo.close(agreement, key=f"confirm:{row.pk}")


RecordId = Annotated[int, Ask(say("履约记录"), min=1)]


@action(
    "agreements.confirm_record",
    on=Agreement,
    label=say("确认"),
    check=_answering,
    keeps_todo=True,
    offered=False,
)
def confirm_record(
    actor: Actor,
    agreement: Agreement,
    *,
    record: RecordId,
    reply: Annotated[str, Ask(say("说明"), max=500)] = "",
) -> dict[str, Any]:
    """Confirm what the other side recorded."""
    row = _others_record(actor, agreement, record)
    _settle_record(agreement, row, year.CONFIRMED, reply)
    return {"record": row.pk}


@action(
    "agreements.contest_record",
    on=Agreement,
    label=say("有异议"),
    check=_answering,
    keeps_todo=True,
    offered=False,
)
def contest_record(
    actor: Actor,
    agreement: Agreement,
    *,
    record: RecordId,
    reply: Annotated[str, Ask(say("异议和依据"), max=1000, min=2, rows=3)],
) -> dict[str, Any]:
    """Contest what the other side recorded, with the reason; it may be confirmed later."""
    row = _others_record(actor, agreement, record)
    _settle_record(agreement, row, year.CONTESTED, reply)
    return {"record": row.pk, "reason": reply}


def may_pay(actor: Actor, agreement: Agreement) -> None:
    """Money moves once both have signed, and while something is open."""
    if agreement.state not in OWING:
        refuse(say("双方签署以后才付款"), rule="agreements.flow")
    if not agreement.instalments.filter(finished_on=None).exists():
        refuse(say("各期都付清了"), rule="agreements.flow")


@action(
    "agreements.pay",
    on=Agreement,
    label=say("办理付款"),
    main=True,
    check=may_pay,
    keeps_todo=True,
    effects=say("付款记入协议；逾期的，迟延利息按约定利率自动计算，随同支付。乙方会收到确认到账的提醒。"),
)
def pay(
    actor: Actor,
    agreement: Agreement,
    *,
    instalment: Annotated[int, Ask(say("哪一期"), min=1)],
    amount: Annotated[Fen, Ask(say("金额（不含利息）"), min=1)],
    paid_on: Annotated[date, Ask(say("付款日期"))],
    voucher: Annotated[str, Ask(say("凭证号"), help=say("全市不能重复"), max=60)],
    evidence: Evidence = [],  # noqa: B006  never changed
) -> dict[str, Any]:
    """Record a payment on one instalment, with its late interest; a voucher is used once."""
    part = agreement.instalments.filter(pk=instalment).first()
    if part is None:
        refuse(say("协议里没有这一期"), rule="agreements.no_instalment", field="instalment")
    if part.tail and agreement.tail_fen is None:
        refuse(say("尾款要等双向评估后按结果结算"), rule="agreements.tail_waits", field="instalment")
    due = part.pay_by
    year.check_payment(year.Open(part.payable_fen, part.paid_fen, due), int(amount), paid_on, clock.today())
    rate = agreement.clauses.get(kind="payment", struck=False).rate
    late, interest = year.interest(int(amount), rate, due, paid_on)
    row = _put_payment(
        Payment(
            agreement=agreement, instalment=part, amount_fen=int(amount), paid_on=paid_on, voucher=voucher.strip(),
            late_days=late, interest_fen=interest, rate=rate, by=actor.name,
        )
    )  # fmt: skip
    use(actor, agreement, evidence, key=f"payment:{row.pk}")
    _count_payment(agreement, part, row)
    return {"payment": row.pk, "instalment": part.seq, "amount_fen": row.amount_fen, "voucher": row.voucher,
            "late_days": late, "interest_fen": interest, "evidence": evidence}  # fmt: skip


def _put_payment(row: Payment) -> Payment:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        refuse(
            say("凭证号 {voucher} 已经用过，同一张凭证不能付两次", voucher=row.voucher),
            rule="agreements.voucher_used",
            field="voucher",
        )
    return row


def _count_payment(agreement: Agreement, part: Instalment, row: Payment) -> None:
    part.paid_fen += row.amount_fen
    if part.paid_fen == part.payable_fen:
        part.finished_on = row.paid_on
        todo.close(agreement, key=f"pay:{part.seq}")
    part.save()
    agreement.paid_fen += row.amount_fen
    agreement.interest_fen += row.interest_fen
    agreement.save()
    todo.open(
        agreement, key=f"received:{row.pk}", unit_id=agreement.party_b_id, verb="agreements.acknowledge_payment",
        due=calendar.due(clock.today(), int(dated.value("agreements.days_to_confirm"))),
        about=say("确认到账：{name} {amount} 元", name=part.name, amount=yuan(row.amount_fen + row.interest_fen)),
        waits_unit_id=agreement.party_a_id, url=f"{agreement.get_absolute_url()}year#payment-{row.pk}",
    )  # fmt: skip


@action("agreements.acknowledge_payment", on=Agreement, label=say("确认到账"), keeps_todo=True, offered=False)
def acknowledge_payment(
    actor: Actor,
    agreement: Agreement,
    *,
    payment: Annotated[int, Ask(say("付款"), min=1)],
    received_on: Annotated[date, Ask(say("到账日期"))],
) -> dict[str, Any]:
    """B confirms that the money arrived."""
    row = agreement.payments.filter(pk=payment, received_on=None).first()
    if row is None:
        refuse(say("没有等待确认的这笔付款"), rule="agreements.no_payment", field="payment")
    if not row.paid_on <= received_on <= clock.today():
        refuse(say("到账日期应在付款日期和今天之间"), rule="agreements.received_on", field="received_on")
    row.received_on = received_on
    row.save(update_fields=["received_on"])
    todo.close(agreement, key=f"received:{row.pk}")
    return {"payment": row.pk, "received_on": received_on}
