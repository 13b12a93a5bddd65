"""The year: fulfilment on both sides, money with interest, notices, breaches, suspension and the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from gongzhi.cast import OPENED, Cast
from gongzhi.core import clock, units
from gongzhi.core.access import SYSTEM
from gongzhi.core.clock import Hand
from gongzhi.core.models import Todo
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.lists.agreements import actions
from gongzhi.lists.agreements.models import Agreement
from gongzhi.lists.agreements.queries import public, text
from gongzhi.registers.places.models import Place
from gongzhi.registers.places.models import Succession as Register

from .conftest import days_later, fresh, item_fields, key_of

Reach = Callable[..., Agreement]


def first(made: Agreement) -> int:
    """The first instalment."""
    return made.instalments.get(seq=1).pk


def test_paying_84000_yuan_twelve_days_late_adds_504_yuan(county: Cast, reach: Reach, hand: Hand) -> None:
    made = reach("drafted_a")
    key = str(made.clauses.get(kind="payment").pk)
    rest = made.total_fen - 10_000_00
    parts = [
        {"due": date(2026, 4, 30), "amount": 10_000_00, "tail": False},
        {"due": date(2026, 12, 31), "amount": rest, "tail": True},
    ]
    actions.amend_payment(county.lu, made, clause=key, instalments=parts)
    actions.propose(county.lu, made)
    actions.agree(county.gu, made)
    from .conftest import vote

    vote(county, made)
    actions.sign(county.chen, made)
    actions.sign(county.zhou, made)
    hand.set(date(2026, 5, 12))
    made = actions.pay(
        county.he, made, instalment=first(made), amount=10_000_00, paid_on=date(2026, 5, 12), voucher="P-1"
    )
    row = made.payments.get()
    assert (row.late_days, row.interest_fen) == (12, 60_00)  # 10,000.00 × 0.05 % × 12
    assert (made.paid_fen, made.interest_fen) == (10_000_00, 60_00)
    assert made.instalments.get(seq=1).finished_on == date(2026, 5, 12)


def test_money_is_not_paid_twice(county: Cast, reach: Reach) -> None:
    made = reach("performing")
    amount, today = made.instalments.get(seq=1).amount_fen, clock.today()
    actions.pay(county.he, made, instalment=first(made), amount=amount, paid_on=today, voucher="P-1")
    with pytest.raises(Refused) as told:
        actions.pay(county.he, made, instalment=first(made), amount=1, paid_on=today, voucher="P-2")
    assert told.value.rule == "agreements.overpaid"
    second = made.instalments.get(seq=2).pk
    with pytest.raises(Refused) as told:
        actions.pay(county.he, made, instalment=second, amount=1, paid_on=today, voucher="P-1")
    assert told.value.rule == "agreements.voucher_used"
    tail = made.instalments.get(tail=True).pk
    with pytest.raises(Refused) as told:
        actions.pay(county.he, made, instalment=tail, amount=1, paid_on=today, voucher="P-3")
    assert told.value.rule == "agreements.tail_waits"
    with pytest.raises(IntegrityError), transaction.atomic():
        made.instalments.filter(seq=1).update(paid_fen=amount + 1)
    with pytest.raises(NotFound):
        actions.pay(county.zhou, made, instalment=second, amount=1, paid_on=today, voucher="P-4")


def test_arrival_is_confirmed_by_the_committee(county: Cast, reach: Reach) -> None:
    made = reach("performing")
    actions.pay(county.he, made, instalment=first(made), amount=100, paid_on=clock.today(), voucher="P-1")
    payment = made.payments.get()
    actions.acknowledge_payment(county.gu, made, payment=payment.pk, received_on=clock.today())
    assert not Todo.objects.filter(verb="agreements.acknowledge_payment", closed=None).exists()
    with pytest.raises(Refused):
        actions.acknowledge_payment(county.gu, made, payment=payment.pk, received_on=clock.today())


def test_both_sides_record_and_confirm(county: Cast, reach: Reach) -> None:
    made = reach("performing")
    item, duty = made.items.get(code="B09"), made.duties.first()
    assert duty is not None
    actions.record(
        county.gu, made, item=item.pk, done_on=clock.today(), quantity=Decimal(40), text="探访 40 人次"
    )
    actions.record(
        county.lu, made, duty=duty.pk, done_on=clock.today(), quantity=Decimal(1), text="当面指导一次"
    )
    with pytest.raises(Refused) as told:
        actions.record(county.lu, made, item=item.pk, done_on=clock.today(), text="替乙方记一笔")
    assert told.value.rule == "agreements.record_duty"
    theirs, ours = made.records.get(side="b"), made.records.get(side="a")
    with pytest.raises(Refused):
        actions.confirm_record(county.gu, made, record=theirs.pk)
    actions.confirm_record(county.lu, made, record=theirs.pk)
    actions.contest_record(county.gu, made, record=ours.pk, reply="当天没有来")
    theirs.refresh_from_db()
    ours.refresh_from_db()
    assert (theirs.status, ours.status) == ("confirmed", "contested")
    assert not Todo.objects.filter(verb="agreements.confirm_record", closed=None).exists()


def test_unpaid_the_committee_gives_notice_and_suspends_an_item(
    county: Cast, reach: Reach, hand: Hand
) -> None:
    made = reach("performing")
    item = made.items.get(code="B09")
    hand.set(date(2026, 5, 8))
    actions.serve_notice(county.zhou, made, kind="suspend", instalment=first(made), reason="第一期款逾期")
    notice = made.notices.get()
    assert notice.effective_on == date(2026, 5, 21)  # ten working days; Saturday 9 May is a working day
    with pytest.raises(Refused) as told:
        actions.suspend(county.zhou, made, notice=notice.pk, item=item.pk)
    assert told.value.rule == "agreements.notice_runs"
    hand.set(date(2026, 5, 26))
    actions.suspend(county.zhou, made, notice=notice.pk, item=item.pk)
    with pytest.raises(Refused) as told:
        actions.record(county.gu, made, item=item.pk, done_on=clock.today(), text="探访")
    assert told.value.rule == "agreements.suspended"
    days_later(hand, 9)
    actions.resume_item(county.lu, made, item=item.pk)
    item.refresh_from_db()
    assert (item.suspended, made.suspensions.get().until) == (False, date(2026, 6, 4))
    assert item.moved_days == 9
    assert item.due is None or item.deadline is None or (item.due - item.deadline).days == 9


def test_the_cause_gone_nothing_is_suspended(county: Cast, reach: Reach, hand: Hand) -> None:
    made = reach("performing")
    actions.serve_notice(county.zhou, made, kind="suspend", instalment=first(made), reason="第一期款逾期")
    amount = made.instalments.get(seq=1).amount_fen
    actions.pay(county.he, made, instalment=first(made), amount=amount, paid_on=clock.today(), voucher="P-1")
    days_later(hand, 40)
    with pytest.raises(Refused) as told:
        actions.suspend(county.zhou, made, notice=made.notices.get().pk, item=made.items.all()[0].pk)
    assert told.value.rule == "agreements.cause_gone"


@pytest.mark.parametrize(("head", "other"), [("chen", "zhou"), ("zhou", "chen")])
def test_either_side_stops_everything_and_goes_on(
    county: Cast, reach: Reach, hand: Hand, head: str, other: str
) -> None:
    made = reach("performing")
    one, two = getattr(county, head), getattr(county, other)
    actions.serve_notice(one, made, kind="suspend", reason="不可抗力")
    days_later(hand, 30)
    with pytest.raises(Refused):
        actions.suspend_all(two, made, notice=made.notices.get().pk)
    assert actions.suspend_all(one, made, notice=made.notices.get().pk).state == "suspended"
    assert actions.resume(two, made).state == "performing"


def test_breach_of_b_mended_in_time(county: Cast, reach: Reach, hand: Hand) -> None:
    made = reach("performing")
    item = made.items.get(code="B09")
    actions.serve_notice(county.lu, made, kind="breach", item=item.pk, reason="两个月没有探访")
    breach = made.breaches.get()
    assert (breach.accused, breach.due) == ("b", date(2026, 3, 26))
    with pytest.raises(Refused):
        actions.rectify(county.lu, made, breach=breach.pk, report="已补做")
    actions.rectify(county.gu, made, breach=breach.pk, report="已补做")
    actions.reject_rectification(county.lu, made, breach=breach.pk, reason="只补了一半")
    actions.rectify(county.gu, made, breach=breach.pk, report="全部补做")
    actions.accept_rectification(county.lu, made, breach=breach.pk)
    breach.refresh_from_db()
    assert (breach.state, breach.closed_on) == ("rectified", clock.today())


def test_breach_of_b_not_mended_reduces_what_is_unpaid(county: Cast, reach: Reach, hand: Hand) -> None:
    made = reach("performing")
    item = made.items.get(code="B09")
    actions.serve_notice(county.lu, made, kind="breach", item=item.pk, reason="没有探访")
    breach = made.breaches.get()
    with pytest.raises(Refused) as told:
        actions.reduce(county.lu, made, breach=breach.pk, amount=100_00, reason="未改正")
    assert told.value.rule == "agreements.rectify_runs"
    days_later(hand, 16)
    with pytest.raises(Refused) as told:
        actions.reduce(county.lu, made, breach=breach.pk, amount=item.amount_fen + 1, reason="未改正")
    assert told.value.rule == "agreements.remedy_too_large"
    made = actions.reduce(county.lu, made, breach=breach.pk, amount=100_00, reason="未改正")
    tail = made.instalments.get(tail=True)
    assert (made.remedy_fen, tail.payable_fen) == (-100_00, tail.amount_fen - 100_00)
    actions.serve_notice(county.lu, made, kind="breach", item=item.pk, reason="又没有做")
    days_later(hand, 16)
    second = made.breaches.exclude(pk=breach.pk).get()
    with pytest.raises(Refused) as told:  # two notices take no more than the item is worth
        actions.reduce(
            county.lu, made, breach=second.pk, amount=item.amount_fen - 100_00 + 1, reason="未改正"
        )
    assert told.value.rule == "agreements.remedy_too_large"


def test_breach_of_a_is_compensated_in_the_same_way(county: Cast, reach: Reach, hand: Hand) -> None:
    made = reach("performing")
    duty = made.duties.first()
    assert duty is not None
    with pytest.raises(Refused) as told:
        actions.serve_notice(county.zhou, made, kind="breach", item=made.items.all()[0].pk, reason="没有来")
    assert told.value.rule == "agreements.breach_of_what"
    actions.serve_notice(county.zhou, made, kind="breach", duty=duty.pk, reason="全年没有指导")
    days_later(hand, 16)
    made = actions.reduce(county.zhou, made, breach=made.breaches.get().pk, amount=500_00, reason="未改正")
    assert made.remedy_fen == 500_00
    assert sum(p.payable_fen for p in made.instalments.all()) == made.total_fen + 500_00


@pytest.mark.parametrize(("head", "other"), [("chen", "zhou"), ("zhou", "chen")])
def test_either_side_may_end_after_notice(
    county: Cast, reach: Reach, hand: Hand, head: str, other: str
) -> None:
    made = reach("performing")
    one, two = getattr(county, head), getattr(county, other)
    item = made.items.get(code="B09")
    actions.record(
        county.gu, made, item=item.pk, done_on=clock.today(), quantity=item.quantity / 4, text="四分之一"
    )
    with pytest.raises(Refused) as told:
        actions.terminate(one, made, reason="不再继续")
    assert told.value.rule == "agreements.not_ripe"
    actions.serve_notice(one, made, kind="terminate", reason="不再继续")
    days_later(hand, 31)
    if head == "zhou":  # what A had no time to answer is not paid by B's ending it
        actions.record(
            county.gu, made, item=item.pk, done_on=clock.today(), quantity=item.quantity, text="全部"
        )
        with pytest.raises(Refused) as told:
            actions.terminate(one, made, reason="不再继续")
        assert told.value.rule == "agreements.records_open"
        late = made.records.latest("pk")
        actions.contest_record(county.lu, made, record=late.pk, reply="没有做这么多")
    made = actions.terminate(one, made, reason="不再继续")
    assert (made.state, made.end_fen) == ("terminated", item.amount_fen // 4)
    assert sum(p.payable_fen for p in made.instalments.all()) == made.end_fen
    with pytest.raises(Refused):
        actions.confirm_termination(one, made)
    assert actions.confirm_termination(two, made).end_confirmed


def test_by_consent_the_end_comes_at_once(county: Cast, reach: Reach) -> None:
    made = reach("performing")
    actions.serve_notice(county.zhou, made, kind="terminate", reason="协商一致")
    actions.consent_termination(county.lu, made, notice=made.notices.get().pk)
    assert actions.terminate(county.chen, made, reason="协商一致").state == "terminated"


def test_supplement_is_talked_over_and_signed_like_the_agreement(county: Cast, reach: Reach) -> None:
    made = reach("performing")
    old_total, old_hash = made.total_fen, made.text_sha256
    actions.open_supplement(county.zhou, made, cause="workload", reason="高温天数增加")
    with pytest.raises(Refused):
        actions.open_supplement(county.lu, made, cause="list", reason="又一份")
    item = made.items.get(code="B09")
    quantity = item.quantity + 60
    price = item.unit_price_fen or 0
    fields = item_fields(made, "B09", quantity=quantity, amount=int(quantity * price))
    actions.amend_item(county.gu, made, **fields, reason="加访 60 人次")
    actions.balance(county.gu, made, what="payment")
    actions.send_supplement(county.gu, made)
    assert fresh(made).total_fen == old_total
    with pytest.raises(Refused):
        actions.sign_supplement(county.chen, made)
    actions.agree_supplement(county.lu, made)
    assert fresh(made).total_fen == old_total  # nothing changes before both have signed
    actions.sign_supplement(county.zhou, made)
    actions.sign_supplement(county.chen, made)
    made = fresh(made)
    supplement = made.supplements.get()
    assert supplement.state == "signed"
    assert "修改为" in supplement.frozen_text
    assert made.total_fen == old_total + 60 * price == made.instalments_fen
    assert made.text_sha256 == old_hash
    assert text.open_supplement(made) is None
    actions.disclose_supplement(county.gu, made, posted_on=clock.today())
    assert not made.disclosures.filter(posted_on=None).exists()


def test_supplement_adds_and_strikes_a_listed_item(county: Cast, reach: Reach) -> None:
    made = reach("performing")
    actions.open_supplement(county.lu, made, cause="list", reason="清单年中调整")
    actions.strike(county.lu, made, clause=key_of(made, "B19"), reason="清单删去")
    gone = made.items.get(code="B19")
    actions.add_item(
        county.lu,
        made,
        code="B25",
        standard="乙方协助组织普法宣传",
        weight=gone.weight,
        amount=gone.amount_fen,
    )
    actions.send_supplement(county.lu, made)
    made_change = made.changes.get(op="add")
    actions.agree_supplement(county.zhou, made)
    actions.sign_supplement(county.chen, made)
    actions.sign_supplement(county.zhou, made)
    made = fresh(made)
    assert made.items.get(code="B25").clause_id == made.changes.get(pk=made_change.pk).clause_id
    assert made.items.get(code="B19").clause.struck
    assert made.weights == 100


def test_a_supplement_says_nothing_of_a_clause_struck_before_anybody_agreed_to_it(
    county: Cast, reach: Reach
) -> None:
    made = reach("performing")
    actions.open_supplement(county.zhou, made, cause="other", reason="加两项")
    for body in ("甲方按季提供变动名单", "甲方每年培训一次"):
        actions.add_duty(county.gu, made, heading="名单", body=body, duty_kind="data", times=4)
    actions.send_supplement(county.gu, made)
    lists, training = made.changes.order_by("id")
    actions.strike(county.lu, made, clause=lists.key, reason="已经在系统里共享")
    actions.accept(county.lu, made, change=training.pk)
    actions.send_supplement(county.lu, made)
    actions.agree_supplement(county.gu, made)
    words = made.supplements.get().frozen_text
    assert "甲方每年培训一次" in words
    assert "删去" not in words
    actions.sign_supplement(county.zhou, made)
    actions.sign_supplement(county.chen, made)
    assert made.supplements.get().state == "signed"
    assert not made.duties.filter(body="甲方按季提供变动名单").exists()
    assert made.duties.filter(body="甲方每年培训一次").count() == 1
    actions.open_supplement(county.zhou, made, cause="other", reason="只有被删去的一项")
    actions.add_duty(county.gu, made, heading="名单", body="再提一次名单", duty_kind="data", times=4)
    actions.send_supplement(county.gu, made)
    again = made.changes.latest("id")
    actions.strike(county.lu, made, clause=again.key, reason="不用")
    actions.send_supplement(county.lu, made)
    with pytest.raises(Refused) as told:
        actions.agree_supplement(county.gu, made)
    assert told.value.rule == "agreements.empty_supplement"


def test_supplement_given_up_leaves_everything_as_it_was(county: Cast, reach: Reach) -> None:
    made = reach("performing")
    actions.open_supplement(county.lu, made, cause="other", reason="想改")
    actions.strike(county.lu, made, clause=key_of(made, "B19"), reason="删去")
    actions.drop_supplement(county.zhou, made, reason="不同意")
    assert made.items.filter(clause__struck=False).count() == 3
    actions.open_supplement(county.zhou, made, cause="other", reason="另一件")


def test_evaluated_and_settled_with_the_tail_by_formula(county: Cast, reach: Reach) -> None:
    made = reach("performing")
    for party in (county.lu, county.chen, county.zhou, county.gu, county.wang):
        with pytest.raises(NotFound):  # nobody skips the evaluation
            actions.mark_evaluated(party, made)
    actions.mark_evaluated(SYSTEM, made)
    tail = made.instalments.get(tail=True)
    with pytest.raises(Refused) as told:
        actions.settle(county.lu, made, tail=tail.amount_fen + 1)
    assert told.value.rule == "agreements.tail_range"
    with pytest.raises(NotFound):
        actions.settle(county.zhou, made, tail=tail.amount_fen)
    made = actions.settle(county.lu, made, tail=tail.amount_fen * 9 // 10, basis="72 分，按 72/80")
    tail.refresh_from_db()
    assert (made.state, tail.payable_fen) == ("settled", tail.amount_fen * 9 // 10)
    actions.pay(
        county.he, made, instalment=tail.pk, amount=tail.payable_fen, paid_on=clock.today(), voucher="T-1"
    )
    assert fresh(made).paid_fen == tail.payable_fen


def test_merged_village_hands_its_agreement_to_its_successor(county: Cast, reach: Reach) -> None:
    made = reach("performing")
    heir = units.open_unit(
        units.COMMITTEE, "新荷村村民委员会", "新荷村", "320585101299", parent=county["沙溪镇"], opened=OPENED
    )
    with pytest.raises(Refused):
        actions.succeed(county.lu, made, to=county["万安村"].pk, on=clock.today(), basis="太政复〔2026〕3号")
    with pytest.raises(Refused) as told:
        actions.succeed(county.lu, made, to=heir.pk, on=clock.today(), basis="太政复〔2026〕3号")
    assert told.value.rule == "agreements.heir_register"  # A alone does not choose whom it agreed with
    old, new = (
        Place.objects.create(
            code=u.code, name=u.short, short=u.short, level="village", type="village", unit=u
        )
        for u in (county["中荷村"], heir)
    )
    Register.objects.create(kind="merge", old=old, new=new, on=clock.today(), basis="太政复〔2026〕3号")
    made = actions.succeed(county.lu, made, to=heir.pk, on=clock.today(), basis="太政复〔2026〕3号")
    assert (made.party_b, made.state) == (heir, "performing")
    with pytest.raises(NotFound):
        actions.record(county.gu, made, done_on=clock.today(), text="原村", item=made.items.all()[0].pk)
    assert not Todo.objects.filter(thing_id=made.pk, unit=county["中荷村"], closed=None).exists()


def test_the_public_reads_no_telephone_even_in_a_heading(county: Cast, reach: Reach) -> None:
    made = reach("signed")
    made.clauses.filter(kind="item").update(heading="找老周 13812345678")
    shown = [c.heading for c in public.one(made.pk).clauses if c.kind == "item"]
    assert set(shown) == {"找老周 138****5678"}
