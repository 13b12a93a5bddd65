"""Files of exactly what the page shows: items, opinions, and the comparison as workbook or paper."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from gongzhi.core import exchange, papers
from gongzhi.core.exchange.pages import sent
from gongzhi.core.papers.pages import attachment
from gongzhi.core.papers.shelf import TYPES, Format
from gongzhi.core.refusal import NotFound
from gongzhi.lists.duties import queries, sheets
from gongzhi.lists.duties.models import DutyList
from gongzhi.lists.duties.pages.public import _version, chosen_pair
from gongzhi.lists.duties.papers import comparison_doc


@require_safe
def items(request: Any, pk: int) -> HttpResponseBase:
    """A version's items, in the workbook that a draft takes back."""
    version = _version(request, pk)
    rows = sheets.item_rows(request.actor, version)
    return sent(exchange.export(request.actor, sheets.ITEMS, rows), f"{version.label()}.xlsx")


@require_safe
def figures(request: Any, pk: int) -> HttpResponseBase:
    """Items per list and department of one version."""
    version = _version(request, pk)
    rows = sheets.figure_rows(queries.figures(version))
    return sent(exchange.export(request.actor, sheets.FIGURES, rows), f"{version.label()}-统计.xlsx")


@require_safe
def opinions(request: Any, pk: int) -> HttpResponse:
    """The opinions of the last round within the actor's scope; nobody else's."""
    version = _version(request, pk)
    if request.actor.may("duties.consultation") is None:
        raise NotFound("duties.consultation")
    rows = queries.consultation_table(request.actor, version)
    return attachment(sheets.consultation_workbook(rows), f"{version.label()}-征求意见.xlsx", sheets.TYPE)


@require_safe
def comparison(request: Any, fmt: str) -> HttpResponse:
    """Two versions compared, as xlsx, docx or pdf."""
    old, new = chosen_pair(request, list(queries.versions(request.actor)))
    if old is None or new is None:
        raise NotFound("duties.view")
    name = f"{new.label()}对照表.{fmt}"
    if fmt == "xlsx":
        return attachment(sheets.comparison_workbook(queries.comparison(old, new)), name, sheets.TYPE)
    kind: Format = "docx" if fmt == "docx" else "pdf"
    return attachment(_paper(old, new, kind), name, TYPES[kind])


def _paper(old: DutyList, new: DutyList, kind: Format) -> bytes:
    """The paper; issued texts never change, so that of two issued versions is set once and kept for a while."""

    def made() -> bytes:
        return papers.render_doc(comparison_doc(old, new), kind)

    if not (old.issued and new.issued):
        return made()
    key = f"duties.compare.{old.pk}.{new.pk}.{old.text_hash[:12]}.{new.text_hash[:12]}.{kind}"
    kept = cache.get_or_set(key, made, 3600)
    return kept if isinstance(kept, bytes) else made()
