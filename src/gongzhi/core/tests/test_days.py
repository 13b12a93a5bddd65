"""Counting days on the calendar of 2025 and 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gongzhi.core import calendar
from gongzhi.core.days import WorkCalendar, late_days
from gongzhi.core.refusal import Refused

BUNDLED = calendar.announced()
KNOWN = WorkCalendar(
    frozenset(BUNDLED),
    frozenset(d for rest, _ in BUNDLED.values() for d in rest),
    frozenset(d for _, work in BUNDLED.values() for d in work),
)
DAYS = st.dates(date(2024, 1, 1), date(2026, 6, 30))


def test_the_state_councils_2025_arrangement():
    assert not KNOWN.is_workday(date(2025, 1, 28))  # 除夕
    assert KNOWN.is_workday(date(2025, 1, 26))  # a Sunday that works
    assert KNOWN.is_workday(date(2025, 2, 8))  # a Saturday that works
    assert not KNOWN.is_workday(date(2025, 10, 8))
    assert KNOWN.is_workday(date(2025, 10, 11))
    assert not KNOWN.is_workday(date(2025, 3, 15))  # an ordinary Saturday


def test_the_first_day_does_not_count():
    monday = date(2026, 3, 16)
    assert KNOWN.workday_after(monday, 1) == date(2026, 3, 17)
    assert KNOWN.workday_after(monday, 5) == date(2026, 3, 23)
    assert KNOWN.workday_after(date(2026, 3, 14), 1) == monday  # from a Saturday
    assert KNOWN.workday_after(date(2026, 3, 14), 0) == monday
    assert KNOWN.workdays_between(monday, date(2026, 3, 23)) == 5
    assert KNOWN.workdays_between(monday, monday) == 0


@given(DAYS, st.integers(0, 400))
def test_working_days_between_are_those_that_one_counts(start: date, days: int):
    end = min(start + timedelta(days=days), date(2026, 12, 31))
    counted = sum(KNOWN.is_workday(start + timedelta(days=i)) for i in range(1, (end - start).days + 1))
    assert KNOWN.workdays_between(start, end) == counted
    assert KNOWN.workdays_between(end, start) == -counted


def test_a_bridged_week_counts_its_working_weekends():
    # National Day 2025: 1 to 8 October rest; Sunday 28 September and Saturday 11 October work.
    assert KNOWN.workday_after(date(2025, 9, 26), 1) == date(2025, 9, 28)
    assert KNOWN.workday_after(date(2025, 9, 30), 3) == date(2025, 10, 11)


def test_a_period_of_days_ends_after_the_holiday():
    assert KNOWN.due(date(2025, 9, 26), 5, working=False) == date(
        2025, 10, 9
    )  # 1 October rests until the 8th
    assert KNOWN.due(date(2026, 3, 16), 15, working=False) == date(2026, 3, 31)
    assert KNOWN.due(date(2026, 3, 16), 5) == date(2026, 3, 23)


def test_an_unknown_year_is_refused_by_name():
    for count in (
        lambda: KNOWN.is_workday(date(2039, 1, 4)),
        lambda: KNOWN.workday_after(date(2026, 12, 30), 5),
        lambda: KNOWN.due(date(2026, 12, 20), 20, working=False),
    ):
        with pytest.raises(Refused) as refused:
            count()
        assert refused.value.rule == "core.calendar_year"
        assert refused.value.problems[0].way_out
    with pytest.raises(Refused, match="2027"):
        KNOWN.workday_after(date(2026, 12, 30), 5)


def test_periods_run_forwards():
    with pytest.raises(ValueError, match="forwards"):
        KNOWN.workday_after(date(2026, 1, 5), -1)
    with pytest.raises(ValueError, match="forwards"):
        KNOWN.due(date(2026, 1, 5), -1, working=False)


def test_days_late():
    assert late_days(date(2026, 3, 31), date(2026, 4, 12)) == 12
    assert late_days(date(2026, 3, 31), date(2026, 3, 31)) == 0
    assert late_days(date(2026, 3, 31), date(2026, 3, 1)) == 0


@given(DAYS, st.integers(1, 60))
def test_the_nth_working_day_has_n_working_days_before_it(start, n):
    end = KNOWN.workday_after(start, n)
    assert KNOWN.is_workday(end)
    assert end > start
    assert KNOWN.workdays_between(start, end) == n
    assert KNOWN.workdays_between(end, start) == -n


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
def test_periods_follow_on(start, a, b):
    assume(a)
    assert KNOWN.workday_after(KNOWN.workday_after(start, a), b) == KNOWN.workday_after(start, a + b)


@given(DAYS, st.integers(0, 90))
def test_calendar_days_end_on_the_first_working_day_from_the_last(start, days):
    end, nominal = KNOWN.due(start, days, working=False), start + timedelta(days=days)
    assert end >= nominal
    assert KNOWN.is_workday(end)
    assert not any(KNOWN.is_workday(nominal + timedelta(days=i)) for i in range((end - nominal).days))
