"""The county of these tests has residents, and a thing to talk about in 中荷村."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from gongzhi.cast import OPENED
from gongzhi.core import clock, roles
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Account, Post
from gongzhi.core.clock import Hand
from gongzhi.core.units import Unit
from gongzhi.participation.conversations import actions
from gongzhi.participation.conversations.models import Comment, Thread
from gongzhi.registers.residents import queries as residents
from gongzhi.registers.residents.models import Claim, Consent, Resident
from gongzhi.registers.tests.county import County, county

__all__ = ["county"]


def resident(name: str, unit: Unit | None, home: Unit, nickname: str = "", digits: str = "4821") -> Actor:
    """A resident's actor; without a ``unit`` no residence is confirmed."""
    account = Account.objects.create(login=f"r:{name}", name=name, home=home)
    person = Resident.objects.create(account=account, nickname=nickname, digits=digits, unit=unit)
    Consent.objects.create(
        resident=person, purpose="service", version=residents.version("service"), by_account=account.pk
    )
    if unit is not None:
        post = Post.objects.create(account=account, role=roles.RESIDENT, unit=unit, since=OPENED)
        Claim.objects.create(resident=person, unit=unit, post=post, state="confirmed", decided=OPENED)
    found = residents.actor(account.pk)
    assert found is not None
    return found


@dataclass
class Village:
    """The county with its residents: 桥头老安 and 白 (居民4858) of 中荷村, 程 of 虹桥村, 丁 whose residence nobody confirmed."""

    county: County
    an: Actor
    bai: Actor
    cheng: Actor
    ding: Actor
    thread: Thread
    closed_to_others: Thread
    said: dict[str, Comment] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["county"], name)

    def say(self, who: Actor, text: str, thread: Thread | None = None, **more: Any) -> Comment:
        """Somebody says something."""
        return actions.comment(who, thread=(thread or self.thread).pk, text=text, **more)


@pytest.fixture
def village(county: County) -> Village:
    """Two threads of 中荷村: a public one about the village itself, and one of its own about the village next door."""
    cast = county.cast
    home, zhonghe = cast["太仓市"], cast["中荷村"]
    people = [
        resident("安宁", zhonghe, home, "桥头老安"),
        resident("白露", zhonghe, home, digits="4858"),
        resident("程远", cast["虹桥村"], home, "虹桥程"),
        resident("丁香", None, home, digits="4932"),
    ]
    return Village(
        county,
        *people,
        actions.open_thread(county.places["中荷村"], zhonghe.pk, public=True),
        actions.open_thread(county.places["虹桥村"], zhonghe.pk, public=False),
    )


@pytest.fixture
def hand(village: Village) -> Hand:
    """The tests' stopped clock, to be moved."""
    found = clock._hand.get()
    assert found is not None
    return found
