"""The pages of polls: the list, one statement at a time, the desk, one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from gongzhi.core.access import Actor
from gongzhi.core.pages import render, scoped, signed_in, story
from gongzhi.core.paging import keyset
from gongzhi.participation.opinions import queries, rules
from gongzhi.participation.opinions.models import Poll, Statement
from gongzhi.participation.opinions.pages.maps import drawing, finding
from gongzhi.registers.residents import queries as residents


@require_GET
def listing(request: Any) -> HttpResponseBase:
    """What people are asked about now: the public ones, and those of my own community."""
    state = request.GET.get("state", "open")
    rows = queries.visible(request.actor)
    running = rows.filter(state="open").count()
    if state in rules.POLL_FLOW.names:
        rows = rows.filter(state=state)
    context = {
        "title": _("{n} 件事正在征集大家的看法").format(n=running)
        if running
        else _("现在没有在征集看法的事"),
        "page": keyset(rows, order=("-id",), after=request.GET.get("after", ""), size=30),
        "states": rules.POLL_FLOW.choices,
        "state": state,
    }
    return render(request, "opinions/listing.html", context)


@require_GET
def poll(request: Any, pk: int) -> HttpResponseBase:
    """One poll: the statement to answer, one's own words and answers, what the map says so far.

    ``?n=3`` asks the third statement again; ``?for=17`` lets the committee answer for a resident who asked for help.
    """
    actor: Actor = request.actor
    found = scoped(Poll, actor, pk, rows=Poll.objects.select_related("unit"))
    is_open, part = queries.is_open(found), queries.takes_part(actor, found)
    helped = _helped(request, found) if is_open else None
    account = helped.account if helped else actor.account_id if part else None
    rows = queries.statements(found, account, helping=helped is not None)
    ask = queries.ask(account, found, rows, number=_number(request, "n")) if is_open and account else None
    there = queries.crowd(actor, found)
    view = queries.read(found, ((s.number, s.text) for s in rows), there.label)
    why, way = queries.why_not(actor, found)
    keeper = queries.keeps(actor, found)
    context = {
        **(story(request, found) if keeper else {}),
        "poll": found,
        "open": is_open,
        "ask": ask,
        "helped": helped,
        "helps": is_open and queries.helps(actor, found),
        "mine": queries.mine(actor, found) if part else [],
        "may_state": is_open and (keeper or ((part or helped) and found.stating == "residents")),
        "why": why,
        "way": way,
        "statements": rows if ask is None else [],
        "longest": queries.longest(),
        "values": rules.VALUES,
        "keeper": keeper,
        "waiting": found.statements.filter(state="held").count() if keeper else 0,
        "crumbs": [(_("大家怎么看"), "/opinions/"), (found.about, found.about_url)],
        **(drawing(view) if view else {"view": None}),
        "finding": finding(view) if view else "",
        "title": title(ask, there.people, len(rows)),
    }
    return render(request, "opinions/poll.html", context)


@dataclass(frozen=True)
class Helped:
    """The resident for whom the committee answers, by the name that others read."""

    account: int
    name: str


def _helped(request: Any, poll: Poll) -> Helped | None:
    account = _number(request, "for")
    if account is None or not queries.helps(request.actor, poll):
        return None
    return Helped(queries.speaker(request.actor, account), residents.display_name(account))


def _number(request: Any, name: str) -> int | None:
    raw = request.GET.get(name, "")
    return int(raw) if raw.isdecimal() and len(raw) < 16 else None


def title(ask: queries.Ask | None, people: int, statements: int) -> str:
    """The page in one sentence: what waits for me, or how far everybody is."""
    if ask is None:
        return _("{p} 人对 {n} 句话表了态").format(p=people, n=statements)
    left = ask.total - ask.done
    if left:
        return ngettext("还有 {n} 句话等您表态", "还有 {n} 句话等您表态", left).format(n=left)
    return _("每一句您都表过态了") if ask.total else _("还没有看法，您来提第一句")


@signed_in
@require_GET
def desk(request: Any, pk: int) -> HttpResponseBase:
    """The moderation desk: what waits, what is shown, what was hidden or merged."""
    actor: Actor = request.actor
    found = scoped(Poll, actor, pk, verb="opinions.approve", rows=Poll.objects.select_related("unit"))
    rows = Statement.objects.visible_to(actor, "opinions.approve").filter(poll=found).select_related("into")
    waiting = rows.filter(state="held").count()
    state = request.GET.get("state", "held" if waiting else "all")
    if state in rules.STATEMENT_FLOW.names:
        rows = rows.filter(state=state)
    context = {
        "title": _("{n} 句看法等审核").format(n=waiting) if waiting else _("没有等审核的看法"),
        "lead": found.label(),
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
    actor: Actor = request.actor
    found = scoped(Statement, actor, pk, rows=Statement.objects.select_related("poll", "into"))
    if not queries.keeps(actor, found.poll):
        return HttpResponseRedirect(found.poll.get_absolute_url())
    home = found.poll.get_absolute_url()
    context = {
        **story(request, found),
        "found": found,
        "title": found.text,
        "crumbs": [(found.poll.about, home), (_("审核看法"), f"{home}desk")],
    }
    return render(request, "opinions/statement.html", context)
