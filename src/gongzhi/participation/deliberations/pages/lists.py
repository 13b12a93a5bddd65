"""Lists of matters: the board for everybody, the committee's desk for what residents said."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core import clock
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
        satisfied="satisfied" in asked,
        adopted="adopted" in asked,
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
