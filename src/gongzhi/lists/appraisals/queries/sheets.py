"""What an actor may read of one pair: everything once it is open, only the own side's sheet before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from gongzhi.core import evidence
from gongzhi.core.access import Actor
from gongzhi.core.models import Evidence
from gongzhi.lists.appraisals.models import Appraisal, Line, Sheet
from gongzhi.lists.appraisals.rules import flow, scoring, sealing
from gongzhi.lists.appraisals.rules.settings import Settings

from .settings import settings_on

SCORES = ("appraisals.keep", "appraisals.submit")


@dataclass(frozen=True)
class Mark:
    """One line of the own unit's unopened sheet."""

    score: str = ""
    text: str = ""
    evidence: Sequence[int] = ()


@dataclass(frozen=True)
class Draft:
    """The own unit's unopened sheet: marks by line key, the remark, whether it was handed in."""

    marks: dict[str, Mark] = field(default_factory=dict)
    remark: str = ""
    submitted: bool = False
    commitment: str = ""


def own_draft(actor: Actor, appraisal: Appraisal) -> Draft | None:
    """What the actor's own side has written so far; None for anyone who may not score for that side.

    The only place that opens a sealed sheet before its time, and only for its own author's unit.
    """
    side = appraisal.side_of(actor)
    if side is None or not all(actor.may(verb) for verb in SCORES):
        return None
    sheet = Sheet.objects.get(appraisal=appraisal, side=side)
    if not sheet.sealed:
        return Draft()
    kept = json.loads(sheet.sealed.reveal())
    content = kept.get("content", kept)
    marks = {k: Mark(m["score"] or "", m["text"], tuple(m["evidence"])) for k, m in content["rows"].items()}
    return Draft(marks, content["remark"], sheet.submitted_at is not None, sheet.commitment)


@dataclass(frozen=True)
class Report:
    """The own unit's self-report before the exchange: a draft until it was handed in. ``evidence`` are ids."""

    overall: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    scores: dict[str, str] = field(default_factory=dict)
    evidence: Sequence[int] = ()
    handed_in: bool = False


def own_report(actor: Actor, appraisal: Appraisal) -> Report | None:
    """The own side's report or its draft, None where there is neither or the actor does not write for that side."""
    side = appraisal.side_of(actor)
    if side is None or not actor.may("appraisals.report"):
        return None
    sheet = Sheet.objects.get(appraisal=appraisal, side=side)
    if not sheet.report_sealed:
        return None
    kept = json.loads(sheet.report_sealed.reveal())
    rows = kept["rows"]
    return Report(
        kept["overall"],
        {k: r["text"] for k, r in rows.items()},
        {k: r["score"] or "" for k, r in rows.items()},
        tuple(kept["evidence"]),
        sheet.reported_at is not None,
    )


@dataclass(frozen=True)
class Row:
    """One line as it may be shown; scores are None while sealed."""

    pk: int
    key: str
    label: str
    department: str
    detail: str
    weight: int
    report: str
    score: Decimal | None
    self_score: Decimal | None
    rechecked: Decimal | None
    final: Decimal | None
    text: str
    evidence: Sequence[Evidence] = ()
    must_mend: bool = False


@dataclass(frozen=True)
class Direction:
    """One direction: ``scorer`` scores ``about``. ``total`` None while sealed or 未评."""

    about: str
    scorer: str
    total: Decimal | None
    grade: str
    silent: bool
    rows: Sequence[Row]
    overall: str
    remark: str
    commitment: str
    salt: str
    submitted: bool

    @property
    def lowest(self) -> Row | None:
        """The line with the lowest score."""
        scored = [r for r in self.rows if r.final is not None]
        return min(scored, key=lambda r: r.final or Decimal(0)) if scored else None


@dataclass(frozen=True)
class View:
    """A pair as one actor may see it."""

    appraisal: Appraisal
    settings: Settings
    about_b: Direction
    about_a: Direction
    material: dict[str, list[Evidence]]

    @property
    def directions(self) -> tuple[Direction, Direction]:
        """A → B, then B → A."""
        return (self.about_b, self.about_a)


def view(appraisal: Appraisal) -> View:
    """The pair with everything that is open to those in scope: six queries. Sealed columns are empty in the
    database until the opening, so nothing can slip out here; the guard below says so once more."""
    settings = settings_on(appraisal.campaign.opened_on)
    lines = list(appraisal.lines.all())
    sheets = {s.side: s for s in appraisal.sheets.all()}
    material = _material(appraisal)
    made = {about: _direction(appraisal, about, lines, sheets, material, settings) for about in flow.SIDES}
    return View(appraisal, settings, made["b"], made["a"], material)


def _material(appraisal: Appraisal) -> dict[str, list[Evidence]]:
    """Evidence by key ("score:b:12", "report:a", "mending:7", …)."""
    found: dict[str, list[Evidence]] = {}
    rows = Evidence.objects.filter(uses__thing_type=appraisal.kind(), uses__thing_id=appraisal.pk)
    for row, key in ((e, e.use_key) for e in rows.annotate(use_key=_use_key()).order_by("pk")):
        found.setdefault(key, []).append(row)
    return found


def _use_key() -> Any:
    from django.db.models import F

    return F("uses__key")


def _direction(
    appraisal: Appraisal,
    about: str,
    lines: Iterable[Line],
    sheets: dict[str, Sheet],
    material: dict[str, list[Evidence]],
    settings: Settings,
) -> Direction:
    scorer = flow.OTHER[about]
    sheet, report = sheets[scorer], sheets[about]
    open_ = sealing.may_read(None, scorer, appraisal.state)
    total = (appraisal.a_to_b if about == "b" else appraisal.b_to_a) if open_ else None
    rows = [_row(line, open_, material, settings) for line in lines if line.about == about]
    return Direction(
        about=about,
        scorer=scorer,
        total=total,
        grade=scoring.grade(total, settings.grades) if total is not None else "",
        silent=appraisal.a_silent if scorer == "a" else appraisal.b_silent,
        rows=rows,
        overall=report.overall,
        remark=sheet.remark if open_ else "",
        commitment=sheet.commitment,
        salt=sheet.salt if open_ else "",
        submitted=sheet.submitted_at is not None,
    )


def _row(line: Line, open_: bool, material: dict[str, list[Evidence]], settings: Settings) -> Row:
    return Row(
        pk=line.pk,
        key=line.key,
        label=line.label,
        department=line.department,
        detail=line.detail,
        weight=line.weight,
        report=line.report,
        score=line.score if open_ else None,
        self_score=line.self_score if open_ else None,
        rechecked=line.rechecked if open_ else None,
        final=line.final if open_ else None,
        text=line.text if open_ else "",
        evidence=material.get(f"score:{line.about}:{line.key}", ()) if open_ else (),
        must_mend=open_ and line.final is not None and line.final < settings.mend_below,
    )


def files(actor: Actor, ids: Iterable[int]) -> list[Evidence]:
    """The evidence behind a draft's ids, as far as the actor may see it."""
    return [e for e in Evidence.objects.filter(pk__in=list(ids)) if evidence.may_see(actor, e)]
