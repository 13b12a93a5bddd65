"""The room's fixtures: residents of the small county, and a poll on a thing of theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from gongzhi.cast import OPENED, Cast
from gongzhi.core import roles
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Account, Post
from gongzhi.participation.opinions import actions
from gongzhi.participation.opinions.models import Poll, Statement

Resident = Callable[..., Actor]


@pytest.fixture
def resident(cast: Cast) -> Resident:
    """Make a resident whose residence in a committee's place is confirmed."""
    made: list[Actor] = []

    def make(unit: str = "中荷村") -> Actor:
        number = len(made) + 1
        account = Account.objects.create(login=f"r{number}", name=f"居民{number}", home=cast[unit])
        made.append(
            Post.objects.create(account=account, role=roles.RESIDENT, unit=cast[unit], since=OPENED).actor()
        )
        return made[-1]

    return make


@pytest.fixture
def poll(cast: Cast) -> Poll:
    """A public poll of 中荷村, on the head's account for want of a better thing; nothing waits for approval."""
    return open_on(cast, "gu", "中荷村")


def open_on(cast: Cast, login: str, unit: str, **more: Any) -> Poll:
    """A poll on somebody's account: the room asks of its thing only a kind, a number, a label and an address."""
    thing = Account.objects.get(login=login)
    with transaction.atomic():
        return actions.open_poll(thing, cast[unit].pk, **{"public": True, "hold": False, **more})


def say_all(actor: Actor, poll: Poll, count: int) -> list[Statement]:
    """``count`` statements by somebody of the staff."""
    return [actions.propose(actor, poll=poll.pk, text=f"第 {n} 个想法") for n in range(1, count + 1)]
