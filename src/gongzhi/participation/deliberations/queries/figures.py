"""Counts and rates, each leading to its rows; how long the steps take; who is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, DateField, DurationField, ExpressionWrapper, F, Min, Q
from django.db.models.functions import TruncDate

from gongzhi.core import access, clock
from gongzhi.core.access import Actor
from gongzhi.core.todo import Todo
from gongzhi.participation.deliberations.rules import flow, oversight

from .board import Filters, narrowed, visible

GROUPS = {
    "category": "category",
    "source": "source",
    "level": "level",
    "state": "state",
    "place": "origin__short",
}


@dataclass(frozen=True)
class Rates:
    """Counts of some matters: all, those closed, those closed to their raisers' satisfaction, those adopted."""

    counted: int
    closed: int
    satisfied: int
    adopted: int

    @property
    def closing(self) -> Decimal:
        """办结率."""
        return oversight.closing_rate(self.closed, self.counted)

    @property
    def satisfaction(self) -> Decimal:
        """满意率: of those closed."""
        return oversight.satisfaction_rate(self.satisfied, self.closed)


@dataclass(frozen=True)
class Figure:
    """One line of a table: its key (the filter that leads to its rows), its name where the key is none, its rates."""

    key: Any
    name: str
    rates: Rates


COUNTS = {
    "counted": Count("pk"),
    "closed": Count("pk", filter=Q(state=flow.CLOSED)),
    "satisfied": Count("pk", filter=Q(state=flow.CLOSED, satisfied=True)),
    "adopted": Count("pk", filter=Q(adopted_at__isnull=False)),
}


def rates(actor: Actor, filters: Filters | None = None) -> Rates:
    """The rates of all matters that fit. One query."""
    return Rates(**narrowed(visible(actor), filters or Filters()).aggregate(**COUNTS))


def figures(actor: Actor, by: str, filters: Filters | None = None) -> list[Figure]:
    """The same by category, source, level, state or place, most first. One query."""
    rows = narrowed(visible(actor), filters or Filters()).order_by()
    keys = {"key": F("origin_id" if by == "place" else GROUPS[by]), "name": F(GROUPS[by])}
    found = rows.values(**keys).annotate(**COUNTS)
    lines = [Figure(r.pop("key"), str(r.pop("name")), Rates(**r)) for r in found]
    return sorted(lines, key=lambda f: (-f.rates.counted, str(f.key)))


class Median(Aggregate):
    """The middle value: of an even number the lower of the two, so that it is one that occurred."""

    name = "median"
    template = "percentile_disc(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def _days(end: str, start: str) -> Any:
    return ExpressionWrapper(
        TruncDate(end, output_field=DateField()) - TruncDate(start, output_field=DateField()),
        output_field=DurationField(),
    )


SPANS = {
    flow.PROPOSE: ("screened_at", "registered_at"),
    flow.DELIBERATE: ("adopted_at", "screened_at"),
    flow.DO: ("done_at", "adopted_at"),
    flow.OVERSEE: ("closed_at", "done_at"),
    "all": ("closed_at", "registered_at"),
}


def medians(actor: Actor, filters: Filters | None = None) -> dict[str, int | None]:
    """Step → median days from its beginning to its end, of the matters that have passed it; "all" for the whole way,
    "ask" from what was heard to its registration. One query."""
    rows = narrowed(visible(actor), filters or Filters())
    asked = ExpressionWrapper(
        TruncDate("registered_at", output_field=DateField()) - F("heard_on"), output_field=DurationField()
    )
    spans = {step: Median(_days(end, start)) for step, (end, start) in SPANS.items()}
    found: dict[str, timedelta | None] = rows.aggregate(ask=Median(asked), **spans)
    return {step: span.days if span is not None else None for step, span in found.items()}


@dataclass(frozen=True)
class Late:
    """How many turns of one unit are late, and since when the oldest."""

    unit_id: int
    unit: str
    count: int
    since: date


def late_rows(actor: Actor) -> Any:
    """Open turns past their day in the actor's reach, the oldest first; none for those outside."""
    condition = access.scope(actor, "deliberations.view", ("unit",))
    if condition is None or actor.is_outside:
        return Todo.objects.none()
    rows = Todo.objects.filter(
        condition, thing_type__startswith=f"{flow.NAME}.", closed=None, due__lt=clock.today()
    )
    return rows.select_related("unit").order_by("due", "pk")


def late(actor: Actor) -> list[Late]:
    """Late by whom: open turns past their day in the actor's reach, by unit, most first. One query.

    Parts have their own turns: a task's owner is late here, not the committee that waits for it.
    """
    rows = late_rows(actor).select_related(None).order_by()
    found = rows.values("unit_id", "unit__short").annotate(count=Count("pk"), since=Min("due"))
    lines = [Late(r["unit_id"], r["unit__short"], r["count"], r["since"]) for r in found]
    return sorted(lines, key=lambda x: (-x.count, x.since, x.unit_id))
