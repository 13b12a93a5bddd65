"""Two people at the same moment, on real PostgreSQL: nothing is done twice, nothing is lost, nothing stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from gongzhi.cast import OPENED, build
from gongzhi.core import calendar, clock
from gongzhi.core.access import SYSTEM
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.participation.conversations import actions as conversations
from gongzhi.participation.conversations import queries as threads
from gongzhi.participation.deliberations import actions
from gongzhi.participation.deliberations.models import Matter, Raising
from gongzhi.registers.places import actions as places
from gongzhi.registers.places import rules as place_rules
from gongzhi.registers.places.models import Place
from gongzhi.registers.tests.county import NAMES, County

from .conftest import Village, fresh

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def village(transactional_db: None, now: object) -> Iterator[Village]:
    """The village in committed rows, so that other threads see it."""
    calendar.seed()
    cast = build()
    Place.objects.bulk_create(
        Place(
            code=c, name=n, short=place_rules.short_name(n), level=place_rules.level_of(c),
            type=place_rules.kind_of(c, n) if c[9:] != "000" else None,
        )
        for c, n in NAMES
    )  # fmt: skip
    places.enrol(SYSTEM, Place.objects.get(code="320585000000"), opened=OPENED)
    hand = clock._hand.get()
    assert hand is not None
    return Village(County(cast, {p.short: p for p in Place.objects.all()}, {}), hand)


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """Run the jobs at the same moment in threads of their own; a refusal is their result."""
    gate, today = Barrier(len(jobs)), clock.now()

    def run(job: Callable[[], Any]) -> Any:
        with clock.at(today):
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
    return sorted(f.rule for f in found if isinstance(f, Refused))


def test_two_screeners_decide_once(village: Village) -> None:
    matter = village.registered()
    found = at_once(
        lambda: actions.accept(village.zhou, matter, **village.vote()),
        lambda: actions.decline(village.gu, matter, **village.vote(), reason="court"),
    )
    assert refusals(found) == ["deliberations.flow"]
    assert fresh(matter).answers.count() == fresh(matter).decisions.count() == 1


def test_a_phone_that_sends_many_at_once_passes_no_more_than_the_days_number(village: Village) -> None:
    for _ in range(8):
        village.raised()
    found = at_once(*[village.raised] * 6)
    assert refusals(found) == ["deliberations.too_many_today"] * 4
    assert Raising.objects.count() == 10


def test_two_workers_register_the_same_word_once(village: Village) -> None:
    raising = village.raised()
    known = {"title": "装路灯", "category": "lighting", "text": "没灯"}
    found = at_once(
        *[lambda who=who: actions.register(who, raising, **known) for who in (village.gu, village.zhou)] * 2
    )
    assert refusals(found) == ["deliberations.flow"] * 3
    assert Matter.objects.count() == 1


def test_numbers_are_given_once_and_none_is_left_out(village: Village) -> None:
    def enter(who: Any) -> Callable[[], Matter]:
        return lambda: actions.enter(
            who, title="事情", category="other", text="x", source="visit", heard_on=clock.today()
        )

    found = at_once(
        *[enter(who) for who in (village.gu, village.zhou, village.wu, village.xu, village.sun)] * 2
    )
    assert sorted(m.seq for m in found) == list(range(1, 11))


def test_a_word_joined_while_its_matter_is_merged_is_never_lost(village: Village) -> None:
    one, two = village.registered(), village.registered()
    late = village.raised(village.lan, text="桥头没灯")
    found = at_once(
        lambda: actions.merge(village.zhou, two, into=one.pk),
        lambda: actions.join(village.gu, late, matter=two.pk),
    )
    assert not [f for f in found if isinstance(f, NotFound)]
    assert refusals(found) in ([], ["deliberations.matter"])  # the merge may be told to come back in a moment
    late = Raising.objects.get(pk=late.pk)
    home = fresh(late.matter)
    assert home.state != "merged"
    for matter in Matter.objects.all():
        assert matter.raised == Raising.objects.filter(matter=matter, state="registered").count()


def test_two_matters_merged_into_each_other_at_once_leave_one(village: Village) -> None:
    one, two = village.registered(), village.registered()
    found = at_once(
        lambda: actions.merge(village.zhou, one, into=two.pk),
        lambda: actions.merge(village.gu, two, into=one.pk),
    )
    assert len(refusals(found)) >= 1
    states = sorted(Matter.objects.values_list("state", flat=True))
    assert states in (["merged", "registered"], ["registered", "registered"])


def test_merging_while_people_comment(village: Village) -> None:
    one, two = village.registered(publish=True), village.registered(publish=True)
    thread = threads.thread_of(two)
    found = at_once(
        lambda: actions.merge(village.zhou, two, into=one.pk),
        *[lambda who=who: conversations.comment(who, thread=thread.pk, text="桥头也要灯") for who in (village.lan, village.zhu, village.ju)],
    )  # fmt: skip
    assert fresh(two).state == "merged"
    kept = threads.thread_of(two)
    assert not kept.is_open
    assert kept.comments.count() == len([f for f in found[1:] if not isinstance(f, Refused)]), (
        "what was said stands"
    )


def test_two_owners_of_one_task_accept_once(village: Village) -> None:
    matter = village.doing()
    task = matter.tasks.order_by("seq").first()
    found = at_once(*[lambda: actions.accept_task(village.min, task)] * 3)
    assert refusals(found) == ["deliberations.flow"] * 2


def test_the_last_two_tasks_done_at_once_move_the_matter_once(village: Village) -> None:
    matter = village.doing()
    lamps, heaps = matter.tasks.order_by("seq")
    actions.accept_task(village.min, lamps)
    actions.accept_task(village.gu, heaps)
    found = at_once(
        lambda: actions.finish_task(village.min, lamps, result="好了"),
        lambda: actions.finish_task(village.gu, heaps, result="好了"),
    )
    assert refusals(found) == []
    assert fresh(matter).state == "done"


def test_a_task_finished_while_its_matter_is_talked_over_does_not_stand_still(village: Village) -> None:
    matter = village.doing()
    lamps = matter.tasks.get(seq=1)
    actions.accept_task(village.min, lamps)
    objection = actions.object_to(village.lan, matter=matter.pk, text="太亮")
    found = at_once(
        lambda: actions.finish_task(village.min, lamps, result="好了"),
        lambda: actions.uphold(village.gu, objection, answer="再商量"),
    )
    assert refusals(found) == []
    assert fresh(matter).state == "talking"


def test_a_report_sent_twice_at_once_is_kept_once(village: Village) -> None:
    found = at_once(*[lambda: village.raised(key="离线-1")] * 4)
    assert refusals(found) == ["deliberations.sent_already"] * 3
    assert Raising.objects.count() == 1


def test_two_draws_at_once_draw_once(village: Village) -> None:
    matter = village.done()
    for who in (village.lan, village.zhu, village.ju, village.song):
        actions.volunteer(who, matter=matter.pk)
    found = at_once(*[lambda: actions.draw(village.gu, matter, words="27", places=3)] * 2)
    assert refusals(found) == ["deliberations.flow"]
    assert matter.supervisors.filter(state="chosen").count() == 3
