"""代办: a community worker registers somebody who has no phone, and from then on may act on their behalf."""

from __future__ import annotations

from typing import Annotated

from gongzhi.core import clock, dated, evidence, todo
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.identity import phone as checked_phone
from gongzhi.core.refusal import Problem, check_all
from gongzhi.core.words import say
from gongzhi.registers.once import once
from gongzhi.registers.residents import rules
from gongzhi.registers.residents.actions import claiming, consents, entering
from gongzhi.registers.residents.models import Claim, Resident


@action(
    "residents.register",
    label=say("代办登记"),
    effects=(
        say("为没有手机、不会用手机的居民建立账号，并提出居住申请，由另一位同事核对确认。"),
        say("从此可以代他（她）提事、投票，每次都会写明由工作人员代办。"),
    ),
)
def register(
    actor: Actor,
    *,
    name: Annotated[str, Ask(say("居民姓名"), min=2, max=40)],
    birth_year: Annotated[int, Ask(say("出生年份"), min=1900, max=2100)],
    building: claiming.Building,
    room: claiming.Room = "",
    phone: Annotated[
        str, Ask(say("本人手机号"), help=say("有就填，以后本人可以自己登录；没有就空着"), max=20)
    ] = "",
    contact: Annotated[str, Ask(say("亲友手机号"), help=say("有事打给谁"), max=20)] = "",
    contact_whose: Annotated[str, Ask(say("亲友是居民的什么人"), max=20)] = "",
    told: Annotated[bool, Ask(say("已当面念过告知，居民同意处理他（她）的信息"))] = False,
    asked: Annotated[bool, Ask(say("居民请村（社区）工作者代办"))] = False,
    proof: Annotated[list[int], Ask(say("签字的同意书或居住证明"), files=True)] = [],  # noqa: B006  read only
) -> Made[Resident]:
    """Register a resident who cannot come in alone, with consents taken down face to face."""
    age = int(dated.value("residents.guardian_age"))
    check_all(
        [
            rules.birth_year_problem(birth_year, clock.today()),
            Problem(
                say("请先当面告知，居民同意了再登记"),
                "residents.consent",
                say("个人信息保护法第 13、17 条"),
                "told",
            )
            if not told
            else None,
            Problem(
                say("未满十四周岁的孩子由监护人办，请先为监护人登记"),
                "residents.guardian",
                say("个人信息保护法第 31 条"),
                "birth_year",
            )
            if rules.may_be_under(birth_year, clock.today(), age)
            else None,
        ]
    )
    assert actor.unit_id is not None
    with once(entering.PHONE_TAKEN):
        made = entering.open_account(
            phone=checked_phone(phone, field="phone") if phone else "",
            name=name,
            birth_year=birth_year,
            contact=checked_phone(contact, field="contact") if contact else "",
            contact_whose=contact_whose,
            unit_id=actor.unit_id,
            registered_by=actor.account_id,
        )
    for purpose in (rules.SERVICE, rules.HELPED) if asked else (rules.SERVICE,):
        consents.give(made, purpose, by_account=made.pk, by_post=actor.post_id)
    claim = Claim.objects.create(
        resident=made,
        unit_id=actor.unit_id,
        building=building,
        room=room,
        due=claiming.deadline(),
        registered_by=actor.account_id,
    )
    evidence.use(actor, claim, proof, key=claiming.PROOF)
    todo.follow(claim)  # the act itself follows the resident, who waits for nothing
    return Made(made, claim=claim.pk, asked=asked, on_behalf=True)
