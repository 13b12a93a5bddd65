"""A matter as its page draws it: the five seals with what happened under each, the tasks, the supervisors' table.

Everything is worked out from the loaded :class:`Whole`; nothing here asks the database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from gongzhi.core.money import Fen, yuan
from gongzhi.participation.deliberations import queries
from gongzhi.participation.deliberations.models import Check, Supervisor, Task
from gongzhi.participation.deliberations.queries import Whole
from gongzhi.participation.deliberations.queries.whole import Stage
from gongzhi.participation.deliberations.rules import flow, oversight, sources

ORDER = [step.key for step in flow.STEPS]


@dataclass(frozen=True)
class Seal:
    """One of the five: its sign, its name, from when to when, what happened in it, how it stands."""

    char: str
    label: str
    since: datetime | None
    until: datetime | None
    lines: list[str]
    state: str


def seals(found: Whole) -> list[Seal]:
    """The five steps for the row of seals."""
    told = {
        flow.ASK: _asked(found),
        flow.PROPOSE: _proposed(found),
        flow.DELIBERATE: _deliberated(found),
        flow.DO: _done(found),
        flow.OVERSEE: _overseen(found),
    }
    again = {r.to for r in found.returns} if found.matter.is_open else set()
    return [_seal(stage, told[stage.key], again) for stage in queries.timeline(found.matter)]


def _seal(stage: Stage, lines: list[str], again: set[str]) -> Seal:
    state = "again" if stage.state == "done" and stage.key in again else stage.state
    told = [line for line in lines if line] if stage.since or stage.state == "done" else []
    return Seal(str(stage.sign), str(stage.label), stage.since, stage.until, told, state)


def _asked(found: Whole) -> list[str]:
    m = found.matter
    people = _("{n} 位居民提出").format(n=m.raised) if m.raised > 1 else ""
    return [str(sources.SOURCES[m.source]), people]


def _proposed(found: Whole) -> list[str]:
    last = next((d for d in found.decisions if d.about in ("accept", "decline", "refer", "lift")), None)
    voted = _("两委到会 {n} 人，同意 {y} 人").format(n=last.present, y=last.yes) if last else ""
    return [voted, _("答复提出人 {n} 次").format(n=len(found.answers)) if found.answers else ""]


def _handled(found: Whole) -> str:
    """The unit that answered for the matter and dealt with it, so that nothing was left to deliberate."""
    done = next((r for r in found.referrals if r.state == "finished"), None)
    return done.receiver.short if done and not found.sessions else ""


def _deliberated(found: Whole) -> list[str]:
    if _handled(found):
        return [_("有责任单位，没有另开会")]
    held = [s for s in found.sessions if s.state == "held"]
    came = sum(s.hall + s.remote for s in held)
    talked = _("开会 {n} 次，到场 {p} 人次").format(n=len(held), p=came) if held else ""
    return [talked, _("共识文本第 {n} 稿").format(n=found.outcome.version) if found.outcome else ""]


def _done(found: Whole) -> list[str]:
    tasks = [t for t in found.tasks if t.state != "cancelled"]
    if not tasks:
        return [_("{unit}办结").format(unit=unit)] if (unit := _handled(found)) else []
    over = sum(t.state == "done" for t in tasks)
    again = sum(t.state == "returned" for t in tasks)
    said = _("{n} 项任务，办完 {k} 项").format(n=len(tasks), k=over)
    return [said, _("{n} 项退回重办").format(n=again) if again else ""]


def _overseen(found: Whole) -> list[str]:
    if not found.supervisors:
        return []
    checked = {c.supervisor_id for c in found.checks if c.round == found.matter.round}
    said = _("{n} 位监督人，{k} 位查过").format(n=len(found.supervisors), k=len(checked))
    return [said]


def arcs(found: Whole) -> list[tuple[int, int, str]]:
    """What was sent back, as arcs over the seals; each way once."""
    ways = {r.to: r for r in found.returns}
    return [(ORDER.index(flow.OVERSEE), ORDER.index(to), str(r.reason)) for to, r in ways.items()]


# ---------------------------------------------------------------- 干


@dataclass(frozen=True)
class Job:
    """One task with its photos."""

    task: Task
    before: list[Any]
    after: list[Any]
    owner_side: str


SIDES = {"department": "a", "committee": "b"}


def jobs(found: Whole) -> list[Job]:
    """The tasks, each with the photos before and after."""
    return [
        Job(t, found.of(t, "before"), found.of(t, "after"), SIDES.get(t.owner_kind, "")) for t in found.tasks
    ]


def money(found: Whole) -> str:
    """ "预算 237,200.00 元，已付 166,040.00 元"; "" where the tasks cost nothing."""
    if not found.budget_fen:
        return ""
    return _("预算 {b} 元，已付 {s} 元").format(b=yuan(Fen(found.budget_fen)), s=yuan(Fen(found.spent_fen)))


# ---------------------------------------------------------------- 监


@dataclass(frozen=True)
class Row:
    """One supervisor's line: the masked name, how he came to it, one check per task (None: not yet)."""

    supervisor: Supervisor
    name: str
    way: str
    checks: list[Check | None]


@dataclass(frozen=True)
class Table:
    """What the supervisors found in this round."""

    tasks: list[Task] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def ways(self) -> str:
        """ "3 位抽签，2 位自荐"."""
        counts: dict[str, int] = {}
        for row in self.rows:
            counts[row.way] = counts.get(row.way, 0) + 1
        return "，".join(_("{n} 位{way}").format(n=n, way=way) for way, n in counts.items())


def table(found: Whole) -> Table:
    """Supervisors × tasks, as they stand in this round."""
    tasks = [t for t in found.tasks if t.state != "cancelled"]
    by_task = {t.pk: found.checked(t) for t in tasks}
    rows = [
        Row(s, str(s.name), str(oversight.WAYS[s.way]), [by_task[t.pk].get(s.pk) for t in tasks])
        for s in found.supervisors
    ]
    return Table(tasks, rows)


def satisfaction(found: Whole) -> tuple[Decimal, int] | None:
    """The raisers' mean mark and how many gave one, for those who may see the raisings; None where nobody did."""
    scores = [r.score for r in found.raisings if r.score]
    return (Decimal(sum(scores)) / len(scores), len(scores)) if scores else None
