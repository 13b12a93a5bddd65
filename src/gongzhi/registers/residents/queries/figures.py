"""How many residents there are, place by place, and which claims wait: numbers, never names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.models import Unit
from gongzhi.core.refusal import NotFound
from gongzhi.core.roles import Reach
from gongzhi.core.units import COMMITTEE
from gongzhi.core.words import say
from gongzhi.registers.residents import rules
from gongzhi.registers.residents.models import Claim, Resident

WAITING, LATE, ASKED, CONFIRMED, HELPED = "waiting", "late", "asked", "confirmed", "helped"

LABELS = {
    CONFIRMED: say("已确认居住的"),
    HELPED: say("由工作人员代办登记、已确认的"),
    WAITING: say("等核对的居住申请"),
    LATE: say("逾期没有核对的居住申请"),
    ASKED: say("等居民补充的居住申请"),
}


@dataclass(frozen=True)
class Line:
    """One village or community. ``helped``: confirmed residents whom a worker registered; ``late`` is part of waiting."""

    unit_id: int
    place: str
    township_id: int
    township: str
    confirmed: int
    helped: int
    waiting: int
    late: int
    asked: int


@dataclass(frozen=True)
class Totals:
    """Sums over the lines; ``accounts`` and ``nowhere`` (no residence confirmed) are known for the county only."""

    confirmed: int
    helped: int
    waiting: int
    late: int
    asked: int
    accounts: int | None
    nowhere: int | None


def _reach(actor: Actor) -> Any:
    """The committees whose figures the actor may read."""
    reach = actor.may("residents.figures")
    rows = Unit.objects.filter(kind=COMMITTEE)
    if reach == Reach.ALL:
        return rows
    if reach is None or actor.unit_id is None:
        raise NotFound("residents.figures")
    return (
        rows.filter(pk=actor.unit_id) if reach == Reach.OWN else rows.filter(path__startswith=actor.unit_path)
    )


def kinds(on: Any) -> dict[str, Q]:
    """The conditions by which claims are counted, and by which a number opens its rows."""
    waiting = Q(state="claimed")
    return {
        CONFIRMED: Q(state="confirmed"),
        HELPED: Q(state="confirmed", registered_by__isnull=False),
        WAITING: waiting,
        LATE: waiting & Q(due__lt=on),
        ASKED: Q(state="asked"),
    }


def lines(actor: Actor) -> list[Line]:
    """Every open committee in the actor's reach, and closed ones that still have residents. Two queries."""
    units = _reach(actor)
    conditions = kinds(clock.today())
    counted = {
        row["unit_id"]: row
        for row in Claim.objects.filter(unit__in=units.values("pk"))
        .order_by()
        .values("unit_id")
        .annotate(**{name: Count("pk", filter=condition) for name, condition in conditions.items()})
    }
    empty = dict.fromkeys(conditions, 0)
    return [
        Line(
            u.pk,
            u.short,
            u.parent_id or 0,
            u.parent.short if u.parent else "",
            **{name: counted.get(u.pk, empty)[name] for name in conditions},
        )
        for u in units.select_related("parent").order_by("path")
        if u.closed is None or u.pk in counted
    ]


def totals(actor: Actor, found: list[Line]) -> Totals:
    """The sums of ``found``; one query more for whoever reads the whole county."""
    sums = {name: sum(getattr(x, name) for x in found) for name in kinds(clock.today())}
    if actor.may("residents.figures") != Reach.ALL:
        return Totals(**sums, accounts=None, nowhere=None)
    accounts = Resident.objects.filter(left=None).count()
    return Totals(**sums, accounts=accounts, nowhere=accounts - sums[CONFIRMED])


@dataclass(frozen=True)
class Row:
    """A claim as those above the committee read it: where it stands and since when, nothing about the person."""

    number: int
    place: str
    township: str
    state: Any
    made: Any
    due: Any
    late: bool
    helped: bool


def rows(actor: Actor, kind: str, unit_id: int | None = None) -> Any:
    """The claims behind a number, for a keyset page of :func:`row`."""
    found = Claim.objects.filter(kinds(clock.today())[kind], unit__in=_reach(actor).values("pk"))
    found = found.filter(unit_id=unit_id) if unit_id else found
    return found.select_related("unit__parent")


def row(claim: Claim) -> Row:
    """One claim without the person."""
    above = claim.unit.parent
    return Row(
        claim.pk,
        claim.unit.short,
        above.short if above else "",
        rules.FLOW.state(claim.state).label,
        claim.created_at,
        claim.due,
        claim.is_late(clock.today()),
        claim.registered_by is not None,
    )
