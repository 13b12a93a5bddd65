"""The hall meeting: who takes a paper ballot, and the count of the papers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core.pages import render, scoped, signed_in
from gongzhi.core.paging import keyset
from gongzhi.participation.ballots import queries
from gongzhi.participation.ballots.models import Ballot


def _of(actor: Any, pk: int) -> Ballot:
    found: Ballot = scoped(Ballot, actor, pk, verb="ballots.roll", rows=Ballot.objects.select_related("unit"))
    return found


@signed_in
@require_safe
def roll(request: Any, pk: int) -> HttpResponseBase:
    """Who takes a paper ballot: a list with a button beside each name, or a search for confirmed residents."""
    actor = request.actor
    found = _of(actor, pk)
    text, channel = request.GET.get("q", "").replace("\0", "").strip()[:60], request.GET.get("channel", "")
    rows = queries.roll(found, text if found.listed else "", channel)
    page = keyset(rows, order=("id",), after=request.GET.get("after", ""), size=50)
    title = _("%(papers)s 人领了纸质票，%(online)s 人在网上投了") % {
        "papers": found.papers,
        "online": found.online,
    }
    context = {
        "title": title,
        "ballot": found,
        "page": page,
        "rows": queries.named(page.rows),
        "hits": [] if found.listed else queries.at_the_table(actor, found, text),
        "q": text,
        "channel": channel,
        "left": found.eligible - found.online - found.papers if found.listed else None,
        "locked": queries.hours(actor, found),
        "here": request.get_full_path(),
        "crumbs": [(_("投票"), "/ballots/"), (found.question, found.get_absolute_url())],
    }
    return render(request, "ballots/roll.html", context)


@signed_in
@require_safe
def batches(request: Any, pk: int) -> HttpResponseBase:
    """The sheets of the paper ballots: what is settled, what differs, what the second person has to enter."""
    actor = request.actor
    found = _of(actor, pk)
    counted = queries.batches(found)
    waiting = sum(not c.batch.settled for c in counted)
    title = (
        _("%(n)s 批还没有核对一致") % {"n": waiting}
        if waiting
        else _("%(n)s 批都已核对一致") % {"n": len(counted)}
    )
    context = {
        "title": title if counted else _("还没有录入计票单"),
        "ballot": found,
        "bars": queries.bars(found, None),
        "tables": [queries.table(found, c, actor) for c in counted],
        "next": max((c.batch.number for c in counted), default=0) + 1,
        "may_enter": found.state == "closed" and actor.may("ballots.enter") is not None,
        "crumbs": [(_("投票"), "/ballots/"), (found.question, found.get_absolute_url())],
    }
    return render(request, "ballots/batches.html", context)


def entering(request: Any, ballot: Any) -> dict[str, Any]:
    """What the entry form needs: the options, and the batch named in the address."""
    return {
        "ballot": ballot,
        "bars": queries.bars(ballot, None),
        "back": f"{ballot.get_absolute_url()}batches",
    }
