"""Figures of a year, counted by the database: both averages, gaps, silence, rectification, progress.

Only opened pairs count, and 未评 counts as nothing at all: it is neither 0 nor 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Avg,
    Case,
    Count,
    DecimalField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Abs

from gongzhi.core import tally
from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.lists.appraisals import rules
from gongzhi.lists.appraisals.models import Appraisal, Line, Mending

from .pairs import of_kind, root

SEALED = Q(state__in=rules.SEALED_STATES)
_PAIR = {
    "f_pairs": Count("pk"),
    "f_sealed": Count("pk", filter=SEALED),
    "f_both": Count("pk", filter=~SEALED & Q(a_to_b__isnull=False, b_to_a__isnull=False)),
    "f_a_silent": Count("pk", filter=Q(a_silent=True)),
    "f_b_silent": Count("pk", filter=Q(b_silent=True)),
    "f_unrated": Count("pk", filter=Q(a_silent=True) | Q(b_silent=True)),
    "f_a_to_b": Avg("a_to_b"),
    "f_b_to_a": Avg("b_to_a"),
}


def _two(value: Decimal | None) -> Decimal | None:
    return None if value is None else tally.half_up(value, 2)


@dataclass(frozen=True)
class Averages:
    """A group's figures. ``a_to_b`` and ``b_to_a`` are rounded half up to two decimals, None without a score."""

    key: int | str
    label: str
    pairs: int
    sealed: int
    both: int
    a_silent: int
    b_silent: int
    unrated: int
    a_to_b: Decimal | None
    b_to_a: Decimal | None

    @property
    def gap(self) -> Decimal | None:
        """The distance between the two averages as shown."""
        return None if self.a_to_b is None or self.b_to_a is None else abs(self.a_to_b - self.b_to_a)


def _averages(key: int | str, label: str, row: Any) -> Averages:
    plain = {k.removeprefix("f_"): row[k] for k in _PAIR}
    return Averages(key, label, **{**plain, "a_to_b": _two(plain["a_to_b"]), "b_to_a": _two(plain["b_to_a"])})


def _pairs(actor: Actor, year: int, kind: str = "") -> QuerySet[Appraisal]:
    """The year's pairs in scope; ``kind`` keeps those of villages or of communities, here and below."""
    rows: QuerySet[Appraisal] = (
        Appraisal.objects.visible_to(actor, Appraisal.VIEW).filter(year=year).order_by()
    )
    return of_kind(rows, kind)


def overall(actor: Actor, year: int, kind: str = "") -> Averages:
    """Both averages over everything in the actor's scope."""
    return _one(_overall(actor, year, kind=kind))


def _one(rows: list[Any]) -> Averages:
    return _averages(
        "", "", rows[0] if rows else {**dict.fromkeys(_PAIR, 0), "f_a_to_b": None, "f_b_to_a": None}
    )


@compiled
def _overall(actor: Actor, year: int, *, kind: str) -> QuerySet[Any, Any]:
    return _pairs(actor, year, kind).values("year").annotate(**_PAIR)


def whole_county(actor: Actor, year: int, kind: str = "") -> Averages:
    """Both averages of the actor's whole county, for comparison: an aggregate that names nobody."""
    return _one(_whole_county(root(actor), year, kind=kind))


@compiled
def _whole_county(path: str, year: int, *, kind: str) -> QuerySet[Any, Any]:
    rows = Appraisal.objects.filter(year=year, party_a__path__startswith=path).order_by()
    return of_kind(rows, kind).values("year").annotate(**_PAIR)


def by_township(actor: Actor, year: int, kind: str = "") -> list[Averages]:
    """One row per Party A, by division code."""
    rows = _by_township(actor, year, kind=kind)
    return [_averages(r["party_a_id"], r["party_a__short"], r) for r in rows]


@compiled
def _by_township(actor: Actor, year: int, *, kind: str) -> QuerySet[Any, Any]:
    rows = _pairs(actor, year, kind).values("party_a_id", "party_a__short", "party_a__code")
    return rows.annotate(**_PAIR).order_by("party_a__code", "party_a_id")


@dataclass(frozen=True)
class ItemFigures:
    """One item or aspect seen from both sides: ``government`` and ``community`` are the averages of what each
    side says of it, one scoring, the other about itself. ``about`` is whose performance it is."""

    about: str
    label: str
    department: str
    count: int
    government: Decimal | None
    community: Decimal | None

    @property
    def scored(self) -> Decimal | None:
        """What the other side gave it."""
        return self.government if self.about == "b" else self.community

    @property
    def gap(self) -> Decimal | None:
        """The distance between the two views; None while only one side has spoken."""
        if self.government is None or self.community is None:
            return None
        return abs(self.government - self.community)


def _lines(actor: Actor, year: int, kind: str = "") -> QuerySet[Line]:
    return Line.objects.filter(appraisal__in=_pairs(actor, year, kind), opened=True).order_by()


_GOVERNMENT = Avg(
    Case(When(about="b", then=F("final")), default=F("self_score"), output_field=DecimalField())
)
_COMMUNITY = Avg(Case(When(about="b", then=F("self_score")), default=F("final"), output_field=DecimalField()))


def by_item(actor: Actor, year: int, kind: str = "") -> list[ItemFigures]:
    """Every item and aspect with both sides' view, the widest gap first."""
    rows = _by_item(actor, year, kind=kind)
    found = [
        ItemFigures(
            r["about"], r["label"], r["department"], r["count"], _two(r["government"]), _two(r["community"])
        )
        for r in rows
    ]
    return sorted(found, key=lambda i: (-(i.gap if i.gap is not None else Decimal(-1)), i.label))


@compiled
def _by_item(actor: Actor, year: int, *, kind: str) -> QuerySet[Any, Any]:
    rows = _lines(actor, year, kind).values("about", "label", "department")
    return rows.annotate(count=Count("pk"), government=_GOVERNMENT, community=_COMMUNITY)


def by_department(actor: Actor, year: int, kind: str = "") -> list[ItemFigures]:
    """Assisted items gathered by lead department: what government says of the help, what committees say."""
    rows = (
        _lines(actor, year, kind)
        .filter(about="b")
        .values("department")
        .annotate(count=Count("pk"), government=_GOVERNMENT, community=_COMMUNITY)
        .order_by("department")
    )
    return [
        ItemFigures(
            "b", r["department"], r["department"], r["count"], _two(r["government"]), _two(r["community"])
        )
        for r in rows
    ]


@dataclass(frozen=True)
class Change:
    """One place against the year before."""

    appraisal_id: int
    place_id: int
    place: str
    township: str
    before: Decimal
    now: Decimal

    @property
    def delta(self) -> Decimal:
        """How much the score rose."""
        return self.now - self.before


def changes(
    actor: Actor, year: int, *, direction: str = "b_to_a", most: int = 3, rising: bool = True, kind: str = ""
) -> list[Change]:
    """The places whose score in one direction ("a_to_b", "b_to_a") moved most against the year before."""
    named = _changes(actor, year, year - 1, direction=direction, most=most, rising=rising, kind=kind)
    return [Change(*row) for row in named]


@compiled
def _changes(
    actor: Actor, year: int, last: int, *, direction: str, most: int, rising: bool, kind: str
) -> QuerySet[Any, Any]:
    before = Appraisal.objects.filter(party_b=OuterRef("party_b"), year=last).order_by("pk")
    rows = (
        _pairs(actor, year, kind)
        .annotate(before=Subquery(before.values(direction)[:1]), now=F(direction))
        .exclude(before=None)
        .exclude(now=None)
        .annotate(delta=F("now") - F("before"))
    )
    rows = rows.filter(delta__gt=0).order_by("-delta", "pk") if rising else rows.order_by("delta", "pk")
    named = rows.values_list("pk", "party_b_id", "party_b__short", "party_a__short", "before", "now")
    return named[:most]


@dataclass(frozen=True)
class Rectification:
    """One side's items of a year: all, verified, verified after a report in time, and still open past the date."""

    side: str
    total: int
    done: int
    in_time: int
    late: int

    @property
    def rate(self) -> Decimal:
        """Verified items in per cent."""
        return tally.rate(self.done, self.total)


_DONE = Q(state="verified")


def _mending_counts(today: date) -> dict[str, Any]:
    return {
        "total": Count("pk"),
        "done": Count("pk", filter=_DONE),
        "in_time": Count("pk", filter=_DONE & Q(reported_on__lte=F("due"))),
        "late": Count("pk", filter=Q(state="open", due__lt=today)),
    }


def rectification(actor: Actor, year: int, today: date, kind: str = "") -> dict[str, Rectification]:
    """Both sides' rectification, by side."""
    found = {r["side"]: r for r in _rectification(actor, year, today, kind=kind)}
    nothing: dict[str, Any] = {"total": 0, "done": 0, "in_time": 0, "late": 0}
    return {s: Rectification(**{**nothing, **found.get(s, {}), "side": s}) for s in ("a", "b")}


@compiled
def _rectification(actor: Actor, year: int, today: date, *, kind: str) -> QuerySet[Any, Any]:
    rows = Mending.objects.filter(appraisal__in=_pairs(actor, year, kind)).order_by()
    return rows.values("side").annotate(**_mending_counts(today))


def unmet(
    actor: Actor, *, year: int | None = None, late_on: date | None = None, kind: str = ""
) -> QuerySet[Mending]:
    """Rectification items that are not verified, soonest first; ``late_on`` keeps those past their date."""
    pairs = of_kind(Appraisal.objects.visible_to(actor, Appraisal.VIEW), kind)
    rows = Mending.objects.filter(appraisal__in=pairs if year is None else pairs.filter(year=year))
    rows = rows.exclude(_DONE)
    if late_on is not None:
        rows = rows.filter(state="open", due__lt=late_on)
    return rows.select_related("appraisal__party_a", "appraisal__party_b", "line").order_by("due", "pk")


@dataclass(frozen=True)
class PlaceScores:
    """One place's scores in a year, as far as they are open."""

    place_id: int
    township_id: int
    appraisal_id: int
    a_to_b: Decimal | None
    b_to_a: Decimal | None
    before_a_to_b: Decimal | None
    before_b_to_a: Decimal | None
    sealed: bool
    silent: bool
    state: str

    @property
    def gap(self) -> Decimal | None:
        """The distance between both scores."""
        return None if self.a_to_b is None or self.b_to_a is None else abs(self.a_to_b - self.b_to_a)


def by_place(actor: Actor, year: int, places: Iterable[int] | None = None) -> dict[int, PlaceScores]:
    """Scores of every place in scope (or of ``places``), by place: one query."""
    found = {}
    rows = _by_place(actor, year, year - 1, None if places is None else list(places))
    for place, township, pk, a, b, old_a, old_b, state, a_silent, b_silent in rows:
        sealed = state in rules.SEALED_STATES
        found[place] = PlaceScores(
            place, township, pk, a, b, old_a, old_b, sealed, a_silent or b_silent, state
        )
    return found


@compiled
def _by_place(actor: Actor, year: int, before: int, places: list[int] | None) -> QuerySet[Any, Any]:
    last = Appraisal.objects.filter(party_b=OuterRef("party_b"), year=before).order_by("pk")
    rows = _pairs(actor, year).annotate(
        before_a=Subquery(last.values("a_to_b")[:1]), before_b=Subquery(last.values("b_to_a")[:1])
    )
    if places is not None:
        rows = rows.filter(party_b__any=places)
    return rows.order_by("-pk").values_list(
        "party_b_id", "party_a_id", "pk", "a_to_b", "b_to_a", "before_a", "before_b", "state", "a_silent", "b_silent"
    )  # fmt: skip


def score_of_place(year: int, outer: str, measure: str) -> Subquery:
    """For ordering other rooms' rows: the score of the place in ``outer`` ("a_to_b", "b_to_a" or "gap")."""
    rows = Appraisal.objects.filter(party_b=OuterRef(outer), year=year).order_by("pk")
    if measure == "gap":
        rows = rows.annotate(gap_value=Abs(F("a_to_b") - F("b_to_a")))
        return Subquery(rows.values("gap_value")[:1])
    return Subquery(rows.values(measure)[:1])


def open_mendings(actor: Actor, year: int, places: Sequence[int]) -> dict[int, list[Mending]]:
    """Rectification items of some places that are not verified, by place, soonest first."""
    found: dict[int, list[Mending]] = {}
    for row in _open_mendings(actor, year, list(places)):
        found.setdefault(row.appraisal.party_b_id, []).append(row)
    return found


@compiled
def _open_mendings(actor: Actor, year: int, places: list[int]) -> QuerySet[Mending]:
    return unmet(actor, year=year).filter(appraisal__party_b__any=places)


def mendings_by_place(actor: Actor, year: int, today: date) -> dict[int, tuple[int, int, int]]:
    """(all, verified, late) rectification items of each place, both sides together: one query."""
    counted = _mendings_by_place(actor, year, today)
    return {r["appraisal__party_b_id"]: (r["total"], r["done"], r["late"]) for r in counted}


@compiled
def _mendings_by_place(actor: Actor, year: int, today: date) -> QuerySet[Any, Any]:
    rows = Mending.objects.filter(appraisal__in=_pairs(actor, year)).order_by()
    return rows.values("appraisal__party_b_id").annotate(**_mending_counts(today))


def mendings_by_township(actor: Actor, year: int, today: date) -> dict[int, dict[str, Rectification]]:
    """Both sides' rectification per township: one query."""
    rows = Mending.objects.filter(appraisal__in=_pairs(actor, year)).order_by()
    counted: Any = rows.values("appraisal__party_a_id", "side").annotate(**_mending_counts(today))
    found: dict[int, dict[str, Rectification]] = {}
    for r in counted:
        figures = {k: r[k] for k in ("side", "total", "done", "in_time", "late")}
        found.setdefault(r["appraisal__party_a_id"], {})[r["side"]] = Rectification(**figures)
    return found
