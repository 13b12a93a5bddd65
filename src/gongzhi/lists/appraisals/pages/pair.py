"""The page of one pair, and what its verbs' pages need beside their form."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from gongzhi.core import clock, pages
from gongzhi.core.words import say
from gongzhi.lists.appraisals import actions, queries
from gongzhi.lists.appraisals.models import Appraisal
from gongzhi.lists.appraisals.models.pair import SIDE_LABELS
from gongzhi.lists.appraisals.pages.steps import steps, whose
from gongzhi.lists.appraisals.rules import flow, scoring

MONEY_STATES = ("concluded", "settled", "closed", "unrated")


def _pair(request: Any, pk: int) -> Appraisal:
    found: Appraisal = pages.scoped(
        Appraisal, request.actor, pk, rows=Appraisal.objects.select_related("party_a", "party_b", "campaign")
    )
    return found


@require_safe
def thing(request: Any, pk: int) -> HttpResponse:
    """One pair: where it stands, whose turn, both directions side by side once open, what follows."""
    pair = _pair(request, pk)
    actor = request.actor
    seen = queries.view(pair)
    meeting = getattr(pair, "meeting", None) if pair.is_open else None
    pair.met_on = meeting.held_on if meeting else None  # type: ignore[attr-defined]
    sheets = {s.side: s for s in pair.sheets.all()}
    side = pair.side_of(actor)
    context = {
        **pages.story(request, pair),
        "crumbs": [
            (str(say("双向评估")), f"/appraisals/?year={pair.year}"),
            (pair.party_a.short, f"/appraisals/?year={pair.year}&township={pair.party_a_id}"),
            (pair.party_b.short, ""),
        ],
        "title": _finding(pair),
        "view": seen,
        "sheets": sheets,
        "steps": steps(pair, sheets),
        "whose": whose(pair),
        "draft": queries.own_draft(actor, pair) if not pair.is_open else None,
        "own_report": queries.own_report(actor, pair) if not pair.is_open else None,
        "meeting": meeting,
        "witnesses": list(pair.witnesses.all()) if pair.is_open else [],
        "objections": list(pair.objections.select_related("line")) if pair.is_open else [],
        "panels": list(pair.panels.order_by("pk")) if pair.is_open else [],
        "mendings": list(pair.mendings.select_related("line")),
        "tail": actions.tail_of(pair) if pair.state in MONEY_STATES else None,
        "settlement": getattr(pair, "settlement", None) if pair.settled_on else None,
        "sides": SIDE_LABELS,
        "mine": side,
        "may_mend": actor.may("appraisals.mend") is not None and side is not None,
        "may_complain": actor.may("appraisals.complain") is not None and side is not None,
        "today": clock.today(),
        "show": scoring.show,
        "turns": {t.side: t for t in actions.turns.turns(pair)},
    }
    return pages.render(request, "appraisals/thing.html", context)


def _finding(pair: Appraisal) -> str:
    """The page's title says what came of it."""
    place = pair.party_b.short
    if not pair.is_open:
        return str(say("{place} {year} 年度双向评估，还没有开封", place=place, year=str(pair.year)))
    if pair.state == "unrated" or (pair.a_silent and pair.b_silent):
        return str(say("{place} {year} 年度双向评估，双方未评", place=place, year=str(pair.year)))
    a = scoring.show(pair.a_to_b, 2) or str(say("未评"))
    b = scoring.show(pair.b_to_a, 2) or str(say("未评"))
    return str(
        say("{place} {year} 年：甲方评乙方 {a}，乙方评甲方 {b}", place=place, year=str(pair.year), a=a, b=b)
    )


# ---- contexts of verbs' pages ----


def scoring_context(request: Any, pair: Appraisal) -> dict[str, Any]:
    """The sheet for the other side: its lines with the other's report, and what was kept so far."""
    side = pair.side_of(request.actor) or "a"
    seen = queries.view(pair)
    direction = seen.about_b if side == "a" else seen.about_a
    draft = queries.own_draft(request.actor, pair) or queries.Draft()
    ids = [i for m in draft.marks.values() for i in m.evidence]
    files = {e.pk: e for e in queries.files(request.actor, ids)}
    return {
        "direction": direction,
        "draft": draft,
        "files": files,
        "bounds": seen.settings.bounds,
        "grades": seen.settings.grades,
        "other": pair.unit_of(flow.OTHER[side]),
        "other_side": flow.OTHER[side],
        "due": pair.campaign.score_due,
        "show": scoring.show,
    }


def report_context(request: Any, pair: Appraisal) -> dict[str, Any]:
    """The own side's lines, and what was kept so far."""
    side = pair.side_of(request.actor) or "a"
    seen = queries.view(pair)
    kept = queries.own_report(request.actor, pair) or queries.Report()
    return {
        "kept": kept,
        "files": {e.pk: e for e in queries.files(request.actor, kept.evidence)},
        "direction": seen.about_a if side == "a" else seen.about_b,
        "due": pair.campaign.report_due,
        "other": pair.unit_of(flow.OTHER[side]),
    }


def objection_context(request: Any, pair: Appraisal) -> dict[str, Any]:
    """The own side's scored lines that are not contested yet."""
    side = pair.side_of(request.actor)
    rows = pair.lines.filter(about=side, objection=None).exclude(score=None)
    return {"choices": [(r.pk, f"{r.label}　{scoring.show(r.score)} {say('分')}") for r in rows]}


def recheck_context(request: Any, pair: Appraisal) -> dict[str, Any]:
    """The contested lines with reasons."""
    return {
        "objections": list(pair.objections.select_related("line")),
        "sides": SIDE_LABELS,
        "show": scoring.show,
    }


def require_context(request: Any, pair: Appraisal) -> dict[str, Any]:
    """Every line of both sides, the lowest first."""
    rows = sorted(pair.lines.all(), key=lambda r: (r.final is None, r.final or 0))
    return {"lines": rows, "sides": SIDE_LABELS, "pair": pair, "show": scoring.show}


def mending_context(request: Any, pair: Appraisal) -> dict[str, Any]:
    """The item that the address names."""
    wanted = request.POST.get("mending") or request.GET.get("mending") or ""
    row = pair.mendings.filter(pk=int(wanted)).first() if wanted.isdigit() and len(wanted) < 18 else None
    return {"mending": row, "sides": SIDE_LABELS}


CONTEXTS = {
    "submit": scoring_context,
    "keep": scoring_context,
    "report": report_context,
    "keep_report": report_context,
    "object": objection_context,
    "recheck": recheck_context,
    "require": require_context,
    "mend": mending_context,
    "verify": mending_context,
}
