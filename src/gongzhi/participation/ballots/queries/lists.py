"""Lists of ballots by what people look for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongzhi.core.access import Actor
from gongzhi.participation.ballots.rules import FLOW
from gongzhi.participation.ballots.rules.bodies import BODIES

from .ballots import visible


@dataclass(frozen=True)
class Filters:
    """What a list was asked for; anything unknown asks for nothing."""

    q: str = ""
    state: str = ""
    body: str = ""

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Filters:
        """Read from an address."""
        state, body = data.get("state", ""), data.get("body", "")
        return cls(
            data.get("q", "").replace("\0", "").strip()[:60],
            state if state in FLOW.names else "",
            body if body in BODIES else "",
        )


def find(actor: Actor, wanted: Filters) -> Any:
    """The ballots in reach that fit."""
    rows = visible(actor)
    if wanted.q:
        rows = rows.filter(question__icontains=wanted.q)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.body:
        rows = rows.filter(body=wanted.body)
    return rows
