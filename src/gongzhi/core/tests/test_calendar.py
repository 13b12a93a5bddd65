"""The calendar's table: seeded, announced by the county, read once."""

from __future__ import annotations

from datetime import date

import pytest

from gongzhi.cast import Cast
from gongzhi.core import access, calendar, clock, journal
from gongzhi.core.access import Actor
from gongzhi.core.actions import announce_year
from gongzhi.core.calendar import CalendarDay, CalendarYear
from gongzhi.core.refusal import NotFound, Refused

pytestmark = pytest.mark.django_db


def test_announced_years_are_known_without_a_table():
    assert not CalendarYear.objects.filter(year=2031).exists()
    assert 2026 in calendar.known_years()
    assert calendar.workday_after(date(2026, 3, 16), 5) == date(2026, 3, 23)


def test_seeding_twice_adds_nothing():
    CalendarYear.objects.all().delete()
    before = calendar.current()
    added = calendar.seed()
    assert 2025 in added
    assert calendar.seed() == []
    assert calendar.current() == before
    assert CalendarDay.objects.get(day=date(2025, 10, 1)).name == "国庆节"


def test_a_county_announces_a_new_year():
    with pytest.raises(Refused):
        calendar.is_workday(date(2031, 1, 2))
    calendar.announce(
        2031,
        {date(2031, 1, 1): "元旦", date(2031, 1, 2): "元旦"},
        [date(2031, 1, 4)],
        source="国办发明电〔2030〕9号",
    )
    assert not calendar.is_workday(date(2031, 1, 2))
    assert calendar.is_workday(date(2031, 1, 4))  # a Saturday
    assert calendar.due(date(2031, 1, 1), 1) == date(2031, 1, 3)


def test_the_countys_table_replaces_the_bundled_year():
    assert not calendar.is_workday(date(2026, 10, 7))
    calendar.announce(2026, {date(2026, 10, 1): "国庆节"}, [], source="更正通知")
    assert calendar.is_workday(date(2026, 10, 7))
    assert not calendar.is_workday(date(2026, 10, 1))


def test_mistakes_in_an_announcement_are_all_named():
    with pytest.raises(Refused) as refused:
        calendar.announce(
            2031,
            {date(2030, 12, 31): "元旦", date(2031, 1, 4): "x"},
            [date(2031, 1, 4), date(2031, 1, 6)],
            source=" ",
        )
    assert {p.rule for p in refused.value.problems} == {
        "core.calendar_year_of_day",
        "core.calendar_workday",
        "core.calendar_twice",
        "core.calendar_source",
    }
    with pytest.raises(Refused) as refused:
        calendar.announce(2031, {}, [], source="通知")
    assert refused.value.rule == "core.calendar_empty"
    assert not CalendarYear.objects.filter(year=2031).exists()


def test_counting_days_costs_no_query_once_read(django_assert_num_queries):
    calendar.current()
    with django_assert_num_queries(0):
        for n in range(100):
            calendar.workday_after(date(2026, 3, 16), n)


def test_the_clock_can_be_stopped_and_moved():
    with clock.at(date(2026, 3, 16)) as hand:
        assert clock.today() == date(2026, 3, 16)
        hand.forward(days=1, hours=15)  # midnight in Taicang
        assert clock.today() == date(2026, 3, 18)
        with clock.at(date(2025, 1, 1)):
            assert clock.today() == date(2025, 1, 1)
        hand.set(date(2026, 4, 1))
        assert clock.now().isoformat() == "2026-04-01T09:00:00+08:00"
    assert clock.today().year >= 2026
    assert clock.now().tzinfo is not None


def test_the_county_announces_a_year_by_a_verb(cast: Cast):
    def announce(actor: Actor, **more: object) -> CalendarYear:
        spring = {"name": "春节", "first": date(2031, 1, 22), "last": date(2031, 1, 28)}
        answers = {
            "year": 2031,
            "holidays": [spring],
            "workdays": [{"day": date(2031, 1, 18)}],
            "source": "国办通知",
        }
        return announce_year(actor, **{**answers, **more})

    row = announce(cast.wang)
    assert row.set_by == cast.wang.post_id
    assert not calendar.is_workday(date(2031, 1, 28))
    assert calendar.is_workday(date(2031, 1, 18))
    entry = journal.of(row)[0]
    assert (entry.verb, entry.thing_id, entry.done["work"]) == (
        "settings.announce_year",
        2031,
        ["2031-01-18"],
    )
    announce(cast.root, workdays=[])
    assert not calendar.is_workday(date(2031, 1, 18))
    wrong = {"name": "春节", "first": date(2031, 1, 28), "last": date(2031, 1, 22)}
    with pytest.raises(Refused) as refused:
        announce(cast.wang, holidays=[wrong])
    assert refused.value.rule == "core.calendar_period"
    for actor in (cast.lu, cast.zhou, cast.guard, access.PUBLIC):
        with pytest.raises(NotFound):
            announce(actor)
