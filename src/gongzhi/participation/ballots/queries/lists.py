"""Lists of ballots by what people look for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gongzhi.core.access import Actor
from gongzhi.participation.ballots.models import Ballot
from gongzhi.participation.ballots.rules import FLOW
from gongzhi.participation.ballots.rules.bodies import BODIES

from .ballots import visible
from .figures import in_reach


@dataclass(frozen=True)
class Filters:
    """What a list was asked for; anything unknown asks for nothing."""

    q: str = ""
    state: str = ""
    body: str = ""
    year: int | None = None
    unit: int | None = None
    everywhere: bool = False

    @classmethod
    def of(cls, data: Mapping[str, str]) -> Filters:
        """Read from an address."""
        state, body = data.get("state", ""), data.get("body", "")
        return cls(
            data.get("q", "").replace("\0", "").strip()[:60],
            state if state in FLOW.names else "",
            body if body in BODIES else "",
            _number(data.get("year", ""), 4),
            _number(data.get("unit", ""), 15),
            data.get("where", "") == "all",
        )


def _number(text: str, digits: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= digits and int(text) else None


def find(actor: Actor, wanted: Filters) -> Any:
    """The ballots that fit: for staff those in their charge, for residents their own, and for whoever asks
    ``everywhere`` (and the public) everything that is open to all."""
    if wanted.everywhere or actor.account_id is None:
        rows = visible(actor)
    elif actor.is_outside:
        rows = visible(actor).filter(Ballot.owned_by(actor.account_id))
    else:
        rows = in_reach(actor)
    exact = {"state": wanted.state, "body": wanted.body, "opens__year": wanted.year, "unit_id": wanted.unit}
    rows = rows.filter(**{k: v for k, v in exact.items() if v})
    return rows.filter(question__icontains=wanted.q) if wanted.q else rows
