"""Many at the same moment, on real PostgreSQL: one vote each, none lost, none after the close."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from gongzhi.cast import Cast, build, resident
from gongzhi.core import calendar, clock
from gongzhi.core.accounts import Account
from gongzhi.core.refusal import Refused
from gongzhi.participation.opinions import actions
from gongzhi.participation.opinions.models import OpinionMap, Participant, Statement, Vote
from gongzhi.participation.opinions.tests.conftest import open_on, say_all

pytestmark = pytest.mark.django_db(transaction=True)
VALUES = ("agree", "disagree", "pass")


@pytest.fixture
def town(transactional_db: None, now: object) -> Iterator[Cast]:
    """The county in committed rows, so that other threads see it."""
    calendar.seed()
    return build()


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


def counts(statement: Statement) -> Counter[int]:
    """The statement's counters as the votes' values."""
    statement.refresh_from_db()
    return +Counter({1: statement.agrees, -1: statement.disagrees, 0: statement.passes})


def test_fifty_votes_of_one_account_leave_one(town):
    poll = open_on(town, "gu", "中荷村")
    (first,) = say_all(town.gu, poll, 1)
    at_once(*[lambda v=VALUES[n % 3]: actions.vote(town.mei, first, value=v) for n in range(50)])
    vote = Vote.objects.get()
    assert counts(first) == Counter({vote.value: 1})
    assert Participant.objects.get().votes == 1


def test_one_account_on_many_statements_and_many_on_one_lose_nothing(town):
    poll = open_on(town, "gu", "中荷村")
    said = say_all(town.gu, poll, 6)
    people = [resident(town["中荷村"]) for _ in range(8)]
    jobs = [
        lambda p=p, s=s, v=VALUES[(n + m) % 3]: actions.vote(p, s, value=v)
        for n, p in enumerate(people)
        for m, s in enumerate(said)
    ]
    assert not [f for f in at_once(*jobs) if isinstance(f, Refused)]
    assert Vote.objects.count() == 48
    for one in said:
        assert counts(one) == Counter(Vote.objects.filter(statement=one).values_list("value", flat=True))
    assert set(Participant.objects.values_list("votes", flat=True)) == {6}


def test_votes_while_closing_are_counted_or_refused_and_the_last_map_has_them_all(town):
    poll = open_on(town, "gu", "中荷村")
    said = say_all(town.gu, poll, 3)
    people = [resident(town["中荷村"]) for _ in range(8)]

    def shut() -> None:
        with transaction.atomic():
            actions.close_poll(Account.objects.get(pk=poll.thing_id))

    jobs = [lambda p=p, s=s: actions.vote(p, s, value="agree") for s in said for p in people]
    found = at_once(*jobs[:12], shut, *jobs[12:])
    refused = [f for f in found if isinstance(f, Refused)]
    assert {r.rule for r in refused} <= {"opinions.closed"}
    assert Vote.objects.count() == 24 - len(refused)
    drawn = actions.redraw(poll.pk)
    if Participant.objects.count() < 5:
        assert drawn is None, "so few are not told of"
    else:
        assert drawn.final
        assert drawn.votes == Vote.objects.count()


def test_drawing_while_people_vote_loses_no_vote(town):
    poll = open_on(town, "gu", "中荷村")
    said = say_all(town.gu, poll, 4)
    people = [resident(town["中荷村"]) for _ in range(10)]
    for p in people[:5]:
        actions.vote(p, said[0], value="agree")
    jobs = [lambda p=p, s=s: actions.vote(p, s, value="disagree") for p in people for s in said[1:]]
    at_once(*jobs[:15], lambda: actions.redraw(poll.pk), *jobs[15:])
    with transaction.atomic():
        actions.close_poll(Account.objects.get(pk=poll.thing_id))
    drawn = actions.redraw(poll.pk)
    late = Participant.objects.filter(fresh=True).count()
    assert late < 5, "more than that have a last map of their own"
    assert Vote.objects.count() == 35
    assert drawn.votes == 35 if not late else drawn.votes < 35
    assert [m.version for m in OpinionMap.objects.order_by("version")] == list(range(1, drawn.version + 1))


def test_one_sentence_said_by_ten_at_once_stands_once(town):
    poll = open_on(town, "gu", "中荷村")
    people = [resident(town["中荷村"]) for _ in range(10)]
    found = at_once(*[lambda p=p: actions.propose(p, poll=poll.pk, text="先把灯装上") for p in people])
    assert sorted(f.rule for f in found if isinstance(f, Refused)) == ["opinions.said"] * 9
    assert Statement.objects.get().number == 1
