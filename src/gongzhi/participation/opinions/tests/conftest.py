"""The room's fixtures: residents of the small county, and a poll on a thing of theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

from gongzhi.cast import Cast
from gongzhi.cast import resident as cast_resident
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Account
from gongzhi.participation.opinions import actions
from gongzhi.participation.opinions.models import Participant, Poll, Statement, Vote


@pytest.fixture
def resident(cast: Cast) -> Callable[..., Actor]:
    """Make a resident whose residence in a committee's place is confirmed."""
    return lambda unit="中荷村": cast_resident(cast[unit])


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


def pour(poll: Poll, codes: Any, start: int = 0) -> list[int]:
    """Let as many accounts as ``codes`` has rows answer, past the verbs, for crowds; returns the accounts."""
    numbers = {s.number: s for s in poll.statements.all()}
    accounts = Account.objects.bulk_create(
        Account(login=f"crowd-{poll.pk}-{start + n}", name="居民", home_id=poll.unit_id)
        for n in range(len(codes))
    )
    value = {1: 1, 2: -1, 3: 0}
    votes = [
        Vote(poll=poll, statement=numbers[s + 1], account=account, value=value[int(code)])
        for account, row in zip(accounts, codes, strict=True)
        for s, code in enumerate(row)
        if code
    ]
    Vote.objects.bulk_create(votes)
    Participant.objects.bulk_create(
        Participant(poll=poll, account=account, votes=int((row != 0).sum()))
        for account, row in zip(accounts, codes, strict=True)
    )
    for number, statement in numbers.items():
        given = [v.value for v in votes if v.statement_id == statement.pk]
        Statement.objects.filter(poll=poll, number=number).update(
            agrees=F("agrees") + given.count(1),
            disagrees=F("disagrees") + given.count(-1),
            passes=F("passes") + given.count(0),
        )
    return [account.pk for account in accounts]
