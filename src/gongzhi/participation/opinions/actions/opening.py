"""Hanging a poll on a thing and closing it: plain functions, called inside the acts of the thing's own room."""

from __future__ import annotations

from datetime import date

from django.db.models import F

from gongzhi.core import clock, dated, todo
from gongzhi.core.models import Thing
from gongzhi.participation.opinions.models import Moments, Poll

WAITING = "statements"
"""The key of the to-do that says that statements wait for approval."""


def open_poll(
    thing: Thing,
    unit_id: int,
    *,
    public: bool,
    stating: str = "residents",
    hold: bool | None = None,
    closes: date | None = None,
) -> Poll:
    """The poll of ``thing``, made or opened again; the unit's confirmed residents and those below it take part.

    ``hold`` (statements wait for approval) is the county's setting where it is not given. Calling twice changes nothing.
    """
    held = bool(dated.value("opinions.hold")) if hold is None else hold
    poll, made = Poll.objects.select_for_update().get_or_create(
        thing_type=thing.kind(),
        thing_id=thing.pk,
        defaults={
            "about": thing.label(),
            "about_url": thing.get_absolute_url(),
            "unit_id": unit_id,
            "public": public,
            "stating": stating,
            "hold": held,
            "closes": closes,
        },
    )
    if not made and poll.state == "closed":
        poll.state, poll.closed, poll.closes, poll.public = "open", None, closes, public
        poll.save(update_fields=["state", "closed", "closes", "public"])
    return poll  # type: ignore[no-any-return]


def follow_thing(thing: Thing, *, public: bool) -> None:
    """The poll of ``thing``, if it has one, bears its name as it now is, and everybody may look just where they may
    look at the thing: what is taken out of sight shows in no other room."""
    rows = Poll.objects.filter(thing_type=thing.kind(), thing_id=thing.pk)
    rows.update(about=thing.label(), public=public)


def close_poll(thing: Thing) -> Poll | None:
    """Close the poll of ``thing`` if it has an open one. The map is drawn a last time by the worker."""
    poll: Poll | None = (
        Poll.objects.select_for_update().filter(thing_type=thing.kind(), thing_id=thing.pk).first()
    )
    if poll is not None and poll.state == "open":
        shut(poll)
    return poll


def shut(poll: Poll) -> None:
    """Let no more votes in: whoever holds the poll's row waits for those on their way."""
    poll.state, poll.closed = "closed", clock.now()
    poll.save(update_fields=["state", "closed"])
    todo.close(poll, key=WAITING)
    want_map(poll.pk)


def want_map(poll_id: int) -> None:
    """Have the last map drawn: the poll has closed."""
    Moments.objects.bulk_create([Moments(poll_id=poll_id)], ignore_conflicts=True)
    Moments.objects.filter(poll_id=poll_id).update(wanted=F("wanted") + 1)
