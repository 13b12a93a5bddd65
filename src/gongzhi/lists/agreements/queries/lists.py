"""Lists of agreements within an actor's scope: filters, tiles by state, rows for a table or a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from gongzhi.core import clock, units
from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.core.paging import Page, first_page, keyset
from gongzhi.core.units import Unit
from gongzhi.core.words import Words, say
from gongzhi.lists.agreements.models import Agreement, Breach, FulfilmentRecord, Instalment
from gongzhi.lists.agreements.rules import FLOW, flow, year
from gongzhi.registers.places import queries as places

GROUPS: dict[str, tuple[Words, tuple[str, ...]]] = {
    "talking": (say("协商中"), ("drafted_a", "drafted_b", "with_a", "with_b")),
    "deciding": (say("村（居）内决定"), ("agreed",)),
    "signing": (say("等签署"), ("signing", "signed_a", "signed_b")),
    "running": (say("已签署"), ("signed", "performing", "evaluated", "settled")),
    "paused": (say("暂停或中止"), ("paused", "suspended")),
    "ended": (say("未同意或终止"), ("refused", "terminated")),
}
ORDER = ("-year", "party_a_id", "seq", "id")
"""How lists run: newest year first, then by township and number; the key of their pages."""
FLAGS: dict[str, Words] = {
    "late": say("付款逾期"),
    "late_paid": say("付款晚于约定"),
    "disputed": say("履约有异议"),
    "breach_a": say("甲方违约"),
    "breach_b": say("乙方违约"),
    "undisclosed": say("还没公开"),
}


@dataclass(frozen=True)
class Filters:
    """What a list is cut to; empty means everything in scope."""

    year: int | None = None
    group: str = ""
    flag: str = ""
    township: int | None = None
    place: str = ""
    kind: str = ""

    @classmethod
    def of(cls, data: Any, default_year: int | None) -> Filters:
        """Read from a request's query; what is not a filter is ignored."""
        raw = str(data.get("year", "")).strip()
        return cls(
            year=int(raw) if raw.isdigit() and len(raw) == 4 else None if raw == "all" else default_year,
            group=data.get("group", "") if data.get("group", "") in GROUPS else "",
            flag=data.get("flag", "") if data.get("flag", "") in FLAGS else "",
            township=int(data["township"]) if str(data.get("township", "")).isdigit() else None,
            place=str(data.get("place", "")).replace("\0", "").strip()[:40],
            kind=places.kind_named(data.get("kind", "")),
        )


def late_unpaid() -> Q:
    """Instalments whose last day has passed unpaid."""
    return Q(finished_on=None, pay_by__lt=clock.today(), payable_fen__gt=F("paid_fen"))


def _flagged(rows: QuerySet[Agreement], flag: str) -> QuerySet[Agreement]:
    mine = {"agreement": OuterRef("pk")}
    if flag == "late":
        unsettled_tail = Q(tail=True, agreement__tail_fen=None)
        return rows.filter(
            Exists(Instalment.objects.filter(late_unpaid(), **mine).exclude(unsettled_tail)),
            state__in=flow.SIGNED,
        )
    if flag == "late_paid":
        return rows.filter(Exists(Instalment.objects.filter(finished_on__gt=F("pay_by"), **mine)))
    if flag == "disputed":
        return rows.filter(Exists(FulfilmentRecord.objects.filter(status=year.CONTESTED, **mine)))
    if flag == "undisclosed":
        return rows.filter(state="signed")
    return rows.filter(Exists(Breach.objects.filter(accused=flag[-1], **mine).exclude(state="withdrawn")))


def of_kind(rows: QuerySet[Agreement], kind: str) -> QuerySet[Agreement]:
    """The agreements of villages ("village") or of communities ("residents"); all of them for ""."""
    return rows.filter(party_b__in=places.units_of(kind)) if kind else rows


def find(actor: Actor, wanted: Filters) -> QuerySet[Agreement]:
    """The agreements an actor may see, cut to the filters, with both parties loaded."""
    rows: QuerySet[Agreement] = Agreement.objects.visible_to(actor, "agreements.view")
    if wanted.year:
        rows = rows.filter(year=wanted.year)
    if wanted.group:
        rows = rows.filter(state__in=GROUPS[wanted.group][1])
    if wanted.township:
        rows = rows.filter(party_a=wanted.township)
    if wanted.place:
        rows = rows.filter(Q(party_b__name__icontains=wanted.place) | Q(number__icontains=wanted.place))
    if wanted.flag:
        rows = _flagged(rows, wanted.flag)
    return of_kind(rows, wanted.kind).select_related("party_a", "party_b").defer("frozen_text")


def years(actor: Actor) -> list[int]:
    """The years that have agreements in scope, newest first."""
    return _years(actor)


@compiled
def _years(actor: Actor) -> QuerySet[Any, Any]:
    rows = Agreement.objects.visible_to(actor, "agreements.view").order_by("-year")
    return rows.values_list("year", flat=True).distinct()


def listed(actor: Actor, wanted: Filters, after: str = "", size: int = 50) -> Page[Agreement]:
    """One page of the list; the first one of a whole year, which most people look at, by a compiled query."""
    if after or wanted != Filters(wanted.year):
        return keyset(find(actor, wanted), order=ORDER, after=after, size=size)
    return first_page(_first(actor, wanted.year, size=size), order=ORDER, size=size)


PLAIN = (
    "id", "number", "year", "party_a_id", "seq", "party_a__name", "party_b__name", "state", "round", "total_fen", "paid_fen",
    "signed_on", "revision",
)  # fmt: skip


def plain(actor: Actor, wanted: Filters, after: str = "", size: int = 50) -> Page[dict[str, Any]]:
    """The page of :func:`listed` as plain rows of :data:`PLAIN`, for programs: they ask often and need no things."""
    if after or wanted != Filters(wanted.year):
        return keyset(_plain(find(actor, wanted)), order=ORDER, after=after, size=size)
    return first_page(_first_plain(actor, wanted.year, size=size), order=ORDER, size=size)


def plain_of(agreement: Agreement) -> dict[str, Any]:
    """One agreement, with both parties loaded, as such a row."""
    return {name: reduce(getattr, name.split("__"), agreement) for name in PLAIN}


def _plain(rows: QuerySet[Agreement]) -> QuerySet[Any, Any]:
    found: QuerySet[Any, Any] = rows.defer(None).values(*PLAIN)
    return found


@compiled
def _first_plain(actor: Actor, in_year: int | None, *, size: int) -> QuerySet[Any, Any]:
    return _plain(find(actor, Filters(in_year)).order_by(*ORDER))[: size + 1]


@compiled
def _first(actor: Actor, in_year: int | None, *, size: int) -> QuerySet[Agreement]:
    return find(actor, Filters(in_year)).order_by(*ORDER)[: size + 1]


def group_of(state: str) -> str:
    """The group a state belongs to."""
    return next(name for name, (_, states) in GROUPS.items() if state in states)


TILE = {
    "running": "done",
    "talking": "talk",
    "deciding": "theirs",
    "signing": "mine",
    "paused": "paused",
    "ended": "none",
}


@dataclass(frozen=True)
class Tile:
    """One committee's agreement of a year, on the grid; ``state`` "" where there is none."""

    unit_id: int
    label: str
    name: str
    state: str
    group: str
    shape: str
    url: str
    words: Words


@dataclass(frozen=True)
class Grid:
    """A township's year: its tiles and how many stand in each group."""

    unit: Unit
    tiles: list[Tile]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def signed(self) -> int:
        return self.counts.get("running", 0)

    @property
    def missing(self) -> int:
        """Committees without any agreement."""
        return sum(not t.state for t in self.tiles)


def short_label(name: str) -> str:
    """中荷村 → 中荷, as it stands on a tile."""
    for ending in ("社区居委会", "社区", "村"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def _drafting(unit: Unit) -> Tile:
    """The tile of a committee that is writing its draft: nothing to open yet."""
    words = FLOW.state("drafted_b").label
    return Tile(
        unit.pk, short_label(unit.short), unit.short, "drafted_b", "talking", TILE["talking"], "", words
    )


def grid(actor: Actor, township: Unit, in_year: int) -> Grid:
    """Every committee of a township with its agreement of the year: three queries.

    The township learns that a committee is drafting, so that it does not draft beside it; not what.
    """
    latest = {r["party_b_id"]: r for r in _of_township(actor, township.pk, in_year)}
    theirs = set(_drafting_there(township.pk, in_year)) if actor.unit_id == township.pk else set()
    tiles, counts = [], dict.fromkeys([*GROUPS, "none"], 0)
    for unit in _committees(township.pk):
        row = latest.get(unit.pk)
        if row is None and unit.pk in theirs:
            counts["talking"] += 1
            tiles.append(_drafting(unit))
            continue
        group = group_of(row["state"]) if row else "none"
        counts[group] += 1
        tiles.append(
            Tile(
                unit.pk, short_label(unit.short), unit.short, row["state"] if row else "", group,
                TILE.get(group, "theirs") if row else "empty", f"/agreements/{row['pk']}/" if row else "",
                FLOW.state(row["state"]).label if row else say("还没起草"),
            )
        )  # fmt: skip
    return Grid(township, tiles, counts)


@compiled
def _of_township(actor: Actor, township: int, in_year: int) -> QuerySet[Any, Any]:
    rows = Agreement.objects.visible_to(actor, "agreements.view").filter(party_a_id=township, year=in_year)
    return rows.order_by("pk").values("pk", "party_b_id", "state")


@compiled
def _drafting_there(township: int, in_year: int) -> QuerySet[Any, Any]:
    rows = Agreement.objects.filter(party_a_id=township, year=in_year, state="drafted_b", sent_at=None)
    return rows.values_list("party_b_id", flat=True)


@compiled
def _committees(township: int) -> QuerySet[Unit]:
    rows = Unit.objects.filter(parent_id=township, kind=units.COMMITTEE, closed=None)
    return rows.order_by("code", "pk")


@compiled
def township(pk: int) -> QuerySet[Unit]:
    """The township with this number."""
    return Unit.objects.filter(pk=pk, kind=units.TOWNSHIP)


EXPORT = (
    ("number", say("编号")), ("year", say("年度")), ("party_a", say("甲方")), ("party_b", say("乙方")),
    ("state", say("状态")), ("round", say("轮次")), ("items", say("事项数")), ("total", say("协议总额（元）")),
    ("paid", say("已付（元）")), ("interest", say("迟延利息（元）")), ("signed_on", say("签署日期")),
)  # fmt: skip


def export_rows(rows: QuerySet[Agreement]) -> Iterator[list[Any]]:
    """The same table as on the screen, row by row, for a workbook."""
    from django.db.models import Count

    counted = rows.annotate(n=Count("items", filter=Q(items__clause__struck=False)))
    for a in counted.order_by("party_a_id", "year", "seq").iterator(chunk_size=500):
        yield [
            a.number, a.year, a.party_a.name, a.party_b.name, str(FLOW.state(a.state).label), (a.round + 1) // 2, a.n,
            a.total_fen / 100, a.paid_fen / 100, a.interest_fen / 100, a.signed_on,
        ]  # fmt: skip
