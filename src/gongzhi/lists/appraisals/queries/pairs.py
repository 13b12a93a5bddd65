"""Pairs, campaigns and complaints as an actor may read them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet

from gongzhi.core import tally
from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.lists.appraisals import rules
from gongzhi.lists.appraisals.models import Appraisal, Campaign, Complaint, Mending
from gongzhi.lists.appraisals.rules.flow import PUBLIC_STATES
from gongzhi.registers.places import queries as places

UNTOLD = Appraisal.UNTOLD
"""Verbs on a pair of which only the side that does them knows."""


def campaigns(actor: Actor) -> QuerySet[Campaign]:
    """Every year's appraisal of the actor's county, newest first."""
    return _campaigns(actor, root(actor))


def _campaigns(actor: Actor, path: str) -> QuerySet[Campaign]:
    rows: QuerySet[Campaign] = Campaign.objects.visible_to(actor, "appraisals.read_notice").order_by("-year")
    return rows.filter(county__path=path)


def root(actor: Actor) -> str:
    """The path of the county to which the actor's unit belongs."""
    return actor.unit_path.partition(".")[0] + "."


def pairs(actor: Actor) -> QuerySet[Appraisal]:
    """The pairs in the actor's scope with their parties."""
    rows: QuerySet[Appraisal] = Appraisal.objects.visible_to(actor, Appraisal.VIEW)
    return rows.select_related("party_a", "party_b", "campaign")


def of_kind(rows: QuerySet[Appraisal], kind: str) -> QuerySet[Appraisal]:
    """The pairs of villages ("village") or of communities ("residents"); all of them for ""."""
    return rows.filter(party_b__in=places.units_of(kind)) if kind else rows


def listed(
    actor: Actor, *, year: int | None = None, township: int | None = None, state: str = "", kind: str = ""
) -> QuerySet[Appraisal]:
    """Pairs for a list, by year, township, kind of place and state; ``unmet`` says whether rectification is open."""
    rows = of_kind(pairs(actor), kind).annotate(
        unmet=Exists(Mending.objects.filter(appraisal=OuterRef("pk")).exclude(state="verified"))
    )
    if year is not None:
        rows = rows.filter(year=year)
    if township is not None:
        rows = rows.filter(party_a_id=township)
    if state in rules.FLOW.names:
        rows = rows.filter(state=state)
    elif state == "sealed":
        rows = rows.filter(state__in=rules.SEALED_STATES)
    elif state == "silent":
        rows = rows.filter(Q(a_silent=True) | Q(b_silent=True))
    return rows


def progress(actor: Actor, year: int, kind: str = "") -> dict[str, int]:
    """How many pairs stand in each state, in the actor's scope."""
    rows = of_kind(Appraisal.objects.visible_to(actor, Appraisal.VIEW), kind).filter(year=year).order_by()
    return dict(rows.values_list("state").annotate(n=Count("pk")))


def years(actor: Actor) -> list[int]:
    """The years that have been opened, newest first."""
    return _years(actor, root(actor))


@compiled
def _years(actor: Actor, path: str) -> QuerySet[Any, Any]:
    return _campaigns(actor, path).values_list("year", flat=True)


def published(year: int | None = None) -> QuerySet[Appraisal]:
    """The results that are open to everyone: those in or past 公示."""
    rows: QuerySet[Appraisal] = Appraisal.objects.filter(state__in=PUBLIC_STATES, publicised_on__isnull=False)
    rows = rows.select_related("party_a", "party_b")
    return rows if year is None else rows.filter(year=year)


def published_years() -> list[int]:
    """The years of which something is published, newest first."""
    rows = Appraisal.objects.filter(state__in=PUBLIC_STATES, publicised_on__isnull=False)
    return list(rows.order_by("-year").values_list("year", flat=True).distinct())


def published_averages(year: int) -> tuple[Decimal | None, Decimal | None]:
    """Both averages over the published results of a year, rounded half up to two decimals."""
    rows = Appraisal.objects.filter(
        state__in=PUBLIC_STATES, publicised_on__isnull=False, year=year
    ).order_by()
    found = rows.aggregate(a=Avg("a_to_b"), b=Avg("b_to_a"))
    a, b = (None if v is None else tally.half_up(v, 2) for v in (found["a"], found["b"]))
    return a, b


def complaints(actor: Actor) -> QuerySet[Complaint]:
    """The complaints of the actor's own unit, or all of the county's for the county; newest first."""
    rows: QuerySet[Complaint] = Complaint.objects.visible_to(actor, Complaint.VIEW)
    return rows.select_related("filer", "appraisal__party_b", "appraisal__party_a").order_by("-pk")


def of_agreement(actor: Actor, agreement_id: int) -> Appraisal | None:
    """The appraisal of one agreement, if the actor may see it."""
    found: Appraisal | None = pairs(actor).filter(agreement_id=agreement_id).first()
    return found
