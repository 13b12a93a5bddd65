"""Reads of the register of places. What is public about a place is public to everyone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.core.roles import Reach
from gongzhi.core.words import Words, say
from gongzhi.registers.places import rules
from gongzhi.registers.places.models import Figure, Import, Place, Succession

KINDS = rules.KINDS
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
    """A township's tiles as the page's tile map wants them: ``x`` is the column at which the block begins (in tiles,
    halves allowed), ``y`` its row from 1, ``w`` how many tiles stand beside each other. The map is 20 tiles wide."""

    unit_id: int
    place_id: int
    name: str
    code: str
    x: float
    y: int
    w: int
    tiles: list[Tile]


def enrolled(actor: Actor) -> Any:
    """The county's own places that the actor may see, by code."""
    return Place.objects.visible_to(actor, "places.view").exclude(unit=None).order_by("code")


def units_of(kind: str) -> Any:
    """The units of every village ("village") or community ("residents"), as ids for a condition on other rooms' rows."""
    return (
        Place.objects.filter(level=rules.VILLAGE, type=kind).exclude(unit=None).order_by().values("unit_id")
    )


def kind_named(word: str) -> str:
    """A kind asked for in an address: "village", "residents", or "" for anything else."""
    return word if word in KINDS else ""


def county() -> Place | None:
    """The county that is enrolled here."""
    return Place.objects.filter(level=rules.COUNTY).exclude(unit=None).order_by("code").first()


def county_unit() -> int | None:
    """The county's unit; None before it is enrolled."""
    rows = Place.objects.filter(level=rules.COUNTY).exclude(unit=None)
    return rows.values_list("unit_id", flat=True).first()


def place_of(unit_id: int) -> Place | None:
    """The place whose seat the unit is; None for a department or an organisation."""
    return Place.objects.filter(unit_id=unit_id).first()


def places_of(unit_ids: Iterable[int]) -> dict[int, Place]:
    """Unit id → place, in one query."""
    return {p.unit_id: p for p in Place.objects.filter(unit_id__in=list(unit_ids))}


def enrolled_unit(place_id: int) -> int | None:
    """The unit of an open place of the county; None for any other place."""
    rows = Place.objects.filter(pk=place_id, closed=None).exclude(unit=None)
    return rows.values_list("unit_id", flat=True).first()


def by_code(code: str) -> Place | None:
    """The place with this code, now or under another system's code today."""
    found = Place.objects.filter(code=code).first()
    if found is None:
        today = clock.today()
        begun = Q(aliases__since=None) | Q(aliases__since__lte=today)
        running = Q(aliases__until=None) | Q(aliases__until__gte=today)
        # One filter: all three conditions must hold for the same alias.
        found = Place.objects.filter(begun, running, aliases__value=code).exclude(unit=None).first()
    return found


@dataclass(frozen=True)
class Spot:
    """An open place of the county as imports need it."""

    place_id: int
    unit_id: int
    path: str
    township_id: int | None


class Finder:
    """Finds open places by what people write: code, "沙溪镇中荷村", "中荷村" where it is the only one."""

    def __init__(self) -> None:
        rows = list(Place.objects.filter(closed=None).exclude(unit=None).select_related("unit"))
        townships = {p.code[:9]: p for p in rows if p.level == rules.TOWNSHIP}
        self._by_code: dict[str, Spot] = {}
        self._by_name: dict[str, list[Spot]] = {}
        self.names: dict[int, str] = {}
        for p in rows:
            assert p.unit is not None
            above = townships.get(p.code[:9])
            spot = Spot(p.pk, p.unit.pk, p.unit.path, above.unit_id if above else None)
            self._by_code[p.code] = spot
            full = f"{above.short}{p.short}" if above and p.level == rules.VILLAGE else p.short
            self.names[p.pk] = full
            for name in {p.short, p.name, full, p.legal_name}:
                self._by_name.setdefault(name, []).append(spot)

    def find(self, text: str) -> Spot | Words:
        """The place, or why it cannot be told."""
        text = "".join(text.split())
        if text in self._by_code:
            return self._by_code[text]
        found = {s.place_id: s for s in self._by_name.get(text, [])}
        if len(found) == 1:
            return next(iter(found.values()))
        if found:
            return say(
                "有 {n} 个“{name}”，请写上镇名，如“沙溪镇中荷村”，或写区划代码", n=len(found), name=text
            )
        return say("没有“{name}”这个村、社区或镇", name=text)


def reaches(actor: Actor, verb: str, spot: Spot) -> bool:
    """Whether the actor's right to ``verb`` reaches a place."""
    reach = actor.may(verb)
    if reach == Reach.OWN:
        return spot.unit_id == actor.unit_id
    return reach == Reach.ALL or (reach == Reach.BELOW and spot.path.startswith(actor.unit_path))


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


def latest_days(unit_ids: Iterable[int]) -> dict[int, date]:
    """Unit id → the day of its latest figure; units without one are left out."""
    rows = (
        Figure.objects.filter(place__unit_id__in=list(unit_ids))
        .order_by("place_id", "-on")
        .distinct("place_id")
    )
    return dict(rows.values_list("place__unit_id", "on"))


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
            .filter(new__unit__isnull=False)
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
def _layout() -> dict[str, dict[str, Any]]:
    places: dict[str, dict[str, Any]] = {}
    for file in LAYOUTS.glob("*-layout.json"):
        places.update(json.loads(file.read_text(encoding="utf-8")))
    return places


def tiles(actor: Actor) -> list[Township]:
    """The county's map-like grid: each township with its open places, from north to south and west to east.

    Townships without a place on the layout stand two in a row below the others.
    """
    rows = _open(actor)
    below: dict[str, list[Tile]] = {}
    for p in rows:
        if p.level == rules.VILLAGE:
            tile = Tile(p.unit_id, p.pk, rules.tile_name(p.short), p.short, p.code, p.type or "")
            below.setdefault(rules.parent_code(p.code), []).append(tile)
    found, unplaced = [], 0
    for p in rows:
        if p.level != rules.TOWNSHIP:
            continue
        spot = _layout().get(p.code)
        if spot is None:
            spot = {"x": unplaced % 2 * 10, "y": 5 + unplaced // 2, "w": 9}
            unplaced += 1
        found.append(Township(p.unit_id, p.pk, p.short, p.code, **spot, tiles=below.get(p.code, [])))
    return sorted(found, key=lambda t: (t.y, t.x))


@compiled
def _open(actor: Actor) -> QuerySet[Any, Any]:
    rows = enrolled(actor).filter(closed=None, level__in=[rules.TOWNSHIP, rules.VILLAGE])
    return rows.values_list("pk", "unit_id", "level", "short", "code", "type", named=True)  # type: ignore[no-any-return]


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
