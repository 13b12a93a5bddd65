"""Which ballots there are, for whom, and how many people may vote."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.core.thing import Thing
from gongzhi.participation.ballots.models import Ballot, Voter


def visible(actor: Actor) -> Any:
    """The ballots that the actor may see."""
    return Ballot.objects.visible_to(actor, "ballots.view").select_related("unit")


def of_thing(actor: Actor, thing: Thing) -> list[Ballot]:
    """The ballots that belong to a thing, newest first."""
    return _of_thing(actor, thing.kind(), thing.pk)


@compiled
def _of_thing(actor: Actor, kind: str, pk: int) -> QuerySet[Ballot]:
    rows: QuerySet[Ballot] = visible(actor).filter(thing_type=kind, thing_id=pk)
    return rows.order_by("-pk")


def waiting(actor: Actor, limit: int = 20) -> list[Ballot]:
    """The ballots that wait for this resident's vote, the soonest to end first. One query."""
    if actor.account_id is None or actor.may("ballots.vote") is None:
        return []
    mine = Voter.objects.filter(ballot=OuterRef("pk"), account_id=actor.account_id)
    line = [int(part) for part in actor.unit_path.split(".") if part]
    now = clock.now()
    rows = Ballot.objects.filter(state="open", opens__lte=now, closes__gt=now).select_related("unit")
    rows = rows.filter(Q(listed=False, unit_id__in=line) | Q(Exists(mine.filter(channel=""))))
    return list(rows.exclude(Exists(mine.exclude(channel=""))).order_by("closes", "pk")[:limit])
