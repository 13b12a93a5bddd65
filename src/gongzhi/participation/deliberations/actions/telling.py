"""Who hears of what: raisers and followers of a matter, and the conversation that everybody may join."""

from __future__ import annotations

from datetime import date

from gongzhi.core.access import Actor
from gongzhi.core.thing import Thing
from gongzhi.core.words import Words, say
from gongzhi.participation.ballots import actions as ballots
from gongzhi.participation.conversations import actions as conversations
from gongzhi.participation.conversations import queries as threads
from gongzhi.participation.deliberations.models import Matter, Raising
from gongzhi.participation.opinions import actions as opinions
from gongzhi.registers.places import queries as places


def day_of(day: date) -> Words:
    """A day of these weeks as people say it: 3 月 15 日."""
    return say("{month} 月 {day} 日", month=day.month, day=day.day)


def raisers(matter: Matter) -> list[int]:
    """The accounts whose word stands in the matter."""
    rows = Raising.objects.filter(matter=matter, state="registered", account__isnull=False)
    return list(rows.values_list("account_id", flat=True))


def tell(matter: Matter, about: Words, *, wide: bool = False, by: Actor | None = None) -> None:
    """Tell the raisers, and everyone who follows a published matter; ``wide``: who follows its place or category, too.

    Of a matter that is not published only its raisers hear, by their accounts.
    """
    if matter.published_at is None:
        accounts = raisers(matter)
        if accounts:
            conversations.tell(matter, about, accounts=accounts, by=by)
        return
    place = places.place_of(matter.origin_id) if wide else None
    conversations.tell(
        matter, about, public=True, by=by, place_id=place.pk if place else None,
        category=matter.category if wide else "",
    )  # fmt: skip


def tell_one(account_id: int | None, thing: Thing, about: Words) -> None:
    """Tell somebody what concerns him alone; nothing for one without an account, whom the committee calls."""
    if account_id is not None:
        conversations.tell(thing, about, accounts=[account_id])


@ballots.on_paper
def tell_voter(ballot: Thing, about: Words, account_id: int) -> None:
    """Tell a resident of the paper ballot that was given out, or taken back, in his name."""
    tell_one(account_id, ballot, about)


def tell_supervisors(matter: Matter) -> None:
    """Each supervisor hears what to look at until when."""
    day = day_of(matter.due) if matter.due else ""
    for supervisor in matter.supervisors.filter(state="chosen", account__isnull=False):
        about = say("请您当“{title}”的监督人，{day} 前到现场看一看", title=matter.title, day=day)
        tell_one(supervisor.account_id, supervisor, about)


def follow_as_raiser(raising: Raising, matter: Matter) -> None:
    """A raiser hears of every step from now on."""
    if raising.account_id is not None:
        conversations.subscribe_account(raising.account_id, matter)
    keep_unnamed(matter)


def unnamed(matter: Matter) -> list[int]:
    """The raisers who do not want to be known."""
    rows = Raising.objects.filter(matter=matter, unnamed=True, account__isnull=False)
    return list(rows.values_list("account_id", flat=True))


def keep_unnamed(matter: Matter) -> None:
    """Who asked for it stays unnamed in the conversation, also one who was joined later."""
    if threads.thread_of(matter) is not None:
        conversations.set_unnamed(matter, unnamed(matter))


def talk_about(matter: Matter) -> None:
    """The conversation follows the matter: open while it is published and under way, closed otherwise; so do its poll and
    ballots."""
    if matter.published_at is not None and matter.is_open:
        conversations.open_thread(matter, matter.unit_id, public=True, unnamed=unnamed(matter))
    elif threads.thread_of(matter) is not None:
        if matter.published_at is None:
            conversations.open_thread(matter, matter.unit_id, public=False, unnamed=unnamed(matter))
        conversations.close_thread(matter)
    name_everywhere(matter)
    if not matter.is_open or matter.withheld:
        opinions.close_poll(matter)


def name_everywhere(matter: Matter) -> None:
    """The thread, the poll, the ballots and what was told bear the title as it now is, and are as public as the matter."""
    public = matter.published_at is not None
    conversations.rename_thread(matter)
    opinions.follow_thing(matter, public=public)
    ballots.follow_thing(matter, public=public)
