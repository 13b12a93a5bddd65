"""The pages of deliberations: the board, one matter, and each of its parts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core.pages import View, render, scoped, signed_in, story
from gongzhi.core.story import lines
from gongzhi.core.thing import Thing
from gongzhi.participation.deliberations import queries
from gongzhi.participation.deliberations.queries import Filters
from gongzhi.participation.deliberations.rules import FLOW, flow, sources


def _filters(request: Any) -> Filters:
    """What the address narrows the list to; what it does not know narrows nothing."""
    asked = request.GET
    known = {
        "step": list(flow.STEP_LABELS), "state": FLOW.names, "category": list(sources.CATEGORIES),
        "source": list(sources.SOURCES), "level": list(sources.LEVELS),
    }  # fmt: skip
    chosen = {name: asked[name] for name, values in known.items() if asked.get(name) in values}
    place = asked.get("place", "")
    return Filters(
        **chosen, place=int(place) if place.isdecimal() and len(place) < 10 else None, late="late" in asked
    )


@require_safe
def board(request: Any) -> HttpResponseBase:
    """Matters that the reader may see, newest first."""
    filters = _filters(request)
    context = {
        "title": _("大家的事"),
        "page": queries.board(request.actor, filters, after=request.GET.get("after", "")),
        "filters": filters,
        "steps": list(flow.STEP_LABELS.items()),
        "step_labels": flow.STEP_LABELS,
        "states": {name: state.label for name, state in FLOW.states.items()},
        "categories": sources.CATEGORIES,
    }
    return render(request, "deliberations/board.html", context)


@require_safe
def matter(request: Any, pk: int) -> HttpResponseBase:
    """One matter with everything that hangs on it."""
    found = queries.whole(request.actor, pk)
    entries = queries.story(request.actor, found)
    context = {
        **story(request, found.matter),
        "found": found,
        "entries": lines(entries, public=request.actor.is_outside),
        "stages": queries.timeline(found.matter),
        "categories": sources.CATEGORIES,
        "levels": sources.LEVELS,
        "crumbs": [(_("大家的事"), "/deliberations/"), (found.matter.number, "")],
    }
    return render(request, "deliberations/matter.html", context)


def part(model: type[Thing]) -> View:
    """The page of one part of a matter: what it says, what can be done with it, what happened."""

    @require_safe
    @signed_in
    def page(request: Any, pk: int) -> HttpResponseBase:
        things: Any = model.objects
        rows = things.select_related("matter__unit")
        found = scoped(model, request.actor, pk, rows=rows)
        crumbs = [(_("大家的事"), "/deliberations/")]
        if found.matter is not None:
            crumbs.append((found.matter.label(), found.matter.get_absolute_url()))
        context = {**story(request, found), "found": found, "crumbs": [*crumbs, (found.label(), "")]}
        return render(request, "deliberations/part.html", context)

    return page
