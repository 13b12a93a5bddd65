"""Two people at the same moment, on real PostgreSQL: nothing is signed, paid or answered twice, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from gongzhi.cast import Cast, build
from gongzhi.core import calendar, clock
from gongzhi.core.refusal import Refused
from gongzhi.lists.agreements import actions
from gongzhi.lists.agreements.models import Agreement

from .conftest import STEPS, fresh, item_fields, listed_county, vote

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_county(transactional_db: None, now: object) -> Iterator[Cast]:
    """The county in committed rows, so that other threads see it."""
    calendar.seed()
    return listed_county(build())


def reached(county: Cast, state: str) -> Agreement:
    """An agreement taken to a state."""
    made = actions.draft(county.lu, year=2026, party_b=county["中荷村"].pk, codes="B09,B19")
    moves: list[Callable[[], Any]] = [
        lambda: actions.propose(county.lu, made), lambda: actions.agree(county.gu, made), lambda: vote(county, made),
        lambda: actions.sign(county.chen, made), lambda: actions.sign(county.zhou, made),
        lambda: actions.disclose(county.gu, made, posted_on=clock.today()),
    ]  # fmt: skip
    for move in moves[: STEPS.index(state)]:
        move()
    return fresh(made)


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run the jobs at the same moment in threads of their own; a refusal is their result."""
    gate, today = Barrier(len(jobs)), clock.now()

    def run(job: Callable[[], Any]) -> Any:
        with clock.at(today):
            gate.wait()
            try:
                return job()
            except Refused as refused:
                return refused
            finally:
                connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_both_sign_at_once_and_both_signatures_stand(open_county: Cast) -> None:
    made = reached(open_county, "signing")
    found = at_once(
        lambda: actions.sign(open_county.chen, made), lambda: actions.sign(open_county.zhou, made)
    )
    assert not [f for f in found if isinstance(f, Refused)]
    made = fresh(made)
    assert made.state == "signed"
    assert made.signatures.count() == 2
    assert made.disclosures.count() == 1


def test_one_side_signs_twice_at_once(open_county: Cast) -> None:
    made = reached(open_county, "signing")
    found = at_once(*[lambda: actions.sign(open_county.zhou, made)] * 4)
    assert len([f for f in found if isinstance(f, Refused)]) == 3
    assert made.signatures.count() == 1


def test_an_instalment_paid_twice_at_once_is_paid_once(open_county: Cast) -> None:
    made = reached(open_county, "performing")
    part = made.instalments.get(seq=1)

    def pay(voucher: str) -> Callable[[], Agreement]:
        return lambda: actions.pay(
            open_county.he,
            made,
            instalment=part.pk,
            amount=part.amount_fen,
            paid_on=clock.today(),
            voucher=voucher,
        )

    found = at_once(pay("P-1"), pay("P-2"), pay("P-3"))
    assert sorted(f.rule for f in found if isinstance(f, Refused)) == ["agreements.overpaid"] * 2
    assert fresh(made).paid_fen == part.amount_fen
    assert made.payments.count() == 1


def test_one_voucher_on_two_agreements_at_once(open_county: Cast) -> None:
    one = reached(open_county, "performing")
    two = actions.draft(open_county.lu, year=2026, party_b=open_county["虹桥村"].pk, codes="B09")
    actions.propose(open_county.lu, two)
    actions.agree(open_county.wu, two)
    actions.decide(
        open_county.wu, two, body="representatives", held_on=clock.today(), eligible=3, present=3, yes=3
    )
    actions.decide(
        open_county.wu, two, body="two_committees", held_on=clock.today(), eligible=3, present=3, yes=3
    )
    actions.sign(open_county.chen, two)
    actions.sign(open_county.wu, two)

    def pay(made: Agreement) -> Callable[[], Agreement]:
        part = made.instalments.get(seq=1)
        return lambda: actions.pay(
            open_county.he, made, instalment=part.pk, amount=100, paid_on=clock.today(), voucher="同一张"
        )

    found = at_once(pay(one), pay(two))
    assert [f.rule for f in found if isinstance(f, Refused)] == ["agreements.voucher_used"]


def test_two_editors_of_one_clause_the_second_is_told(open_county: Cast) -> None:
    made = reached(open_county, "with_b")
    verb = actions.amend_item
    seen = fresh(made).revision

    def amend(actor: Any, standard: str) -> Callable[[], Agreement]:
        fields = item_fields(made, "B09", standard=standard)
        return lambda: verb.perform(actor, made.pk, {**fields, "reason": ""}, seen=seen)

    found = at_once(amend(open_county.gu, "乙方每月探访两次"), amend(open_county.zhou, "乙方每周探访一次"))
    assert [f.rule for f in found if isinstance(f, Refused)] == ["core.stale"]
    assert made.changes.count() == 1


def test_sending_and_amending_at_once_never_loses_a_change(open_county: Cast) -> None:
    made = reached(open_county, "with_b")
    actions.amend_item(open_county.gu, made, **item_fields(made, "B09", standard="乙方每月探访两次"))
    late = item_fields(made, "B19", standard="乙方协助收集材料")
    found = at_once(
        lambda: actions.respond(open_county.zhou, made),
        lambda: actions.amend_item(open_county.gu, made, **late),
    )
    refused = [f for f in found if isinstance(f, Refused)]
    made = fresh(made)
    assert made.state == "with_a"
    # Either the amendment came first and was sent with the round, or it was told that the turn had passed.
    assert made.changes.filter(status="open").count() == (1 if refused else 2)
    assert not made.changes.filter(status="draft").exists()


def test_two_drafts_at_once_never_share_a_number(open_county: Cast) -> None:
    found = at_once(
        lambda: actions.draft(open_county.lu, year=2026, party_b=open_county["中荷村"].pk),
        lambda: actions.draft(open_county.wu, year=2026),
        lambda: actions.draft(open_county.xu, year=2026),
    )
    assert sorted(a.seq for a in found) == [1, 2, 3]
