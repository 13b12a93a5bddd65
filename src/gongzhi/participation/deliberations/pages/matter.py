"""The page of one matter."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core.keeping import kept_for_the_public
from gongzhi.core.pages import render, story
from gongzhi.core.papers.doc import Run
from gongzhi.core.story import lines
from gongzhi.participation.ballots import queries as ballots
from gongzhi.participation.conversations import queries as conversations
from gongzhi.participation.deliberations import queries
from gongzhi.participation.deliberations.rules import sources
from gongzhi.participation.opinions import queries as opinions

from . import asking, scene

MARKS: dict[str, Literal["", "ins", "del"]] = {"same": "", "ins": "ins", "del": "del"}
SHOWN = 6
"""So many lines of the story are shown at first; the rest unfolds."""


@require_safe
@kept_for_the_public
def matter(request: Any, pk: int) -> HttpResponseBase:
    """One matter with everything that hangs on it, as the reader may see it."""
    actor = request.actor
    found = queries.whole(actor, pk)
    entries = queries.story(actor, found)
    told = lines(entries, public=not found.inside)
    context = {
        **story(request, found.matter, entries),
        "title": found.matter.title,
        "found": found,
        "m": found.matter,
        "entries": told[:SHOWN],
        "earlier": told[SHOWN:],
        "seals": scene.seals(found),
        "arcs": scene.arcs(found),
        "jobs": scene.jobs(found),
        "money": scene.money(found),
        "ways": asking.ways(actor, found.matter),
        "changes": [Run(p.text, mark=MARKS[p.kind]) for p in found.redlined()],
        "table": scene.table(found),
        "satisfaction": scene.satisfaction(found),
        "categories": sources.CATEGORIES,
        "levels": sources.LEVELS,
        "ballots": ballots.panels(actor, ballots.of_thing(actor, found.matter)),
        "opinions": opinions.panel(actor, opinions.poll_of(found.matter)),
        "panel": conversations.panel(actor, conversations.thread_of(found.matter)),
        "crumbs": [
            (_("大家的事"), "/deliberations/"),
            (found.matter.unit.short, f"/deliberations/?place={found.matter.unit_id}"),
            (found.matter.number, ""),
        ],
        "state_more": _more(found),
    }
    return render(request, "deliberations/matter.html", context)


def _more(found: queries.Whole) -> str:
    """Who raised it, as everyone may know: how many, where from; never who."""
    m = found.matter
    if m.raised > 1:
        return _("由 {n} 位居民提出").format(n=m.raised)
    return _("由一位居民提出，{source}").format(source=sources.SOURCES[m.source]) if m.raised else ""
