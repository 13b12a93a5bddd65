"""Files of exactly what the lists show."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from gongzhi.core.exchange import export
from gongzhi.core.exchange.writing import XLSX
from gongzhi.core.pages import signed_in
from gongzhi.lists.appraisals import queries, sheets
from gongzhi.lists.appraisals.pages.office import filtered, number, unmet


def _answer(file: Any, name: str) -> HttpResponseBase:
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    answer["Cache-Control"] = "private, no-store"
    return answer


@signed_in
@require_safe
def pairs(request: Any) -> HttpResponseBase:
    """The list of pairs with its filters."""
    years = queries.years(request.actor)
    year = number(request, "year") or (years[0] if years else None)
    rows = sheets.pair_rows(filtered(request, year).order_by("party_a_id", "pk"))
    return _answer(export(request.actor, sheets.PAIRS, rows), f"双向评估-{year or '全部'}.xlsx")


@signed_in
@require_safe
def mendings(request: Any) -> HttpResponseBase:
    """The list of open rectification with its filters."""
    rows = sheets.mending_rows(unmet(request))
    return _answer(export(request.actor, sheets.MENDINGS, rows), "整改清单.xlsx")
