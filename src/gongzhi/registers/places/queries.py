"""Reads of the register of places. What is public about a place is public to everyone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.registers.places import rules
from gongzhi.registers.places.models import Figure, Import, Place, Succession

LAYOUTS = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Tile:
    """One place on the tile map."""

    unit_id: int
    place_id: int
    name: str
    short: str
    code: str
    kind: str


@dataclass(frozen=True)
class Township:
    """A township's tiles. ``x`` and ``y`` are the percent of the map's width and height at which its block begins,
    ``columns`` how many tiles stand in a row."""

    unit_id: int
    place_id: int
    name: str
    code: str
    x: int
    y: int
    columns: int
    tiles: list[Tile]


def enrolled(actor: Actor) -> Any:
    """The county's own places that the actor may see, by code."""
    return Place.objects.visible_to(actor, "places.view").exclude(unit=None).order_by("code")


def county() -> Place | None:
    """The county that is enrolled here."""
    return Place.objects.filter(level=rules.COUNTY).exclude(unit=None).order_by("code").first()


def place_of(unit_id: int) -> Place | None:
    """The place whose seat the unit is; None for a department or an organisation."""
    return Place.objects.filter(unit_id=unit_id).first()


def places_of(unit_ids: Iterable[int]) -> dict[int, Place]:
    """Unit id → place, in one query."""
    return {p.unit_id: p for p in Place.objects.filter(unit_id__in=list(unit_ids))}


def by_code(code: str) -> Place | None:
    """The place with this code, now or under another system's code today."""
    found = Place.objects.filter(code=code).first()
    if found is None:
        today = clock.today()
        found = (
            Place.objects.filter(aliases__value=code)
            .filter(Q(aliases__since=None) | Q(aliases__since__lte=today))
            .filter(Q(aliases__until=None) | Q(aliases__until__gte=today))
            .exclude(unit=None)
            .first()
        )
    return found


def units_by_code(codes: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Code → (place id, unit id) of enrolled places that are open; for imports."""
    rows = Place.objects.filter(code__in=list(codes), closed=None).exclude(unit=None)
    return {code: (pk, unit) for code, pk, unit in rows.values_list("code", "pk", "unit_id")}


def units_by_short() -> dict[str, list[tuple[int, int, str]]]:
    """Short name → [(place id, unit id, township's name)] of open villages and communities; for imports."""
    names = {p.code[:9]: p.short for p in Place.objects.filter(level=rules.TOWNSHIP).exclude(unit=None)}
    found: dict[str, list[tuple[int, int, str]]] = {}
    rows = Place.objects.filter(level=rules.VILLAGE, closed=None).exclude(unit=None)
    for pk, unit, short, code in rows.values_list("pk", "unit_id", "short", "code"):
        found.setdefault(short, []).append((pk, unit, names.get(code[:9], "")))
    return found


def kind_of(unit_id: int) -> str | None:
    """ "village" or "residents" for a committee's unit; None for any other unit."""
    return Place.objects.filter(unit_id=unit_id).values_list("type", flat=True).first()


def kinds_of(unit_ids: Iterable[int]) -> dict[int, str]:
    """Unit id → kind, in one query; units without a kind are left out."""
    rows = Place.objects.filter(unit_id__in=list(unit_ids)).exclude(type=None)
    return dict(rows.values_list("unit_id", "type"))


def latest(key: str, unit_ids: Iterable[int], on: date | None = None) -> dict[int, int]:
    """Unit id → the latest figure ``key`` known on a day (today); units without one are left out."""
    rows = (
        Figure.objects.filter(place__unit_id__in=list(unit_ids), key=key, on__lte=on or clock.today())
        .order_by("place_id", "-on")
        .distinct("place_id")
    )
    return dict(rows.values_list("place__unit_id", "value"))


def households(unit_ids: Iterable[int], on: date | None = None) -> dict[int, int]:
    """Unit id → number of households known on a day (today)."""
    return latest(rules.HOUSEHOLDS, unit_ids, on)


def figures(place: Place) -> list[Figure]:
    """Every figure about a place, latest first."""
    return list(place.figures.order_by("key", "-on"))


def successors(unit_id: int) -> list[int]:
    """The units that took over from a closed one, followed to those that are open; [] while it is open itself."""
    found: list[int] = []
    seen, front = {unit_id}, [unit_id]
    while front:
        steps = (
            Succession.objects.filter(old__unit_id__in=front)
            .exclude(kind=rules.RENAME)
            .exclude(new__unit_id=None)
            .order_by("new__code")
            .values_list("new__unit_id", "new__closed")
        )
        front = []
        for unit, closed in steps:
            if unit in seen:
                continue
            seen.add(unit)
            (front if closed else found).append(unit)
    return found


@cache
def _layout() -> dict[str, dict[str, int]]:
    places: dict[str, dict[str, int]] = {}
    for file in LAYOUTS.glob("*-layout.json"):
        places.update(json.loads(file.read_text(encoding="utf-8")))
    return places


def tiles(actor: Actor) -> list[Township]:
    """The county's map-like grid: each township with its open places, from north to south and west to east.

    Townships without a place on the layout stand in rows of two below the others.
    """
    rows = list(enrolled(actor).filter(closed=None, level__in=[rules.TOWNSHIP, rules.VILLAGE]))
    below: dict[str, list[Tile]] = {}
    for p in rows:
        if p.level == rules.VILLAGE:
            tile = Tile(p.unit_id, p.pk, p.tile, p.short, p.code, p.type or "")
            below.setdefault(p.parent_code, []).append(tile)
    found, unplaced = [], 0
    for p in rows:
        if p.level != rules.TOWNSHIP:
            continue
        spot = _layout().get(p.code)
        if spot is None:
            spot = {"x": 2 + unplaced % 2 * 49, "y": 100 + unplaced // 2 * 20, "columns": 7}
            unplaced += 1
        found.append(Township(p.unit_id, p.pk, p.short, p.code, **spot, tiles=below.get(p.code, [])))
    return sorted(found, key=lambda t: (t.y, t.x))


def parents(place: Place) -> list[Place]:
    """The places above, from the top."""
    codes, code = [], place.parent_code
    while code:
        codes.append(code)
        code = rules.parent_code(code)
    return list(Place.objects.filter(code__in=codes).order_by("code"))


def below(place: Place) -> Any:
    """The places one level below, by code. Directly governed counties stand right below their province."""
    first, last = rules.subtree(place.code)
    rows = Place.objects.filter(code__gt=first, code__lte=last)
    levels = list(rules.LEVELS)
    for level in levels[levels.index(place.level) + 1 :]:
        if rows.filter(level=level).exists():
            return rows.filter(level=level).order_by("code")
    return rows.none()


def with_figures(rows: Any) -> Any:
    """Places with their latest ``households`` and ``residents`` figures, in the same query."""
    newest = Figure.objects.filter(place=OuterRef("pk")).order_by("-on")
    return rows.annotate(
        households=Subquery(newest.filter(key=rules.HOUSEHOLDS).values("value")[:1]),
        residents=Subquery(newest.filter(key=rules.RESIDENT_PEOPLE).values("value")[:1]),
    )


def township_names() -> dict[str, str]:
    """First nine digits → the township's short name, for the county's own townships."""
    rows = Place.objects.filter(level=rules.TOWNSHIP).exclude(unit=None)
    return {code[:9]: short for code, short in rows.values_list("code", "short")}


@dataclass(frozen=True)
class Standing:
    """How well the register is kept: required fields filled, and entries confirmed in the last days."""

    entries: int
    filled: int
    wanted: int
    fresh: int


def standing(actor: Actor, fresh_since: date) -> Standing:
    """Completeness (households and resident people of every open village or community) and freshness."""
    rows = enrolled(actor).filter(level=rules.VILLAGE, closed=None)
    newest = Figure.objects.filter(place__in=rows.order_by().values("pk"), key__in=rules.COMPLETE)
    filled = newest.values("place_id", "key").distinct().count()
    counts = rows.aggregate(entries=Count("pk"), fresh=Count("pk", filter=Q(verified__gte=fresh_since)))
    return Standing(counts["entries"], filled, counts["entries"] * len(rules.COMPLETE), counts["fresh"])


def imports(actor: Actor) -> list[Import]:
    """The last imports of division files."""
    return list(Import.objects.visible_to(actor, "places.import").order_by("-pk")[:20])
