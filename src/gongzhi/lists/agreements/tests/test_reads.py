"""What other rooms and the worker read: terms for the evaluation, figures, reminders that go out once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from gongzhi.cast import Cast
from gongzhi.core import clock
from gongzhi.core.clock import Hand
from gongzhi.core.models import Notice
from gongzhi.core.refusal import NotFound
from gongzhi.lists.agreements import actions, queries
from gongzhi.lists.agreements.actions import reminders
from gongzhi.lists.agreements.models import Agreement

Reach = Callable[..., Agreement]


def test_terms_are_plain_values_for_the_evaluation(county: Cast, reach: Reach) -> None:
    made = reach("performing")
    duty = made.duties.first()
    assert duty is not None
    actions.record(county.lu, made, duty=duty.pk, done_on=clock.today(), text="指导一次")
    terms = queries.terms(made.pk)
    assert sum(i.weight for i in terms.items) == 100
    assert sum(i.amount_fen for i in terms.items) == terms.total_fen
    assert [d.done for d in terms.duties] == [1, 0, 0]
    assert terms.tail_fen == made.instalments.get(tail=True).amount_fen
    assert (terms.party_a, terms.party_b) == ("沙溪镇", "中荷村")
    assert [t.agreement_id for t in queries.for_evaluation(2026, county["中荷村"].pk)] == [made.pk]
    assert queries.for_evaluation(2026, county["虹桥村"].pk) == []
    with pytest.raises(NotFound):
        queries.visible(county.wu, made.pk)
    with pytest.raises(NotFound):
        queries.terms(0)


def test_figures_by_township_count_each_side_and_each_payment(county: Cast, reach: Reach, hand: Hand) -> None:
    made = reach("performing")
    amount, part = made.instalments.get(seq=1).amount_fen, made.instalments.get(seq=1)
    hand.set(date(2026, 5, 12))
    actions.pay(county.he, made, instalment=part.pk, amount=amount, paid_on=date(2026, 5, 12), voucher="P-1")
    actions.serve_notice(county.lu, made, kind="breach", item=made.items.all()[0].pk, reason="没有做")
    actions.serve_notice(county.zhou, made, kind="breach", instalment=part.pk, reason="晚付")
    row = next(f for f in queries.by_township(county.wang, 2026) if f.name == "沙溪镇")
    assert (row.places, row.signed, row.signing_rate) == (3, 1, Decimal("33.33"))
    assert (row.payments_due, row.payments_in_time, row.payments_open_late) == (1, 0, 0)
    assert (row.breaches_a, row.breaches_b) == (1, 1)
    assert [f.name for f in queries.by_township(county.zhou, 2026)] == ["沙溪镇"]
    found = queries.find(county.lu, queries.Filters(year=2026, flag="late_paid"))
    assert [a.pk for a in found] == [made.pk]
    assert not queries.find(county.wu, queries.Filters(year=2026)).exists()


def test_reminders_go_out_once_within_five_working_days(county: Cast, reach: Reach, hand: Hand) -> None:
    reach("performing")
    hand.set(date(2026, 4, 20))
    assert reminders.remind() == 0  # the first instalment falls due on Thursday 30 April
    hand.set(date(2026, 4, 24))
    before = Notice.objects.filter(verb="agreements.pay").count()
    assert reminders.remind() == 1
    assert reminders.remind() == 0
    assert Notice.objects.filter(verb="agreements.pay").count() == before + 1
