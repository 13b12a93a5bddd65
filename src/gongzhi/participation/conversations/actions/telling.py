"""What happened, told once: one event, whoever follows. Readers meet it when they look (``queries.news``)."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, JSONField, TextField, Value

from gongzhi.core import notices, roles
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Post
from gongzhi.core.thing import Thing
from gongzhi.core.units import Unit
from gongzhi.core.words import Words, say
from gongzhi.participation.conversations.models import Comment, Event, Thread
from gongzhi.participation.conversations.queries import of_account, of_thing
from gongzhi.registers.places import actions as places
from gongzhi.registers.residents import queries as residents


def tell(
    thing: Thing,
    about: Words,
    *,
    accounts: Iterable[int] | None = None,
    url: str = "",
    public: bool = False,
    place_id: int | None = None,
    category: str = "",
    by: Actor | None = None,
) -> None:
    """Tell, inside an act, those who follow ``thing``, its place or its category; or some ``accounts`` alone.

    ``public`` says that anyone may know of the thing; otherwise followers must live under its unit. ``by`` is not told
    of his own act. The sentence names no resident.
    """
    if accounts is None:
        topics = [of_thing(thing)]
        topics += [f"place:{place_id}"] if place_id is not None else []
        topics += [f"category:{category}"] if category else []
    else:
        topics = [of_account(pk) for pk in dict.fromkeys(accounts)]
    if topics:
        _write(topics, about, url or thing.get_absolute_url(), thing.home_unit_id(), public, by)


def _write(
    topics: list[str], about: Words, url: str, unit_id: int | None, public: bool, by: Actor | None
) -> None:
    Event.objects.create(
        topics=topics,
        about=about.to_json(),
        url=url,
        unit_id=unit_id,
        public=public,
        by_account_id=by.account_id if by else None,
    )


def retitle(thing: Thing, was: str, title: str) -> None:
    """What was told of ``thing`` under its old title bears the new one: a name that was taken out of it is gone."""
    rows = Event.objects.filter(topics__contains=[of_thing(thing)], about__params__title=was)
    path, new = Value(["params", "title"], ArrayField(TextField())), Value(title, JSONField())
    rows.update(about=Func(F("about"), path, new, function="jsonb_set"))


def withhold(thing: Thing) -> None:
    """What was told of ``thing`` to everybody is from now on told to nobody but whom it concerns by account; it stays so
    if the thing is shown again, for its sentences were made when it was not fit to be seen."""
    Event.objects.filter(topics__contains=[of_thing(thing)]).update(public=False, unit=None)


def of_comment(actor: Actor, comment: Comment, thread: Thread, answered: Comment | None) -> None:
    """A reply is told to whom it answers; what a post says, to all who follow. No words of it, no resident's name."""
    url = f"{thread.url}#c{comment.pk}" if not comment.root_id else comment.get_absolute_url()
    if answered is not None and answered.account_id != comment.account_id:
        about = say("有人回复了您在“{what}”里的评论", what=thread.about)
        if answered.is_staff:
            _tell_post(answered, about, url)
        else:
            _write([of_account(answered.account_id)], about, url, thread.unit_id, thread.public, actor)
    if comment.is_staff:
        topics = [f"thing:{thread.topic}"]
        who = say("{unit} {post}", unit=comment.unit_name, post=roles.SHORT[comment.role])
        about = say("{who} 在“{what}”的讨论里发言", who=who, what=thread.about)
        _write(topics, about, url, thread.unit_id, thread.public, actor)


def tell_moved(old: int, new: int | None) -> int:
    """Where a committee was merged, those whose residence followed read of it; returns how many. One event for all."""
    accounts = residents.came_over(old, new) if new is not None else []
    if accounts:
        names = dict(Unit.objects.filter(pk__in=[old, new]).values_list("pk", "short"))
        about = say("{old}已并入{new}，您的居住登记随之转来，权利不变", old=names[old], new=names[new or 0])
        _write([of_account(pk) for pk in accounts], about, "/residents/", new, False, None)
    return len(accounts)


places.follows("conversations.event", tell_moved)


def to_author(comment: Comment, about: Words) -> None:
    """What became of a comment is told to its author, by news or by the post's notices."""
    if comment.is_staff:
        _tell_post(comment, about, comment.get_absolute_url())
    else:
        _write([of_account(comment.account_id)], about, comment.get_absolute_url(), None, False, None)


def _tell_post(comment: Comment, about: Words, url: str) -> None:
    post = Post.objects.filter(pk=comment.post_id or 0).values_list("unit_id", "role").first()
    if post is not None:
        notices.post(post[0], [post[1]], about, verb="conversations.comment", url=url)
