"""Reads of polls: the actor first, always scoped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from gongzhi.core import clock, dated, roles
from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.core.models import Thing
from gongzhi.core.refusal import refuse
from gongzhi.core.words import Words, say
from gongzhi.participation.opinions import rules
from gongzhi.participation.opinions.models import Poll, Statement, Vote
from gongzhi.participation.opinions.queries.maps import NAMES, MapView, crowd, read
from gongzhi.participation.opinions.queries.picture import Picture, picture
from gongzhi.registers.residents import queries as residents


def visible(actor: Actor) -> Any:
    """The polls that the actor may look at."""
    return Poll.objects.visible_to(actor, "opinions.view").select_related("unit")


def poll_of(thing: Thing) -> Poll | None:
    """The poll that hangs on ``thing``, whoever asks; its page and panel are scoped by themselves."""
    found: Poll | None = _of_thing.first(thing.kind(), thing.pk)
    return found


@compiled
def _of_thing(kind: str, pk: int) -> QuerySet[Poll]:
    rows: QuerySet[Poll] = Poll.objects.filter(thing_type=kind, thing_id=pk)
    return rows


def keeps(actor: Actor, poll: Poll) -> bool:
    """Whether the actor keeps order in this poll."""
    return actor.may("opinions.approve") is not None and actor.unit_id == poll.unit_id


def takes_part(actor: Actor, poll: Poll) -> bool:
    """Whether the actor is a confirmed resident of the poll's unit or of one below it."""
    return (
        actor.role == roles.RESIDENT
        and actor.may("opinions.vote") is not None
        and str(poll.unit_id) in actor.unit_path.rstrip(".").split(".")
    )


@dataclass(frozen=True)
class Ask:
    """What a voter sees: the next statement, how far they are, and what they answered so far."""

    next: Statement | None
    done: int
    total: int
    answered: list[Statement] = field(default_factory=list)


def speaker(actor: Actor, on_behalf: int | None) -> int:
    """The account that speaks: the resident's own, or one whose residence the helping committee has confirmed."""
    account = residents.on_behalf(actor, on_behalf)
    if not actor.is_outside and not residents.is_confirmed(account, actor.unit_id or 0):
        refuse(
            say("这位居民的居住地还没有确认，确认以后才能表态"),
            rule="opinions.unconfirmed",
            source=rules.CONSULTATION,
            field="on_behalf",
            way_out=f"/residents/{account}/",
        )
    return account


def helps(actor: Actor, poll: Poll) -> bool:
    """Whether the actor's committee looks after people who take part: here, or in a poll of the units above."""
    return actor.role in roles.COMMITTEE and str(poll.unit_id) in actor.unit_path.rstrip(".").split(".")


def statements(poll: Poll, account_id: int | None, *, helping: bool = False) -> list[Statement]:
    """The statements on show by number, each with the account's answer as ``mine``. One query.

    Who is ``helping`` sees none that the account has answered by itself: those answers are nobody else's.
    """
    votes = Vote.objects.filter(statement=OuterRef("pk"), account_id=account_id or 0)
    rows = shown(poll).annotate(mine=Subquery(votes.values("value")[:1]))
    return list(rows.exclude(Exists(votes.filter(assisted=False))) if helping else rows)


def ask(account_id: int, poll: Poll, rows: list[Statement], *, number: int | None = None) -> Ask:
    """The statement to answer next (or ``number``, to change an answer) among ``rows`` of :func:`statements`."""
    open_ones = [s for s in rows if s.mine is None]
    chosen = next((s for s in rows if s.number == number), None)
    if chosen is None and open_ones:
        candidates = [rules.Candidate(s.pk, s.agrees, s.disagrees, s.passes, s.extremity) for s in open_ones]
        seed = f"{poll.pk}:{account_id}:{len(rows) - len(open_ones)}"
        found = rules.next_of(candidates, seed)
        chosen = next(s for s in open_ones if found and s.pk == found.pk)
    answered = [s for s in rows if s.mine is not None]
    return Ask(chosen, len(answered), len(rows), answered)


def is_open(poll: Poll) -> bool:
    """Whether votes are taken today."""
    return poll.state == "open" and (poll.closes is None or clock.today() <= poll.closes)


@dataclass(frozen=True)
class Panel:
    """A poll on the page of its thing, for ``opinions/panel.html``."""

    poll: Poll
    open: bool
    statements: int
    people: int
    ask: Ask | None
    view: MapView | None
    why_not: Words | None
    way_out: str = ""
    names: Mapping[int, Words] = field(default_factory=lambda: NAMES)

    @property
    def url(self) -> str:
        return self.poll.get_absolute_url()

    @property
    def picture(self) -> Picture | None:
        return picture(self.view) if self.view else None


def panel(actor: Actor, poll: Poll | None) -> Panel | None:
    """What the page of the poll's thing shows of it; None where the actor may not look. Four queries."""
    if poll is None or not visible(actor).filter(pk=poll.pk).exists():
        return None
    votes = is_open(poll) and takes_part(actor, poll)
    rows = statements(poll, actor.account_id if actor.is_outside else None)
    there = crowd(actor, poll)
    why, way = why_not(actor, poll)
    return Panel(
        poll,
        is_open(poll),
        len(rows),
        there.people,
        ask(actor.account_id or 0, poll, rows) if votes else None,
        read(poll, ((s.number, s.text) for s in rows), there.label),
        why,
        way,
    )


def why_not(actor: Actor, poll: Poll) -> tuple[Words | None, str]:
    """Why somebody outside does not vote here, and where to mend it."""
    if not is_open(poll):
        return say("这次征集已经结束"), ""
    if actor.is_public:
        return say("登录后可以表态"), f"/resident/sign-in?next={poll.get_absolute_url()}"
    if actor.role == roles.RESIDENT and actor.unit_id is None:
        return say("确认居住地后可以表态"), "/residents/"
    if actor.role == roles.RESIDENT and not takes_part(actor, poll):
        return say("这是别处的事，由当地居民表态"), ""
    return None, ""


def shown(poll: Poll) -> Any:
    """The statements on show, by number."""
    return Statement.objects.filter(poll=poll, state="shown").order_by("number")


def mine(actor: Actor, poll: Poll) -> list[Statement]:
    """What the account itself stated here, in whatever state, with the reason where it was hidden."""
    if actor.account_id is None:
        return []
    return list(
        Statement.objects.filter(poll=poll, author_id=actor.account_id)
        .select_related("into")
        .order_by("number")
    )


def longest() -> int:
    """How long a statement may be today."""
    return int(dated.value("opinions.statement_length"))
