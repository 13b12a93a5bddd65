"""What both kinds of sheet share: rows by line, the own unit's material, the locked row that is sealed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any

from gongzhi.core import evidence
from gongzhi.core.access import Actor
from gongzhi.core.ask import Ask
from gongzhi.core.models import EvidenceUse
from gongzhi.core.refusal import Problem, check_all
from gongzhi.core.words import say
from gongzhi.lists.appraisals.models import Appraisal, Sheet
from gongzhi.lists.appraisals.rules import scoring

Row = Mapping[str, Any]
FILES = Annotated[list[int] | None, Ask(say("材料"), files=True)]
KEY = Annotated[str, Ask(say("事项编号"), max=60)]


def sheet_of(appraisal: Appraisal, side: str) -> Sheet:
    """A side's sheet, locked."""
    found: Sheet = Sheet.objects.select_for_update().get(appraisal=appraisal, side=side)
    return found


def keep_files(actor: Actor, sheet: Sheet, key: str, ids: Iterable[int]) -> list[int]:
    """What the sheet rests on under ``key`` as it now stands: its own side's until it is laid open, and kept meanwhile."""
    wanted = sorted(set(ids))
    kept = EvidenceUse.objects.filter(thing_type=Sheet._meta.label_lower, thing_id=sheet.pk, key=key)
    kept.exclude(evidence_id__in=wanted).delete()
    evidence.use(actor, sheet, wanted, key=key)
    return wanted


def use(appraisal: Appraisal, key: str, ids: Iterable[int]) -> None:
    """From now on whoever may see the pair may see this material."""
    EvidenceUse.objects.bulk_create(
        [
            EvidenceUse(evidence_id=i, thing_type=appraisal.kind(), thing_id=appraisal.pk, key=key)
            for i in ids
        ],
        ignore_conflicts=True,
    )


def known_rows(appraisal: Appraisal, about: str, rows: Iterable[Row]) -> dict[str, Row]:
    """The rows by line, each line at most once; rows of another sheet are refused."""
    lines = dict(appraisal.lines.filter(about=about).values_list("key", "label"))
    found: dict[str, Row] = {}
    problems = []
    for row in rows:
        key = row["key"]
        if key not in lines or key in found:
            problems.append(
                Problem(say("有一行不在评分表里，或者填了两次"), "appraisals.strange_line", field="rows")
            )
        found[key] = row
    check_all(problems)
    return found


def score_of(row: Row) -> Decimal | None:
    """The score in a row, checked; None where none was given."""
    value = row.get("score")
    return None if value is None else scoring.parse_score(value, field=row["key"])


def score_text(score: Decimal | None) -> str | None:
    """A score as it is sealed."""
    return None if score is None else str(score)
