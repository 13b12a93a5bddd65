"""What every act on a matter shares: whose it is, where it goes next and until when, and the number it is given."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F

from gongzhi.core import calendar, clock, dated, search
from gongzhi.core.access import Actor
from gongzhi.core.refusal import NotFound, refuse
from gongzhi.core.todo import follow
from gongzhi.core.units import Unit
from gongzhi.core.words import say
from gongzhi.participation.deliberations.models import Answer, Counter, Matter
from gongzhi.participation.deliberations.models.matters import NUMBER_DIGITS
from gongzhi.participation.deliberations.rules import FLOW


def days(key: str) -> int:
    """A number of days in force today."""
    return int(dated.value(f"deliberations.{key}"))


def due_in(key: str) -> date:
    """The last day of a period of working days that begins today."""
    return calendar.due(clock.today(), days(key))


def account_of(actor: Actor) -> int:
    """The actor's own account; who has none has nothing of his own here."""
    if actor.account_id is None:
        raise NotFound("deliberations.account")
    return actor.account_id


def unit_of_actor(actor: Actor) -> Unit:
    """The unit for which the actor acts."""
    found = Unit.objects.filter(pk=actor.unit_id or 0).first()
    if found is None:
        raise NotFound("deliberations.unit")
    return found


def ours(actor: Actor, thing: Any) -> None:
    """A verb's check: the matter is led by the actor's own unit."""
    matter = thing if isinstance(thing, Matter) else thing.matter
    if actor.unit_id != matter.unit_id:
        refuse(
            say("这件事现在由{unit}牵头，请由那边办", unit=matter.unit.short),
            rule="deliberations.not_ours",
            way_out=matter.get_absolute_url(),
        )


def move(matter: Matter, word: str, *, due: date | None = None) -> None:
    """Take the matter to its next state and note the last day of the turn that begins: the state's own, or ``due``."""
    matter.state = FLOW.step(matter.state, word)
    state = FLOW.state(matter.state)
    matter.due = due or (due_in(state.days.partition(".")[2]) if state.days else None)


def locked(matter_id: int) -> Matter:
    """The matter for an act on one of its parts; its row is locked until the act ends."""
    return Matter.objects.select_for_update(of=("self",)).select_related("unit").get(pk=matter_id)  # type: ignore[no-any-return]


def changed(matter: Matter) -> None:
    """Save a matter that an act on one of its parts has moved: a new revision, and its to-dos."""
    matter.revision += 1
    matter.save()
    follow(matter)


def touched(matter_id: int | None) -> None:
    """A part of the matter has changed, the matter itself has not moved: a new revision for whoever keeps its page."""
    Matter.objects.filter(pk=matter_id or 0).update(revision=F("revision") + 1)


def in_view(actor: Actor, pk: int) -> Matter:
    """The matter if the actor may see it, locked; otherwise NotFound."""
    rows = Matter.objects.visible_to(actor, Matter.VIEW).order_by().filter(pk=pk)
    found: Matter | None = rows.select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound("deliberations.view")
    return found


def take_numbers(year: int, count: int = 1) -> list[int]:
    """The next ``count`` numbers of the year. The counter's row stays locked to the act's end: no number is left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Counter._meta.db_table} AS c (year, last) VALUES (%s, %s) "  # noqa: S608  our own name
            "ON CONFLICT (year) DO UPDATE SET last = c.last + excluded.last RETURNING last",
            [year, count],
        )
        last = cursor.fetchone()[0]
    return list(range(last - count + 1, last + 1))


def numbered(**fields: Any) -> Matter:
    """A new matter with this year's next number, registered now."""
    now = clock.now()
    year = clock.today().year
    seq = take_numbers(year)[0]
    made = Matter(
        number=f"{year}-{seq:0{NUMBER_DIGITS}d}", year=year, seq=seq, registered_at=now,
        due=due_in("days_to_answer"), **fields,
    )  # fmt: skip
    made.save(force_insert=True)
    find_me(made)
    return made


def find_me(matter: Matter) -> None:
    """Let the search find the matter: everyone once it is published, its own units before."""
    search.put(
        matter, hint=matter.unit.short, text=f"{matter.text} {matter.location}", public=matter.published_at is not None
    )  # fmt: skip


def keep_answer(matter: Matter, kind: str, text: str, *, basis: str = "", due: date | None = None) -> Answer:
    """Keep what the raisers are told."""
    return Answer.objects.create(
        matter=matter, kind=kind, text=text, basis=basis, due=due, unit_id=matter.unit_id, at=clock.now()
    )


def count_raised(matter_id: int, by: int) -> None:
    """One raising more or less."""
    Matter.objects.filter(pk=matter_id).update(raised=F("raised") + by, revision=F("revision") + 1)


def unit_of(pk: int) -> Unit:
    """A unit by its id; refused where there is none."""
    found = Unit.objects.filter(pk=pk, closed=None).first()
    if found is None:
        refuse(say("没有这个单位"), rule="deliberations.unit", field="unit")
    return found
