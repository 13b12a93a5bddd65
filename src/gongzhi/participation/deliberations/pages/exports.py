"""Workbooks: the list of matters on the screen, and the statistics with the matters they count."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.http import FileResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.exchange.writing import workbook
from gongzhi.core.pages import signed_in
from gongzhi.core.refusal import NotFound
from gongzhi.participation.deliberations import queries
from gongzhi.participation.deliberations.queries import Filters
from gongzhi.participation.deliberations.rules import FLOW, flow, sources

from .figures import tables
from .lists import filters_of

EXPORT = {
    "number": "编号",
    "title": "题目",
    "unit": "牵头",
    "category": "类别",
    "source": "来源",
    "level": "层级",
    "step": "到哪一步",
    "state": "状态",
    "raised": "提出人数",
    "heard_on": "听到日期",
    "registered_at": "登记时间",
    "due": "期限",
    "closed_at": "办结时间",
    "sent_back": "退回次数",
    "satisfied": "满意",
}
WIDE = 30


@signed_in
@require_safe
def export(request: Any) -> HttpResponseBase:
    """Exactly the list on the screen, as a workbook, written row by row."""
    actor, filters = _insider(request), filters_of(request)
    return _sent(_("五事协商"), lambda book: _matters(book, actor, filters))


@signed_in
@require_safe
def statistics(request: Any) -> HttpResponseBase:
    """Exactly the tables of the page of statistics, one sheet each, and the matters that they count."""
    actor, filters = _insider(request), filters_of(request)

    def write(book: Any) -> None:
        for title, head, rows in tables(actor, filters):
            _sheet(book, title, head, rows)
        _matters(book, actor, filters)

    return _sent(_("五事协商统计"), write)


def _insider(request: Any) -> Actor:
    actor: Actor = request.actor
    if actor.is_outside:
        raise NotFound("deliberations.view")
    return actor


def _matters(book: Any, actor: Actor, filters: Filters) -> None:
    """The matters that fit, one line each: behind every figure its rows."""
    rows = ([_cell(key, row[key]) for key in EXPORT] for row in queries.rows(actor, filters))
    _sheet(book, _("五事协商"), [_(label) for label in EXPORT.values()], rows)


def _sheet(book: Any, title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    sheet, bold = book.add_worksheet(title), book.add_format({"bold": True, "bottom": 1})
    for column, label in enumerate(head):
        sheet.write_string(0, column, label, bold)
        sheet.set_column(column, column, WIDE if label == _("题目") else 13)
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            sheet.write(at, column, value)


def _sent(name: str, write: Callable[[Any], None]) -> FileResponse:
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115  closed by the response
    book = workbook(file.name)
    write(book)
    book.close()
    return FileResponse(open(file.name, "rb"), as_attachment=True, filename=f"{name}-{clock.today()}.xlsx")


def _cell(key: str, value: Any) -> Any:
    words: Any = {
        "category": sources.CATEGORIES,
        "source": sources.SOURCES,
        "level": sources.LEVELS,
        "step": flow.STEP_LABELS,
        "state": {n: s.label for n, s in FLOW.states.items()},
        "satisfied": {True: _("满意"), False: _("不满意"), None: ""},
    }.get(key)
    if words is not None:
        return str(words[value])
    return value.isoformat()[:10] if hasattr(value, "isoformat") else value
