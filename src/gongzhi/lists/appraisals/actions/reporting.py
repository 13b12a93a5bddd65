"""Self-reports: drafts, handing in, and the exchange once both are in or the time is over."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any

from gongzhi.core import clock
from gongzhi.core.access import SYSTEM, Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.lists.appraisals.actions import turns
from gongzhi.lists.appraisals.actions.sealing import (
    FILES,
    KEY,
    Row,
    keep_files,
    known_rows,
    score_of,
    score_text,
    sheet_of,
    use,
)
from gongzhi.lists.appraisals.models import Appraisal, Campaign, Sheet

REPORT_ROW = {
    "key": KEY,
    "text": Annotated[str | None, Ask(say("做了什么、还差什么"), max=2000, rows=3)],
    "score": Annotated[
        Decimal | None, Ask(say("自评分"), help=say("对方看不到，开封以后才作对照"), min=0, max=100, places=1)
    ],
}
OVERALL = Ask(say("这一年总的情况"), max=4000, rows=5)
ROWS = Annotated[list[dict[str, Any]] | None, Ask(say("逐项自评"), row=REPORT_ROW)]


def _report(
    actor: Actor, appraisal: Appraisal, side: str, overall: str, rows: Iterable[Row], files: Iterable[int]
) -> Sheet:
    """Seal a report into its side's sheet; nothing else of the pair changes."""
    known, sheet = known_rows(appraisal, side, rows), sheet_of(appraisal, side)
    content = {
        "overall": overall,
        "rows": {
            k: {"text": r.get("text") or "", "score": score_text(score_of(r))} for k, r in known.items()
        },
        "evidence": keep_files(actor, sheet, "report", files),
    }
    sheet.report_sealed = json.dumps(content, ensure_ascii=False)
    sheet.save()
    return sheet


@action("appraisals.keep_report", on=Appraisal, label=say("暂存自评"), keeps_todo=True, offered=False)
def keep_report(
    actor: Actor,
    appraisal: Appraisal,
    *,
    overall: Annotated[str, OVERALL] = "",
    rows: ROWS = None,
    files: FILES = None,
) -> dict[str, Any]:
    """Keep an unfinished self-report with its scores; nobody but the own unit's writers can read it."""
    side = turns.side(actor, appraisal)
    _report(actor, appraisal, side, overall, rows or [], files or [])
    return {"side": side}


@action(
    "appraisals.report",
    on=Appraisal,
    label=say("交自评"),
    keeps_todo=True,
    main=True,
    effects=[
        say("双方都交了自评，或者自评期满，文字和材料才给对方看。"),
        say("自评分一直密封到开封那一刻。"),
    ],
)
def report(
    actor: Actor,
    appraisal: Appraisal,
    *,
    overall: Annotated[str, OVERALL],
    rows: ROWS = None,
    files: FILES = None,
) -> dict[str, Any]:
    """Report on one's own year: text and material per line, and a score that stays sealed until the opening."""
    side = turns.side(actor, appraisal)
    sheet = _report(actor, appraisal, side, overall, rows or [], files or [])
    sheet.reported_at = clock.now()
    sheet.save(update_fields=["reported_at"])
    turns.step(appraisal, "report", side)
    if appraisal.state == "scoring":
        exchange(appraisal)
    return {"side": side, "lines": len(rows or [])}


def exchange(appraisal: Appraisal) -> None:
    """Both reports (or those that came in time) are laid open: the words and material, not the own scores."""
    for sheet in appraisal.sheets.exclude(reported_at=None):
        content = json.loads(sheet.report_sealed.reveal())
        sheet.overall = content["overall"]
        sheet.save(update_fields=["overall"])
        for line in appraisal.lines.filter(about=sheet.side, key__in=list(content["rows"])):
            line.report = content["rows"][line.key]["text"]
            line.save(update_fields=["report"])
        use(appraisal, f"report:{sheet.side}", content["evidence"])


@action("appraisals.begin", on=Appraisal, label=say("转入评分"), keeps_todo=True, offered=False)
def begin(actor: Actor, appraisal: Appraisal) -> dict[str, Any]:
    """The reporting time is over: scoring begins with the reports there are."""
    if clock.today() <= appraisal.campaign.report_due:
        refuse(say("自评期还没有满"), rule="appraisals.reporting_open")
    turns.step(appraisal, "begin")
    exchange(appraisal)
    return {"reported": sorted(appraisal.sheets.exclude(reported_at=None).values_list("side", flat=True))}


def begin_due() -> int:
    """Move on every pair whose reporting time is over. Run daily; returns how many."""
    late = Campaign.objects.filter(state="running", report_due__lt=clock.today())
    rows = Appraisal.objects.filter(campaign__in=late, state__in=["opened", "reported_a", "reported_b"])
    pairs = list(rows.values_list("pk", flat=True))
    for pk in pairs:
        begin(SYSTEM, pk)
    return len(pairs)
