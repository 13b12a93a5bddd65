"""Paper ballots: two people count apart, figures add up or are refused, and a box with too many papers is void."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from gongzhi.cast import Cast
from gongzhi.core.access import Actor
from gongzhi.core.clock import Hand
from gongzhi.core.refusal import Refused
from gongzhi.participation.ballots import actions, queries
from gongzhi.participation.ballots.models import Ballot, Entry, Result
from gongzhi.participation.ballots.rules import APPROVAL, Invited

from .conftest import fresh, residents, sheet

pytestmark = pytest.mark.django_db
Ask = Callable[..., Ballot]


def overwrite(**change: Any) -> None:
    """Change every sheet as somebody could who owns the tables."""
    with connection.cursor() as cursor:
        columns = ", ".join(f"{name} = %s" for name in change)
        cursor.execute(f"UPDATE ballots_entry SET {columns}", list(change.values()))


@pytest.fixture
def hall(cast: Cast, ask: Ask, hand: Hand) -> Ballot:
    """30 households of a villagers' group, 24 of which came and took paper; voting is over."""
    ballot = ask(
        options=APPROVAL,
        kind="group",
        electorate=[Invited(f"户主{n}", household=f"{n}") for n in range(1, 31)],
    )
    for seat in range(1, 25):
        actions.hand_out(cast.gu, ballot, voter=seat)
    hand.forward(days=5)
    return actions.close(cast.gu, ballot)


def test_two_equal_sheets_by_two_people_settle_a_batch(cast: Cast, hall: Ballot) -> None:
    assert hall.state == "closed"
    with pytest.raises(Refused, match="还没有录入计票单"):
        actions.count(cast.gu, hall)
    actions.enter(cast.gu, hall, batch=1, **sheet(13, 9, 1, invalid=1))
    with pytest.raises(Refused) as told:
        actions.enter(cast.gu, hall, batch=1, **sheet(13, 9, 1, invalid=1))
    assert told.value.rule == "ballots.second_person"
    with pytest.raises(Refused, match="第 1 批还没有核对一致"):
        actions.count(cast.gu, hall)
    actions.enter(cast.jian, hall, batch=1, **sheet(13, 9, 1, invalid=1))
    done = actions.count(cast.zhou, hall, tellers="唱票顾勤，计票简督")
    found = queries.result(done)
    assert found is not None
    assert (found.outcome, found.eligible, found.present, found.needed_present, found.needed_votes) == (
        "passed",
        30,
        24,
        20,
        13,
    )
    assert (found.pack, found.verified) == ("VILLAGE_2026", False)
    with pytest.raises(Refused):
        actions.enter(cast.gu, hall, batch=2, **sheet(1, 0, 0))


def test_different_sheets_are_both_entered_again(cast: Cast, hall: Ballot) -> None:
    actions.enter(cast.gu, hall, batch=1, **sheet(13, 11, 0))
    actions.enter(cast.jian, hall, batch=1, **sheet(12, 12, 0))
    (one,) = queries.batches(hall)
    assert (one.batch.settled, one.batch.round, one.now, len(one.before)) == (False, 2, (), 2)
    actions.enter(cast.jian, hall, batch=1, **sheet(12, 12, 0))
    with pytest.raises(Refused):
        actions.count(cast.gu, hall)
    actions.enter(cast.gu, hall, batch=1, **sheet(12, 12, 0))
    done = actions.count(cast.gu, hall)
    found = queries.result(done)
    assert found is not None
    assert found.outcome == "failed", "12 of 24 is no majority"


@pytest.mark.parametrize(
    ("figures", "rule"),
    [
        (sheet(13, 9, 1, returned=24), "ballots.sum"),
        (sheet(13, 11, 0, issued=25), "ballots.issued"),
        (sheet(13, 11, 0, spoiled=30), "ballots.spoiled"),
        (sheet(0, 0, 0, invalid=2, returned=1, printed=9), "ballots.invalid"),
        (sheet(13, 11), "ballots.counts"),
        (sheet(13, 11, 0, 0), "ballots.counts"),
        (sheet(25, 0, -1), "ballots.counts"),
    ],
)
def test_sheets_that_do_not_add_up_are_refused(
    cast: Cast, hall: Ballot, figures: dict[str, int], rule: str
) -> None:
    with pytest.raises(Refused) as told:
        actions.enter(cast.gu, hall, batch=1, **figures)
    assert told.value.rule == rule
    assert Entry.objects.count() == 0


def test_the_database_refuses_a_sheet_that_does_not_add_up(cast: Cast, hall: Ballot) -> None:
    actions.enter(cast.gu, hall, batch=1, **sheet(13, 11, 0))
    for change in (
        {"counts": [13, 10, 0]},
        {"invalid": 1},
        {"returned": 23},
        {"issued": 99},
        {"counts": [25, 0, -1]},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            overwrite(**change)


def test_several_marks_are_bounded_in_the_database_too(cast: Cast, ask: Ask, hand: Hand) -> None:
    ballot = ask(most=2, places=2, kind="group", electorate=[Invited(f"户主{n}") for n in range(1, 11)])
    for seat in range(1, 11):
        actions.hand_out(cast.gu, ballot, voter=seat)
    ballot = actions.close(cast.gu, ballot)
    for counts in ((11, 0, 0), (4, 4, 0), (9, 9, 3)):
        with pytest.raises(Refused) as told:
            actions.enter(cast.gu, ballot, batch=1, **sheet(*counts, returned=10))
        assert told.value.rule == "ballots.sum"
    actions.enter(cast.gu, ballot, batch=1, **sheet(10, 5, 4, returned=10))
    for counts in ([11, 0, 0], [4, 4, 0], [9, 9, 3]):
        with pytest.raises(IntegrityError), transaction.atomic():
            overwrite(counts=counts)


def test_more_papers_than_were_given_out_are_void(cast: Cast, hall: Ballot) -> None:
    for who in (cast.gu, cast.jian):
        actions.enter(who, hall, batch=1, **sheet(25, 0, 0, issued=24, printed=30))
    found = queries.result(actions.count(cast.gu, hall))
    assert found is not None
    assert (found.outcome, found.chosen) == ("void", [])


def test_more_papers_than_people_struck_off_are_void(cast: Cast, hall: Ballot) -> None:
    for who in (cast.gu, cast.jian):
        actions.enter(who, hall, batch=1, **sheet(25, 0, 0, issued=30, printed=30))
    found = queries.result(actions.count(cast.gu, hall))
    assert found is not None
    assert found.outcome == "void"


def test_too_few_came(cast: Cast, ask: Ask, hand: Hand) -> None:
    ballot = ask(options=APPROVAL, kind="group", electorate=[Invited(f"户主{n}") for n in range(1, 31)])
    for seat in range(1, 20):
        actions.hand_out(cast.gu, ballot, voter=seat)
    hand.forward(days=5)
    ballot = actions.close(cast.gu, ballot)
    for who in (cast.gu, cast.jian):
        actions.enter(who, ballot, batch=1, **sheet(19, 0, 0))
    with pytest.raises(Refused, match="少于投票和领票"):
        actions.count(cast.gu, ballot, present=18)
    with pytest.raises(Refused, match="超过应到"):
        actions.count(cast.gu, ballot, present=31)
    found = queries.result(actions.count(cast.gu, ballot, present=19))
    assert found is not None
    assert (found.outcome, found.needed_present) == ("inquorate", 20)


def test_paper_and_online_are_added_up(cast: Cast, ask: Ask, hand: Hand) -> None:
    ballot = ask()
    folk = residents(cast, 1, 30)
    for n, actor in enumerate(folk[:20]):
        actions.vote(actor, ballot, choices=[n % 2])
    for actor in folk[20:28]:
        actions.hand_out(cast.gu, ballot, account=actor.account_id)
    hand.forward(days=5)
    ballot = actions.close(cast.gu, ballot)
    for who in (cast.gu, cast.jian):
        actions.enter(who, ballot, batch=1, **sheet(3, 0, 1, invalid=1, issued=6, printed=10, spoiled=1))
        actions.enter(who, ballot, batch=2, **sheet(1, 1, 0, issued=3, printed=3))
    found = queries.result(actions.count(cast.gu, ballot))
    assert found is not None
    assert (found.counts, found.online, found.papers, found.returned, found.invalid) == (
        [14, 11, 1],
        20,
        8,
        7,
        1,
    )
    assert (found.eligible, found.chosen) == (31, [0])


def test_counted_again_the_first_result_stays(cast: Cast, hall: Ballot) -> None:
    for who in (cast.gu, cast.jian):
        actions.enter(who, hall, batch=1, **sheet(12, 12, 0))
    actions.count(cast.gu, hall)
    again = actions.recount(cast.zhou, hall, reason="有人说少数了一张")
    assert again.state == "closed"
    with pytest.raises(Refused):
        actions.count(cast.gu, again)
    for who in (cast.jian, cast.gu):
        actions.enter(who, again, batch=1, **sheet(13, 11, 0))
    actions.count(cast.gu, again)
    assert list(Result.objects.order_by("seq").values_list("seq", "outcome", "reason")) == [
        (1, "failed", ""),
        (2, "passed", "有人说少数了一张"),
    ]


def test_online_votes_are_counted_again_at_once(cast: Cast, ask: Ask, folk: list[Actor], hand: Hand) -> None:
    ballot = ask()
    actions.vote(folk[0], ballot, choices=[2])
    hand.forward(days=5)
    actions.close(cast.gu, ballot)
    assert actions.recount(cast.gu, ballot, reason="复核").state == "counted"
    assert [r.counts for r in Result.objects.order_by("seq")] == [[0, 0, 1]] * 2


def test_a_batch_entered_by_mistake_is_dropped(cast: Cast, hall: Ballot) -> None:
    for who in (cast.gu, cast.jian):
        actions.enter(who, hall, batch=1, **sheet(13, 11, 0))
    actions.enter(cast.gu, hall, batch=7, **sheet(1, 0, 0))
    with pytest.raises(Refused, match="第 7 批还没有核对一致"):
        actions.count(cast.gu, hall)
    actions.drop_batch(cast.gu, hall, batch=7, reason="批号写错")
    found = queries.result(actions.count(cast.gu, fresh(hall)))
    assert found is not None
    assert found.counts == [13, 11, 0]


def test_level_options_are_voted_on_once_more(cast: Cast, ask: Ask, folk: list[Actor], hand: Hand) -> None:
    ballot = ask()
    for actor, choice in zip(folk, (0, 0, 1, 1, 2), strict=False):
        actions.vote(actor, ballot, choices=[choice])
    hand.forward(days=5)
    done = actions.close(cast.gu, ballot)
    found = queries.result(done)
    assert found is not None
    assert (found.outcome, found.chosen, found.tied) == ("tied", [], [0, 1])
    later = hand.moment.replace(day=20)
    actions.run_off(cast.gu, done, closes=later)
    again = done.run_offs.get()
    assert again.options == ballot.options[:2]
    actions.vote(folk[4], again, choices=[1])
    with pytest.raises(Refused, match="已经另行投票"):
        actions.run_off(cast.gu, done, closes=later)
