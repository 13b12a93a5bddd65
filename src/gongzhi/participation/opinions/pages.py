"""The pages of polls: the list, one statement at a time, the desk, one statement."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongzhi.core.pages import render, scoped, signed_in, story
from gongzhi.core.paging import keyset
from gongzhi.participation.opinions import queries, rules
from gongzhi.participation.opinions.models import Poll, Statement


@require_GET
def listing(request: Any) -> HttpResponseBase:
    """What people are asked about now: the public ones, and those of my own community."""
    state = request.GET.get("state", "open")
    rows = queries.visible(request.actor)
    if state in rules.POLL_FLOW.names:
        rows = rows.filter(state=state)
    context = {
        "title": _("大家怎么看"),
        "page": keyset(rows, order=("-id",), after=request.GET.get("after", ""), size=30),
        "states": rules.POLL_FLOW.choices,
        "state": state,
    }
    return render(request, "opinions/listing.html", context)


@require_GET
def poll(request: Any, pk: int) -> HttpResponseBase:
    """One poll: the statement to answer, one's own words, all statements."""
    actor = request.actor
    found = scoped(Poll, actor, pk, rows=Poll.objects.select_related("unit"))
    number = request.GET.get("n", "")
    wanted = int(number) if number.isdecimal() and len(number) < 6 else None
    part = queries.is_open(found) and queries.takes_part(actor, found)
    why, way = queries.why_not(actor, found)
    context = {
        **story(request, found),
        "poll": found,
        "open": queries.is_open(found),
        "ask": queries.ask(actor, found, number=wanted) if part else None,
        "mine": queries.mine(actor, found) if part else [],
        "may_state": queries.is_open(found) and actor.may("opinions.propose") is not None,
        "why": why,
        "way": way,
        "statements": [] if part else list(queries.shown(found)[:300]),
        "longest": queries.longest(),
        "values": rules.VALUES,
        "keeper": keeps(actor, found),
        "crumbs": [(_("大家怎么看"), "/opinions/"), (found.about, found.about_url)],
    }
    return render(request, "opinions/poll.html", context)


def keeps(actor: Any, poll: Poll) -> bool:
    """Whether the actor keeps order in this poll."""
    return actor.may("opinions.approve") is not None and actor.unit_id == poll.unit_id


@signed_in
@require_GET
def desk(request: Any, pk: int) -> HttpResponseBase:
    """The moderation desk: what waits, what is shown, what was hidden or merged."""
    actor = request.actor
    found = scoped(Poll, actor, pk, verb="opinions.approve", rows=Poll.objects.select_related("unit"))
    state = request.GET.get("state", "held")
    rows = Statement.objects.visible_to(actor, "opinions.approve").filter(poll=found).select_related("into")
    waiting = rows.filter(state="held").count()
    if state in rules.STATEMENT_FLOW.names:
        rows = rows.filter(state=state)
    context = {
        "title": _("{n} 句看法等审核").format(n=waiting) if waiting else _("没有等审核的看法"),
        "poll": found,
        "page": keyset(rows, order=("number",), after=request.GET.get("after", ""), size=50),
        "states": rules.STATEMENT_FLOW.choices,
        "state": state,
        "crumbs": [(_("大家怎么看"), "/opinions/"), (found.about, found.get_absolute_url())],
    }
    return render(request, "opinions/desk.html", context)


@require_GET
def statement(request: Any, pk: int) -> HttpResponseBase:
    """One statement: for those who keep order its story and verbs, for others its poll."""
    actor = request.actor
    found = scoped(Statement, actor, pk, rows=Statement.objects.select_related("poll", "into"))
    if not keeps(actor, found.poll):
        return HttpResponseRedirect(found.poll.get_absolute_url())
    context = {
        **story(request, found),
        "found": found,
        "crumbs": [
            (found.poll.about, found.poll.get_absolute_url()),
            (_("审核看法"), f"{found.poll.get_absolute_url()}desk"),
        ],
    }
    return render(request, "opinions/statement.html", context)
