"""Opening and closing the conversation about a thing: plain functions, called inside the acts of the thing's own room."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import F

from gongzhi.core.thing import Thing
from gongzhi.participation.conversations import queries, rules
from gongzhi.participation.conversations.models import Subscription, Thread


def open_thread(thing: Thing, unit_id: int, *, public: bool, unnamed: Iterable[int] = ()) -> Thread:
    """Open the conversation about ``thing``, kept in order by ``unit_id``, or open it again.

    ``public`` conversations are read by everyone, others by the residents who live under the unit and by staff in its
    line. ``unnamed`` are the accounts that raised the thing without their name.
    """
    about, url = thing.label(), thing.get_absolute_url()
    given = {
        "unit_id": unit_id,
        "public": public,
        "about": about,
        "url": url,
        "unnamed": sorted(set(unnamed)),
    }
    made: Thread
    made, fresh = Thread.objects.get_or_create(thing_type=thing.kind(), thing_id=thing.pk, defaults=given)
    if not fresh:
        Thread.objects.filter(pk=made.pk).update(**given, state=rules.OPEN, revision=F("revision") + 1)
        made.refresh_from_db()
    return made


def close_thread(thing: Thing) -> None:
    """Nothing more is written about ``thing``; what was said stays, and may still be reported, hidden, appealed."""
    _update(thing, state=rules.CLOSED)


def rename_thread(thing: Thing) -> None:
    """The thing has a new name or page: in its thread, and with those who follow it."""
    Subscription.objects.filter(topic=queries.of_thing(thing)).update(about=thing.label())
    _update(thing, about=thing.label(), url=thing.get_absolute_url())


def set_unnamed(thing: Thing, accounts: Iterable[int]) -> None:
    """Who raised ``thing`` without their name: “提出人（不公开）” to the committee, “居民” to all others."""
    _update(thing, unnamed=sorted(set(accounts)))


def _update(thing: Thing, **changes: object) -> None:
    thread = queries.thread_of(thing)
    if thread is not None:
        Thread.objects.filter(pk=thread.pk).update(**changes, revision=F("revision") + 1)
