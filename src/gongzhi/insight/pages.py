"""县情: the finding as a title, the strip of numbers, the map, both sides per township, the table of places."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from gongzhi.core.exchange import export
from gongzhi.core.exchange.writing import XLSX
from gongzhi.core.pages import render, signed_in
from gongzhi.core.refusal import NotFound
from gongzhi.core.units import TOWNSHIP
from gongzhi.core.words import Words, say
from gongzhi.insight import queries, rules, sheets
from gongzhi.insight.queries import Overview
from gongzhi.registers.places import queries as places

SHAPES = {"talking": "◐", "deciding": "○", "signing": "▸", "paused": "‖", "ended": "✕"}


def _number(request: Any, name: str) -> int | None:
    raw = request.GET.get(name, "")
    return int(raw) if raw.isdigit() and len(raw) < 10 else None


def _year(request: Any) -> int | None:
    year = _number(request, "year")
    return year if year is not None and 2000 <= year <= 2100 else None


def _two(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def finding(view: Overview, name: str) -> Words:
    """The page's title: what both sides said of each other."""
    figures = view.figures
    if figures.a_to_b is None and figures.b_to_a is None:
        if figures.pairs:
            return say(
                "{year} 年双向评估有 {n} 对，还没有开封的", year=str(view.years.appraisal), n=figures.pairs
            )
        return say("{name}还没有双向评估", name=name)
    if view.actor.unit_kind == TOWNSHIP:
        return say(
            "{name}给村居打 {a} 分，村居给{name}打 {b} 分",
            name=name,
            a=_two(figures.a_to_b),
            b=_two(figures.b_to_a),
        )
    a, b = _two(figures.a_to_b), _two(figures.b_to_a)
    if view.kind:
        return say("政府给{who}打 {a} 分，{who}给政府打 {b} 分", who=places.KINDS[view.kind], a=a, b=b)
    return say("政府给村居打 {a} 分，村居给政府打 {b} 分", a=a, b=b)


def _groups(view: Overview, chosen: int | None, request: Any) -> list[dict[str, Any]]:
    """The townships' blocks for the map."""
    means = {t.id: t for t in view.townships}
    return [
        {
            "name": t.name,
            "id": t.unit_id,
            "x": t.x,
            "y": t.y,
            "w": t.w,
            "n": len(t.tiles),
            "value": _of_township(means.get(t.unit_id), view.measure.key),
            "current": t.unit_id == chosen,
            "tiles": [_tile(view, v) for v in view.tiles(t)],
        }
        for t in view.map
    ]


def _of_township(line: queries.TownshipLine | None, key: str) -> str:
    """The township's own value beside its name."""
    if line is None:
        return ""
    if key == "gap":
        both = line.a_to_b is not None and line.b_to_a is not None
        return _two(abs(line.a_to_b - line.b_to_a)) if both else ""  # type: ignore[operator]
    value = {
        "a_to_b": line.a_to_b,
        "b_to_a": line.b_to_a,
        "signing": line.signing,
        "payment": line.in_time,
    }.get(key)
    if value is None:
        return ""
    return f"{value:.0f}%" if key in ("signing", "payment") else _two(value)


def _tile(view: Overview, value: queries.TileValue) -> dict[str, Any]:
    score, contract = view.scores.get(value.place.unit_id), view.contracts.get(value.place.unit_id)
    href = ""
    if view.measure.key in ("signing", "payment") and contract:
        href = f"/agreements/{contract.agreement_id}/"
    elif score:
        href = f"/appraisals/{score.appraisal_id}/"
    shown = "" if value.value is None else _shown(view.measure.key, value)
    title = f"{value.place.short} {shown}".strip()
    return {
        "label": value.place.name,
        "href": href,
        "step": value.step,
        "title": title,
        "warn": value.late,
        "up": False,
    }


def _shown(key: str, value: queries.TileValue) -> str:
    if key == "signing":
        return str(next((label for n, label, _ in rules.MEASURES[key].steps if n == value.step), ""))
    return f"{value.value:.2f}{'%' if key in ('payment', 'mending') else ''}"


def _legend(view: Overview, groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps with how many places stand on each."""
    tiles = [t for g in groups for t in g["tiles"]]
    rows: list[dict[str, Any]] = [
        {"step": number, "label": str(label), "n": sum(t["step"] == number for t in tiles)}
        for number, label, _ in view.measure.steps
    ]
    rows.append({"step": 0, "label": str(view.measure.missing), "n": sum(t["step"] == 0 for t in tiles)})
    fold = say("折角：整改过期") if view.measure.key == "mending" else say("折角：政府有逾期付款")
    rows.append({"warn": True, "label": str(fold), "n": sum(t["warn"] for t in tiles)})
    return rows


def _dumbbells(view: Overview, chosen: int | None) -> dict[str, Any]:
    lines = [*view.townships]
    values = [v for t in lines for v in (t.a_to_b, t.b_to_a) if v is not None]
    low, high, ticks = rules.scale(values)
    rows = [
        {
            "label": t.label,
            "href": t.id,
            "a": t.a_to_b,
            "b": t.b_to_a,
            "current": t.id == chosen,
            "signing": t.signing,
            "in_time": t.in_time,
            "late": t.late,
        }
        for t in lines
    ]
    return {"rows": rows, "low": low, "high": high, "ticks": ticks}


@signed_in
@require_safe
def overview(request: Any) -> HttpResponse:
    """The county (or the own township beside the county's averages)."""
    actor = request.actor
    if actor.may("insight.view") is None:
        raise NotFound("insight.view")
    shown = queries.years(actor, _year(request))
    kind = places.kind_named(request.GET.get("kind", ""))
    view = Overview(actor, shown, request.GET.get("measure", ""), kind)
    chosen = view.chosen(_number(request, "township"))
    sort = request.GET.get("sort", "gap") if request.GET.get("sort") in queries.SORTS else "gap"
    table = None
    if chosen is not None:
        table = queries.place_page(
            actor, shown, chosen.unit_id, sort=sort, kind=kind, after=request.GET.get("after", "")
        )
    groups = _groups(view, chosen.unit_id if chosen else None, request)
    name = actor.unit_name if actor.unit_kind == TOWNSHIP else ""
    context = {
        "title": str(finding(view, name)),
        "view": view,
        "shown": shown,
        "measures": rules.MEASURES,
        "groups": groups,
        "legend": _legend(view, groups),
        "dumbbells": _dumbbells(view, chosen.unit_id if chosen else None),
        "chosen": chosen,
        "count": len(chosen.tiles) if chosen else 0,
        "page": table,
        "sort": sort,
        "shapes": SHAPES,
        "is_township": actor.unit_kind == TOWNSHIP,
        "whole": sum(len(t.tiles) for t in view.map),
        "kinds": [("", say("村和社区"))] + list(places.KINDS.items()),
        "all_places": f"/insight/places.xlsx?year={shown.appraisal}&kind={kind}",
        "export": f"/insight/places.xlsx?year={shown.appraisal}&sort={sort}&kind={kind}"
        + (f"&township={chosen.unit_id}" if chosen else ""),
    }
    return render(request, "insight/overview.html", context)


@signed_in
@require_safe
def places_file(request: Any) -> HttpResponseBase:
    """The table of places as a workbook: of one township, or of everything in scope."""
    actor = request.actor
    if actor.may("insight.view") is None:
        raise NotFound("insight.view")
    shown = queries.years(actor, _year(request))
    kind = places.kind_named(request.GET.get("kind", ""))
    lines = queries.place_lines(
        actor, shown, _number(request, "township"), request.GET.get("sort", "gap"), kind
    )
    file = export(actor, sheets.PLACES, sheets.rows(lines))
    which = f"-{places.KINDS[kind]}" if kind else ""
    answer = FileResponse(
        file, as_attachment=True, filename=f"县情-{shown.appraisal}{which}.xlsx", content_type=XLSX
    )
    answer["Cache-Control"] = "private, no-store"
    return answer
