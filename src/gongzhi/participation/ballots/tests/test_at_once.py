"""Many people at the same moment, on real PostgreSQL: no vote twice, none lost, none after the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from gongzhi.cast import Cast, build
from gongzhi.core import calendar, clock
from gongzhi.core.clock import Hand
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.participation.ballots import actions, queries
from gongzhi.participation.ballots.models import Ballot, Batch, Entry, Envelope, Result, Slip, Voter
from gongzhi.participation.ballots.rules import Invited

from .conftest import fresh, residents, sheet

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def county(transactional_db: None, now: object) -> Iterator[Cast]:
    """The cast in committed rows, so that other threads see it."""
    calendar.seed()
    return build()


def asked(county: Cast, **more: Any) -> Ballot:
    fields = {
        "question": "路灯几点关",
        "options": ["十点", "十一点"],
        "closes": clock.now() + timedelta(days=1),
    }
    return actions.open_ballot(None, county["中荷村"].pk, **{**fields, **more})


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run the jobs at the same moment in threads of their own; a refusal is their result."""
    gate, moment = Barrier(len(jobs)), clock.now()

    def run(job: Callable[[], Any]) -> Any:
        with clock.at(moment):
            gate.wait()
            try:
                return job()
            except (Refused, NotFound) as refused:
                return refused
            finally:
                connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def refusals(found: list[Any]) -> list[str]:
    return [f.rule for f in found if isinstance(f, Refused)]


def test_fifty_requests_of_one_voter_leave_exactly_one_vote(county: Cast) -> None:
    ballot = asked(county, changeable=False)
    found = at_once(*[lambda: actions.vote(county.mei, ballot, choices=[0])] * 50)
    assert refusals(found) == ["ballots.voted"] * 49
    assert (Voter.objects.count(), Envelope.objects.count(), fresh(ballot).online) == (1, 1, 1)


def test_fifty_changes_of_mind_leave_one_vote_too(county: Cast) -> None:
    ballot = asked(county)
    found = at_once(*[lambda n=n: actions.vote(county.mei, ballot, choices=[n % 2]) for n in range(50)])
    assert refusals(found) == []
    assert (Voter.objects.count(), Envelope.objects.count(), fresh(ballot).online) == (1, 1, 1)


def test_online_and_paper_at_once_are_one_vote(county: Cast) -> None:
    ballot = asked(county)
    found = at_once(
        lambda: actions.vote(county.mei, ballot, choices=[0]),
        lambda: actions.hand_out(county.gu, ballot, account=county.mei.account_id),
        lambda: actions.hand_out(county.jian, ballot, account=county.mei.account_id),
    )
    assert len(refusals(found)) == 2
    row = fresh(ballot)
    assert row.online + row.papers == 1 == Voter.objects.count()


def test_a_vote_at_the_close_is_counted_or_refused_and_never_lost(county: Cast, hand: Hand) -> None:
    folk = residents(county, 1, 20)
    ballot = asked(county, electorate=[Invited(account_id=a.account_id) for a in folk], kind="stakeholders")
    hand.moment = ballot.closes - timedelta(microseconds=1)
    jobs: list[Callable[[], Any]] = [lambda a=a: actions.vote(a, ballot, choices=[0]) for a in folk]

    def end() -> Any:
        with clock.at(ballot.closes):
            return actions.close(county.gu, ballot)

    found = at_once(*jobs[:10], end, *jobs[10:])
    voted = sum(1 for n, f in enumerate(found) if n != 10 and not isinstance(f, Exception))
    assert fresh(ballot).state == "counted"
    assert set(refusals(found)) <= {"ballots.late"}
    assert (Slip.objects.count(), Envelope.objects.count()) == (voted, 0)
    assert queries.result(ballot).counts == [voted, 0]


def test_two_clerks_enter_at_once_and_the_batch_is_settled(county: Cast, hand: Hand) -> None:
    ballot = asked(county, electorate=[Invited("甲"), Invited("乙")], kind="stakeholders")
    for seat in (1, 2):
        actions.hand_out(county.gu, ballot, voter=seat)
    ballot = actions.close(county.gu, ballot)
    same = sheet(2, 0)
    found = at_once(
        lambda: actions.enter(county.gu, ballot, batch=1, **same),
        lambda: actions.enter(county.jian, ballot, batch=1, **same),
        lambda: actions.enter(county.gu, ballot, batch=1, **same),
    )
    assert len(refusals(found)) == 1
    assert (Entry.objects.count(), Batch.objects.get().settled) == (2, True)


def test_two_counts_at_once_publish_one_result(county: Cast) -> None:
    ballot = asked(county, electorate=[Invited("甲")], kind="stakeholders")
    actions.hand_out(county.gu, ballot, voter=1)
    ballot = actions.close(county.gu, ballot)
    for who in (county.gu, county.jian):
        actions.enter(who, ballot, batch=1, **sheet(1, 0))
    found = at_once(lambda: actions.count(county.gu, ballot), lambda: actions.count(county.zhou, ballot))
    assert len(refusals(found)) == 1
    assert Result.objects.count() == 1


def test_the_worker_closes_what_is_over_once(county: Cast, hand: Hand) -> None:
    over, running = asked(county), asked(county, closes=clock.now() + timedelta(days=9))
    actions.vote(county.mei, over, choices=[1])
    hand.forward(days=1)
    assert sum(at_once(actions.close_due, actions.close_due, actions.close_due)) == 1
    assert (fresh(over).state, fresh(running).state) == ("counted", "open")
    assert queries.result(over).counts == [0, 1]
    assert actions.close_due() == 0


def test_what_the_worker_cannot_open_waits_for_the_host(county: Cast, hand: Hand) -> None:
    from gongzhi.core.todo import Todo

    ballot = asked(county)
    actions.vote(county.mei, ballot, choices=[1])
    Envelope.objects.update(content="k1:AAAA")
    hand.forward(days=1)
    assert [actions.close_due(), actions.close_due()] == [0, 0]
    (waits,) = Todo.objects.filter(verb="ballots.close", closed=None)
    assert "打不开" in str(waits)
    assert (fresh(ballot).state, Slip.objects.count()) == ("open", 0)
