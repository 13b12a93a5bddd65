"""Results that are open to everyone, without sign-in: totals, lines, reasons and rectification of both sides."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from gongzhi.core import pages
from gongzhi.core.paging import keyset
from gongzhi.core.words import say
from gongzhi.lists.appraisals import queries
from gongzhi.lists.appraisals.models.pair import SIDE_LABELS
from gongzhi.lists.appraisals.pages.office import number
from gongzhi.lists.appraisals.rules import scoring


@require_safe
def listing(request: Any) -> HttpResponse:
    """Every published result of a year."""
    years = queries.published_years()
    year = number(request, "year") or (years[0] if years else None)
    rows = queries.published(year)
    words = request.GET.get("q", "").strip()[:40]
    if words:
        rows = rows.filter(party_b__short__contains=words)
    page = keyset(rows, order=("party_a_id", "pk"), after=request.GET.get("after", ""), size=50)
    averages = queries.published_averages(year) if year else (None, None)
    title = str(say("双向评估结果"))
    if averages[0] is not None and averages[1] is not None:
        title = str(say("政府给村居打 {a} 分，村居给政府打 {b} 分", a=averages[0], b=averages[1]))
    context = {
        "title": title,
        "years": years,
        "year": year,
        "q": words,
        "page": page,
        "averages": averages,
        "show": scoring.show,
    }
    return pages.render(request, "appraisals/public_list.html", context)


@require_safe
def result(request: Any, pk: int) -> HttpResponse:
    """One published result. Attachments, minutes and names of witnesses are not shown."""
    pair = queries.published().select_related("campaign").filter(pk=pk).first()
    if pair is None:
        raise Http404
    seen = queries.view(pair)
    context = {
        "title": str(
            say(
                "{place} {year} 年：政府打 {a} 分，村居打 {b} 分",
                place=pair.party_b.short,
                year=str(pair.year),
                a=scoring.show(pair.a_to_b, 2) or say("未评"),
                b=scoring.show(pair.b_to_a, 2) or say("未评"),
            )
        ),
        "pair": pair,
        "view": seen,
        "panels": list(pair.panels.filter(outcome="agreed")),
        "mendings": list(pair.mendings.all()),
        "settlement": getattr(pair, "settlement", None) if pair.settled_on else None,
        "sides": SIDE_LABELS,
        "show": scoring.show,
    }
    return pages.render(request, "appraisals/public_result.html", context)
