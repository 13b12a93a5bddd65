"""Lists of matters: the board for everybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core.pages import render
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
