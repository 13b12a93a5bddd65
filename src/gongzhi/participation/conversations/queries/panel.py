"""The conversation on a thing's own page: the latest comments, how many there are, and whether one may join."""

from __future__ import annotations

from dataclasses import dataclass

from gongzhi.core.access import Actor
from gongzhi.participation.conversations.models import Comment, Subscription, Thread
from gongzhi.participation.conversations.queries import names, threads
from gongzhi.participation.conversations.queries.news import follows


@dataclass(frozen=True)
class Panel:
    """What ``conversations/panel.html`` shows.

    ``follows`` says whether the actor may follow, ``following`` is the actor's subscription to the thing, if any;
    ``waiting`` are the actor's own comments that others do not read now.
    """

    thread: Thread
    rows: list[threads.Said]
    may_write: bool
    signed_in: bool
    follows: bool
    following: Subscription | None
    waiting: list[Comment]


def panel(actor: Actor, thread: Thread | None) -> Panel | None:
    """The panel of a thread that the caller has found for a thing in the actor's view. Four queries at most."""
    if thread is None:
        return None
    page = threads.loaded(thread, threads.Cut(size=threads.PANEL, replies=0))
    rows = threads.shown_to(actor, thread, page, names.of_residents(page.residents))
    may_follow = actor.may("conversations.follow") is not None
    return Panel(
        thread,
        rows,
        may_write=thread.is_open and actor.may("conversations.comment") is not None,
        signed_in=not actor.is_public,
        follows=may_follow,
        following=follows(actor, f"thing:{thread.topic}") if may_follow else None,
        waiting=threads.waiting(actor, thread),
    )
