"""The workbench's panel for those who keep order: what lies on the moderation desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gongzhi.core.access import Actor
from gongzhi.core.roles import Reach
from gongzhi.participation.conversations.queries import desk


@dataclass(frozen=True)
class Panel:
    """A template and what it shows, as the workbench asks for it."""

    template: str
    context: dict[str, Any]


def moderation(actor: Actor) -> Panel | None:
    """How many comments wait for a look in the actor's threads."""
    if actor.may("conversations.moderate") != Reach.OWN:
        return None
    counts = desk.counts(actor)
    return Panel("conversations/workbench.html", {"counts": counts, "shelves": desk.SHELVES})


PANELS = [moderation]
