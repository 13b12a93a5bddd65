"""The workbench's side column: my township's agreements of the year, one tile a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gongzhi.core import clock, units
from gongzhi.core.access import Actor

from .pages.lists import tiles
from .queries import lists
from .rules.year import rate_of


@dataclass(frozen=True)
class Panel:
    """A template and what it shows, as the workbench asks for it."""

    template: str
    context: dict[str, Any]


def township_year(actor: Actor) -> Panel | None:
    """The tiles of the current year, for people of a township."""
    if actor.unit_kind != units.TOWNSHIP or actor.may("agreements.view") is None:
        return None
    unit = lists.township.first(actor.unit_id or 0)
    year = clock.today().year
    grid = lists.grid(actor, unit, year)
    if not grid.tiles:
        return None
    rate = rate_of(grid.signed, len(grid.tiles))
    return Panel("agreements/panel.html", {"grid": grid, "tiles": tiles(grid), "year": year, "rate": rate})


PANELS = [township_year]
