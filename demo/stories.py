"""Many stories in one time: each is a generator that yields the moment of its next act; the earliest goes first."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator, Iterable
from datetime import date, datetime, timedelta
from random import Random

from demo import moment
from gongzhi.core.clock import Hand

Story = Generator[datetime, None, None]


def tell(stories: Iterable[Story], hand: Hand, said: Callable[[int, int], None]) -> None:
    """Run every story to its end, act by act in the order of time; ``said`` hears how many have ended."""
    heap: list[tuple[datetime, int, Story]] = []
    total = ended = 0
    for number, story in enumerate(stories):
        total += 1
        if (first := next(story, None)) is not None:
            heapq.heappush(heap, (first, number, story))
        else:
            ended += 1
    while heap:
        at, number, story = heapq.heappop(heap)
        hand.set(max(at, hand.moment))
        following = next(story, None)
        if following is None:
            ended += 1
            if ended % 8 == 0 or not heap:
                said(ended, total)
        else:
            heapq.heappush(heap, (max(following, at + timedelta(minutes=3)), number, story))


def hour(day: date, rng: Random) -> datetime:
    """Some moment of the working day; a weekend's act is done on the Monday after."""
    while day.weekday() > 4:
        day += timedelta(days=1)
    return moment.on(day, rng.randrange(8, 17), rng.randrange(60))


def later(hand: Hand, rng: Random, least: int, most: int) -> datetime:
    """Some working hours between ``least`` and ``most`` days from the story's now."""
    return hour(moment.today(hand) + timedelta(days=rng.randrange(least, most + 1)), rng)
