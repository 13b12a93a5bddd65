"""What one account follows and what came of it: events meet their readers when they look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from gongzhi.core import clock, dated
from gongzhi.core.access import Actor
from gongzhi.core.paging import Page, keyset
from gongzhi.core.thing import Thing
from gongzhi.core.words import Words, say
from gongzhi.participation.conversations.models import Event, Reader, Subscription

UNREAD_MOST = 99
FOLLOWED = {"thing": say("事"), "place": say("村（社区）"), "category": say("类别")}


@dataclass(frozen=True)
class News:
    """One thing that happened: the sentence, its page, when, and whether it came since one last looked."""

    id: int
    about: Words
    url: str
    at: datetime
    fresh: bool


def of_thing(thing: Thing) -> str:
    """The topic of a thing."""
    return f"thing:{thing.kind()}:{thing.pk}"


def of_account(account_id: int) -> str:
    """The topic of what concerns one account alone."""
    return f"account:{account_id}"


def subscriptions(actor: Actor) -> Any:
    """What the actor follows, newest first."""
    return Subscription.objects.visible_to(actor, Subscription.VIEW).filter(active=True).order_by("-id")


def follows(actor: Actor, topic: str) -> Subscription | None:
    """The actor's subscription to a topic. One query."""
    if actor.account_id is None or actor.is_public:
        return None
    found: Subscription | None = Subscription.objects.filter(
        account_id=actor.account_id, topic=topic, active=True
    ).first()
    return found


def reader(account_id: int) -> Reader:
    """How far the account has read; a fresh one where it never looked."""
    return Reader.objects.filter(account_id=account_id).first() or Reader(account_id=account_id)


def events_for(account_id: int, line: Iterable[int]) -> Any:
    """The events that concern an account: told to it, or on a topic it follows and may know of.

    ``line`` are the ids of the units in which the account lives, from the county down.
    """
    followed = Subscription.objects.filter(account_id=account_id, active=True)
    topics = list(followed.values_list("topic", flat=True))
    mine = of_account(account_id)
    since = clock.now() - timedelta(days=int(dated.value("conversations.news_days")))
    reaching = Q(public=True) | Q(unit_id__in=list(line)) | Q(topics__contains=[mine])
    return (
        Event.objects.filter(reaching, topics__overlap=[mine, *topics], at__gte=since)
        .exclude(by_account_id=account_id)
        .only("id", "about", "url", "at")
    )


def line_of(actor: Actor) -> list[int]:
    """The actor's unit and those above it."""
    return [int(part) for part in actor.unit_path.split(".") if part]


def news(actor: Actor, after: str = "", size: int = 30) -> Page[News]:
    """What happened to what the actor follows, newest first, by key. Three queries."""
    if actor.account_id is None:
        return Page([], "", "")
    seen = reader(actor.account_id).seen_id
    page = keyset(
        events_for(actor.account_id, line_of(actor)), order=("-id",), after=after, size=min(size, 100)
    )
    rows = [News(e.pk, Words.from_json(e.about), e.url, e.at, e.pk > seen) for e in page.rows]
    return Page(rows, page.next, page.previous)


def unread(actor: Actor) -> int:
    """How many came since the actor last looked, counted up to ``UNREAD_MOST``. Three queries."""
    if actor.account_id is None:
        return 0
    rows = events_for(actor.account_id, line_of(actor)).filter(pk__gt=reader(actor.account_id).seen_id)
    return int(rows.values("pk")[:UNREAD_MOST].count())
