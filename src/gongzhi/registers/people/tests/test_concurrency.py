"""Two people at once, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from gongzhi.core import clock
from gongzhi.core.refusal import Refused
from gongzhi.registers.people import actions
from gongzhi.registers.people.models import Person
from gongzhi.registers.positions import actions as positions
from gongzhi.registers.positions.models import Position

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 3, 11)


def at_once(*calls: Callable[[], Any]) -> list[str]:
    """Run every call in its own thread at the same moment; each gives "done" or the rule that refused it."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> str:
        try:
            with clock.at(TODAY):
                gate.wait()
                call()
            return "done"
        except Refused as refused:
            return refused.rule
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(run, calls))


def test_one_citizen_id_is_entered_once(transactional_db: None, county: Any) -> None:
    number = "320522198501011231"
    said = at_once(
        *[
            lambda a=a, p=p: county.person(a, "顾清荷", p, citizen_id=number)
            for a, p in ((county.gu, "中荷村"), (county.wu, "虹桥村"))
        ]
    )
    assert said == ["done", "people.citizen_id_taken"]
    assert Person.objects.count() == 1


def test_one_seat_is_filled_once(transactional_db: None, county: Any) -> None:
    two = [county.person(county.gu, name) for name in ("顾清荷", "周和")]
    body = county.bodies["中荷村"].pk
    facts = {"organisation": body, "kind": "director", "basis": "elected", "since": TODAY}
    said = at_once(*[lambda p=p: positions.appoint(county.gu, person=p.pk, **facts) for p in two])
    assert said == ["done", "positions.single"]
    assert Position.objects.count() == 1


def test_a_merge_is_confirmed_once(transactional_db: None, county: Any) -> None:
    one, other = (county.person(county.gu, "顾清荷") for _ in range(2))
    merge = actions.propose_merge(county.gu, keep=one.pk, drop=other.pk, reason="同一人")
    said = at_once(*[lambda a=a: actions.confirm_merge(a, merge.pk) for a in (county.lu, county.ren)])
    assert said == ["done", "people.flow"]


def test_two_editors_of_one_entry_are_told(transactional_db: None, county: Any) -> None:
    from gongzhi.core.action import registry

    person = county.person(county.gu, "顾清荷")
    verb = registry["people.correct"]
    edits = ({"education": "college"}, {"education": "master"})
    said = at_once(*[lambda e=e: verb.perform(county.gu, person.pk, e, seen=0) for e in edits])
    assert said == ["core.stale", "done"]
