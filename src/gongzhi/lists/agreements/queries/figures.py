"""Statistics: signing rate, payment in time, disputes, breaches by side; per township, each number with its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum

from gongzhi.core import clock, units
from gongzhi.core.access import Actor
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
    seen = of_kind(Agreement.objects.visible_to(actor, "agreements.view").filter(year=in_year), kind)
    townships = Unit.objects.filter(kind=units.TOWNSHIP, closed=None).order_by("code", "pk")
    if actor.unit_kind != units.COUNTY and actor.unit_id is not None:
        townships = townships.filter(pk__in=seen.values("party_a")) | townships.filter(pk=actor.unit_id)
    rows = {t.pk: Figures(t.pk, t.short) for t in townships}
    own = actor.unit_path if actor.unit_kind == units.COMMITTEE else ""
    committees = Unit.objects.filter(parent__in=list(rows), kind=units.COMMITTEE, closed=None)
    if own:
        committees = committees.filter(path=own)
    if kind:
        committees = committees.filter(pk__in=places.units_of(kind))
    for r in committees.values("parent_id").annotate(n=Count("pk")).order_by():
        rows[r["parent_id"]] = replace(rows[r["parent_id"]], places=r["n"])
    for counted in (_states(seen), _payments(seen), _disputes(seen), _breaches(seen)):
        for unit_id, values in counted.items():
            if unit_id in rows:
                rows[unit_id] = replace(rows[unit_id], **values)  # type: ignore[arg-type]
    return list(rows.values())


def _states(seen: Any) -> dict[int, dict[str, int]]:
    def count(*states: str) -> Count:
        return Count("pk", filter=Q(state__in=states))

    rows = (
        seen.values("party_a_id")
        .annotate(
            drafted=Count("pk"), signed=count(*flow.SIGNED), talking=count(*GROUPS["talking"][1]),
            deciding=count("agreed"), signing=count(*GROUPS["signing"][1]), paused=count("paused", "suspended"),
            refused=count("refused"), terminated=count("terminated"),
            total_fen=Sum("total_fen", filter=Q(state__in=flow.SIGNED)), interest_fen=Sum("interest_fen"),
        )
        .order_by()
    )  # fmt: skip
    return {r.pop("party_a_id"): {k: v or 0 for k, v in r.items()} for r in rows}


def _payments(seen: Any) -> dict[int, dict[str, int]]:
    """Every instalment that is paid or overdue; a tail counts once the settlement has fixed it."""
    rows = (
        Instalment.objects.filter(agreement__in=seen.filter(state__in=flow.SIGNED), payable_fen__gt=0)
        .filter(Q(finished_on__isnull=False) | Q(pay_by__lt=clock.today()))
        .exclude(tail=True, agreement__tail_fen=None)
        .values("agreement__party_a_id")
        .annotate(
            due=Count("pk"),
            ok=Count("pk", filter=Q(finished_on__lte=F("pay_by"))),
            late=Count("pk", filter=Q(finished_on=None)),
        )
        .order_by()
    )
    return {
        r["agreement__party_a_id"]: {
            "payments_due": r["due"], "payments_in_time": r["ok"], "payments_open_late": r["late"],
        }
        for r in rows
    }  # fmt: skip


def _disputes(seen: Any) -> dict[int, dict[str, int]]:
    rows = FulfilmentRecord.objects.filter(agreement__in=seen, status=year.CONTESTED)
    counted = rows.values("agreement__party_a_id").annotate(n=Count("pk")).order_by()
    return {r["agreement__party_a_id"]: {"disputes": r["n"]} for r in counted}


def _breaches(seen: Any) -> dict[int, dict[str, int]]:
    rows = (
        Breach.objects.filter(agreement__in=seen).exclude(state="withdrawn").values("agreement__party_a_id")
    )
    counted = rows.annotate(
        breaches_a=Count("pk", filter=Q(accused=flow.A)), breaches_b=Count("pk", filter=Q(accused=flow.B))
    ).order_by()
    return {
        r["agreement__party_a_id"]: {"breaches_a": r["breaches_a"], "breaches_b": r["breaches_b"]}
        for r in counted
    }


def total(rows: Iterable[Figures], name: str = "") -> Figures:
    """The sum of several townships."""
    out = Figures(0, name)
    numbers = [f for f in Figures.__dataclass_fields__ if f not in ("unit_id", "name")]
    for row in rows:
        out = replace(out, **{n: getattr(out, n) + getattr(row, n) for n in numbers})
    return out
