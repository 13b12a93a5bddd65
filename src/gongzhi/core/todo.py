"""Whose turn it is, and until when: written by acts, read by the workbench."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q
from psycopg.types.json import Jsonb

from gongzhi.core import access, calendar, clock, dated, notices
from gongzhi.core.access import Actor, ScopedManager
from gongzhi.core.compiled import compiled
from gongzhi.core.flow import BOTH, State
from gongzhi.core.units import Unit
from gongzhi.core.words import Words, say

if TYPE_CHECKING:
    from gongzhi.core.thing import Thing


class Todo(models.Model):
    """One thing that waits for one unit. Open while ``closed`` is null; never deleted.

    ``private``: about a draft that was never sent, so nobody above the unit is told, however late it is.
    """

    thing_type = models.TextField()
    thing_id = models.BigIntegerField()
    key = models.TextField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="todos")
    roles = ArrayField(models.TextField())
    verb = models.TextField()
    about = models.JSONField()
    url = models.TextField(default="")
    due = models.DateField(null=True)
    waits = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    opened = models.DateTimeField(default=clock.now)
    closed = models.DateTimeField(null=True)
    escalated = models.DateTimeField(null=True)
    private = models.BooleanField(default=False)

    SCOPE = ("unit",)
    objects = ScopedManager()

    class Meta:
        app_label = "core"
        constraints = [
            models.UniqueConstraint(
                fields=["thing_type", "thing_id", "key"], condition=Q(closed=None), name="core_todo_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["unit", "due", "id"], condition=Q(closed=None), name="core_todo_workbench"),
            models.Index(fields=["thing_type", "thing_id"], name="core_todo_of_thing"),
        ]

    def __str__(self) -> str:
        return str(Words.from_json(self.about))

    @property
    def thing_url(self) -> str:
        """The page of the thing itself: the verb's address without its word."""
        return self.url if self.url.endswith("/") else self.url.rpartition("/")[0] + "/"

    @property
    def room(self) -> str:
        """The room whose verb is awaited."""
        return self.verb.split(".")[0]


def open(
    thing: Thing,
    *,
    key: str,
    unit_id: int,
    verb: str,
    about: Words,
    due: date | None = None,
    roles: Iterable[str] | None = None,
    waits_unit_id: int | None = None,
    url: str = "",
) -> None:
    """Open a to-do on ``thing``, and tell the unit, unless one with this ``key`` is open already.

    ``verb`` is the full name ("agreements.pay"); ``roles`` default to all that hold the right to it; ``url``
    defaults to the verb's page on the thing. Calls outside an act are a mistake.
    """
    now = clock.now()
    holders = list(roles) if roles is not None else access.roles_with(verb)
    address = url or f"{thing.get_absolute_url()}{verb.split('.', 1)[1]}"
    row: tuple[Any, ...] = (key, unit_id, holders, verb, Jsonb(about.to_json()), address, due, waits_unit_id)
    with connection.cursor() as cursor:
        cursor.execute(_opening(1), [*_of_thing(thing, now), *row, now])


def _of_thing(thing: Thing, now: datetime) -> tuple[Any, ...]:
    return thing.kind(), thing.pk, now, thing.unsent


COLUMNS = ("thing_type", "thing_id", "opened", "private", "key", "unit_id", "roles", "verb", "about", "url", "due",
           "waits_id")  # fmt: skip


@cache
def _opening(count: int, first: str = "") -> str:
    """The statement that opens to-dos and sends a notice of each that was not open yet."""
    marks = ", ".join([f"({', '.join(['%s'] * len(COLUMNS))})"] * count)
    told = "unit_id, roles, verb, about, url"
    return (
        f"WITH {first}opened AS (INSERT INTO core_todo ({', '.join(COLUMNS)}) VALUES {marks} "  # noqa: S608  names only
        "ON CONFLICT (thing_type, thing_id, key) WHERE closed IS NULL DO NOTHING "
        f"RETURNING {told}) INSERT INTO core_notice ({told}, at) SELECT {told}, %s FROM opened"
    )


def close(thing: Thing, *, key: str) -> None:
    """Close the open to-do ``key`` of ``thing``; nothing happens where there is none. ``key`` may end in ``*``."""
    statement = _CLOSE + ("starts_with(key, %s)" if key.endswith("*") else "key = %s")
    with connection.cursor() as cursor:
        cursor.execute(statement, [clock.now(), thing.kind(), thing.pk, key.removesuffix("*")])


_CLOSE = "UPDATE core_todo SET closed = %s WHERE thing_type = %s AND thing_id = %s AND closed IS NULL AND "
_CLOSE_OTHERS = _CLOSE + "starts_with(key, 'flow:') AND key <> ALL (%s::text[])"


def follow(thing: Thing) -> None:
    """Make the open flow to-dos match the state ``thing`` stands in: one statement."""
    if thing.FLOW is None:
        return
    now = clock.now()
    wanted = _of_flow(thing)
    others = [now, thing.kind(), thing.pk, [key for key, *_ in wanted]]
    with connection.cursor() as cursor:
        if not wanted:
            cursor.execute(_CLOSE_OTHERS, others)
        else:
            statement = _opening(len(wanted), f"closed AS ({_CLOSE_OTHERS}), ")
            rows = ([*_of_thing(thing, now), *row] for row in wanted)
            cursor.execute(statement, [*others, *chain.from_iterable(rows), now])


def _of_flow(thing: Thing) -> list[tuple[Any, ...]]:
    """The to-dos of the thing's state, one for each side whose turn it is; in the order of :data:`COLUMNS` from the key on."""
    assert thing.FLOW is not None
    state, sides = thing.FLOW.state(thing.state), thing.sides()
    wanted = _wanted(state, sides)
    if not wanted:
        return []
    verb = state.main if "." in state.main else f"{thing.FLOW.name}.{state.main}"
    due = thing.flow_due()
    if due is None and state.days:
        due = calendar.due(clock.today(), int(dated.value(state.days)))
    about = Jsonb(thing.todo_about(state.main).to_json())
    rows: list[tuple[Any, ...]] = []
    for side, unit_id in wanted.items():
        other = next((u for s, u in sides.items() if s != side and u), None)
        waits = other if state.turn != BOTH else None
        key, roles = f"flow:{thing.flow_key()}:{side}", access.roles_with(verb)
        rows.append((key, unit_id, roles, verb, about, thing.get_absolute_url(), due, waits))
    return rows


def _wanted(state: State, sides: dict[str, int | None]) -> dict[str, int]:
    if not state.turn or not state.main:
        return {}
    turn = list(sides) if state.turn == BOTH else [state.turn]
    return {side: unit for side in turn if (unit := sides.get(side))}


def waiting_for(actor: Actor) -> models.QuerySet[Todo]:
    """What waits for this post, soonest first."""
    if actor.unit_id is None:
        return Todo.objects.none()
    return (
        Todo.objects.filter(unit_id=actor.unit_id, roles__contains=[actor.role], closed=None)
        .select_related("waits", "unit")
        .order_by(models.F("due").asc(nulls_last=True), "pk")
    )


def late_below(actor: Actor, on: date) -> models.QuerySet[Todo]:
    """What is late in the actor's scope, his own left out, latest first."""
    return (
        Todo.objects.visible_to(actor, "todo.oversee")
        .filter(closed=None, due__lt=on, private=False)
        .exclude(unit_id=actor.unit_id, roles__contains=[actor.role])
        .select_related("unit", "waits")
        .order_by("due", "pk")
    )


def of(thing: Thing) -> list[Todo]:
    """The open to-dos of one thing."""
    return _of(thing.kind(), thing.pk)


@compiled
def _of(kind: str, pk: int) -> models.QuerySet[Todo]:
    rows = Todo.objects.filter(thing_type=kind, thing_id=pk, closed=None)
    return rows.select_related("unit", "waits").order_by("due", "pk")


def escalate() -> int:
    """Tell the superior unit, once, about every to-do that is late; returns how many. Run daily."""
    late = Todo.objects.filter(
        closed=None, due__lt=clock.today(), escalated=None, private=False
    ).select_related("unit__parent")
    told = 0
    for row in late.iterator(chunk_size=500):
        parent = row.unit.parent
        if parent is not None:
            about = say("{unit}：{what}，已逾期", unit=row.unit.short, what=Words.from_json(row.about))
            notices.post(parent.pk, access.roles_with("todo.oversee"), about, verb=row.verb, url=row.url)
            told += 1
        row.escalated = clock.now()
        row.save(update_fields=["escalated"])
    return told
