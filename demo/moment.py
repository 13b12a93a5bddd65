"""The demonstration's calendar: its today, and the days on which its year happened."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = datetime(2026, 12, 7, 9, 0, tzinfo=ZONE)  # a Monday in the month of the yearly evaluation
YEAR = TODAY.year
LAST = YEAR - 1


def on(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of a day in the county."""
    return datetime.combine(day, time(hour, minute), tzinfo=ZONE)


def today(hand: Any) -> date:
    """The day the demonstration's clock shows."""
    return hand.moment.astimezone(ZONE).date()  # type: ignore[no-any-return]
