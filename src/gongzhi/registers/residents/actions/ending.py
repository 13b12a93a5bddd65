"""A residence ends: the resident has moved away."""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core import clock, roles
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.models import ApiToken, Post
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.registers.residents import rules
from gongzhi.registers.residents.models import Claim, Resident


def finish(claim: Claim) -> None:
    """End a confirmed residence today: the post and its keys end with it."""
    claim.state = rules.FLOW.step(claim.state, "end")
    claim.ended = clock.today()
    claim.save()
    Post.objects.filter(pk=claim.post_id or 0).update(until=clock.today())
    ApiToken.objects.filter(post_id=claim.post_id or 0, revoked=None).update(revoked=clock.now())
    Resident.objects.filter(pk=claim.resident_id, unit_id=claim.unit_id).update(unit=None)


@action(
    "residents.end",
    on=Claim,
    label=say("已迁出"),
    irreversible=True,
    effects=(
        say("从现在起不再参加这里的协商和表决；已经投的票有效。"),
        say("提过的事照常办，结果照常告诉居民本人。"),
    ),
)
def end(
    actor: Actor,
    claim: Claim,
    *,
    reason: Annotated[str, Ask(say("怎么知道的"), help=say("本人办理可以不写"), max=300, rows=2)] = "",
) -> dict[str, Any]:
    """The resident has moved away: says so, or the committee has found out."""
    staff = actor.role != roles.RESIDENT
    if staff and len(reason.strip()) < 4:
        refuse(say("请写明是怎么知道的"), rule="residents.end_reason", field="reason")
    claim.reason, claim.told = reason, None if staff else clock.now()
    finish(claim)
    return {"by_resident": not staff}
