"""Counting days as the law counts them. Pure: the calendar is an argument.

The day on which a period begins does not count (民法典第 201 条); a period that ends on a statutory day of rest
ends on the next working day (第 203 条). Working days are those of the State Council's yearly arrangement:
a 调休 Saturday works, a bridged Friday does not. A year whose arrangement is not known is refused, never guessed.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from gongzhi.core.refusal import refuse
from gongzhi.core.words import say

ONE = timedelta(days=1)
SOURCE = "民法典第 201、203 条；国务院办公厅节假日安排"


@dataclass(frozen=True)
class WorkCalendar:
    """The known years, their days of rest on weekdays and their working days on weekends."""

    years: frozenset[int]
    rest: frozenset[date]
    work: frozenset[date]

    def is_workday(self, day: date) -> bool:
        """Whether people work on ``day``; raises Refused ``core.calendar_year`` for an unknown year."""
        self._know(day.year)
        return day in self.work or (day.weekday() < 5 and day not in self.rest)

    def next_workday(self, day: date) -> date:
        """``day`` itself if people work on it, otherwise the first working day after it."""
        while not self.is_workday(day):
            day += ONE
        return day

    def workday_after(self, start: date, n: int) -> date:
        """The ``n``-th working day after ``start``, which does not count; ``n`` = 0 is :meth:`next_workday`."""
        if n < 0:
            raise ValueError("a period runs forwards")
        if n == 0:
            return self.next_workday(start)
        day = start
        while n:
            day += ONE
            n -= self.is_workday(day)
        return day

    def due(self, start: date, days: int, *, working: bool = True) -> date:
        """The last day of a period of ``days`` that begins on ``start``.

        ``working`` periods count working days only; others count every day and, when they end on a day of
        rest, last until the next working day.
        """
        if working:
            return self.workday_after(start, days)
        if days < 0:
            raise ValueError("a period runs forwards")
        return self.next_workday(start + days * ONE)

    def workdays_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when ``end`` is earlier."""
        if end < start:
            return -self.workdays_between(end, start)
        for year in range((start + ONE).year, end.year + 1):
            self._know(year)
        return self._until(end) - self._until(start)

    def _know(self, year: int) -> None:
        if year not in self.years:
            refuse(
                say(
                    "{year} 年的节假日安排还没有录入，工作日期限算不出来。请先录入国务院办公厅公布的安排",
                    year=str(year),
                ),
                rule="core.calendar_year",
                source="国务院办公厅节假日安排",
                way_out="/settings/new/announce_year",
            )

    def _until(self, day: date) -> int:
        """Working days from the first Monday of the common era up to and including ``day``."""
        weeks, rest = divmod(day.toordinal(), 7)
        off, on = self._exceptions
        return 5 * weeks + min(rest, 5) - bisect_right(off, day) + bisect_right(on, day)

    @cached_property
    def _exceptions(self) -> tuple[list[date], list[date]]:
        """Weekdays that rest and weekends that work, in order."""
        off = sorted(d for d in self.rest if d.weekday() < 5 and d not in self.work)
        return off, sorted(d for d in self.work if d.weekday() > 4)


def late_days(due: date, done: date) -> int:
    """Whole days by which ``done`` is later than ``due``; 0 when it is in time."""
    return max(0, (done - due).days)
