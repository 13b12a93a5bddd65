"""Many stories in one time: each is a generator that yields the moment of its next act; the earliest goes first.

The stories of different townships never touch the same rows, so two processes tell half of them each and wait for
one another where the county itself acts.
"""

from __future__ import annotations

import heapq
import traceback
from collections.abc import Callable, Generator, Iterable, Sequence
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from random import Random
from typing import Any

from django.db import connection, connections

from demo import moment
from gongzhi.core.clock import Hand

Story = Generator[datetime, None, None]
Event = tuple[datetime, Callable[[], Any]]
END = moment.TODAY


class Telling:
    """Stories under way."""

    def __init__(self, stories: Iterable[Story], hand: Hand) -> None:
        self.hand = hand
        self.heap = [(next(story), number, story) for number, story in enumerate(stories)]
        heapq.heapify(self.heap)

    def until(self, end: datetime, said: Callable[[], None]) -> None:
        """Run every act that comes before ``end``, in the order of time; ``said`` hears of each story's end."""
        while self.heap and self.heap[0][0] < end:
            at, number, story = heapq.heappop(self.heap)
            self.hand.set(max(at, self.hand.moment))
            following = next(story, None)
            if following is None:
                said()
            else:
                heapq.heappush(self.heap, (max(following, at + timedelta(minutes=3)), number, story))


def hurry() -> None:
    """Let this connection's commits reach the disk a moment later: a county half built is built anew anyway."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def _teller(pipe: Connection, stories: Callable[[], Iterable[Story]], hand: Hand, ended: Any) -> None:
    """The life of a telling process: run up to each moment it is given, then say so."""

    def said() -> None:
        with ended.get_lock():
            ended.value += 1

    try:
        hurry()
        telling = Telling(stories(), hand)
        while (end := pipe.recv()) is not None:
            telling.until(end, said)
            pipe.send("")
    except BaseException:  # told to the parent, which stops everything
        pipe.send(traceback.format_exc())
    finally:
        connections.close_all()


def tell(
    parts: Sequence[Callable[[], Iterable[Story]]],
    events: Sequence[Event],
    hand: Hand,
    said: Callable[[int], None],
) -> None:
    """Tell each part in a process of its own; between them, at its moment, each of the county's ``events`` happens.

    ``said`` hears how many stories have ended.
    """
    context = get_context("fork")
    ended = context.Value("i", 0)
    connections.close_all()
    pipes = []
    for part in parts:
        ours, theirs = context.Pipe()
        process = context.Process(target=_teller, args=(theirs, part, hand, ended), daemon=True)
        process.start()
        pipes.append(ours)
    hurry()
    for at, act in [*sorted(events, key=lambda e: e[0]), (END, lambda: None)]:
        for each in pipes:
            each.send(at)
        waiting = set(pipes)
        while waiting:
            ready = wait(list(waiting), timeout=0.3)
            for pipe in [p for p in pipes if p in ready]:
                if trouble := pipe.recv():
                    raise RuntimeError(trouble)
                waiting.discard(pipe)
            said(ended.value)
        if at is not END:
            hand.set(at)
            act()
    for done in pipes:
        done.send(None)


def hour(day: date, rng: Random) -> datetime:
    """Some moment of the working day; a weekend's act is done on the Monday after."""
    while day.weekday() > 4:
        day += timedelta(days=1)
    return moment.on(day, rng.randrange(8, 17), rng.randrange(60))


def later(hand: Hand, rng: Random, least: int, most: int) -> datetime:
    """Some working hours between ``least`` and ``most`` days from the story's now."""
    return hour(moment.today(hand) + timedelta(days=rng.randrange(least, most + 1)), rng)
