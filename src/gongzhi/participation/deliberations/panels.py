"""The workbench's side column: what residents of the own community said, and where the matters stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gongzhi.core.access import Actor
from gongzhi.participation.deliberations import queries
from gongzhi.participation.deliberations.rules import flow


@dataclass(frozen=True)
class Panel:
    """A template and what it shows, as the workbench asks for it."""

    template: str
    context: dict[str, Any]


def matters(actor: Actor) -> Panel | None:
    """How many of the own unit's matters, and of those below it, stand in each step, for those who lead some."""
    if actor.may("deliberations.register") is None or actor.unit_id is None:
        return None
    counts = queries.open_by_step(actor)
    context = {
        "steps": [(s.key, s.sign, s.label, counts.get(s.key, 0)) for s in flow.STEPS if s.key != flow.ASK],
        "waiting": queries.waiting_count(actor),
        "place": actor.unit_id,
        "may_enter": actor.may("deliberations.enter") is not None,
    }
    return Panel("deliberations/panel.html", context)


PANELS = [matters]
