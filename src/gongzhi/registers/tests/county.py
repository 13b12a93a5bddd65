"""Fixtures of the registers' tests: the cast's county as places and bodies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from gongzhi.cast import OPENED, Cast
from gongzhi.core.access import PUBLIC, SYSTEM, Actor
from gongzhi.registers.organisations import actions as organisations
from gongzhi.registers.organisations.models import Organisation
from gongzhi.registers.people import actions as people
from gongzhi.registers.people.models import Person
from gongzhi.registers.places import actions as places
from gongzhi.registers.places import rules
from gongzhi.registers.places.models import Place

NAMES = [
    ("320585000000", "太仓市"),
    ("320585101000", "沙溪镇"),
    ("320585102000", "浏河镇"),
    ("320585101204", "中荷村委会"),
    ("320585101205", "虹桥村委会"),
    ("320585101001", "府东社区居委会"),
    ("320585102201", "万安村委会"),
]


@dataclass
class County:
    """The cast with its places by short name, and short ways to enter things."""

    cast: Cast
    places: dict[str, Place]
    bodies: dict[str, Organisation]

    def __getattr__(self, name: str) -> Actor:
        return getattr(self.cast, name)  # type: ignore[no-any-return]

    def person(self, actor: Actor, name: str, place: str = "中荷村", **more: Any) -> Person:
        """Enter a person."""
        return people.enter(actor, name=name, place=self.places[place].pk, **more)  # type: ignore[no-any-return]


@pytest.fixture
def county(cast: Cast) -> County:
    """The cast's county enrolled: seven places on the cast's own units, six bodies."""
    Place.objects.bulk_create(
        Place(
            code=c,
            name=n,
            short=rules.short_name(n),
            level=rules.level_of(c),
            type=rules.kind_of(c, n) if c[9:] != "000" else None,
        )
        for c, n in NAMES
    )
    places.enrol(SYSTEM, Place.objects.get(code="320585000000"), opened=OPENED)
    bodies = organisations.open_bodies(SYSTEM)
    return County(cast, {p.short: p for p in Place.objects.all()}, {o.short: o for o in bodies})


@pytest.fixture
def doors(county: County, client_for: Callable[[Actor], Client]) -> Callable[[str], dict[str, int]]:
    """Walk up to an address as everyone: name → status."""
    watchers = {
        "registrar": "ren",
        "superior": "lu",
        "insider": "gu",
        "neighbour": "wu",
        "stranger": "tao",
        "public": "",
    }

    def walk(url: str) -> dict[str, int]:
        return {
            who: client_for(getattr(county, key) if key else PUBLIC).get(url).status_code
            for who, key in watchers.items()
        }

    return walk
