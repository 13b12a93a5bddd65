"""Looking behind the mask, once, for a reason that the journal keeps."""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.registers.residents.models import Claim


def _in_hand(actor: Actor, claim: Claim) -> None:
    """What a resident is called and where to be reached today is not for a committee that they left, or never joined."""
    if not claim.in_hand:
        refuse(
            say("这份居住申请已经结束，不再查看居民现在的信息。居民重新申请以后才能再看"),
            rule="residents.unmask_over",
            source=say("个人信息保护法第 6、19 条"),
        )


@action(
    "residents.unmask",
    on=Claim,
    label=say("查看完整信息"),
    check=_in_hand,
    keeps_todo=True,
    effects=(
        say("姓名、手机号、室号和身份证号（还在的话）只显示这一次。"),
        say("谁、何时、为什么查看，会记入操作记录，居民本人看得到。"),
    ),
)
def unmask(
    actor: Actor,
    claim: Claim,
    *,
    reason: Annotated[str, Ask(say("为什么要看"), help=say("写清办什么事"), min=4, max=200, rows=2)],
) -> dict[str, Any]:
    """Note that the actor looks, and why. The page that did this act shows it, nothing else does."""
    if len(reason.strip()) < 4:
        refuse(
            say("请写清办什么事"),
            rule="residents.unmask_reason",
            source=say("个人信息保护法第 6 条"),
            field="reason",
        )
    return {"reason": reason.strip()}


def revealed(claim: Claim) -> dict[str, str]:
    """The plain values, for the page that has just done ``residents.unmask``."""
    r = claim.resident
    sealed = {
        "name": r.name,
        "phone": r.phone,
        "contact": r.contact,
        "room": claim.room,
        "citizen_id": claim.citizen_id,
    }
    return {key: value.reveal() if value else "" for key, value in sealed.items()}
