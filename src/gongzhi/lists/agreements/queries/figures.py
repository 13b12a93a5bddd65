"""Statistics: signing rate, payment in time, disputes, breaches by side; per township, each number with its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from gongzhi.core import clock, units
from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.core.units import Unit
from gongzhi.lists.agreements.models import Agreement, Breach, FulfilmentRecord, Instalment
from gongzhi.lists.agreements.rules import flow, year
from gongzhi.registers.places import queries as places

from .lists import GROUPS, of_kind


@dataclass(frozen=True)
class Figures:
    """One township's (or everybody's) year. Rates are per cent with two decimals; money in fen."""

    unit_id: int
    name: str
    places: int = 0
    drafted: int = 0
    signed: int = 0
    talking: int = 0
    deciding: int = 0
    signing: int = 0
    paused: int = 0
    refused: int = 0
    terminated: int = 0
    total_fen: int = 0
    interest_fen: int = 0
    payments_due: int = 0
    payments_in_time: int = 0
    payments_open_late: int = 0
    disputes: int = 0
    breaches_a: int = 0
    breaches_b: int = 0

    @property
    def signing_rate(self) -> Decimal:
        """Signed agreements of all committees."""
        return year.rate_of(self.signed, self.places)

    @property
    def in_time_rate(self) -> Decimal:
        """Instalments paid by their last day, of those whose last day has passed or that are paid."""
        return year.rate_of(self.payments_in_time, self.payments_due)


def by_township(actor: Actor, in_year: int, kind: str = "") -> list[Figures]:
    """The figures of every township in scope, in the order of their codes. Six queries, however many agreements.

    ``kind`` keeps villages ("village") or communities ("residents").
    """
    found: dict[int, dict[str, Any]] = {
        pk: {"name": name} for pk, name in _townships(actor, in_year, kind=kind)
    }
    committees = _committees(list(found), actor.unit_path, own=actor.unit_kind == units.COMMITTEE, kind=kind)
    counted = [
        committees,
        *(count(actor, in_year, kind=kind) for count in (_states, _payments, _disputes, _breaches)),
    ]
    for rows in counted:
        for row in rows:
            unit_id = row.pop("unit")
            if unit_id in found:
                found[unit_id] |= {k: v or 0 for k, v in row.items()}
    return [Figures(unit_id, **values) for unit_id, values in found.items()]


def _seen(actor: Actor, in_year: int, kind: str) -> Any:
    return of_kind(Agreement.objects.visible_to(actor, "agreements.view").filter(year=in_year), kind)


@compiled
def _townships(actor: Actor, in_year: int, *, kind: str) -> QuerySet[Any, Any]:
    rows = Unit.objects.filter(kind=units.TOWNSHIP, closed=None).order_by("code", "pk")
    if actor.unit_kind == units.COUNTY:
        rows = rows.filter(path__startswith=actor.unit_path)
    elif actor.unit_id is not None:
        seen = _seen(actor, in_year, kind)
        rows = rows.filter(Q(pk__in=seen.values("party_a")) | Q(pk=actor.unit_id))
    return rows.values_list("pk", "short")


@compiled
def _committees(townships: list[int], path: str, *, own: bool, kind: str) -> QuerySet[Any, Any]:
    rows = Unit.objects.filter(parent__any=townships, kind=units.COMMITTEE, closed=None)
    if own:
        rows = rows.filter(path=path)
    if kind:
        rows = rows.filter(pk__in=places.units_of(kind))
    return rows.values(unit=F("parent_id")).annotate(places=Count("pk")).order_by()


@compiled
def _states(actor: Actor, in_year: int, *, kind: str) -> Any:
    def count(*states: str) -> Count:
        return Count("pk", filter=Q(state__in=states))

    return (
        _seen(actor, in_year, kind)
        .values(unit=F("party_a_id"))
        .annotate(
            drafted=Count("pk"), signed=count(*flow.SIGNED), talking=count(*GROUPS["talking"][1]),
            deciding=count("agreed"), signing=count(*GROUPS["signing"][1]), paused=count("paused", "suspended"),
            refused=count("refused"), terminated=count("terminated"),
            total_fen=Sum("total_fen", filter=Q(state__in=flow.SIGNED)), interest_fen=Sum("interest_fen"),
        )
        .order_by()
    )  # fmt: skip


@compiled
def _payments(actor: Actor, in_year: int, *, kind: str) -> QuerySet[Any, Any]:
    """Every instalment that is paid or overdue; a tail counts once the settlement has fixed it."""
    signed = _seen(actor, in_year, kind).filter(state__in=flow.SIGNED)
    return (
        Instalment.objects.filter(agreement__in=signed, payable_fen__gt=0)
        .filter(Q(finished_on__isnull=False) | Q(pay_by__lt=clock.today()))
        .exclude(tail=True, agreement__tail_fen=None)
        .values(unit=F("agreement__party_a_id"))
        .annotate(
            payments_due=Count("pk"),
            payments_in_time=Count("pk", filter=Q(finished_on__lte=F("pay_by"))),
            payments_open_late=Count("pk", filter=Q(finished_on=None)),
        )
        .order_by()
    )


@compiled
def _disputes(actor: Actor, in_year: int, *, kind: str) -> QuerySet[Any, Any]:
    seen = _seen(actor, in_year, kind)
    rows = FulfilmentRecord.objects.filter(agreement__in=seen, status=year.CONTESTED)
    return rows.values(unit=F("agreement__party_a_id")).annotate(disputes=Count("pk")).order_by()


@compiled
def _breaches(actor: Actor, in_year: int, *, kind: str) -> QuerySet[Any, Any]:
    rows = Breach.objects.filter(agreement__in=_seen(actor, in_year, kind)).exclude(state="withdrawn")
    return (
        rows.values(unit=F("agreement__party_a_id"))
        .annotate(
            breaches_a=Count("pk", filter=Q(accused=flow.A)), breaches_b=Count("pk", filter=Q(accused=flow.B))
        )
        .order_by()
    )


def total(rows: Iterable[Figures], name: str = "") -> Figures:
    """The sum of several townships."""
    rows = list(rows)
    numbers = [f for f in Figures.__dataclass_fields__ if f not in ("unit_id", "name")]
    return Figures(0, name, **{n: sum(getattr(row, n) for row in rows) for n in numbers})
