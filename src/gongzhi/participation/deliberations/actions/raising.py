"""问: a resident says something in his own words, adds to it, or takes it back."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from gongzhi.core import clock, evidence, roles, units
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Account
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask, Evidence
from gongzhi.core.refusal import NotFound, Problem, Refused, refuse
from gongzhi.core.units import Unit
from gongzhi.core.words import say
from gongzhi.participation.conversations import actions as conversations
from gongzhi.participation.deliberations.models import Addition, Matter, Raising
from gongzhi.participation.deliberations.rules import FLOW, flow, sources
from gongzhi.registers.once import once
from gongzhi.registers.places import queries as places
from gongzhi.registers.residents import queries as residents

from .asked import Location, PlaceId
from .course import changed, count_raised, days, locked, move
from .telling import keep_unnamed, talk_about

SENT = Problem(say("这件事已经送到，不用再送"), "deliberations.sent_already", field="key")
Point = Annotated[Decimal | None, Ask(say("坐标"), places=6, min=-180, max=180)]


def committee_at(actor: Actor, place: int | None) -> Unit:
    """The committee (or township) whose place it is; the resident's own where none is named."""
    unit_id = places.enrolled_unit(place) if place else actor.unit_id
    found = Unit.objects.filter(pk=unit_id, closed=None).first() if unit_id else None
    if found is None or found.kind not in (units.COMMITTEE, units.TOWNSHIP):
        refuse(say("请选事情发生在哪个村（社区）"), rule="deliberations.place", field="place")
    return found


def _check_pace(account_id: int) -> None:
    """Refuse more words a day than one person has troubles; those sent at the same moment are counted one after the other."""
    most = days("raisings_a_day")
    list(Account.objects.select_for_update(no_key=True).filter(pk=account_id).values_list("pk"))
    if Raising.objects.filter(account_id=account_id, heard_on=clock.today()).count() >= most:
        refuse(
            say("今天已经说了 {n} 件，请明天再说；急事请打 12345 或到社区", n=most),
            rule="deliberations.too_many_today",
            source=say("五事协商办法（本县设定）"),
            field="text",
        )


@action(
    "deliberations.raise",
    label=say("有事说一声"),
    secret=True,
    effects=(
        say("社区工作人员会在期限内登记，并告诉您由谁办、到哪一步了。"),
        say("您的原话和联系方式只有社区工作人员看得到；要公开的话由他们另写。"),
    ),
)
def raise_matter(
    actor: Actor,
    *,
    text: Annotated[str, Ask(say("什么事"), min=2, max=3000, rows=5)],
    place: PlaceId = None,
    location: Location = "",
    latitude: Point = None,
    longitude: Point = None,
    unnamed: Annotated[bool, Ask(say("不公开我的称呼"))] = False,
    may_publish: Annotated[bool, Ask(say("可以把我的原话和照片公开"))] = False,
    photos: Annotated[list[int], Ask(say("照片"), files=True)] = [],  # noqa: B006  read only
    like: Annotated[
        int | None,
        Ask(say("和哪件事一样"), help=say("附近已经有人说过的，可以并在一起"), pick="deliberations.matter"),
    ] = None,
    key: Annotated[str, Ask(say("手机里的编号"), help=say("没有网络时写下的，联网后只送一次"), max=64)] = "",
    on_behalf: Annotated[
        int | None, Ask(say("代哪位居民"), help=say("由工作人员代办时填居民编号"), min=1)
    ] = None,
) -> Made[Raising]:
    """Say what is the matter, in one's own words; a worker writes down those of somebody who asked for it."""
    account, unit = residents.on_behalf(actor, on_behalf), committee_at(actor, place)
    helped = actor.role != roles.RESIDENT
    if helped and unit.pk != actor.unit_id:
        refuse(
            say("代办的事先在本村（社区）记下，发生在别处的再转过去"),
            rule="deliberations.helped_here",
            field="place",
        )
    if key and Raising.objects.filter(account_id=account, key=key).exists():
        raise Refused(SENT)
    _check_pace(account)
    same = None
    if like is not None:
        same = Matter.objects.visible_to(actor, Matter.VIEW).filter(pk=like, origin=unit).first()
    with once(SENT):
        made = Raising.objects.create(
            unit=unit, account_id=account, text=text, location=location, latitude=latitude, longitude=longitude,
            source=sources.WORKER if helped else sources.APP, heard_on=clock.today(), unnamed=unnamed,
            may_publish=may_publish, like=same, key=key or None, on_behalf=helped,
        )  # fmt: skip
    evidence.use(actor, made, photos, key="raised")
    return Made(made, unit=unit.pk, unnamed=unnamed, photos=len(photos), on_behalf=helped)


def may_speak_for(actor: Actor, account_id: int | None) -> bool:
    """Whether the act is done for a resident (True) or by him; refused to staff where he has an account of his own and
    has not asked for help (个人信息保护法第 13 条: nothing in his name without his consent)."""
    if actor.role == roles.RESIDENT:
        return False
    if account_id is not None:
        try:
            residents.on_behalf(actor, account_id)
        except NotFound:
            refuse(
                say("这位居民有自己的账号，请他自己办；他也可以请所在村（社区）代办"),
                rule="deliberations.speaks_for_himself",
                source=say("个人信息保护法第 13 条"),
            )
    return True


@action("deliberations.add_words", on=Raising, label=say("补充一句"), secret=True)
def add_words(
    actor: Actor,
    raising: Raising,
    *,
    text: Annotated[str, Ask(say("补充什么"), min=1, max=1000, rows=3)],
    photos: Evidence = [],  # noqa: B006  read only
) -> dict[str, Any]:
    """Add a sentence or a photo to what was said."""
    if raising.state in ("withdrawn", "returned"):
        refuse(say("这件事已经撤回或没有登记，请重新说一声"), rule="deliberations.flow")
    row = Addition.objects.create(
        raising=raising, text=text, on_behalf=may_speak_for(actor, raising.account_id)
    )
    evidence.use(actor, raising, photos, key="raised")
    return {"addition": row.pk, "photos": len(photos), "on_behalf": row.on_behalf}


@action(
    "deliberations.withdraw",
    on=Raising,
    label=say("撤回"),
    secret=True,
    effects=say(
        "您不再收到进展。只有您一个人提出、还没有开始商量的，这件事随之结束；别人也提出过的，继续办。"
    ),
)
def withdraw(actor: Actor, raising: Raising) -> dict[str, Any]:
    """The raiser takes it back. What others raised too, or what is being deliberated already, goes on without him."""
    on_behalf = may_speak_for(actor, raising.account_id)
    raising.state = flow.RAISING_FLOW.step(raising.state, "withdraw")
    raising.save()
    if raising.matter_id is None:
        return {"matter": None, "on_behalf": on_behalf}
    matter = locked(raising.matter_id)
    count_raised(matter.pk, -1)
    matter.raised -= 1
    if raising.account_id is not None:
        conversations.unsubscribe(raising.account_id, matter)
    if matter.raised == 0 and FLOW.may(matter.state, "left"):
        move(matter, "left")
        changed(matter)
        talk_about(matter)
    keep_unnamed(matter)
    return {"matter": matter.pk, "ended": matter.state == "withdrawn", "on_behalf": on_behalf}
