"""A committee is merged into another or closed: residences follow by the same act, and residents are told."""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core import access, clock, roles, todo
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.models import Post
from gongzhi.core.words import say
from gongzhi.registers.places import actions as places
from gongzhi.registers.residents import rules
from gongzhi.registers.residents.actions import claiming, deciding, ending
from gongzhi.registers.residents.models import Claim, Resident


@action("residents.follow", on=Claim, label=say("随村（居）委会合并转来"), offered=False)
def follow(
    actor: Actor, claim: Claim, *, into: Annotated[int, Ask(say("转到哪个单位"), min=1)]
) -> dict[str, Any]:
    """The residence, or what is still claimed, is now with the committee that took over; nothing is asked anew."""
    before = claim.unit_id
    claim.came_from_id, claim.unit_id, claim.told = before, into, None
    if claim.state == "confirmed":
        _new_post(claim)
    else:
        todo.close(claim, key="flow:*")
        claim.due = claiming.deadline() if claim.state == "claimed" else claim.due
    claim.save()
    Resident.objects.filter(pk=claim.resident_id, unit_id=before).update(unit_id=into)
    return {"from": before, "into": into}


def _new_post(claim: Claim) -> None:
    """Rights follow the post: the one held so far ends, one with the new committee begins."""
    today = clock.today()
    Post.objects.filter(pk=claim.post_id or 0).update(until=today)
    claim.post = Post.objects.create(
        account_id=claim.resident_id, role=roles.RESIDENT, unit_id=claim.unit_id, since=today
    )


def move(old: int, new: int | None) -> int:
    """Every open or confirmed claim of a unit follows to its successor; without one it ends, for its reason."""
    open_ones = (*rules.OPEN, "confirmed")
    rows = Claim.objects.select_for_update().filter(unit_id=old, state__in=open_ones).order_by("pk")
    found = list(rows.values_list("pk", "state"))
    gone = str(say("原来的村（居）委会已经撤销，请到现在的村（社区）重新申请"))
    for pk, state in found:
        if new is not None:
            follow(access.SYSTEM, pk, into=new)
        elif state == "confirmed":
            ending.end(access.SYSTEM, pk, reason=gone)
        else:
            deciding.decline(access.SYSTEM, pk, reason=gone)
    if new is not None:
        Resident.objects.filter(unit_id=old).update(unit_id=new)
    return len(found)


places.follows("residents.claim", move)
