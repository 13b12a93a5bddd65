"""What a resident has to do with: his own words and what became of them, the duties he took on. Three queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.core.refusal import NotFound
from gongzhi.participation.deliberations.models import Inquiry, Raising, Supervisor
from gongzhi.participation.deliberations.rules import flow
from gongzhi.registers.residents import queries as residents

SHOWN = 50
STANDING_FIRST = F("matter").desc(nulls_first=True)
"""A standing offer before the duties, and these the newest matter first."""


@dataclass(frozen=True)
class Mine:
    """``raisings`` with their matters (joined), newest first; ``duties`` as a supervisor; ``inquiries``."""

    raisings: list[Raising]
    duties: list[Supervisor]
    inquiries: list[Inquiry]

    @property
    def to_rate(self) -> list[Raising]:
        """Those whose result the resident is asked about."""
        return [
            r
            for r in self.raisings
            if r.state == "registered"
            and r.matter is not None
            and r.matter.state == "rating"
            and r.score is None
        ]

    @property
    def offer(self) -> Supervisor | None:
        """The standing agreement to be drawn as a supervisor of whatever comes in the own community."""
        return next((d for d in self.duties if d.matter is None), None)

    @property
    def to_check(self) -> list[Supervisor]:
        """Those whose tasks the resident is asked to look at."""
        return [d for d in self.duties if d.matter is not None and d.matter.state == "checking"]


def mine(actor: Actor, limit: int = SHOWN) -> Mine:
    """Everything of the actor's own account."""
    if not actor.is_outside or actor.account_id is None:
        return Mine([], [], [])
    raisings = Raising.objects.visible_to(actor, "deliberations.see_raising").filter(
        account_id=actor.account_id
    )
    duties = Supervisor.objects.filter(account_id=actor.account_id).exclude(state="stepped_back")
    inquiries = Inquiry.objects.filter(account_id=actor.account_id).select_related("matter")
    return Mine(
        list(raisings.select_related("matter__unit", "unit").order_by("-pk")[:limit]),
        list(duties.select_related("matter__unit", "unit").order_by(STANDING_FIRST, "-pk")[:limit]),
        list(inquiries.order_by("-pk")[:limit]),
    )


def of_helped(actor: Actor, account_id: int) -> Any:
    """What a resident who asked the actor's committee for help has said, for the worker who tells how it stands.

    NotFound for anybody else's, Refused where the resident has not asked. Two queries, and one for the rows.
    """
    if actor.is_outside:
        raise NotFound("deliberations.see_raising")
    helped = residents.on_behalf(actor, account_id)
    rows = Raising.objects.visible_to(actor, "deliberations.see_raising").filter(account_id=helped)
    return rows.select_related("matter__unit", "unit")


def of_matter(actor: Actor, matter_id: int) -> Any:
    """The actor's own raising of a matter, None where there is none."""
    if actor.account_id is None:
        return None
    return _of_matter.first(actor.account_id, matter_id)


@compiled
def _of_matter(account_id: int, matter_id: int) -> QuerySet[Raising]:
    rows: QuerySet[Raising] = Raising.objects.filter(matter_id=matter_id, account_id=account_id)
    return rows.exclude(state="withdrawn").order_by("pk")[:1]


OPEN_STATES = flow.OPEN_STATES
