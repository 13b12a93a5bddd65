"""问: a resident says something; the committee registers it, joins it to what is known, or passes it on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from gongzhi.core import clock, evidence, roles, units
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask, Evidence, Reason
from gongzhi.core.identity import phone as tidy_phone
from gongzhi.core.refusal import Problem, Refused, refuse
from gongzhi.core.todo import follow
from gongzhi.core.units import Unit
from gongzhi.core.words import say
from gongzhi.participation.deliberations.models import Addition, Matter, Raising
from gongzhi.participation.deliberations.rules import FLOW, flow, sources
from gongzhi.registers.once import once
from gongzhi.registers.places import queries as places

from .asked import Category, Location, PlaceId, PublicText, Title
from .course import account_of, changed, count_raised, locked, move, numbered, unit_of_actor

PIPL_25 = say("个人信息保护法第二十五条：公开个人信息要取得单独同意")
SENT = Problem(say("这件事已经送到，不用再送"), "deliberations.sent_already", field="key")
Point = Annotated[Decimal | None, Ask(say("坐标"), places=6, min=-180, max=180)]


def _place(actor: Actor, place: int | None) -> Unit:
    """The committee (or township) whose place it is; the resident's own where none is named."""
    unit_id = places.enrolled_unit(place) if place else actor.unit_id
    found = Unit.objects.filter(pk=unit_id, closed=None).first() if unit_id else None
    if found is None or found.kind not in (units.COMMITTEE, units.TOWNSHIP):
        refuse(say("请选事情发生在哪个村（社区）"), rule="deliberations.place", field="place")
    return found


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
    key: Annotated[str, Ask(say("手机里的编号"), help=say("没有网络时写下的，联网后只送一次"), max=64)] = "",
) -> Made[Raising]:
    """Say what is the matter, in one's own words."""
    unit = _place(actor, place)
    if key and Raising.objects.filter(account_id=account_of(actor), key=key).exists():
        raise Refused(SENT)
    with once(SENT):
        made = Raising.objects.create(
            unit=unit, account_id=actor.account_id, text=text, location=location, latitude=latitude,
            longitude=longitude, source=sources.APP, heard_on=clock.today(), unnamed=unnamed, may_publish=may_publish,
            key=key or None,
        )  # fmt: skip
    evidence.use(actor, made, photos, key="raised")
    return Made(made, unit=unit.pk, unnamed=unnamed, photos=len(photos))


@action(
    "deliberations.enter",
    label=say("登记一件事"),
    effects=say("走访、接待、代办时听到的事，登记后按五步办理。提出人的姓名和电话加密保存。"),
)
def enter(
    actor: Actor,
    *,
    title: Title,
    category: Category,
    text: PublicText,
    source: Annotated[
        str, Ask(say("从哪里来"), choices={k: v for k, v in sources.SOURCES.items() if k != sources.APP})
    ],
    heard_on: Annotated[date, Ask(say("哪天听到的"))],
    words: Annotated[
        str, Ask(say("提出人的原话"), help=say("只有本村（社区）看得到"), max=3000, rows=4)
    ] = "",
    name: Annotated[str, Ask(say("提出人姓名"), max=40)] = "",
    phone: Annotated[str, Ask(say("提出人电话"), max=20)] = "",
    resident: Annotated[int | None, Ask(say("代哪位居民办"), help=say("居民的登记号"), min=1)] = None,
    location: Location = "",
    unnamed: Annotated[bool, Ask(say("提出人不愿公开"))] = False,
    hotline: Annotated[str, Ask(say("12345 工单号"), max=40)] = "",
) -> Made[Matter]:
    """Register what was heard at a door, in the office or on the phone."""
    unit = unit_of_actor(actor)
    if heard_on > clock.today():
        refuse(say("听到的日期不能晚于今天"), rule="deliberations.future", field="heard_on")
    if hotline and Raising.objects.filter(hotline=hotline).exists():
        raise Refused(Problem(say("这张工单已经登记过"), "deliberations.hotline", field="hotline"))
    matter = numbered(
        unit=unit, origin=unit, title=title, text=text, category=category, source=source, heard_on=heard_on,
        location=location, raised=1, level=sources.LEVELS_OF_UNIT[unit.kind][-1],
    )  # fmt: skip
    raising = Raising.objects.create(
        unit=unit, matter=matter, account_id=resident, name=name, phone=tidy_phone(phone, field="phone") if phone else "",
        text=words or text, location=location, source=source, hotline=hotline or None, heard_on=heard_on,
        unnamed=unnamed, on_behalf=True, state="registered", registered_at=clock.now(),
    )  # fmt: skip
    return Made(matter, source=source, category=category, heard_on=heard_on, raising=raising.pk)


@action(
    "deliberations.register",
    on=Raising,
    label=say("登记为一件事"),
    main=True,
    secret=True,
    effects=say("从此按五步办理，在期限内答复提出人。公开的是您写的事由，不是居民的原话。"),
)
def register(
    actor: Actor,
    raising: Raising,
    *,
    title: Title,
    category: Category,
    text: Annotated[
        str,
        Ask(
            say("公开的事由"),
            help=say("居民同意公开原话的，可以不填；请不要写提出人的姓名、电话和门牌"),
            max=3000,
            rows=5,
        ),
    ] = "",
    location: Location = "",
    publish: Annotated[bool, Ask(say("现在就公开"))] = False,
) -> dict[str, Any]:
    """Give what a resident said a number, a title and words that everybody may read."""
    if not text and not raising.may_publish:
        refuse(
            say("居民没有同意公开原话，请另写公开的事由"),
            rule="deliberations.own_words",
            source=PIPL_25,
            field="text",
        )
    unit = Unit.objects.get(pk=raising.unit_id)
    matter = numbered(
        unit=unit, origin=unit, title=title, text=text or raising.text, category=category, source=raising.source,
        heard_on=raising.heard_on, location=location, raised=1, level=sources.LEVELS_OF_UNIT[unit.kind][-1],
        published_at=clock.now() if publish else None,
    )  # fmt: skip
    _registered(raising, matter, "register")
    follow(matter)
    return {"matter": matter.pk, "number": matter.number, "category": category}


def _registered(raising: Raising, matter: Matter, word: str) -> None:
    raising.state = flow.RAISING_FLOW.step(raising.state, word)
    raising.matter, raising.registered_at = matter, clock.now()
    raising.save()


def _open_matter(actor: Actor, pk: int) -> Matter:
    """A matter of the actor's own unit that a raising may be joined to: where it was merged, the one it went into."""
    found = Matter.objects.filter(pk=pk, origin_id=actor.unit_id).first()
    while found is not None and found.merged_into_id:
        found = Matter.objects.filter(pk=found.merged_into_id).first()
    if found is None:
        refuse(say("没有找到这件事"), rule="deliberations.matter", field="matter")
    found = locked(found.pk)
    if found.merged_into_id:  # merged while we waited
        return _open_matter(actor, found.merged_into_id)
    if not found.is_open:
        refuse(say("那件事已经结束，请另外登记"), rule="deliberations.ended", field="matter")
    return found


@action(
    "deliberations.join",
    on=Raising,
    label=say("并到已有的事"),
    secret=True,
    effects=say("提出人从此和其他提出人一样，每一步都会收到消息。"),
)
def join(
    actor: Actor, raising: Raising, *, matter: Annotated[int, Ask(say("哪件事"), pick="deliberations.matter")]
) -> dict[str, Any]:
    """The same was raised before: the raiser is kept informed with the others."""
    found = _open_matter(actor, matter)
    _registered(raising, found, "join")
    count_raised(found.pk, 1)
    return {"matter": found.pk, "number": found.number}


@action(
    "deliberations.pass_on",
    on=Raising,
    label=say("转给别的村（社区）"),
    leaves_scope=True,
    secret=True,
    effects=say("事情发生在别处的，转给那里登记；居民的原话和联系方式随之转去，您这里不再看得到。"),
)
def pass_on(
    actor: Actor, raising: Raising, *, place: Annotated[int, Ask(say("哪个村（社区）"), pick="places.place")]
) -> dict[str, Any]:
    """It happened elsewhere: the committee there registers it."""
    unit = _place(actor, place)
    if unit.pk == raising.unit_id:
        refuse(say("就在本村（社区），请登记"), rule="deliberations.same_place", field="place")
    raising.unit = unit
    raising.save()
    return {"unit": unit.pk}


@action(
    "deliberations.give_back",
    on=Raising,
    label=say("不登记"),
    secret=True,
    effects=say("只用于没有内容、重复发送或明显违法的。理由会告诉提出人。"),
)
def give_back(actor: Actor, raising: Raising, *, reason: Reason) -> dict[str, Any]:
    """Nothing to register: the raiser is told why."""
    raising.state = flow.RAISING_FLOW.step(raising.state, "give_back")
    raising.why = reason
    raising.save()
    return {}


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
    row = Addition.objects.create(raising=raising, text=text, on_behalf=actor.role != roles.RESIDENT)
    evidence.use(actor, raising, photos, key="raised")
    return {"addition": row.pk, "photos": len(photos)}


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
    raising.state = flow.RAISING_FLOW.step(raising.state, "withdraw")
    raising.save()
    if raising.matter_id is None:
        return {"matter": None}
    matter = locked(raising.matter_id)
    count_raised(matter.pk, -1)
    matter.raised -= 1
    if matter.raised == 0 and FLOW.may(matter.state, "left"):
        move(matter, "left")
        changed(matter)
    return {"matter": matter.pk, "ended": matter.state == "withdrawn"}
