"""The office's lists: the year's pairs, the year itself, rectification that is still open, complaints."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from gongzhi.core import clock, pages
from gongzhi.core.access import Actor
from gongzhi.core.pages import signed_in
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.core.units import TOWNSHIP
from gongzhi.core.words import Words, say
from gongzhi.lists.appraisals import queries, rules
from gongzhi.lists.appraisals.models import Campaign, Complaint
from gongzhi.lists.appraisals.models.pair import SIDE_LABELS
from gongzhi.lists.appraisals.rules import scoring
from gongzhi.registers.places import queries as places

GROUPS: list[tuple[str, Words, tuple[str, ...]]] = [
    ("sealed", say("评分中"), rules.SEALED_STATES),
    (
        "talking",
        say("交换意见与复核"),
        ("revealed", "met", "accepted_a", "accepted_b", "rechecking", "rechecked_a", "rechecked_b"),
    ),
    ("public", say("公示"), ("confirmed", "publicised")),
    ("mending", say("整改与结算"), ("concluded", "settled", "unrated")),
    ("closed", say("已办结"), ("closed",)),
]


def number(request: Any, name: str) -> int | None:
    """A number from the address, None where it is missing or none."""
    raw = request.GET.get(name, "")
    return int(raw) if raw.isdigit() and len(raw) < 10 else None


def require_right(actor: Actor, verb: str) -> None:
    """Whoever lacks the right finds nothing."""
    if actor.may(verb) is None:
        raise NotFound(verb)


def kind_of(request: Any) -> str:
    """Villages or communities only, where the address asks for one of them."""
    return places.kind_named(request.GET.get("kind", ""))


def filtered(request: Any, year: int | None) -> Any:
    """The pairs in scope with the list's filters from the address."""
    rows = queries.listed(
        request.actor, year=year, township=number(request, "township"), kind=kind_of(request)
    )
    group = next((states for key, _, states in GROUPS if key == request.GET.get("at")), None)
    return rows if group is None else rows.filter(state__in=group)


@signed_in
@require_safe
def listing(request: Any) -> HttpResponse:
    """The pairs in the actor's scope, one year at a time, with both averages side by side."""
    actor = request.actor
    require_right(actor, "appraisals.view")
    years = queries.years(actor)
    year = number(request, "year") or (years[0] if years else clock.today().year)
    kind = kind_of(request)
    figures = queries.overall(actor, year, kind)
    townships = queries.by_township(actor, year, kind)
    counts = queries.progress(actor, year, kind)
    page = keyset(
        filtered(request, year), order=("party_a_id", "pk"), after=request.GET.get("after", ""), size=50
    )
    campaign = queries.campaigns(actor).filter(year=year).first()
    context = {
        "title": _finding(figures, year, kind),
        "years": years,
        "year": year,
        "figures": figures,
        "townships": townships,
        "groups": [(key, label, sum(counts.get(s, 0) for s in states)) for key, label, states in GROUPS],
        "at": request.GET.get("at", ""),
        "township": number(request, "township"),
        "kind": kind,
        "kinds": places.KINDS,
        "page": page,
        "campaign": campaign,
        "may_open": actor.may("appraisals.open") is not None,
        "is_county": len(townships) > 1,
        "is_township": actor.unit_kind == TOWNSHIP,
        "show": scoring.show,
        "export": f"/appraisals/export.xlsx?{request.GET.urlencode()}",
        "rectification": queries.rectification(actor, year, clock.today(), kind),
    }
    return pages.render(request, "appraisals/list.html", context)


def _finding(figures: queries.Averages, year: int, kind: str = "") -> str:
    if figures.a_to_b is None and figures.b_to_a is None:
        if figures.pairs:
            return str(say("{year} 年度双向评估：{n} 对，还没有开封的", year=str(year), n=figures.pairs))
        return str(say("{year} 年度双向评估", year=str(year)))
    a, b = (scoring.show(v, 2) or str(say("未评")) for v in (figures.a_to_b, figures.b_to_a))
    if kind:
        return str(say("政府给{who}打 {a} 分，{who}给政府打 {b} 分", who=places.KINDS[kind], a=a, b=b))
    return str(say("政府给村居打 {a} 分，村居给政府打 {b} 分", a=a, b=b))


@signed_in
@require_safe
def campaign(request: Any, pk: int) -> HttpResponse:
    """One year's appraisal: the notice, its last days, progress, and the figures within the actor's scope."""
    actor = request.actor
    found = pages.scoped(Campaign, actor, pk, rows=queries.campaigns(actor))
    year = found.year
    figures = queries.overall(actor, year)
    counts = queries.progress(actor, year)
    context = {
        **pages.story(request, found),
        "title": _finding(figures, year),
        "crumbs": [(str(say("双向评估")), f"/appraisals/?year={year}"), (found.label(), "")],
        "campaign": found,
        "figures": figures,
        "whole": queries.whole_county(actor, year),
        "groups": [(key, label, sum(counts.get(s, 0) for s in states)) for key, label, states in GROUPS],
        "townships": queries.by_township(actor, year),
        "items": queries.by_item(actor, year),
        "departments": queries.by_department(actor, year),
        "improved": queries.changes(actor, year, direction="b_to_a", most=5),
        "improved_b": queries.changes(actor, year, direction="a_to_b", most=5),
        "rectification": queries.rectification(actor, year, clock.today()),
        "unmet": list(queries.unmet(actor, year=year, late_on=clock.today())[:10]),
        "aspects": scoring.ASPECTS,
        "show": scoring.show,
        "sides": SIDE_LABELS,
    }
    return pages.render(request, "appraisals/campaign.html", context)


def unmet(request: Any) -> Any:
    """Open rectification with the list's filters from the address."""
    late = clock.today() if request.GET.get("late") else None
    rows = queries.unmet(request.actor, year=number(request, "year"), late_on=late, kind=kind_of(request))
    return rows.filter(side=request.GET["side"]) if request.GET.get("side") in ("a", "b") else rows


@signed_in
@require_safe
def mendings(request: Any) -> HttpResponse:
    """Rectification of both sides that is not verified yet, soonest first."""
    actor = request.actor
    require_right(actor, "appraisals.view")
    year = number(request, "year")
    rows = unmet(request)
    page = keyset(rows, order=("due", "pk"), after=request.GET.get("after", ""), size=50)
    years = queries.years(actor)
    shown = year or (years[0] if years else clock.today().year)
    counted = queries.rectification(actor, shown, clock.today(), kind_of(request))
    late = sum(r.late for r in counted.values())
    context = {
        "title": str(say("还有 {n} 项整改过期没有回报", n=late)) if late else str(say("没有过期的整改")),
        "crumbs": [(str(say("双向评估")), "/appraisals/"), (str(say("整改清单")), "")],
        "page": page,
        "years": years,
        "year": year,
        "late_only": bool(request.GET.get("late")),
        "side": request.GET.get("side", ""),
        "kind": kind_of(request),
        "kinds": places.KINDS,
        "counted": counted,
        "sides": SIDE_LABELS,
        "today": clock.today(),
        "export": f"/appraisals/mendings.xlsx?{request.GET.urlencode()}",
    }
    return pages.render(request, "appraisals/mendings.html", context)


@signed_in
@require_safe
def complaints(request: Any) -> HttpResponse:
    """The own unit's complaints; the county sees all."""
    require_right(request.actor, Complaint.VIEW)
    page = keyset(queries.complaints(request.actor), order=("-pk",), after=request.GET.get("after", ""))
    context = {
        "title": str(say("打击报复投诉")),
        "crumbs": [(str(say("双向评估")), "/appraisals/"), (str(say("投诉")), "")],
        "page": page,
    }
    return pages.render(request, "appraisals/complaints.html", context)


@signed_in
@require_safe
def complaint(request: Any, pk: int) -> HttpResponse:
    """One complaint with its answer."""
    rows = Complaint.objects.select_related("filer", "appraisal__party_b", "appraisal__party_a")
    found = pages.scoped(Complaint, request.actor, pk, rows=rows)
    context = {
        **pages.story(request, found),
        "crumbs": [
            (str(say("双向评估")), "/appraisals/"),
            (str(say("投诉")), "/appraisals/complaints/"),
            (found.label(), ""),
        ],
        "complaint": found,
        "text": found.text.reveal(),
        "answer": found.answer_text.reveal(),
    }
    return pages.render(request, "appraisals/complaint.html", context)


def complain_context(request: Any, _: Any) -> dict[str, Any]:
    """The pair that the complaint is about."""
    wanted = request.POST.get("appraisal") or request.GET.get("appraisal") or ""
    pair = None
    if wanted.isdigit() and len(wanted) < 18:
        pair = queries.pairs(request.actor).filter(pk=int(wanted)).first()
    mine = list(queries.pairs(request.actor).order_by("-year", "pk")[:50]) if pair is None else []
    return {"pair": pair, "pairs": mine, "back": pair.get_absolute_url() if pair else "/appraisals/"}
