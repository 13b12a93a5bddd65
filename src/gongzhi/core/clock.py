"""What time it is: the one place that asks. Tests and the demonstration county set it with :func:`at`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

_hand: ContextVar[Hand | None] = ContextVar("gongzhi_clock", default=None)


class Hand:
    """A stopped clock that can be moved: ``with clock.at(day) as hand: hand.forward(days=3)``."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def set(self, moment: datetime | date) -> None:
        """Move to ``moment``; a bare date means nine in the morning."""
        self.moment = _aware(moment)

    def forward(self, **step: float) -> None:
        """Move on by ``timedelta(**step)``."""
        self.moment += timedelta(**step)


def now() -> datetime:
    """The moment, aware. A demonstration county lives on its own day: ``settings.CLOCK_OFFSET`` is added."""
    hand = _hand.get()
    return hand.moment if hand else timezone.now() + settings.CLOCK_OFFSET


def today() -> date:
    """The county's day (settings.TIME_ZONE)."""
    return now().astimezone(_zone()).date()


@cache
def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


@contextmanager
def at(moment: datetime | date) -> Iterator[Hand]:
    """Stop the clock at ``moment`` within the block, for this thread of work only."""
    hand = Hand(_aware(moment))
    token = _hand.set(hand)
    try:
        yield hand
    finally:
        _hand.reset(token)


def _aware(moment: datetime | date) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(9))
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
