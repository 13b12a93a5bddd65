"""Lists: a township's agreements as tiles and table, drafting for all, figures with their rows, the workbook."""

from __future__ import annotations

import tempfile
from typing import Any

from django.http import FileResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.core import clock, dated, decisions, exchange, pages, units
from gongzhi.core.exchange.pages import sent
from gongzhi.core.exchange.writing import workbook
from gongzhi.core.refusal import NotFound, Problem, Refused
from gongzhi.core.units import Unit
from gongzhi.core.words import say
from gongzhi.lists.agreements import sheets
from gongzhi.lists.agreements.actions import draft_for_township
from gongzhi.lists.agreements.queries import figures, lists, sources
from gongzhi.lists.agreements.queries.lists import FLAGS, GROUPS, Filters
from gongzhi.registers.places import queries as places


@require_safe
@pages.signed_in
def listing(request: Any) -> HttpResponseBase:
    """The agreements in the actor's reach: the year at a glance, then every row."""
    actor = request.actor
    if actor.may("agreements.view") is None:
        raise NotFound("agreements.view")
    years = lists.years(actor)
    wanted = Filters.of(request.GET, years[0] if years else None)
    shown_year = wanted.year or (years[0] if years else clock.today().year)
    page = lists.listed(actor, wanted, request.GET.get("after", ""))
    numbers = figures.by_township(actor, shown_year, wanted.kind)
    whole = figures.total(numbers)
    grid = _grid(actor, wanted, shown_year)
    context = {
        "title": _title(actor, whole, shown_year), "page": page, "wanted": wanted, "years": years, "shown_year": shown_year,
        "whole": whole, "numbers": numbers, "grid": grid, "groups": GROUPS, "flags": FLAGS,
        "kinds": places.KINDS,
        "export": f"/agreements/export.xlsx?{request.GET.urlencode()}", "tiles": tiles(grid) if grid else [],
        "may_draft": actor.may("agreements.draft") is not None, "may_draft_all": actor.may("agreements.draft_all") is not None,
        "is_committee": actor.unit_kind == units.COMMITTEE, "crumbs": [(actor.unit_name, "")],
    }  # fmt: skip
    return pages.render(request, "agreements/list.html", context)


def _title(actor: Any, whole: figures.Figures, year: int) -> str:
    """The finding: how many are signed, of how many."""
    if actor.unit_kind == units.COMMITTEE:
        return _("%(unit)s的协助管理协议") % {"unit": actor.unit_name}
    return _("%(year)s 年 %(signed)s 个已签署，签署率 %(rate)s%%") % {
        "year": year, "signed": whole.signed, "rate": whole.signing_rate,
    }  # fmt: skip


def _grid(actor: Any, wanted: Filters, year: int) -> lists.Grid | None:
    township = actor.unit_id if actor.unit_kind == units.TOWNSHIP else wanted.township
    unit = lists.township.first(township) if township else None
    return lists.grid(actor, unit, year) if unit is not None else None


def tiles(grid: lists.Grid) -> list[dict[str, Any]]:
    """The grid as the macro for small tiles wants it."""
    return [
        {
            "label": t.label,
            "href": t.url,
            "is": t.shape if t.state else "theirs",
            "title": str(say("{name}：{state}", name=t.name, state=t.words)),
        }
        for t in grid.tiles
    ]


@require_safe
@pages.signed_in
def statistics(request: Any) -> HttpResponseBase:
    """Signing, payment in time, disputes and breaches by side, per township; every number leads to its rows."""
    actor = request.actor
    if actor.may("agreements.view") is None:
        raise NotFound("agreements.view")
    years = lists.years(actor)
    wanted = Filters.of(request.GET, years[0] if years else clock.today().year)
    year = wanted.year or clock.today().year
    rows = figures.by_township(actor, year, wanted.kind)
    whole = figures.total(rows)
    title = _("签署率 %(a)s%%，政府按时付款 %(b)s%%") % {"a": whole.signing_rate, "b": whole.in_time_rate}
    context = {"title": title, "rows": rows, "whole": whole, "year": year, "years": years, "kind": wanted.kind,
               "kinds": places.KINDS,
               "crumbs": [(_("协助管理协议"), "/agreements/"), (_("统计"), "")]}  # fmt: skip
    return pages.render(request, "agreements/statistics.html", context)


@require_safe
@pages.signed_in
def statistics_file(request: Any) -> HttpResponseBase:
    """Exactly the table of statistics, as a workbook."""
    years = lists.years(request.actor)
    wanted = Filters.of(request.GET, years[0] if years else clock.today().year)
    year = wanted.year or clock.today().year
    rows = figures.by_township(request.actor, year, wanted.kind)
    file = exchange.export(request.actor, sheets.STATISTICS, sheets.statistic_rows(rows))
    return sent(file, f"协助管理协议统计-{year}.xlsx")


@require_http_methods(["GET", "POST"])
@pages.signed_in
def draft_all(request: Any) -> HttpResponseBase:
    """Draft for every committee of the township that has no agreement yet."""
    actor = request.actor
    if actor.may("agreements.draft_all") is None:
        raise NotFound("agreements.draft_all")
    problems: list[Problem] = []
    raw = request.POST.get("year", "")
    year = int(raw) if raw.isdigit() and len(raw) == 4 else clock.today().year
    if request.method == "POST":
        try:
            made = draft_for_township(actor, year, codes=",".join(request.POST.getlist("code")))
        except Refused as refused:
            problems = list(refused.problems)
        else:
            told = ngettext("起草了 %(n)s 份", "起草了 %(n)s 份", len(made)) % {"n": len(made)}
            _tell(request, told)
            return HttpResponseRedirect(f"/agreements/?year={year}&group=talking")
    return pages.render(
        request, "agreements/draft_all.html", _draft_context(actor, year, problems), 422 if problems else 200
    )


def _tell(request: Any, words: str) -> None:
    from django.contrib import messages

    messages.success(request, words)


def _draft_context(actor: Any, year: int, problems: list[Problem]) -> dict[str, Any]:
    unit = Unit.objects.get(pk=actor.unit_id)
    grid = lists.grid(actor, unit, year)
    free = [t for t in grid.tiles if not t.state]
    listed: list[Any] = []
    name = ""
    try:
        source = sources.list_in_force(clock.today(), decisions.VILLAGE)
        listed, name = source.items, source.name
    except Refused as refused:
        problems = [*problems, *refused.problems]
    title = _("按清单为 %(n)s 个村和社区起草") % {"n": len(free)}
    if not free:
        title = _("%(n)s 个村和社区都有 %(y)s 年的协议了") % {"n": len(grid.tiles), "y": year}
    return {
        "title": title, "free": free, "listed": listed, "list_name": name,
        "chosen": dated.value("agreements.default_codes"), "problems": problems, "year": year,
        "crumbs": [(_("协助管理协议"), "/agreements/"), (_("批量起草"), "")],
    }  # fmt: skip


@require_safe
@pages.signed_in
def export(request: Any) -> HttpResponseBase:
    """Exactly the table on the screen, as a workbook, written row by row."""
    if request.actor.may("agreements.view") is None:
        raise NotFound("agreements.view")
    years = lists.years(request.actor)
    wanted = Filters.of(request.GET, years[0] if years else None)
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115  closed by the response
    book = workbook(file.name)
    sheet = book.add_worksheet(_("协议"))
    head = book.add_format({"bold": True, "bottom": 1})
    money, day = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "yyyy-mm-dd"})
    kinds = {"total": money, "paid": money, "interest": money, "signed_on": day}
    for column, (key, label) in enumerate(lists.EXPORT):
        sheet.write_string(0, column, str(label), head)
        sheet.set_column(column, column, 22 if key in ("party_a", "party_b", "state") else 14, kinds.get(key))
    for row, values in enumerate(lists.export_rows(lists.find(request.actor, wanted)), start=1):
        for column, value in enumerate(values):
            if value is not None:
                write = sheet.write_datetime if hasattr(value, "isoformat") else sheet.write
                write(row, column, value, kinds.get(lists.EXPORT[column][0]))
    book.close()
    return FileResponse(
        open(file.name, "rb"), as_attachment=True, filename=f"协助管理协议-{clock.today()}.xlsx"
    )
