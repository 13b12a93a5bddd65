"""A resident says where to live, adds what is asked, or takes it back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gongzhi.core import calendar, clock, dated, evidence, roles
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.identity import citizen_id as checked_citizen_id
from gongzhi.core.models import Unit
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.units import COMMITTEE
from gongzhi.core.words import say
from gongzhi.registers.once import once
from gongzhi.registers.places import queries as places
from gongzhi.registers.residents import queries, rules
from gongzhi.registers.residents.actions import consents, holding
from gongzhi.registers.residents.models import Claim, Resident

ONE_OPEN = Problem(
    say("您已经有一份居住申请正等核对，请先等结果，或者先撤回那一份"),
    "residents.one_open_claim",
    field="place",
)
PROOF = "residence"
"""Under this key a claim uses the photos that prove it; they are discarded some time after the decision."""

Building = Annotated[
    str, Ask(say("哪幢楼、哪个单元"), help=say("村里写组名和门牌，如“3 组 18 号”"), max=60, min=1)
]
Room = Annotated[str, Ask(say("室号"), help=say("可以不填，只有村（社区）经办人看得到"), max=40)]
More = Annotated[str, Ask(say("想说明的"), max=300, rows=2)]
Proof = Annotated[
    list[int],
    Ask(say("证明材料的照片"), help=say("可以不传。租房合同、不动产权证、水电费单都行"), files=True),
]


def deadline() -> date:
    """Until when the committee answers a claim that reaches it today."""
    return calendar.due(clock.today(), int(dated.value("residents.days_to_confirm")))


def committee_at(place: int) -> Unit:
    """The open committee of a place of this county; Refused for anything else."""
    unit_id = places.enrolled_unit(place)
    found = Unit.objects.filter(pk=unit_id or 0, kind=COMMITTEE, closed=None).first()
    if found is None:
        refuse(say("请从列表里选一个村或社区"), rule="residents.place", field="place")
    return found


@action(
    "residents.claim",
    label=say("申请居住登记"),
    effects=(
        say("村（居）委会会和台账核对，结果会告诉您。"),
        say("确认以后，您就可以参加这里的协商和表决；邻居看不到您的姓名和门牌。"),
    ),
)
def claim(
    actor: Actor,
    *,
    place: Annotated[int, Ask(say("哪个村（社区）"), pick="places.place", min=1)],
    building: Building,
    room: Room = "",
    name: Annotated[str, Ask(say("姓名"), help=say("只用来核对，不公开"), max=40)] = "",
    citizen_id: Annotated[str, Ask(say("身份证号"), help=say("可以不填；核对完立即删除"), max=30)] = "",
    agree_sensitive: Annotated[bool, Ask(say("我已看过告知，同意用身份证号核对"))] = False,
    more: More = "",
    proof: Proof = [],  # noqa: B006  read only
    on_behalf: Annotated[int | None, Ask(say("代哪位居民"), min=1, pick="residents.helped")] = None,
) -> Made[Claim]:
    """Say where to live. Whoever is confirmed elsewhere keeps that residence until this one is confirmed."""
    resident = holding.locked(queries.on_behalf(actor, on_behalf))
    queries.require(resident.pk)
    unit = committee_at(place)
    check_all(
        [
            Problem(say("请写姓名，好和台账核对"), "residents.name", field="name")
            if not name.strip() and not resident.name
            else None,
            Problem(say("您已经是这里登记的居民"), "residents.already_there", field="place")
            if queries.is_confirmed(resident.pk, unit.pk)
            else None,
            ONE_OPEN if resident.claims.filter(state__in=rules.OPEN).exists() else None,
        ]
    )
    staff = actor.role != roles.RESIDENT
    if name.strip():
        resident.name = name.strip()
        resident.save(update_fields=["name", "name_index"])
    with once(ONE_OPEN):
        made = Claim.objects.create(
            resident=resident,
            unit=unit,
            building=building,
            room=room,
            citizen_id=_citizen_id(actor, resident, citizen_id, agree_sensitive),
            more=more,
            due=deadline(),
            registered_by=actor.account_id if staff else None,
        )
    evidence.use(actor, made, proof, key=PROOF)
    return Made(made, unit=unit.pk, proofs=len(proof), on_behalf=staff)


def _citizen_id(actor: Actor, resident: Resident, text: str, agreed: bool) -> str:
    """The checked number, with the separate consent that it needs."""
    if not text.strip():
        return ""
    number = checked_citizen_id(text, today=clock.today(), field="citizen_id").number
    if agreed:
        staff = actor.role != roles.RESIDENT
        consents.give(
            resident,
            rules.SENSITIVE,
            by_account=resident.pk if staff else actor.account_id or 0,
            by_post=actor.post_id if staff else None,
        )
    elif not resident.consents.filter(purpose=rules.SENSITIVE, withdrawn=None).exists():
        refuse(
            say("身份证号是敏感个人信息，请先勾选同意；不愿意填，留空也可以申请"),
            rule="residents.sensitive",
            source=say("个人信息保护法第 29 条"),
            field="agree_sensitive",
        )
    return number


@action(
    "residents.answer",
    on=Claim,
    label=say("补充"),
    main=True,
    effects=say("补充以后，村（居）委会接着核对。"),
)
def answer(
    actor: Actor,
    claim: Claim,
    *,
    building: Annotated[str, Ask(say("哪幢楼、哪个单元"), help=say("不改就留空"), max=60)] = "",
    room: Room = "",
    more: Annotated[str, Ask(say("补充说明"), max=300, rows=3)] = "",
    proof: Proof = [],  # noqa: B006  read only
) -> dict[str, Any]:
    """Add to an open claim what was asked for, or what was forgotten."""
    if not (building or room or more or proof):
        refuse(say("请写明补充什么，或者添一张照片"), rule="residents.nothing_added", field="more")
    claim.state = rules.FLOW.step(claim.state, "answer", rules.RESIDENT)
    claim.building = building or claim.building
    if room:
        claim.room = room
    claim.more = "\n".join(filter(None, (claim.more, more)))
    claim.due = deadline()
    claim.save()
    evidence.use(actor, claim, proof, key=PROOF)
    return {"proofs": len(proof)}


@action("residents.withdraw", on=Claim, label=say("撤回申请"))
def withdraw(actor: Actor, claim: Claim) -> dict[str, Any]:
    """Take an open claim back."""
    claim.state = rules.FLOW.step(claim.state, "withdraw", rules.RESIDENT)
    claim.citizen_id = ""
    claim.decided = clock.today()
    claim.save()
    return {}
