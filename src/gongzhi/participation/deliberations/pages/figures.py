"""Statistics: counts and rates by level, category, source and place, medians per step, late by whom."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core.access import Actor
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
MOST_LATE = 5000
"""So many late turns go into the workbook, the oldest first."""


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


Table = tuple[str, list[str], list[list[Any]]]
"""A sheet's title, its head and its lines."""


def tables(actor: Actor, filters: queries.Filters) -> list[Table]:
    """The page's tables for the workbook; rates as numbers in per cent. Nine queries."""
    whole, medians = queries.rates(actor, filters), queries.medians(actor, filters)
    rates = [_("办结率（%）"), _("满意率（%）")]
    found: list[Table] = [
        (
            _("总览"),
            [_("件数"), _("办结"), _("满意"), *rates, _("形成共识"), _("从登记到办结（天，中位数）")],
            [
                [
                    whole.counted,
                    whole.closed,
                    whole.satisfied,
                    *_rates(whole),
                    whole.adopted,
                    medians.get("all"),
                ]
            ],
        ),
        (
            _("每一步用多少天"),
            [_("步骤"), _("天（中位数）")],
            [[str(s.label), medians.get(s.key)] for s in flow.STEPS],
        ),
    ]
    for kind, label in _kinds():
        lines = _named(kind, queries.figures(actor, kind, filters))
        rows = [[name, r.counted, *_rates(r)] for _key, name, r in lines]
        found.append((_("按{what}").format(what=label), [label, _("件数"), *rates], rows))
    places_ = queries.figures(actor, "place", filters)
    head = [_("村（社区）"), _("件数"), _("办结"), *rates]
    found.append(
        (
            _("按村（社区）"),
            head,
            [[f.name, f.rates.counted, f.rates.closed, *_rates(f.rates)] for f in places_],
        )
    )
    late = [[x.unit, x.count, x.since.isoformat()] for x in queries.late(actor)]
    found.append((_("谁逾期了"), [_("单位"), _("件数"), _("最早应于")], late))
    each = [[t.unit.short, str(t), t.due.isoformat()] for t in queries.late_rows(actor)[:MOST_LATE]]
    found.append((_("逾期的事"), [_("单位"), _("什么事"), _("应于")], each))
    return found


def _rates(rates: queries.Rates) -> list[Any]:
    return [rates.closing, rates.satisfaction if rates.closed else None]


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
