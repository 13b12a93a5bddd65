"""Lists of matters: the board for everybody, its workbook, the committee's desk for what residents said."""

from __future__ import annotations

import tempfile
from typing import Any

from django.http import FileResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core import clock
from gongzhi.core.exchange.writing import workbook
from gongzhi.core.keeping import kept_for_the_public
from gongzhi.core.pages import render, signed_in
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.core.units import COMMITTEE, TOWNSHIP, Unit
from gongzhi.participation.deliberations import queries
from gongzhi.participation.deliberations.queries import Filters
from gongzhi.participation.deliberations.rules import FLOW, flow, sources
from gongzhi.registers.residents import queries as residents

ORDER = [step.key for step in flow.STEPS]
KNOWN = {
    "step": ORDER,
    "state": FLOW.names,
    "category": list(sources.CATEGORIES),
    "source": list(sources.SOURCES),
    "level": list(sources.LEVELS),
}


def filters_of(request: Any) -> Filters:
    """What the address narrows the list to; what it does not know narrows nothing."""
    asked = request.GET
    chosen = {name: asked[name] for name, values in KNOWN.items() if asked.get(name) in values}
    return Filters(
        **chosen,
        place=_number(asked.get("place", "")),
        year=_number(asked.get("year", "")),
        late="late" in asked,
        open="open" in asked,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


@require_safe
@kept_for_the_public
def board(request: Any) -> HttpResponseBase:
    """Matters that the reader may see, newest first."""
    actor, filters = request.actor, filters_of(request)
    place = Unit.objects.filter(pk=filters.place).first() if filters.place else None
    waiting = queries.waiting(actor).count() if _keeps_desk(actor) else 0
    page = queries.board(actor, filters, after=request.GET.get("after", ""))
    today = clock.today()
    for row in page.rows:
        row["late"] = row["due"] is not None and row["due"] < today and row["state"] in flow.OPEN_STATES
    context = {
        "title": _finding(queries.standing(actor, filters.place), place.short if place else ""),
        "crumbs": [(_("大家的事"), "/deliberations/"), (place.short, "")] if place else [(_("大家的事"), "")],
        "page": page,
        "places": _places(actor, filters.place),
        "filters": filters,
        "steps": [(s.key, s.label) for s in flow.STEPS],
        "seals": flow.rows_of_seals(),
        "states": {name: state.label for name, state in FLOW.states.items()},
        "final": {name for name, state in FLOW.states.items() if state.final},
        "categories": sources.CATEGORIES,
        "sources": sources.SOURCES,
        "levels": sources.LEVELS,
        "waiting": waiting,
        "keeps_desk": _keeps_desk(actor),
        "may_enter": actor.may("deliberations.enter") is not None,
        "may_import": actor.may("deliberations.import") is not None,
        "export": "" if actor.is_outside else f"/deliberations/export.xlsx?{request.GET.urlencode()}",
    }
    return render(request, "deliberations/board.html", context)


def _finding(found: queries.Standing, place: str) -> str:
    """The title of a list: how many are under way, how many late."""
    if not found.open:
        return _("{place}没有正在办的事").format(place=place)
    if found.more:
        return _("{place}{n} 多件事正在办").format(place=place, n=f"{found.open:,}")
    if not found.late:
        return _("{place}{n} 件事正在办").format(place=place, n=found.open)
    return _("{place}{n} 件事正在办，{late} 件已逾期").format(place=place, n=found.open, late=found.late)


def _places(actor: Any, chosen: int | None) -> list[tuple[str, str, str, bool]]:
    """For those who work for a place: their own matters, or all they may see."""
    if actor.unit_id is None or actor.unit_kind not in (COMMITTEE, TOWNSHIP):
        return []
    own = f"/deliberations/?place={actor.unit_id}"
    return [
        (_("全部"), "/deliberations/", "", chosen is None),
        (actor.unit_name, own, "", chosen == actor.unit_id),
    ]


def _keeps_desk(actor: Any) -> bool:
    return not actor.is_outside and actor.may("deliberations.register") is not None


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


@signed_in
@require_safe
def export(request: Any) -> HttpResponseBase:
    """Exactly the list on the screen, as a workbook, written row by row."""
    if request.actor.is_outside:
        raise NotFound("deliberations.view")
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115  closed by the response
    book = workbook(file.name)
    sheet = book.add_worksheet(_("五事协商"))
    head = book.add_format({"bold": True, "bottom": 1})
    for column, label in enumerate(EXPORT.values()):
        sheet.write_string(0, column, _(label), head)
        sheet.set_column(column, column, 30 if label == "题目" else 13)
    for at, row in enumerate(queries.rows(request.actor, filters_of(request)), start=1):
        for column, key in enumerate(EXPORT):
            sheet.write(at, column, _cell(key, row[key]))
    book.close()
    return FileResponse(open(file.name, "rb"), as_attachment=True, filename=f"五事协商-{clock.today()}.xlsx")


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


@signed_in
@require_safe
def desk(request: Any) -> HttpResponseBase:
    """What residents said and nobody has registered yet, oldest first."""
    actor = request.actor
    if not _keeps_desk(actor):
        raise NotFound("deliberations.register")
    page = keyset(queries.waiting(actor), order=("heard_on", "pk"), after=request.GET.get("after", ""))
    count = queries.waiting(actor).count()
    title = _("{n} 件居民说的事等登记").format(n=count) if count else _("居民说的事都登记了")
    context = {
        "title": title,
        "page": page,
        "sources": sources.SOURCES,
        "crumbs": [(_("大家的事"), "/deliberations/"), (_("待登记"), "")],
    }
    return render(request, "deliberations/desk.html", context)


@signed_in
@require_safe
def of_resident(request: Any, account: int) -> HttpResponseBase:
    """What a resident said for whom the committee acts, and how it stands."""
    rows = queries.of_helped(request.actor, account)
    page = keyset(rows, order=("-pk",), after=request.GET.get("after", ""))
    name = residents.display_name(account)
    context = {
        "title": _("{who}说过的事").format(who=name),
        "page": page,
        "account": account,
        "sources": sources.SOURCES,
        "crumbs": [(_("居民"), "/residents/"), (name, f"/residents/{account}/"), (_("说过的事"), "")],
    }
    return render(request, "deliberations/of_resident.html", context)
