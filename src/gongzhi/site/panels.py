"""The workbench's side column: each room may show a panel to the roles it concerns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings

from gongzhi.core.access import Actor


@dataclass(frozen=True)
class Panel:
    """A template of a room and what it shows; built by ``<room>.panels.PANELS``, a list of functions."""

    template: str
    context: dict[str, Any]


Build = Callable[[Actor], Panel | None]


def of(actor: Actor) -> list[Panel]:
    """The panels for this actor, in the order of the rooms."""
    found = []
    for room in settings.ROOMS:
        if find_spec(f"{room}.panels") and room != "gongzhi.site":
            for build in import_module(f"{room}.panels").PANELS:
                panel = build(actor)
                if panel is not None:
                    found.append(panel)
    return found
