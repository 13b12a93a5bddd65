"""Lists of matters: the board with its filters, a unit's own, and what waits for registration. One query a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.core.paging import Page, keyset
from gongzhi.core.units import Unit
from gongzhi.participation.deliberations.models import Matter, Raising
from gongzhi.participation.deliberations.rules import flow

ROW = (
    "id", "number", "title", "category", "source", "level", "state", "due", "raised", "sent_back", "satisfied", "major",
    "location", "heard_on", "registered_at", "closed_at", "published_at", "unit_id",
)  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; "" and None narrow nothing. ``place`` is a unit: all below it count, too."""

    step: str = ""
    state: str = ""
    category: str = ""
    source: str = ""
    level: str = ""
    place: int | None = None
    year: int | None = None
    late: bool = False
    open: bool = False
    satisfied: bool = False
    adopted: bool = False


def visible(actor: Actor) -> Any:
    """Every matter the actor may see that still stands for itself."""
    return Matter.objects.visible_to(actor, "deliberations.view").exclude(state__in=flow.UNCOUNTED)


def narrowed(rows: Any, filters: Filters) -> Any:
    """The rows that fit."""
    if filters.step:
        rows = rows.filter(state__in=[s for s, step in flow.STEP_OF.items() if step == filters.step])
    for name in ("state", "category", "source", "level", "year"):
        if value := getattr(filters, name):
            rows = rows.filter(**{name: value})
    if filters.open or filters.late:
        rows = rows.filter(state__in=flow.OPEN_STATES)
    if filters.satisfied:
        rows = rows.filter(state=flow.CLOSED, satisfied=True)
    if filters.adopted:
        rows = rows.filter(adopted_at__isnull=False)
    if filters.late:
        rows = rows.filter(due__lt=clock.today())
    if filters.place is not None:
        path = Unit.objects.filter(pk=filters.place).values_list("path", flat=True).first() or "-"
        rows = rows.filter(_under(path))
    return rows


def board(
    actor: Actor, filters: Filters | None = None, *, after: str = "", size: int = 20
) -> Page[dict[str, Any]]:
    """One page of matters, newest first, as plain rows with ``unit`` (its short name) and ``step``."""
    rows = narrowed(visible(actor), filters or Filters()).values(*ROW, unit_short=F("unit__short"))
    page = keyset(rows, order=("-id",), after=after, size=size)
    for row in page.rows:
        _told(row)
    return page


def rows(actor: Actor, filters: Filters) -> Iterator[dict[str, Any]]:
    """Every matter that fits, newest first, streamed: for the workbook. One query."""
    found = narrowed(visible(actor), filters).values(*ROW, unit_short=F("unit__short")).order_by("-id")
    for row in found.iterator(chunk_size=1000):
        _told(row)
        yield row


def _told(row: dict[str, Any]) -> None:
    row["step"] = flow.STEP_OF[row["state"]]
    row["unit"] = row.pop("unit_short")


def _under(path: str) -> Q:
    """Led by a unit of this path or one below it, or come from there."""
    return Q(unit__path__startswith=path) | Q(origin__path__startswith=path)


def by_step(actor: Actor, filters: Filters) -> dict[str, int]:
    """How many matters that fit stand in each step. One query."""
    return _steps(narrowed(visible(actor), filters).order_by().values_list("state").annotate(n=Count("pk")))


def open_by_step(actor: Actor) -> dict[str, int]:
    """How many matters in hand of the own unit and all below it stand in each step. One compiled query, for the workbench."""
    return _steps(_open_by_state(actor))


def _steps(found: Iterable[tuple[str, int]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for state, n in found:
        counts[flow.STEP_OF[state]] = counts.get(flow.STEP_OF[state], 0) + n
    return counts


@compiled
def _open_by_state(actor: Actor) -> QuerySet[Any, Any]:
    rows = narrowed(visible(actor), Filters(open=True)).filter(_under(actor.unit_path)).order_by()
    found: QuerySet[Any, Any] = rows.values_list("state").annotate(n=Count("pk"))
    return found


KNOWN_MOST = 1000
"""A title counts no further: beyond it says "more than"; so it costs the same in a county of any size."""


@dataclass(frozen=True)
class Standing:
    """How many matters are under way and how many of them are late; ``more``: there are more than were counted."""

    open: int
    late: int
    more: bool = False


def standing(actor: Actor, place: int | None = None) -> Standing:
    """What a title says of the matters of a place and all below it, or of the whole reach. One query, and a place's."""
    found = narrowed(visible(actor), Filters(open=True, place=place)).order_by()[: KNOWN_MOST + 1]
    counts = found.aggregate(n=Count("pk"), late=Count("pk", filter=Q(due__lt=clock.today())))
    return Standing(min(counts["n"], KNOWN_MOST), counts["late"], counts["n"] > KNOWN_MOST)


def of_unit(actor: Actor, unit_id: int, *, after: str = "", size: int = 20) -> Page[dict[str, Any]]:
    """What one community deliberates or has deliberated, newest first."""
    return board(actor, Filters(place=unit_id), after=after, size=size)


def waiting(actor: Actor) -> Any:
    """What residents said and nobody has registered yet, oldest first."""
    rows = Raising.objects.visible_to(actor, "deliberations.see_raising").filter(state="waiting")
    return rows.order_by("heard_on", "pk")


def waiting_count(actor: Actor) -> int:
    """How many of them there are. One compiled query."""
    return sum(_waiting_count(actor))


@compiled
def _waiting_count(actor: Actor) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = waiting(actor).order_by().values("state")
    found: QuerySet[Any, Any] = rows.annotate(n=Count("pk")).values_list("n", flat=True)
    return found
