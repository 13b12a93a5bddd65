"""What one wants to hear of, and how: follow, unfollow, the digest on or off, news read."""

from __future__ import annotations

from typing import Annotated, Any

from django.apps import apps
from django.db.models import F, Max
from django.db.models.functions import Greatest

from gongzhi.core import dated
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import NotFound, refuse
from gongzhi.core.thing import Thing
from gongzhi.core.words import say
from gongzhi.participation.conversations import queries, rules
from gongzhi.participation.conversations.models import Event, Reader, Subscription
from gongzhi.participation.conversations.queries import of_thing
from gongzhi.registers.places import queries as places


def subscribe_account(account_id: int, thing: Thing) -> None:
    """Inside an act of another room: the account follows ``thing`` from now on, if it does not yet."""
    _follow(account_id, "thing", of_thing(thing), thing.label(), thing.get_absolute_url())


def unsubscribe(account_id: int, thing: Thing) -> None:
    """Inside an act of another room: the account follows ``thing`` no more."""
    Subscription.objects.filter(account_id=account_id, topic=of_thing(thing)).update(active=False)


def _follow(account_id: int, sort: str, topic: str, about: str, url: str) -> Subscription:
    given = {"sort": sort, "about": about, "url": url, "active": True}
    made: Subscription
    made, _ = Subscription.objects.update_or_create(account_id=account_id, topic=topic, defaults=given)
    return made


@action(
    "conversations.follow",
    label=say("关注"),
    effects=say("有新进展时，您会在消息和每日摘要里看到。"),
    secret=True,
)
def follow(
    actor: Actor,
    *,
    sort: Annotated[str, Ask(say("关注什么"), choices=queries.FOLLOWED)],
    key: Annotated[str, Ask(say("哪一个"), help=say("一件事写作“种类:编号”"), max=200)],
) -> Made[Subscription]:
    """Hear of a thing in view, of a place, or of a category of things."""
    assert actor.account_id is not None
    about, url = {"thing": _thing, "place": _place, "category": _category}[sort](actor, key)
    topic = f"{sort}:{key}"
    most = int(dated.value("conversations.subscriptions_most"))
    mine = Subscription.objects.filter(account_id=actor.account_id, active=True)
    if mine.exclude(topic=topic).count() >= most:
        refuse(
            say("最多关注 {n} 项，请先取消一些", n=most),
            rule="conversations.subscriptions_most",
            way_out="/conversations/subscriptions/",
        )
    return Made(_follow(actor.account_id, sort, topic, about, url), sort=sort)


def _thing(actor: Actor, key: str) -> tuple[str, str]:
    kind, _, number = key.partition(":")
    try:
        model: Any = apps.get_model(kind)
    except (LookupError, ValueError):
        raise NotFound("conversations.follow") from None
    if not issubclass(model, Thing) or not model.VIEW or not _is_number(number):
        raise NotFound("conversations.follow")
    found = model.objects.visible_to(actor, model.VIEW).filter(pk=int(number)).first()
    if found is None:
        raise NotFound("conversations.follow")
    return found.label(), found.get_absolute_url()


def _place(actor: Actor, key: str) -> tuple[str, str]:
    found = places.enrolled(actor).filter(pk=int(key)).first() if _is_number(key) else None
    if found is None:
        raise NotFound("conversations.follow")
    return found.label(), found.get_absolute_url()


def _category(actor: Actor, key: str) -> tuple[str, str]:
    if key not in rules.CATEGORIES:
        raise NotFound("conversations.follow")
    return rules.CATEGORIES[key].msgid, ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


@action("conversations.unfollow", on=Subscription, label=say("取消关注"), secret=True)
def unfollow(actor: Actor, subscription: Subscription) -> dict[str, Any]:
    """Hear no more of it."""
    subscription.active = False
    subscription.save(update_fields=["active"])
    return {"sort": subscription.sort}


@action("conversations.pause_digest", on=Reader, label=say("不再发每日摘要"), secret=True)
def pause_digest(actor: Actor, reader: Reader) -> dict[str, Any]:
    """No more digests; news stay on the page."""
    return _digest(reader, wanted=False)


@action("conversations.resume_digest", on=Reader, label=say("每天给我发摘要"), secret=True)
def resume_digest(actor: Actor, reader: Reader) -> dict[str, Any]:
    """A digest on every day that has news."""
    return _digest(reader, wanted=True)


def _digest(reader: Reader, *, wanted: bool) -> dict[str, Any]:
    reader.wants_digest = wanted
    reader.save(update_fields=["wants_digest"])
    return {}


def reader_of(account_id: int) -> Reader:
    """The account's own reader, made where there is none."""
    reader: Reader
    reader, _ = Reader.objects.get_or_create(account_id=account_id)
    return reader


def mark_seen(actor: Actor) -> None:
    """The account has looked at its news."""
    if actor.account_id is None:
        return
    newest = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    reader_of(actor.account_id)
    Reader.objects.filter(account_id=actor.account_id).update(seen_id=Greatest(F("seen_id"), newest))
