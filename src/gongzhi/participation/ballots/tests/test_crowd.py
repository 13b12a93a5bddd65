"""The crowd of ``gongzhi bench votes`` in small: every vote a client was told of is counted, and no other."""

from __future__ import annotations

from typing import Any

import pytest

from bench.votes import crowd, prepare, settle
from gongzhi.cast import build
from gongzhi.core import calendar


@pytest.mark.django_db(transaction=True)
def test_every_vote_of_a_crowd_is_counted(live_server: Any) -> None:
    calendar.seed()
    cast = build()
    ballot, sessions, whose = prepare(cast["中荷村"], 12)
    port = int(live_server.url.rpartition(":")[2])
    log = crowd(port, sessions, ballot.pk, 3, 4.0, (0.05, 0.3))
    found = settle(ballot, log, whose)
    assert found["errors"] == {}
    assert found["voters"] == 12
    assert (found["lost"], found["unasked"]) == (0, 0)
    assert found["counted"] == found["logged"]
    assert found["requests"] >= 24
