"""Tries are counted before they are made, by everybody together, and paused ones are refused without counting."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from gongzhi.core import clock, dated, throttle
from gongzhi.core.refusal import Refused
from gongzhi.core.words import Words

LIMIT = throttle.Limit("test", "core.lock_after_failures", "core.lock_minutes", Words("请 {n} 分钟后再试"))
SLOW = throttle.Limit("slow", LIMIT.tries, LIMIT.minutes, LIMIT.said, lapses=False)


def tries(limit: throttle.Limit, key: str, times: int) -> list[bool]:
    return [throttle.take(limit, key) for _ in range(times)]


def refused(limit: throttle.Limit, key: str) -> str:
    with pytest.raises(Refused) as found:
        throttle.take(limit, key)
    assert found.value.rule == "core.throttled"
    return str(found.value)


def test_so_many_tries_then_a_pause(db: None, now: datetime) -> None:
    assert (dated.value(LIMIT.tries), dated.value(LIMIT.minutes)) == (5, 30)
    assert tries(LIMIT, "a", 5) == [False] * 4 + [True]
    assert refused(LIMIT, "a") == "请 30 分钟后再试"
    assert tries(LIMIT, "b", 1) == [False]  # another key is another matter
    with clock.at(now + timedelta(minutes=29, seconds=1)):
        assert refused(LIMIT, "a") == "请 1 分钟后再试"
    with clock.at(now + timedelta(minutes=30)):
        assert tries(LIMIT, "a", 5) == [False] * 4 + [True]


def test_a_count_lapses_with_its_minutes_unless_it_is_to_stand(db: None, now: datetime) -> None:
    tries(LIMIT, "a", 4)
    tries(SLOW, "a", 4)
    with clock.at(now + timedelta(minutes=31)):
        assert tries(LIMIT, "a", 1) == [False]
        assert tries(SLOW, "a", 1) == [True]


def test_a_good_try_is_given_back_and_ends_the_pause_it_began(db: None, now: datetime) -> None:
    for _ in range(20):
        throttle.take(LIMIT, "office")
        throttle.give_back(LIMIT, "office")
    tries(LIMIT, "office", 5)
    throttle.give_back(LIMIT, "office")
    assert throttle.take(LIMIT, "office")
    refused(LIMIT, "office")


def test_no_key_is_kept_in_the_clear_and_old_ones_are_forgotten(db: None, now: datetime) -> None:
    throttle.take(LIMIT, "13800005678")
    assert "5678" not in throttle.Throttle.objects.get().key
    assert throttle.forget_old() == 0
    with clock.at(now + timedelta(days=3)):
        assert throttle.forget_old() == 1


@pytest.mark.django_db(transaction=True)
def test_a_hundred_at_once_are_a_hundred(now: datetime) -> None:
    barrier, passed, turned = Barrier(8), [], []

    def go() -> None:
        with clock.at(now):
            barrier.wait()
            for _ in range(12):
                try:
                    passed.append(throttle.take(LIMIT, "one"))
                except Refused:
                    turned.append(1)
            connection.close()

    crowd = [Thread(target=go) for _ in range(8)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert (len(passed), sum(passed), len(turned)) == (5, 1, 91)


@pytest.mark.django_db(transaction=True)
def test_counting_inside_a_transaction_that_may_be_undone_is_a_mistake(now: datetime) -> None:
    def inside() -> Any:
        with transaction.atomic():
            throttle.take(LIMIT, "one")

    with pytest.raises(RuntimeError):
        inside()
