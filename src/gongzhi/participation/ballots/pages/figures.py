"""Turnout by unit, and the workbook of a list."""

from __future__ import annotations

import tempfile
from typing import Any

from django.http import FileResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core import clock
from gongzhi.core.exchange.writing import workbook
from gongzhi.core.pages import render, signed_in
from gongzhi.core.refusal import NotFound
from gongzhi.participation.ballots import queries


@signed_in
@require_safe
def statistics(request: Any) -> HttpResponseBase:
    """One line a unit for a year; every figure leads to its rows."""
    actor = request.actor
    if actor.may("ballots.figures") is None:
        raise NotFound("ballots.figures")
    years = queries.years(actor) or [clock.today().year]
    asked = queries.Filters.of(request.GET).year
    year = asked if asked in years else years[0]
    rows = queries.by_unit(actor, year)
    whole = queries.total(rows)
    context = {
        "title": (
            _("%(year)s 年投票 %(n)s 次，投票率 %(rate)s%%")
            if whole.counted
            else _("%(year)s 年投票 %(n)s 次，还没有公布结果的")
        )
        % {"year": year, "n": whole.ballots, "rate": whole.turnout},
        "rows": rows,
        "whole": whole,
        "year": year,
        "years": years,
        "crumbs": [(_("投票"), "/ballots/"), (_("统计"), "")],
    }
    return render(request, "ballots/statistics.html", context)


@signed_in
@require_safe
def export(request: Any) -> HttpResponseBase:
    """Exactly the table on the screen, as a workbook, written row by row."""
    actor = request.actor
    if actor.may("ballots.figures") is None:
        raise NotFound("ballots.figures")
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115  closed by the response
    book = workbook(file.name)
    sheet = book.add_worksheet(_("投票"))
    head, moment = (
        book.add_format({"bold": True, "bottom": 1}),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    )
    for column, (key, label) in enumerate(queries.EXPORT):
        sheet.write_string(0, column, str(label), head)
        sheet.set_column(column, column, 40 if key in ("question", "counts") else 16)
    rows = queries.export_rows(queries.find(actor, queries.Filters.of(request.GET)))
    for row, values in enumerate(rows, start=1):
        for column, value in enumerate(values):
            if hasattr(value, "isoformat"):
                sheet.write_datetime(row, column, value, moment)
            elif value is not None:
                sheet.write(row, column, value)
    book.close()
    return FileResponse(open(file.name, "rb"), as_attachment=True, filename=f"投票-{clock.today()}.xlsx")
