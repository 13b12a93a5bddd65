"""问: the committee registers what residents say, joins it to what is known already, or passes it on."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gongzhi.core import clock, units
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask, Reason
from gongzhi.core.identity import phone as tidy_phone
from gongzhi.core.refusal import Problem, Refused, refuse
from gongzhi.core.todo import follow
from gongzhi.core.units import Unit
from gongzhi.core.words import say
from gongzhi.participation.conversations import actions as conversations
from gongzhi.participation.deliberations.models import Matter, Raising
from gongzhi.participation.deliberations.rules import flow, sources
from gongzhi.registers.residents import queries as residents

from .asked import Category, Location, PublicText, Title
from .course import count_raised, locked, numbered, unit_of_actor
from .raising import committee_at
from .telling import follow_as_raiser, keep_unnamed, talk_about, tell_one

PIPL_25 = say("个人信息保护法第二十五条：公开个人信息要取得单独同意")
Publish = Annotated[bool, Ask(say("现在就公开"))]


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
    resident: Annotated[
        int | None,
        Ask(
            say("代哪位居民办"),
            help=say("请村（社区）代办的居民：打昵称、姓名或手机号"),
            min=1,
            pick="residents.helped",
        ),
    ] = None,
    location: Location = "",
    unnamed: Annotated[bool, Ask(say("提出人不愿公开"))] = False,
    hotline: Annotated[str, Ask(say("12345 工单号"), max=40)] = "",
    publish: Publish = False,
) -> Made[Matter]:
    """Register what was heard at a door, in the office or on the phone."""
    unit = unit_of_actor(actor)
    if heard_on > clock.today():
        refuse(say("听到的日期不能晚于今天"), rule="deliberations.future", field="heard_on")
    if hotline and Raising.objects.filter(hotline=hotline).exists():
        raise Refused(Problem(say("这张工单已经登记过"), "deliberations.hotline", field="hotline"))
    account = residents.on_behalf(actor, resident) if resident is not None else None
    matter = _made(unit, title, text, category, source, heard_on, location, publish)
    raising = Raising.objects.create(
        unit=unit, matter=matter, account_id=account, name=name, phone=tidy_phone(phone, field="phone") if phone else "",
        text=words or text, location=location, source=source, hotline=hotline or None, heard_on=heard_on,
        unnamed=unnamed, on_behalf=True, state="registered", registered_at=clock.now(),
    )  # fmt: skip
    follow_as_raiser(raising, matter)
    return Made(matter, source=source, category=category, heard_on=heard_on, raising=raising.pk)


def _made(
    unit: Unit,
    title: str,
    text: str,
    category: str,
    source: str,
    heard_on: date,
    location: str,
    publish: bool,
) -> Matter:
    """A new matter of one raiser, at the highest level its unit leads; open to all where ``publish`` says so."""
    matter = numbered(
        unit=unit, origin=unit, title=title, text=text, category=category, source=source, heard_on=heard_on,
        location=location, raised=1, level=sources.LEVELS_OF_UNIT[unit.kind][-1],
        published_at=clock.now() if publish else None,
    )  # fmt: skip
    if publish:
        talk_about(matter)
    return matter


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
    publish: Publish = False,
) -> dict[str, Any]:
    """Give what a resident said a number, a title and words that everybody may read."""
    return _register(raising, "register", title, category, text, location, publish)


def _register(
    raising: Raising, word: str, title: str, category: str, text: str, location: str, publish: bool
) -> dict[str, Any]:
    if not text and not raising.may_publish:
        refuse(
            say("居民没有同意公开原话，请另写公开的事由"),
            rule="deliberations.own_words",
            source=PIPL_25,
            field="text",
        )
    unit = Unit.objects.get(pk=raising.unit_id)
    words = text or raising.text
    matter = _made(unit, title, words, category, raising.source, raising.heard_on, location, publish)
    _put_in(raising, matter, word)
    follow(matter)
    about = say("您说的事登记了：{number} {title}", number=matter.number, title=title)
    tell_one(raising.account_id, matter, about)
    return {"matter": matter.pk, "number": matter.number, "category": category}


def _put_in(raising: Raising, matter: Matter, word: str) -> None:
    """The raising belongs to the matter; its raiser hears of every step."""
    raising.state = flow.RAISING_FLOW.step(raising.state, word)
    raising.matter = matter
    raising.registered_at = raising.registered_at or clock.now()
    raising.save()
    follow_as_raiser(raising, matter)


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
    _put_in(raising, found, "join")
    count_raised(found.pk, 1)
    about = say(
        "您说的事和“{title}”是同一件，已经并在一起，编号 {number}", title=found.title, number=found.number
    )
    tell_one(raising.account_id, found, about)
    return {"matter": found.pk, "number": found.number}


def _not_alone(actor: Actor, raising: Raising) -> None:
    if raising.matter is None or raising.matter.raised < 2:
        refuse(say("这件事只有一位提出人，不用分开"), rule="deliberations.alone")


@action(
    "deliberations.separate",
    on=Raising,
    label=say("分开另立"),
    secret=True,
    check=_not_alone,
    effects=say("并错了的，另给一个编号，从头按五步办理。"),
)
def separate(
    actor: Actor,
    raising: Raising,
    *,
    title: Title,
    category: Category,
    text: PublicText,
    location: Location = "",
) -> dict[str, Any]:
    """It was not the same after all: the raising gets a matter of its own."""
    assert raising.matter_id is not None
    before = locked(raising.matter_id)
    if raising.account_id is not None:
        conversations.unsubscribe(raising.account_id, before)
    raising.score, raising.score_text, raising.scored_at = None, "", None
    facts = _register(raising, "separate", title, category, text, location, publish=False)
    count_raised(before.pk, -1)
    keep_unnamed(before)
    return {**facts, "from": before.pk}


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
    """It happened elsewhere: the committee there registers it. What was said to a committee stays with committees."""
    unit = committee_at(actor, place)
    if unit.pk == raising.unit_id:
        refuse(say("就在本村（社区），请登记"), rule="deliberations.same_place", field="place")
    if unit.kind != units.COMMITTEE and raising.unit.kind == units.COMMITTEE:
        refuse(
            say("居民的原话不往上转。请先登记，再从登记的事项请上级办理"),
            rule="deliberations.not_above",
            source=say("个人信息保护法第 6 条"),
            field="place",
            way_out=f"{raising.get_absolute_url()}register",
        )
    raising.unit, raising.like = unit, None
    raising.save()
    tell_one(raising.account_id, raising, say("您说的事已转给{unit}登记", unit=unit.short))
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
    tell_one(raising.account_id, raising, say("您说的事没有登记，请看理由；可以改了再说"))
    return {}
