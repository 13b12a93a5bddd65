"""The words and the publicity of a matter, and several matters that are one."""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core import clock, evidence, search
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Reason
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import say
from gongzhi.participation.conversations import actions as conversations
from gongzhi.participation.deliberations.models import Matter, Raising
from gongzhi.participation.deliberations.rules import FLOW

from .asked import Category, Location, PublicText, Title
from .course import count_raised, find_me, ours
from .registering import PIPL_25
from .telling import keep_unnamed, name_everywhere, raisers, talk_about


def _fixed(actor: Actor, matter: Matter) -> None:
    ours(actor, matter)
    if not matter.is_open:
        refuse(say("这件事已经结束，文字不再改"), rule="deliberations.ended")


@action("deliberations.edit", on=Matter, label=say("改题目和事由"), check=_fixed)
def edit(
    actor: Actor,
    matter: Matter,
    *,
    title: Title,
    category: Category,
    text: PublicText,
    location: Location = "",
) -> dict[str, Any]:
    """Put the matter into better words, or into another category."""
    was = matter.title
    matter.title, matter.category, matter.text, matter.location = title, category, text, location
    matter.save()
    find_me(matter)
    name_everywhere(matter)
    conversations.retitle(matter, was, title)
    return {"category": category}


@action(
    "deliberations.publish",
    on=Matter,
    label=say("公开"),
    check=ours,
    effects=say("任何人都能看到题目、事由和进展；提出人的原话、姓名和电话不公开。"),
)
def publish(
    actor: Actor,
    matter: Matter,
    *,
    photos: Annotated[
        list[int], Ask(say("一并公开的照片"), help=say("居民交来的照片，要居民同意才能公开"), files=True)
    ] = [],  # noqa: B006  read only
) -> dict[str, Any]:
    """Open the matter to everybody, with photos that may be shown."""
    evidence.use(actor, matter, _shown(actor, matter, photos), key="public")
    matter.published_at = matter.published_at or clock.now()
    matter.withheld = ""
    matter.save()
    find_me(matter)
    talk_about(matter)
    return {"photos": len(photos)}


def _shown(actor: Actor, matter: Matter, photos: list[int]) -> list[int]:
    """The photos to show: those of residents as copies without camera, place and hand; refused without their consent."""
    agreed: dict[int, bool] = {}
    for raising in Raising.objects.filter(matter=matter):
        agreed |= {e.pk: raising.may_publish for e in evidence.of(raising)}
    if not all(agreed.get(pk, True) for pk in photos):
        refuse(
            say("有一张照片的提出人没有同意公开"),
            rule="deliberations.own_photo",
            source=PIPL_25,
            field="photos",
        )
    return [evidence.plain_copy(actor, pk).pk if pk in agreed else pk for pk in photos]


def _public_now(actor: Actor, matter: Matter) -> None:
    """Withholding's check: the own matter, and one that everybody can read now."""
    ours(actor, matter)
    if matter.published_at is None:
        refuse(
            say("这件事没有公开"),
            rule="deliberations.not_public",
            source=say("五事协商办法（本县设定）"),
            way_out=f"{matter.get_absolute_url()}publish",
        )


@action(
    "deliberations.withhold",
    on=Matter,
    label=say("暂不公开"),
    check=_public_now,
    effects=(
        say("公众不再看得到这件事，理由记录在案；原文保留，提出人照样收到进展。"),
        say("它的讨论、征集和投票一并不再公开，正在进行的征集结束。"),
    ),
)
def withhold(actor: Actor, matter: Matter, *, reason: Reason) -> dict[str, Any]:
    """Take what is unlawful or touches somebody's privacy out of sight."""
    matter.published_at, matter.withheld = None, reason
    matter.save()
    find_me(matter)
    talk_about(matter)
    conversations.withhold(matter)
    return {"reason": reason}


@action(
    "deliberations.merge",
    on=Matter,
    label=say("并入同类的事"),
    check=ours,
    irreversible=True,
    effects=say("两件事合成一件，各位提出人都会收到后面的每一步；原来的编号保留，指向并入的那件。"),
)
def merge(
    actor: Actor, matter: Matter, *, into: Annotated[int, Ask(say("并入哪件"), pick="deliberations.matter")]
) -> dict[str, Any]:
    """The same matter stands twice: its raisings move over, nobody is lost."""
    rows = Matter.objects.select_for_update(of=("self",), skip_locked=True)
    target = rows.filter(pk=into, unit_id=matter.unit_id).first()
    check_all(
        [
            Problem(say("没有找到那件事，或有人正在办它，请稍后再试"), "deliberations.matter", field="into")
            if target is None
            else None,
            Problem(say("不能并入它自己"), "deliberations.itself", field="into")
            if into == matter.pk
            else None,
            Problem(say("那件事已经结束"), "deliberations.ended", field="into")
            if target is not None and not target.is_open
            else None,
        ]
    )
    assert target is not None
    accounts = raisers(matter)
    moved = Raising.objects.filter(matter=matter).update(matter=target)
    count_raised(target.pk, matter.raised)
    Matter.objects.filter(merged_into=matter).update(merged_into=target)
    matter.state = FLOW.step(matter.state, "merge")
    matter.merged_into, matter.raised, matter.due = target, 0, None
    matter.save()
    search.drop(matter)
    _follow_over(matter, target, accounts)
    return {"into": target.pk, "number": target.number, "raisings": moved}


def _follow_over(matter: Matter, target: Matter, accounts: list[int]) -> None:
    """Every raiser hears where the matter went, and follows that one from now on."""
    about = say(
        "“{title}”并入“{other}”，编号 {number}", title=matter.title, other=target.title, number=target.number
    )
    if accounts:
        conversations.tell(target, about, accounts=accounts)
    for account in accounts:
        conversations.subscribe_account(account, target)
    talk_about(matter)
    keep_unnamed(target)
