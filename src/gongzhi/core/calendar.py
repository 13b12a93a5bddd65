"""The county's working days: a table per year, and the counts of :mod:`days` on it.

Announced years come from the package chinesecalendar (the State Council's yearly arrangement) and are
written to the table by :func:`seed`; a county announces a newer year with :func:`announce`, and its table wins.
A year that is in neither is refused loudly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from django.db import models, transaction
from django.db.models.functions import Now

from gongzhi.core.dated import Remembered
from gongzhi.core.days import WorkCalendar, late_days
from gongzhi.core.refusal import Problem, check_all
from gongzhi.core.thing import Thing
from gongzhi.core.words import joined, say

ANNOUNCED = "国务院办公厅节假日安排（chinesecalendar）"


class CalendarYear(Thing):
    """A year whose arrangement is known. ``provisional``: statutory days only, 调休 not announced yet."""

    created_at = None  # type: ignore[assignment]  # ``set_at`` says it
    revision = None  # type: ignore[assignment]  # a year is announced anew, never edited
    VIEW = "settings.view"

    year = models.IntegerField(primary_key=True)
    source = models.TextField()
    document = models.TextField(default="", blank=True)
    provisional = models.BooleanField(default=False)
    set_by = models.BigIntegerField(null=True)
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        app_label = "core"

    def label(self) -> str:
        return str(say("{year} 年工作日历", year=str(self.year)))

    def get_absolute_url(self) -> str:
        return "/settings/"


class CalendarDay(models.Model):
    """A day that departs from its weekday: rest on a weekday, or work on a weekend."""

    day = models.DateField(primary_key=True)
    year = models.ForeignKey(CalendarYear, on_delete=models.CASCADE, related_name="days")
    working = models.BooleanField()
    name = models.TextField(default="", blank=True)

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return self.day.isoformat()


Days = dict[int, tuple[dict[date, str], dict[date, str]]]


@cache
def announced() -> Days:
    """Year → (rest days, working weekends) with names, as bundled. Pure weekends are left out."""
    from chinese_calendar.constants import Holiday, holidays, workdays

    chinese = {h.value: h.chinese for h in Holiday}
    found: Days = {}
    for rest, table in ((True, holidays), (False, workdays)):
        for day, name in table.items():
            years = found.setdefault(day.year, ({}, {}))
            years[0 if rest else 1][day] = chinese.get(name, name)
    return found


def _load() -> WorkCalendar:
    bundled = announced()
    own = set(CalendarYear.objects.values_list("year", flat=True))
    rest = {d for y, (r, _) in bundled.items() if y not in own for d in r}
    work = {d for y, (_, w) in bundled.items() if y not in own for d in w}
    for day, working in CalendarDay.objects.values_list("day", "working"):
        (work if working else rest).add(day)
    return WorkCalendar(frozenset(own | set(bundled)), frozenset(rest), frozenset(work))


remembered: Remembered[WorkCalendar] = Remembered(
    "calendar", _load, "SELECT (count(*), max(set_at)) FROM core_calendaryear"
)


def current() -> WorkCalendar:
    """The calendar as it is known now."""
    return remembered.get()


def is_workday(day: date) -> bool:
    """Whether people work on ``day``."""
    return current().is_workday(day)


def next_workday(day: date) -> date:
    """``day`` itself if people work on it, otherwise the first working day after it."""
    return current().next_workday(day)


def workday_after(start: date, n: int) -> date:
    """The ``n``-th working day after ``start``, which does not count (民法典第 201 条)."""
    return current().workday_after(start, n)


def workdays_between(start: date, end: date) -> int:
    """Working days after ``start`` up to and including ``end``; negative when ``end`` is earlier."""
    return current().workdays_between(start, end)


def due(start: date, days: int, *, working: bool = True) -> date:
    """The last day of a period of ``days`` from ``start``; see :meth:`days.WorkCalendar.due`."""
    return current().due(start, days, working=working)


def known_years() -> list[int]:
    """Every year that can be counted in, oldest first."""
    return sorted(current().years)


def announce(
    year: int,
    rest: Mapping[date, str],
    work: Iterable[date],
    *,
    source: str,
    document: str = "",
    provisional: bool = False,
    set_by: int | None = None,
) -> CalendarYear:
    """Write a year's arrangement, replacing what was known of it. ``rest``: day → holiday; ``work``: weekends.

    Raises Refused with every mistake found: a day of another year, a "working" weekday, a day in both lists,
    no rest day, no source.
    """
    weekends = set(work)
    _check(year, rest, weekends, source)
    with transaction.atomic():
        CalendarYear.objects.filter(year=year).delete()
        row = CalendarYear.objects.create(
            year=year, source=source, document=document, provisional=provisional, set_by=set_by
        )
        days = [CalendarDay(day=d, year=row, working=False, name=n) for d, n in rest.items()]
        days += [CalendarDay(day=d, year=row, working=True) for d in weekends]
        CalendarDay.objects.bulk_create(days)
    remembered.wrote()
    return row


def _check(year: int, rest: Mapping[date, str], work: set[date], source: str) -> None:
    def problem(rule: str, field: str, message: str, **words: Any) -> Problem:
        return Problem(say(message, **words), f"core.calendar_{rule}", "国务院办公厅节假日安排", field)

    def listed(days: Iterable[date]) -> str:
        return joined(d.isoformat() for d in sorted(days))

    other = {d for d in {*rest, *work} if d.year != year}
    weekday = {d for d in work if d.weekday() < 5}
    both = work & set(rest)
    check_all(
        [
            problem("year_of_day", "days", "{days} 不在 {year} 年", days=listed(other), year=str(year))
            if other
            else None,
            problem("workday", "work", "{days} 本来就是工作日，不用列入调休上班", days=listed(weekday))
            if weekday
            else None,
            problem("twice", "work", "{days} 既列为休息又列为上班", days=listed(both)) if both else None,
            problem("empty", "rest", "请至少列出一个放假日") if not rest else None,
            problem("source", "source", "请写明依据（通知名称或文号）") if not source.strip() else None,
        ]
    )


def seed() -> list[int]:
    """Write every announced year that the table lacks; returns the years added. Run after each migration."""
    known = set(CalendarYear.objects.values_list("year", flat=True))
    added = sorted(set(announced()) - known)
    for year in added:
        rest, work = announced()[year]
        announce(year, rest, work, source=ANNOUNCED)
    return added


__all__ = [
    "CalendarDay",
    "CalendarYear",
    "announce",
    "current",
    "due",
    "is_workday",
    "known_years",
    "late_days",
    "next_workday",
    "seed",
    "workday_after",
    "workdays_between",
]
