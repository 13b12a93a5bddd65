"""Fixtures for every room's tests: the cast, a browser-like client per actor, counted queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from gongzhi.cast import Cast, build
from gongzhi.core import calendar, clock, roles
from gongzhi.core.access import Actor
from gongzhi.registers.residents import queries

NOW = datetime(2026, 3, 11, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Wednesday


@pytest.fixture
def now() -> Iterator[datetime]:
    """The tests' morning, 2026-03-11 09:00 in Shanghai; the clock stands still."""
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def cast(db: None, now: datetime) -> Cast:
    """The small county, with the working-day calendar known."""
    calendar.seed()
    return build()


@pytest.fixture
def client_for() -> Callable[[Actor], Client]:
    """A client signed in as an actor: in a post, or as a resident."""

    def make(actor: Actor) -> Client:
        client = Client()
        if not actor.is_public:
            session = client.session
            if actor.role == roles.RESIDENT:
                session["resident"] = actor.account_id
                session["agreed"] = queries.version("service").isoformat()
            else:
                session["post"] = actor.post_id
            session["seen"] = int(clock.now().timestamp())
            session.save()
        return client

    return make
