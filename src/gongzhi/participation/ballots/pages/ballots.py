"""The list of ballots, one ballot, and the voting page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from gongzhi.core.pages import render, scoped, story
from gongzhi.core.paging import keyset
from gongzhi.participation.ballots import queries, rules
from gongzhi.participation.ballots.models import Ballot
from gongzhi.participation.ballots.rules.bodies import BODIES


@require_safe
def listing(request: Any) -> HttpResponseBase:
    """The ballots in reach, newest first; for residents those that wait for their vote on top."""
    actor = request.actor
    wanted = queries.Filters.of(request.GET)
    mine = queries.waiting(actor)
    rows = queries.find(actor, wanted)
    context = {
        "title": _title(mine, actor),
        "page": keyset(rows, order=("-id",), after=request.GET.get("after", ""), size=30),
        "mine": mine,
        "wanted": wanted,
        "states": rules.FLOW.choices,
        "bodies": BODIES,
        "may_open": actor.may("ballots.open") is not None,
        "figures": actor.may("ballots.figures") is not None,
        "export": f"/ballots/export.xlsx?{request.GET.urlencode()}" if actor.may("ballots.figures") else "",
        "where": _where(actor, wanted),
        "crumbs": [(actor.unit_name, "")] if actor.unit_name else [],
    }
    return render(request, "ballots/list.html", context)


def _where(actor: Any, wanted: queries.Filters) -> list[tuple[str, str, str, bool]]:
    """Tabs: what is the reader's own, and everything open to all."""
    if actor.account_id is None:
        return []
    own = _("本单位的") if not actor.is_outside else _("我有票的")
    return [(own, "?", "", not wanted.everywhere), (_("全市公开的"), "?where=all", "", wanted.everywhere)]


def _title(mine: list[Ballot], actor: Any) -> str:
    """The finding: how many wait for this resident's vote."""
    if mine:
        return ngettext("%(n)s 个投票等您投", "%(n)s 个投票等您投", len(mine)) % {"n": len(mine)}
    if actor.may("ballots.vote"):
        return _("没有等您投的票")
    if actor.is_public:
        return _("大家正在投票")
    running, waiting = queries.standing(actor)
    said = _("%(n)s 个投票正在进行") % {"n": running} if running else _("没有正在进行的投票")
    return said + (_("，%(n)s 个等计票") % {"n": waiting} if waiting else "")


@require_safe
def thing(request: Any, pk: int) -> HttpResponseBase:
    """One ballot: the question, who may vote until when, the counts once it is over."""
    actor = request.actor
    found = scoped(Ballot, actor, pk, rows=Ballot.objects.select_related("unit", "after"))
    runs = actor.may("ballots.roll") is not None and actor.unit_id == found.unit_id
    context = {
        **story(request, found),
        "ballot": found,
        "panel": queries.panel(actor, found),
        "results": list(found.results.order_by("-seq")) if found.state in ("counted", "closed") else [],
        "run_off": found.run_offs.exclude(state="cancelled").first() if found.state == "counted" else None,
        "runs": runs,
        "hosts": runs and actor.may("ballots.cancel") is not None,
        "batches": queries.batches(found) if runs and found.papers and found.state != "open" else [],
        "crumbs": [(_("投票"), "/ballots/"), *([(found.about, found.about_url)] if found.about else [])],
    }
    return render(request, "ballots/thing.html", context)


def voting(request: Any, ballot: Any) -> dict[str, Any]:
    """What the voting page shows beside the verb: the options, and why the reader may not vote where he may not."""
    panel = queries.panel(request.actor, ballot)
    locked = panel.locked
    marked = [int(c) for c in request.POST.getlist("choices") if c.isdecimal()]
    return {
        "panel": panel,
        "ballot": ballot,
        "marked": marked,
        **({"locked": locked, "problems": locked.problems} if locked else {}),
    }
