"""One line a place for the county's overview: the agreement of a year and how its payments went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.core.words import Words
from gongzhi.lists.agreements.models import Agreement
from gongzhi.lists.agreements.rules import FLOW, flow

from .lists import group_of


@dataclass(frozen=True)
class PlaceYear:
    """A committee's agreement of a year. ``payments`` counts instalments that are paid or overdue (a tail once it
    is settled), ``in_time`` those paid by their last day, ``late`` those overdue and unpaid."""

    agreement_id: int
    place_id: int
    township_id: int
    state: str
    payments: int
    in_time: int
    late: int

    @property
    def group(self) -> str:
        """talking, deciding, signing, running, paused or ended."""
        return group_of(self.state)

    @property
    def signed(self) -> bool:
        """Whether it counts as signed."""
        return self.state in flow.SIGNED

    @property
    def label(self) -> Words:
        """The state in words."""
        return FLOW.state(self.state).label


def by_place(actor: Actor, in_year: int, places: Iterable[int] | None = None) -> dict[int, PlaceYear]:
    """The agreement of each place in scope, the newest where there are several: one query."""
    found = _by_place(actor, in_year, None if places is None else list(places))
    return {row[1]: PlaceYear(*row) for row in found}


@compiled
def _by_place(actor: Actor, in_year: int, places: list[int] | None) -> QuerySet[Any, Any]:
    rows = Agreement.objects.visible_to(actor, "agreements.view").filter(year=in_year)
    if places is not None:
        rows = rows.filter(party_b__any=places)
    overdue = Q(instalments__finished_on=None, instalments__pay_by__lt=clock.today())
    open_tail = Q(instalments__tail=True, tail_fen=None)
    counts = Q(instalments__payable_fen__gt=0, state__in=flow.SIGNED) & ~open_tail
    rows = rows.annotate(
        n=Count("instalments", filter=counts & (Q(instalments__finished_on__isnull=False) | overdue)),
        ok=Count("instalments", filter=counts & Q(instalments__finished_on__lte=F("instalments__pay_by"))),
        late=Count("instalments", filter=counts & overdue),
    )
    return rows.order_by("pk").values_list("pk", "party_b_id", "party_a_id", "state", "n", "ok", "late")  # type: ignore[no-any-return]
