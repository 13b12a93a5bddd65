"""Residents of the cast with confirmed homes, and ballots of 府东社区 and 中荷村."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gongzhi.cast import Cast
from gongzhi.cast import resident as cast_resident
from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.clock import Hand
from gongzhi.participation.ballots import actions
from gongzhi.participation.ballots.models import Ballot


def resident(cast: Cast, number: int, place: str = "中荷村") -> Actor:
    """A resident with a confirmed home in a place."""
    return cast_resident(cast[place], nickname=f"邻居{number}", birth_year=1970)


def residents(cast: Cast, first: int, count: int, place: str = "中荷村") -> list[Actor]:
    """Many of them."""
    return [resident(cast, n, place) for n in range(first, first + count)]


@pytest.fixture
def hand(now: object) -> Hand:
    """The tests' stopped clock, to be moved."""
    found = clock._hand.get()
    assert found is not None
    return found


@pytest.fixture
def folk(cast: Cast) -> list[Actor]:
    """Six residents of 中荷村, beside 梅 of the cast."""
    return residents(cast, 1, 6)


@pytest.fixture
def ask(cast: Cast) -> Callable[..., Ballot]:
    """Open a ballot of 中荷村 for its residents, or for a list."""

    def go(place: str = "中荷村", **more: Any) -> Ballot:
        fields = {
            "question": "中心河步道护栏用哪个方案",
            "options": ["仿木护栏，太阳能灯", "石栏杆，接电路灯", "只装路灯"],
            "closes": clock.now() + timedelta(days=5),
        }
        return actions.open_ballot(None, cast[place].pk, **{**fields, **more})

    return go


def fresh(ballot: Ballot) -> Ballot:
    """The ballot as the database has it."""
    return Ballot.objects.select_related("unit").get(pk=ballot.pk)


def sheet(*counts: int, invalid: int = 0, **more: int) -> dict[str, Any]:
    """What a teller enters for papers of which none is missing."""
    returned = more.pop("returned", sum(counts) + invalid)
    found = {
        "printed": returned,
        "issued": returned,
        "spoiled": 0,
        "returned": returned,
        "invalid": invalid,
        "counts": list(counts),
    }
    return {**found, **more}
