"""The workbench's side column: the latest opened year, both averages, and where the other side sees it worst."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gongzhi.core.access import Actor
from gongzhi.lists.appraisals import queries


@dataclass(frozen=True)
class Panel:
    """A template and what it shows, as the workbench asks for it."""

    template: str
    context: dict[str, Any]


def latest_year(actor: Actor) -> Panel | None:
    """Both averages of the latest year of which something in scope is open."""
    if actor.may("appraisals.view") is None:
        return None
    for year in queries.years(actor)[:2]:
        figures = queries.overall(actor, year)
        if figures.a_to_b is not None or figures.b_to_a is not None:
            items = [i for i in queries.by_item(actor, year) if i.about == "a" and i.community is not None]
            worst = min(items, key=lambda i: i.community or 0, default=None)
            return Panel("appraisals/panel.html", {"year": year, "figures": figures, "worst": worst})
    return None


PANELS = [latest_year]
