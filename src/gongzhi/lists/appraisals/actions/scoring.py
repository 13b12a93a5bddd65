"""Self-reports, sealed scores, and the one act that opens both."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any

from gongzhi.core import clock
from gongzhi.core.access import SYSTEM, Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.models import Evidence, EvidenceUse
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import say
from gongzhi.lists.appraisals.actions import turns
from gongzhi.lists.appraisals.models import Appraisal, Campaign, Line, Sheet
from gongzhi.lists.appraisals.queries.settings import settings_on
from gongzhi.lists.appraisals.rules import flow, scoring, sealing
from gongzhi.lists.appraisals.rules.scoring import Mark

Row = Mapping[str, Any]
FILES = Annotated[list[int] | None, Ask(say("材料"), files=True)]
KEY = Annotated[str, Ask(say("事项编号"), max=60)]
REPORT_ROW = {
    "key": KEY,
    "text": Annotated[str | None, Ask(say("做了什么、还差什么"), max=2000, rows=3)],
    "score": Annotated[
        Decimal | None, Ask(say("自评分"), help=say("对方看不到，开封以后才作对照"), min=0, max=100, places=1)
    ],
}
SCORE_ROW = {
    "key": KEY,
    "score": Annotated[Decimal | None, Ask(say("分数"), min=0, max=100, places=1)],
    "text": Annotated[str | None, Ask(say("理由"), max=2000, rows=2)],
    "evidence": FILES,
}


def _sheet(appraisal: Appraisal, side: str) -> Sheet:
    return Sheet.objects.select_for_update().get(appraisal=appraisal, side=side)


def _check_files(actor: Actor, ids: Iterable[int]) -> list[int]:
    """Material that has not been opened yet can only be the own unit's."""
    wanted = sorted(set(ids))
    assert actor.unit_id is not None
    if Evidence.objects.filter(pk__in=wanted, unit_id=actor.unit_id).count() != len(wanted):
        refuse(say("有一份附件找不到了，请重新上传"), rule="core.evidence_unknown", field="rows")
    return wanted


def _use(appraisal: Appraisal, key: str, ids: Iterable[int]) -> None:
    """From now on whoever may see the pair may see this material."""
    EvidenceUse.objects.bulk_create(
        [
            EvidenceUse(evidence_id=i, thing_type=appraisal.kind(), thing_id=appraisal.pk, key=key)
            for i in ids
        ],
        ignore_conflicts=True,
    )


def _known(appraisal: Appraisal, about: str, rows: Iterable[Row]) -> dict[str, Row]:
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


def _score(row: Row) -> Decimal | None:
    value = row.get("score")
    return None if value is None else scoring.parse_score(value, field=row["key"])


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
    overall: Annotated[str, Ask(say("这一年总的情况"), max=4000, rows=5)],
    rows: Annotated[list[dict[str, Any]] | None, Ask(say("逐项自评"), row=REPORT_ROW)] = None,
    files: Annotated[list[int] | None, Ask(say("材料"), files=True)] = None,
) -> dict[str, Any]:
    """Report on one's own year: text and material per line, and a score that stays sealed until the opening."""
    side = turns.side(actor, appraisal)
    known = _known(appraisal, side, rows or [])
    content = {
        "overall": overall,
        "rows": {k: {"text": r.get("text") or "", "score": _text(_score(r))} for k, r in known.items()},
        "evidence": _check_files(actor, files or []),
    }
    sheet = _sheet(appraisal, side)
    sheet.report_sealed = json.dumps(content, ensure_ascii=False)
    sheet.reported_at = clock.now()
    sheet.save()
    turns.step(appraisal, "report", side)
    if appraisal.state == "scoring":
        _exchange(appraisal)
    return {"side": side, "lines": len(known)}


def _text(score: Decimal | None) -> str | None:
    return None if score is None else str(score)


def _exchange(appraisal: Appraisal) -> None:
    """Both reports (or those that came in time) are laid open: the words and material, not the own scores."""
    for sheet in appraisal.sheets.exclude(reported_at=None):
        content = json.loads(sheet.report_sealed.reveal())
        sheet.overall = content["overall"]
        sheet.save(update_fields=["overall"])
        for line in appraisal.lines.filter(about=sheet.side, key__in=list(content["rows"])):
            line.report = content["rows"][line.key]["text"]
            line.save(update_fields=["report"])
        _use(appraisal, f"report:{sheet.side}", content["evidence"])


@action("appraisals.begin", on=Appraisal, label=say("转入评分"), keeps_todo=True, offered=False)
def begin(actor: Actor, appraisal: Appraisal) -> dict[str, Any]:
    """The reporting time is over: scoring begins with the reports there are."""
    if clock.today() <= appraisal.campaign.report_due:
        refuse(say("自评期还没有满"), rule="appraisals.reporting_open")
    turns.step(appraisal, "begin")
    _exchange(appraisal)
    return {"reported": sorted(appraisal.sheets.exclude(reported_at=None).values_list("side", flat=True))}


def _content(
    actor: Actor, appraisal: Appraisal, side: str, rows: Iterable[Row], remark: str
) -> dict[str, Any]:
    """What a sheet says, as it is sealed."""
    known = _known(appraisal, flow.OTHER[side], rows)
    marks: dict[str, dict[str, Any]] = {
        k: {
            "score": _text(_score(r)),
            "text": (r.get("text") or "").strip(),
            "evidence": sorted(set(r.get("evidence") or [])),
        }
        for k, r in known.items()
    }
    _check_files(actor, (i for m in marks.values() for i in m["evidence"]))
    return {"appraisal": appraisal.pk, "side": side, "remark": remark.strip(), "rows": marks}


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
    sheet = _sheet(appraisal, side)
    sheet.sealed = json.dumps(_content(actor, appraisal, side, rows, remark), ensure_ascii=False)
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
    content = _content(actor, appraisal, side, rows, remark)
    lines = [line.of_rules() for line in appraisal.lines.filter(about=flow.OTHER[side])]
    scoring.check_sheet(lines, _marks(content), settings_on(appraisal.campaign.opened_on).bounds)
    salt = secrets.token_hex(16)
    sheet = _sheet(appraisal, side)
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
        _use(appraisal, f"score:{line.about}:{line.key}", mark["evidence"])
    Line.objects.bulk_update(lines, ["opened", "score", "text"])


def _lay_open_own_scores(appraisal: Appraisal, sheet: Sheet) -> None:
    """What a side gave itself is compared from now on with what the other gave it."""
    if sheet.reported_at is None:
        return
    own = json.loads(sheet.report_sealed.reveal())["rows"]
    lines = [line for line in appraisal.lines.filter(about=sheet.side) if own.get(line.key, {}).get("score")]
    for line in lines:
        line.opened, line.self_score = True, Decimal(own[line.key]["score"])
    Line.objects.bulk_update(lines, ["opened", "self_score"])


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
        _exchange(appraisal)
    return {"silent": silent, "opened": opened}


def begin_due() -> int:
    """Move on every pair whose reporting time is over. Run daily; returns how many."""
    late = Campaign.objects.filter(state="running", report_due__lt=clock.today())
    rows = Appraisal.objects.filter(campaign__in=late, state__in=["opened", "reported_a", "reported_b"])
    pairs = list(rows.values_list("pk", flat=True))
    for pk in pairs:
        begin(SYSTEM, pk)
    return len(pairs)
