"""One matter with everything that hangs on it, in a fixed number of queries however much that is.

All parts come in one statement, each kind as an array of rows, and become model instances again; a second query
fetches the units that they name, a third the files.
"""

# ruff: noqa: S608  statements are put together from models' own table names

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, models
from django.db.models import Q, QuerySet

from gongzhi.core import journal
from gongzhi.core.access import Actor
from gongzhi.core.action import registry
from gongzhi.core.compiled import compiled
from gongzhi.core.evidence import Evidence, EvidenceUse
from gongzhi.core.journal import JournalEntry
from gongzhi.core.redline import Part, redline
from gongzhi.core.refusal import NotFound
from gongzhi.core.roles import Reach
from gongzhi.core.units import Unit
from gongzhi.core.words import Words, say
from gongzhi.participation.deliberations.models import (
    Answer,
    Check,
    Decision,
    Draw,
    Inquiry,
    Matter,
    Objection,
    Outcome,
    Publicity,
    Raising,
    Referral,
    SentBack,
    Session,
    Stakeholder,
    Supervisor,
    Task,
)
from gongzhi.participation.deliberations.rules import flow

from .mine import of_matter

PARTS: dict[str, type[models.Model]] = {
    "answers": Answer,
    "referrals": Referral,
    "sessions": Session,
    "decisions": Decision,
    "outcomes": Outcome,
    "publicities": Publicity,
    "tasks": Task,
    "supervisors": Supervisor,
    "checks": Check,
    "draws": Draw,
    "returns": SentBack,
}
INSIDE: dict[str, type[models.Model]] = {"raisings": Raising, "objections": Objection, "inquiries": Inquiry}
UNITS = ("unit", "receiver", "owner_unit")
HUSHED = {"sessions": ("minutes",), "decisions": ("minutes",), "referrals": ("note",), "tasks": ("reason",)}
"""What is written for those inside: outsiders get it empty."""


@dataclass
class Whole:
    """A matter and its parts, oldest first. Raisings, objections and inquiries only for those who may see them."""

    matter: Matter
    inside: bool = False
    """Whether the reader is :func:`inside`."""
    answers: list[Answer] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    stakeholders: dict[int, list[Stakeholder]] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    publicities: list[Publicity] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    supervisors: list[Supervisor] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    draws: list[Draw] = field(default_factory=list)
    returns: list[SentBack] = field(default_factory=list)
    raisings: list[Raising] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    inquiries: list[Inquiry] = field(default_factory=list)
    objected: int = 0
    own: Raising | None = None
    files: dict[tuple[str, int, str], list[Evidence]] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome | None:
        """The newest version of the consensus text."""
        return self.outcomes[-1] if self.outcomes else None

    def redlined(self) -> list[Part]:
        """The newest version with what its predecessors said struck or added."""
        if not self.outcomes:
            return []
        first, *later = self.outcomes[-4:]
        return redline(first.text, [(str(say("第 {n} 稿", n=o.version)), o.text) for o in later])

    def of(self, thing: Any, key: str) -> list[Evidence]:
        """The files of a part under one key."""
        return self.files.get((thing.kind(), thing.pk, key), [])

    def checked(self, task: Task) -> dict[int, Check]:
        """Supervisor → what he found of a task in this round."""
        rows = (c for c in self.checks if c.task_id == task.pk and c.round == self.matter.round)
        return {c.supervisor_id: c for c in rows}

    @property
    def budget_fen(self) -> int:
        return sum(t.budget_fen for t in self.tasks if t.state != "cancelled")

    @property
    def spent_fen(self) -> int:
        return sum(t.spent_fen or 0 for t in self.tasks)


def inside(actor: Actor, matter: Matter) -> bool:
    """Whether the actor belongs to the unit that leads a matter, or oversees it: minutes, inner notes and the names of
    those invited are theirs, all others read what is published."""
    reach = actor.may("deliberations.see_inside")
    if reach == Reach.BELOW:
        return matter.unit.path.startswith(actor.unit_path or "-")
    return reach == Reach.ALL or (reach == Reach.OWN and actor.unit_id == matter.unit_id)


def whole(actor: Actor, pk: int) -> Whole:
    """The matter with its parts as the actor may see them; NotFound out of sight. Four queries, five for a resident."""
    matter = _seen.first(actor, pk)
    if matter is None:
        raise NotFound(Matter.VIEW)
    inside = actor.may("deliberations.see_raising") is not None and actor.unit_id in (
        matter.unit_id,
        matter.origin_id,
    )
    found = _parts(matter, actor, PARTS | INSIDE if inside and not actor.is_outside else PARTS)
    if actor.role == "resident":
        found.own = of_matter(actor, matter.pk)
    return found


@compiled
def _seen(actor: Actor, pk: int) -> QuerySet[Matter]:
    rows: QuerySet[Matter] = Matter.objects.visible_to(actor, Matter.VIEW).filter(pk=pk)
    return rows.select_related("unit", "origin", "receiver", "merged_into")


def _parts(matter: Matter, actor: Actor, wanted: dict[str, type[models.Model]]) -> Whole:
    found = Whole(matter, inside=inside(actor, matter))
    raw = _fetch(matter.pk, wanted)
    found.objected = raw.pop("objected")
    people = _instances(Stakeholder, raw.pop("stakeholders"))
    for name, model in wanted.items():
        rows = _instances(model, raw[name])
        for row in rows:
            if any(f.name == "matter" for f in model._meta.fields):
                row.matter = matter
            if not found.inside:
                for column in HUSHED.get(name, ()):
                    setattr(row, column, "")
        setattr(found, name, rows)
    found.supervisors = [s for s in found.supervisors if s.state == "chosen"]
    # The words of one committee's residents stay with it, objections and inquiries with whoever leads the matter.
    found.raisings = [r for r in found.raisings if r.unit_id == actor.unit_id]
    if actor.unit_id != matter.unit_id:
        found.objections, found.inquiries = [], []
    for person in people:
        if not found.inside:
            person.name = ""
        found.stakeholders.setdefault(person.session_id, []).append(person)
    _name_units(found)
    found.files = _files(found)
    return found


def _fetch(pk: int, wanted: dict[str, type[models.Model]]) -> dict[str, Any]:
    """One statement: an array of rows for each kind of part."""
    selects = [
        f"(SELECT coalesce(json_agg(p ORDER BY p.id), '[]') FROM {model._meta.db_table} p WHERE p.matter_id = m.id) AS {name}"
        for name, model in wanted.items()
    ]
    people, sessions = Stakeholder._meta.db_table, Session._meta.db_table
    selects.append(
        f"(SELECT coalesce(json_agg(p ORDER BY p.id), '[]') FROM {people} p JOIN {sessions} s ON s.id = p.session_id "
        "WHERE s.matter_id = m.id) AS stakeholders"
    )
    selects.append(
        f"(SELECT count(*) FROM {Objection._meta.db_table} o WHERE o.matter_id = m.id) AS objected"
    )
    sql = f"SELECT {', '.join(selects)} FROM {Matter._meta.db_table} m WHERE m.id = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [pk])
        row = cursor.fetchone()
        names = [c.name for c in cursor.description or ()]
    return {n: json.loads(v) if isinstance(v, str) else v for n, v in zip(names, row or (), strict=True)}


def _instances(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> list[Any]:
    """Rows as JSON told them, as the model's instances."""
    fields = list(model._meta.concrete_fields)
    names = [f.attname for f in fields]
    return [model.from_db("default", names, [_value(f, row[str(f.column)]) for f in fields]) for row in rows]


def _value(column: Any, value: Any) -> Any:
    if value is None:
        return None
    if getattr(column, "sealed", False) and hasattr(column, "from_db_value"):
        return column.from_db_value(value, None, connection)
    if isinstance(column, models.DateTimeField | models.DateField | models.DecimalField):
        return column.to_python(str(value))
    return value


def _name_units(found: Whole) -> None:
    """Fetch every unit that the parts name, once."""
    parts = [*found.answers, *found.referrals, *found.tasks]
    wanted = {pk for part in parts for name in UNITS if (pk := getattr(part, f"{name}_id", None)) is not None}
    units = {found.matter.unit_id: found.matter.unit, found.matter.origin_id: found.matter.origin}
    if wanted - units.keys():
        units |= {u.pk: u for u in _units(sorted(wanted - units.keys()))}
    for part in parts:
        for name in UNITS:
            pk = getattr(part, f"{name}_id", None)
            if pk is not None:
                setattr(part, name, units[pk])


def _files(found: Whole) -> dict[tuple[str, int, str], list[Evidence]]:
    """Every file of the matter, its meetings and its tasks, by thing and key. One query."""
    files: dict[tuple[str, int, str], list[Evidence]] = {}
    for use in _uses(found.matter.pk, [t.pk for t in found.tasks], [s.pk for s in found.sessions]):
        files.setdefault((use.thing_type, use.thing_id, use.key), []).append(use.evidence)
    return files


@compiled
def _uses(matter: int, tasks: list[int], sessions: list[int]) -> QuerySet[EvidenceUse]:
    condition = Q(thing_type=Matter.kind(), thing_id=matter)
    condition |= Q(thing_type=Task.kind(), thing_id__any=tasks)
    condition |= Q(thing_type=Session.kind(), thing_id__any=sessions)
    return EvidenceUse.objects.filter(condition).select_related("evidence").order_by("pk")


@compiled
def _units(ids: list[int]) -> QuerySet[Unit]:
    return Unit.objects.filter(pk__any=ids)


@dataclass(frozen=True)
class Stage:
    """One of the five steps of a matter: reached or not, from when to when, and how long it may still take."""

    key: str
    sign: Words
    label: Words
    state: str  # done | now | later
    since: datetime | None
    until: datetime | None
    due: date | None


def timeline(matter: Matter) -> list[Stage]:
    """The five steps with the moments at which they began and ended. No query."""
    began = [
        matter.created_at if matter.created_at < matter.registered_at else matter.registered_at,
        matter.registered_at,
        matter.screened_at,
        matter.adopted_at,
        matter.done_at,
    ]
    here = [s.key for s in flow.STEPS].index(matter.step)
    stages = []
    for n, step in enumerate(flow.STEPS):
        over = n < here or matter.state == flow.CLOSED
        state = "done" if over else "now" if n == here else "later"
        since = began[n] if n <= here else None
        until = (began[n + 1] if n + 1 < len(began) else matter.closed_at) if over else None
        stages.append(
            Stage(step.key, step.sign, step.label, state, since, until, matter.due if n == here else None)
        )
    return stages


STORY = 60


def story(actor: Actor, found: Whole, limit: int = STORY) -> list[JournalEntry]:
    """What happened to a matter and its parts, newest first. One query.

    Verbs whose very existence would give a raiser away are left out for everybody but the unit that leads it.
    """
    tasks, sessions, referrals, supervisors = (
        [row.pk for row in rows] for rows in (found.tasks, found.sessions, found.referrals, found.supervisors)
    )
    hushed = actor.unit_id not in (found.matter.unit_id, found.matter.origin_id) or actor.is_outside
    return _story(found.matter.pk, tasks, sessions, referrals, supervisors, hushed, limit=limit)


@compiled
def _story(
    matter: int, tasks: list[int], sessions: list[int], referrals: list[int], supervisors: list[int], hushed: bool, *, limit: int
) -> QuerySet[JournalEntry]:  # fmt: skip
    condition = Q(thing_type=Matter.kind(), thing_id=matter)
    for model, ids in ((Task, tasks), (Session, sessions), (Referral, referrals), (Supervisor, supervisors)):
        condition |= Q(thing_type=model.kind(), thing_id__any=ids)
    entries = journal.with_leaf(JournalEntry.objects.filter(condition))
    if hushed:
        secret = [v.name for v in registry.values() if v.room == flow.NAME and v.secret]
        entries = entries.exclude(verb__in=secret)
    return entries.order_by("-id")[:limit]


def raising(actor: Actor, pk: int) -> Raising:
    """What one resident said, for himself or his committee; NotFound for all others."""
    rows = Raising.objects.visible_to(actor, Raising.VIEW).select_related("unit", "matter__unit")
    row: Raising | None = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(Raising.VIEW)
    return row
