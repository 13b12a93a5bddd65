"""The county's figures, read through the rooms below in a fixed number of queries, whatever the size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Coalesce

from gongzhi.core import clock, story, tally, units
from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.core.journal import JournalEntry
from gongzhi.core.paging import Page, first_page, keyset
from gongzhi.core.refusal import NotFound
from gongzhi.core.units import Unit
from gongzhi.core.words import Words
from gongzhi.insight import rules
from gongzhi.lists.agreements import queries as agreements
from gongzhi.lists.appraisals import queries as appraisals
from gongzhi.registers.places import queries as places

SIZE = 10
UNTOLD = sorted(agreements.UNSENT | appraisals.UNTOLD)
SORTS = {"gap": ("-gap_key", "pk"), "name": ("code_key", "pk"), "score": ("score_key", "pk")}


@dataclass(frozen=True)
class Years:
    """The appraisal's year and the agreements' year that a page shows, and which appraisal years there are."""

    appraisal: int
    agreement: int
    known: Sequence[int]


def years(actor: Actor, wanted: int | None = None) -> Years:
    """The latest appraised year of which at least half is open, or else anything (or ``wanted``), and the latest
    agreements' year."""
    known = appraisals.years(actor)
    signed = agreements.years(actor)
    now = clock.today().year
    latest = now if now in signed else (signed[0] if signed else now)
    if wanted is not None:
        return Years(wanted, max(wanted, min(latest, wanted + 1)), known)
    begun = []
    for year in known[:2]:
        figures = appraisals.overall(actor, year)
        if figures.pairs > figures.sealed:
            begun.append(year)
            if 2 * (figures.pairs - figures.sealed) >= figures.pairs:
                return Years(year, latest, known)
    return Years(begun[0] if begun else known[0] if known else now, latest, known)


@dataclass(frozen=True)
class TileValue:
    """One place on the map: its value in the chosen measure as a step, and what hangs on it."""

    place: places.Tile
    value: Decimal | int | None
    step: int
    late: bool


@dataclass(frozen=True)
class TownshipLine:
    """One township beside the others."""

    id: int
    label: str
    a_to_b: Decimal | None
    b_to_a: Decimal | None
    signing: Decimal | None
    in_time: Decimal | None
    late: int


class Overview:
    """Everything the county's page says for one actor, one year, one measure and one kind of place ("village",
    "residents" or both). Each part is read once."""

    def __init__(self, actor: Actor, shown: Years, measure: str = "b_to_a", kind: str = "") -> None:
        if actor.may("insight.view") is None:
            raise NotFound("insight.view")
        self.actor, self.years, self.kind = actor, shown, kind
        self.measure = rules.MEASURES.get(measure, rules.MEASURES["b_to_a"])

    @cached_property
    def figures(self) -> appraisals.Averages:
        """Both averages in scope."""
        return appraisals.overall(self.actor, self.years.appraisal, self.kind)

    @cached_property
    def before(self) -> appraisals.Averages:
        """Both averages of the year before."""
        return appraisals.overall(self.actor, self.years.appraisal - 1, self.kind)

    @cached_property
    def county(self) -> appraisals.Averages:
        """Both averages of the whole county, for a township to compare itself with."""
        return appraisals.whole_county(self.actor, self.years.appraisal, self.kind)

    @cached_property
    def rectification(self) -> dict[str, appraisals.Rectification]:
        """Both sides' rectification."""
        return appraisals.rectification(self.actor, self.years.appraisal, clock.today(), self.kind)

    @cached_property
    def _agreements(self) -> list[agreements.Figures]:
        return agreements.by_township(self.actor, self.years.agreement, self.kind)

    @cached_property
    def signing(self) -> agreements.Figures:
        """The agreements of everything in scope."""
        return agreements.total(self._agreements)

    @cached_property
    def map(self) -> list[places.Township]:
        """The townships in scope with their places, in rough geography."""
        found = [t for t in places.tiles(self.actor) if t.unit_id in self.in_scope]
        if not self.kind:
            return found
        return [replace(t, tiles=[p for p in t.tiles if p.kind == self.kind]) for t in found]

    @cached_property
    def in_scope(self) -> frozenset[int]:
        """The townships' units that the actor reaches."""
        return frozenset(_townships(self.actor.unit_path))

    @cached_property
    def scores(self) -> dict[int, appraisals.PlaceScores]:
        """Scores by place."""
        return appraisals.by_place(self.actor, self.years.appraisal)

    @cached_property
    def contracts(self) -> dict[int, agreements.PlaceYear]:
        """Agreements by place."""
        return agreements.by_place(self.actor, self.years.agreement)

    @cached_property
    def mended(self) -> dict[int, tuple[int, int, int]]:
        """(all, verified, late) rectification by place."""
        return appraisals.mendings_by_place(self.actor, self.years.appraisal, clock.today())

    def value(self, place: int) -> Decimal | int | None:
        """The place's value in the chosen measure."""
        key = self.measure.key
        if key == "signing":
            contract = self.contracts.get(place)
            return rules.SIGNING_STEP.get(contract.group) if contract else None
        if key == "payment":
            contract = self.contracts.get(place)
            return tally.rate(contract.in_time, contract.payments) if contract and contract.payments else None
        if key == "mending":
            total, done, _ = self.mended.get(place, (0, 0, 0))
            return tally.rate(done, total) if total else None
        score = self.scores.get(place)
        return getattr(score, key) if score else None

    def warns(self, place: int) -> bool:
        """The folded corner: late rectification on that map, the government's late payment on all others."""
        if self.measure.key == "mending":
            return self.mended.get(place, (0, 0, 0))[2] > 0
        contract = self.contracts.get(place)
        return contract is not None and contract.late > 0

    def tiles(self, township: places.Township) -> list[TileValue]:
        """A township's places with their steps."""
        found = []
        for place in township.tiles:
            value = self.value(place.unit_id)
            found.append(TileValue(place, value, rules.step(self.measure, value), self.warns(place.unit_id)))
        return found

    @cached_property
    def townships(self) -> list[TownshipLine]:
        """Every township in scope with both averages, signing and payment."""
        scored = {t.key: t for t in appraisals.by_township(self.actor, self.years.appraisal, self.kind)}
        signed = {f.unit_id: f for f in self._agreements}
        found = []
        for township in self.map:
            s, f = scored.get(township.unit_id), signed.get(township.unit_id)
            found.append(
                TownshipLine(
                    township.unit_id,
                    township.name,
                    s.a_to_b if s else None,
                    s.b_to_a if s else None,
                    f.signing_rate if f and f.places else None,
                    f.in_time_rate if f and f.payments_due else None,
                    f.payments_open_late if f else 0,
                )
            )
        return sorted(found, key=lambda t: (t.b_to_a is None, -(t.b_to_a or 0), t.label))

    @cached_property
    def _items(self) -> list[appraisals.ItemFigures]:
        return appraisals.by_item(self.actor, self.years.appraisal, self.kind)

    @cached_property
    def items(self) -> list[appraisals.ItemFigures]:
        """Items on which both sides' views differ most."""
        return [i for i in self._items if i.gap is not None]

    @cached_property
    def lowest(self) -> list[appraisals.ItemFigures]:
        """Items that were scored lowest: what is shown while nobody has scored himself."""
        scored = [i for i in self._items if i.scored is not None]
        return sorted(scored, key=lambda i: (i.scored or Decimal(0), i.label))

    @cached_property
    def improved(self) -> list[appraisals.Change]:
        """Places whose score for the government rose most."""
        return appraisals.changes(self.actor, self.years.appraisal, most=3, kind=self.kind)

    def chosen(self, wanted: int | None) -> places.Township | None:
        """The township whose places are listed: the wanted one, or the one whose averages differ most."""
        by_id = {t.unit_id: t for t in self.map}
        if wanted in by_id:
            return by_id[wanted]
        gaps = [
            (abs(t.a_to_b - t.b_to_a), -t.id)
            for t in self.townships
            if t.a_to_b is not None and t.b_to_a is not None
        ]
        return by_id[-max(gaps)[1]] if gaps else (self.map[0] if self.map else None)


@compiled
def _townships(path: str) -> QuerySet[Any, Any]:
    rows = Unit.objects.filter(kind=units.TOWNSHIP, closed=None, path__startswith=path)
    return rows.values_list("pk", flat=True)


@dataclass(frozen=True)
class PlaceLine:
    """One row of the table of places."""

    unit: Unit
    contract: agreements.PlaceYear | None
    score: appraisals.PlaceScores | None
    mendings: Sequence[Any]
    last: tuple[datetime, Words | str] | None

    @property
    def change(self) -> Decimal | None:
        """How the score for the government moved against the year before."""
        score = self.score
        if score is None or score.b_to_a is None or score.before_b_to_a is None:
            return None
        return score.b_to_a - score.before_b_to_a


def place_page(
    actor: Actor,
    shown: Years,
    township: int,
    *,
    sort: str = "gap",
    kind: str = "",
    after: str = "",
    size: int = SIZE,
) -> Page[Any]:
    """One page of a township's places; its rows are :class:`PlaceLine`."""
    order = SORTS.get(sort, SORTS["gap"])
    if after:
        page = keyset(_ordered(actor, shown.appraisal, township, kind), order=order, after=after, size=size)
    else:
        found = _first(actor, shown.appraisal, township, kind=kind, order=order, size=size)
        page = first_page(found, order=order, size=size)
    return Page(list(_lines(actor, shown, page.rows)), page.next, page.previous)


@compiled
def _first(
    actor: Actor, year: int, township: int, *, kind: str, order: tuple[str, ...], size: int
) -> QuerySet[Unit]:
    return _ordered(actor, year, township, kind).order_by(*order)[: size + 1]  # type: ignore[no-any-return]


def place_lines(
    actor: Actor, shown: Years, township: int | None, sort: str = "gap", kind: str = ""
) -> Iterator[PlaceLine]:
    """Every place of a township (or of everything in scope) in the table's order, five hundred at a time."""
    rows = _ordered(actor, shown.appraisal, township, kind).order_by(*(SORTS.get(sort, SORTS["gap"])))
    batch: list[Unit] = []
    for unit in rows.iterator(chunk_size=500):
        batch.append(unit)
        if len(batch) == 500:
            yield from _lines(actor, shown, batch)
            batch = []
    yield from _lines(actor, shown, batch)


def _units(actor: Actor, township: int | None, kind: str) -> Any:
    rows = Unit.objects.filter(kind=units.COMMITTEE, closed=None, path__startswith=actor.unit_path)
    if kind:
        rows = rows.filter(pk__in=places.units_of(kind))
    return rows if township is None else rows.filter(parent_id=township)


def _ordered(actor: Actor, year: int, township: int | None, kind: str) -> Any:
    none = Value(Decimal(-1))
    return (
        _units(actor, township, kind)
        .select_related("parent")
        .annotate(
            gap_key=Coalesce(appraisals.score_of_place(year, "pk", "gap"), none),
            score_key=Coalesce(appraisals.score_of_place(year, "pk", "b_to_a"), Value(Decimal(101))),
            code_key=Coalesce(F("code"), Value("~"), output_field=TextField()),
        )
    )


def _lines(actor: Actor, shown: Years, rows: Sequence[Unit]) -> Iterator[PlaceLine]:
    if not rows:
        return
    ids = [u.pk for u in rows]
    contracts = agreements.by_place(actor, shown.agreement, ids)
    scores = appraisals.by_place(actor, shown.appraisal, ids)
    open_ = appraisals.open_mendings(actor, shown.appraisal, ids)
    last = _last(contracts, scores)
    for unit in rows:
        yield PlaceLine(
            unit, contracts.get(unit.pk), scores.get(unit.pk), open_.get(unit.pk, ()), last.get(unit.pk)
        )


def _last(
    contracts: dict[int, agreements.PlaceYear], scores: dict[int, appraisals.PlaceScores]
) -> dict[int, tuple[datetime, Words | str]]:
    """The newest act on each place's agreement or appraisal that both sides know of: two queries."""
    found: dict[int, tuple[datetime, Words | str]] = {}
    asked = (
        ("agreements.agreement", {c.agreement_id: p for p, c in contracts.items()}),
        ("appraisals.appraisal", {s.appraisal_id: p for p, s in scores.items()}),
    )
    for kind, of_thing in asked:
        for thing, at, verb in _newest(kind, list(of_thing)):
            place = of_thing[thing]
            if place not in found or at > found[place][0]:
                found[place] = (at, story.verb_label(verb))
    return found


@compiled
def _newest(kind: str, things: list[int]) -> QuerySet[Any, Any]:
    rows = JournalEntry.objects.filter(thing_type=kind, thing_id__any=things).exclude(verb__in=UNTOLD)
    newest = rows.order_by("thing_id", "-id").distinct("thing_id")
    return newest.values_list("thing_id", "at", "verb")
