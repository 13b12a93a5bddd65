"""Statistics: counts and rates by level, category, source and place, medians per step, late by whom."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core.pages import render
from gongzhi.participation.deliberations import queries
from gongzhi.participation.deliberations.rules import FLOW, flow, sources
from gongzhi.registers.places import queries as places

from .lists import filters_of

NAMES: dict[str, Any] = {
    "level": sources.LEVELS,
    "category": sources.CATEGORIES,
    "source": sources.SOURCES,
    "state": {name: state.label for name, state in FLOW.states.items()},
}
STEPS_OF_MAP = (95, 85, 70, 50)
"""From which closing rate (per cent) a tile has the darkest tone, and so on down."""
FIRST = 12
"""So many lines of a long table are shown at first; the rest unfolds."""


@require_safe
def figures(request: Any) -> HttpResponseBase:
    """Every number leads to its rows."""
    actor, filters = request.actor, filters_of(request)
    whole = queries.rates(actor, filters)
    by_place = queries.figures(actor, "place", filters)
    medians = queries.medians(actor, filters)
    groups = _map(actor, by_place)
    context = {
        "title": _finding(whole),
        "whole": whole,
        "tables": [
            (kind, label, _named(kind, queries.figures(actor, kind, filters))) for kind, label in _kinds()
        ],
        "places": by_place,
        "medians": [(s.sign, s.label, medians.get(s.key)) for s in flow.STEPS],
        "median": medians.get("all"),
        "late": queries.late(actor),
        "groups": groups,
        "legend": _legend(groups),
        "first": FIRST,
        "filters": filters,
        "crumbs": [(_("大家的事"), "/deliberations/"), (_("统计"), "")],
    }
    return render(request, "deliberations/figures.html", context)


def _finding(whole: queries.Rates) -> str:
    if not whole.counted:
        return _("还没有登记的事")
    if not whole.closed:
        return _("{n} 件事，还没有办结的").format(n=whole.counted)
    return _("{n} 件事，办结 {a}%，提出人满意 {b}%").format(
        n=whole.counted, a=whole.closing, b=whole.satisfaction
    )


def _kinds() -> list[tuple[str, str]]:
    return [("level", _("层级")), ("category", _("类别")), ("source", _("来源"))]


def _named(kind: str, rows: list[queries.Figure]) -> list[tuple[str, str, queries.Rates]]:
    return [(str(r.key), str(NAMES[kind][r.key]), r.rates) for r in rows]


def _step(rates: queries.Rates | None) -> int:
    """The tone of a place's tile: 5 the darkest, 1 the palest, 0 hatched where there is nothing."""
    if rates is None or not rates.counted:
        return 0
    return next((5 - n for n, least in enumerate(STEPS_OF_MAP) if rates.closing >= least), 1)


def _map(actor: Any, by_place: list[queries.Figure]) -> list[dict[str, Any]]:
    known = {f.key: f.rates for f in by_place}
    groups = []
    for town in places.tiles(actor):
        tiles = []
        for tile in town.tiles:
            rates = known.get(tile.unit_id)
            told = _("{n} 件，办结 {a}%").format(n=rates.counted, a=rates.closing) if rates else _("没有")
            tiles.append(
                {
                    "label": tile.name,
                    "href": f"/deliberations/?place={tile.unit_id}" if rates else "",
                    "step": _step(rates),
                    "title": f"{tile.short}：{told}",
                }
            )
        groups.append(
            {
                "name": town.name,
                "href": f"?place={town.unit_id}",
                "value": _whole_town(town, known),
                "x": town.x,
                "y": town.y,
                "w": town.w,
                "tiles": tiles,
            }
        )
    return groups


def _whole_town(town: Any, known: dict[Any, queries.Rates]) -> str:
    """A township's closing rate beside its name."""
    found = [known[t.unit_id] for t in town.tiles if t.unit_id in known]
    counted, closed = sum(r.counted for r in found), sum(r.closed for r in found)
    return f"{queries.Rates(counted, closed, 0, 0).closing}%" if counted else ""


def _legend(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    counts = Counter(tile["step"] for group in groups for tile in group["tiles"])
    labels = [_("办结 {n}% 以上").format(n=n) for n in STEPS_OF_MAP] + [_("更低"), _("没有事")]
    return [{"step": 5 - n, "label": label, "n": counts[5 - n]} for n, label in enumerate(labels)]
