"""Sealed scores, and the one act that opens both."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.lists.appraisals.actions import turns
from gongzhi.lists.appraisals.actions.reporting import exchange
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
from gongzhi.lists.appraisals.models import Appraisal, Line, Sheet
from gongzhi.lists.appraisals.queries.settings import settings_on
from gongzhi.lists.appraisals.rules import flow, scoring, sealing
from gongzhi.lists.appraisals.rules.scoring import Mark

SCORE_ROW = {
    "key": KEY,
    "score": Annotated[Decimal | None, Ask(say("分数"), min=0, max=100, places=1)],
    "text": Annotated[str | None, Ask(say("理由"), max=2000, rows=2)],
    "evidence": FILES,
}


def _content(actor: Actor, sheet: Sheet, rows: Iterable[Row], remark: str) -> dict[str, Any]:
    """What a sheet says, as it is sealed."""
    known = known_rows(sheet.appraisal, flow.OTHER[sheet.side], rows)
    marks: dict[str, dict[str, Any]] = {
        k: {
            "score": score_text(score_of(r)),
            "text": (r.get("text") or "").strip(),
            "evidence": sorted(set(r.get("evidence") or [])),
        }
        for k, r in known.items()
    }
    keep_files(actor, sheet, "scores", (i for m in marks.values() for i in m["evidence"]))
    return {"appraisal": sheet.appraisal_id, "side": sheet.side, "remark": remark.strip(), "rows": marks}


@action(
    "appraisals.keep",
    on=Appraisal,
    label=say("暂存评分"),
    keeps_todo=True,
    offered=False,
)
def keep(
    actor: Actor,
    appraisal: Appraisal,
    *,
    rows: Annotated[list[dict[str, Any]], Ask(say("逐项评分"), row=SCORE_ROW)],
    remark: Annotated[str, Ask(say("总的意见"), max=4000, rows=3)] = "",
) -> dict[str, Any]:
    """Keep an unfinished scoring sheet; nobody but the own unit's scorers can read it."""
    side = turns.side(actor, appraisal)
    sheet = sheet_of(appraisal, side)
    sheet.sealed = json.dumps(_content(actor, sheet, rows, remark), ensure_ascii=False)
    sheet.save()
    return {"side": side}


@action(
    "appraisals.submit",
    on=Appraisal,
    label=say("密封提交评分"),
    keeps_todo=True,
    irreversible=True,
    main=True,
    effects=[
        say("交了就不能改。"),
        say("对方也交了评分以后，两份同时开封；在那以前，任何人都看不到您打的分。"),
    ],
)
def submit(
    actor: Actor,
    appraisal: Appraisal,
    *,
    rows: Annotated[list[dict[str, Any]], Ask(say("逐项评分"), row=SCORE_ROW)],
    remark: Annotated[str, Ask(say("总的意见"), max=4000, rows=3)] = "",
) -> dict[str, Any]:
    """Hand in the scores for the other side, sealed. The second one to hand in opens both in the same act."""
    side = turns.side(actor, appraisal)
    if appraisal.campaign.state != "running":
        refuse(say("评分已经截止"), rule="appraisals.scoring_closed")
    sheet = sheet_of(appraisal, side)
    content = _content(actor, sheet, rows, remark)
    lines = [line.of_rules() for line in appraisal.lines.filter(about=flow.OTHER[side])]
    scoring.check_sheet(lines, _marks(content), settings_on(appraisal.campaign.opened_on).bounds)
    salt = secrets.token_hex(16)
    sheet.sealed = json.dumps({"salt": salt, "content": content}, ensure_ascii=False)
    sheet.commitment = sealing.commitment(salt, content)
    sheet.submitted_at = clock.now()
    sheet.save()
    facts: dict[str, Any] = {"side": side, "commitment": sheet.commitment}
    reached = flow.after(appraisal.state, "submit", side)
    if sealing.is_open(reached):
        facts["opened"] = _open(appraisal, reached)
    else:
        turns.step(appraisal, "submit", side)
    return facts


def _marks(content: Mapping[str, Any]) -> dict[str, Mark]:
    return {
        k: Mark(None if m["score"] is None else Decimal(m["score"]), m["text"], tuple(m["evidence"]))
        for k, m in content["rows"].items()
    }


def _open(appraisal: Appraisal, reached: str) -> dict[str, Any]:
    """Open every sheet that was handed in; returns salt and content of each for the journal."""
    opened: dict[str, Any] = {}
    for sheet in appraisal.sheets.select_for_update().order_by("side"):
        if sheet.submitted_at is not None:
            kept = json.loads(sheet.sealed.reveal())
            if not sealing.matches(sheet.commitment, kept["salt"], kept["content"]):
                refuse(say("密封的评分被改动过，请联系系统管理员核查"), rule="appraisals.seal_broken")
            opened[sheet.side] = kept
            _lay_open(appraisal, sheet, kept)
        _lay_open_own_scores(appraisal, sheet)
    appraisal.opened_at = clock.now()
    appraisal.a_silent, appraisal.b_silent = "a" not in opened, "b" not in opened
    appraisal.state = reached
    tally(appraisal)
    appraisal.save()
    turns.follow(appraisal)
    return opened


def _lay_open(appraisal: Appraisal, sheet: Sheet, kept: Mapping[str, Any]) -> None:
    content = kept["content"]
    sheet.salt, sheet.remark, sheet.opened = kept["salt"], content["remark"], True
    sheet.save(update_fields=["salt", "remark", "opened"])
    lines = list(appraisal.lines.filter(about=flow.OTHER[sheet.side]))
    for line in lines:
        mark = content["rows"][line.key]
        line.opened, line.score, line.text = True, Decimal(mark["score"]), mark["text"]
        use(appraisal, f"score:{line.about}:{line.key}", mark["evidence"])
    Line.update_all(lines, "opened", "score", "text")


def _lay_open_own_scores(appraisal: Appraisal, sheet: Sheet) -> None:
    """What a side gave itself is compared from now on with what the other gave it."""
    if sheet.reported_at is None:
        return
    own = json.loads(sheet.report_sealed.reveal())["rows"]
    lines = [line for line in appraisal.lines.filter(about=sheet.side) if own.get(line.key, {}).get("score")]
    for line in lines:
        line.opened, line.self_score = True, Decimal(own[line.key]["score"])
    Line.update_all(lines, "opened", "self_score")


def tally(appraisal: Appraisal) -> None:
    """Both totals from the lines as they stand, exact; a side that did not score has given none."""
    lines = list(appraisal.lines.all())

    def total(about: str) -> Decimal | None:
        own = [line for line in lines if line.about == about]
        scores = {line.key: line.score if line.rechecked is None else line.rechecked for line in own}
        if any(score is None for score in scores.values()):
            return None
        return scoring.total(
            [line.of_rules() for line in own], {k: s for k, s in scores.items() if s is not None}
        )

    appraisal.a_to_b, appraisal.b_to_a = total("b"), total("a")


@action("appraisals.lapse", on=Appraisal, label=say("记为未评"), keeps_todo=True, offered=False)
def lapse(actor: Actor, appraisal: Appraisal) -> dict[str, Any]:
    """The scoring is closed and a side was silent: 未评 is recorded, never a score. A lone sheet is opened."""
    if clock.today() <= appraisal.campaign.score_due:
        refuse(say("评分还没有截止"), rule="appraisals.scoring_open")
    reached = flow.after(appraisal.state, "lapse")
    opened = _open(appraisal, reached)
    silent = [s for s in flow.SIDES if s not in opened]
    if reached == "unrated":
        appraisal.settle_due = None
        exchange(appraisal)
    return {"silent": silent, "opened": opened}
