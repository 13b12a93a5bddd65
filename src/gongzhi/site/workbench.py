"""The workbench: what waits for me and until when, what I did, what is late in my scope; and search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from gongzhi.core import action, calendar, clock, journal, notices, search, todo
from gongzhi.core.access import Actor
from gongzhi.core.pages import render, signed_in
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import Refused
from gongzhi.core.todo import Todo
from gongzhi.core.words import Words, say
from gongzhi.site import panels

MOST = 200  # to-dos shown at once; the rest are counted


@dataclass(frozen=True)
class Line:
    """One to-do as shown: the row, the verb's label, working days left (negative: late; None: no deadline)."""

    row: Todo
    label: Words | str
    left: int | None


def _left(today: date, due: date | None) -> int | None:
    if due is None:
        return None
    try:
        if due >= today:
            return calendar.workdays_between(today, due)
        return -calendar.workdays_between(due, today)
    except Refused:  # a year whose holidays are not announced yet: plain days
        return (due - today).days


def lines(rows: Iterable[Todo]) -> list[Line]:
    """To-dos with their labels and working days."""
    today = clock.today()
    verbs = action.registry
    return [Line(r, verbs[r.verb].label if r.verb in verbs else r.verb, _left(today, r.due)) for r in rows]


def groups(found: list[Line]) -> list[tuple[Words, str, list[Line]]]:
    """Late, this week, later: (heading, kind, lines), the empty ones left out."""
    today = clock.today()
    sunday = today + timedelta(days=6 - today.weekday())
    late = [x for x in found if x.row.due and x.row.due < today]
    week = [x for x in found if x.row.due and today <= x.row.due <= sunday]
    later = [x for x in found if not x.row.due or x.row.due > sunday]
    named = [(say("已逾期"), "late", late), (say("本周到期"), "week", week), (say("以后"), "later", later)]
    return [(n, k, r) for n, k, r in named if r]


@require_GET
def home(request: Any) -> HttpResponseBase:
    """The signed-in person's workbench; everybody else is shown the public front."""
    actor: Actor = request.actor
    if actor.is_public:
        return HttpResponseRedirect("/duties/ask/")
    found = lines(todo.waiting_for(actor)[: MOST + 1])
    more = len(found) > MOST
    found = found[:MOST]
    rooms = todo.counts_by_room(x.row for x in found)
    chosen = request.GET.get("room", "")
    shown = [x for x in found if not chosen or x.row.room == chosen]
    late = sum(1 for x in found if x.row.due and x.row.due < clock.today())
    week = sum(1 for x in found if x.left is not None and x.row.due and clock.today() <= x.row.due)
    page = {
        "title": _title(len(found), late),
        "count": len(found),
        "late": late,
        "week": week,
        "more": more,
        "groups": groups(shown),
        "rooms": rooms,
        "chosen": chosen,
        "mine": list(journal.by(actor)[:6]),
        "late_below": lines(todo.late_below(actor, clock.today())[:6]) if actor.may("todo.oversee") else [],
        "panels": panels.of(actor),
        "today": clock.today(),
    }
    return render(request, "site/workbench.html", page)


def _title(count: int, late: int) -> str:
    if not count:
        return _("现在没有事情轮到您")
    said = ngettext("{n} 件事轮到您", "{n} 件事轮到您", count).format(n=count)
    return said + (_("，其中 {n} 件已逾期").format(n=late) if late else "")


@signed_in
@require_GET
def late(request: Any) -> HttpResponseBase:
    """Everything late in my scope."""
    rows = todo.late_below(request.actor, clock.today()) if request.actor.may("todo.oversee") else Todo.objects.none()
    page = keyset(rows, order=("due", "pk"), after=request.GET.get("after", ""))
    return render(request, "site/late.html", {"title": _("范围内逾期的事"), "lines": lines(page.rows), "page": page})


@signed_in
@require_GET
def mine(request: Any) -> HttpResponseBase:
    """What I did, newest first."""
    page = keyset(journal.by(request.actor), order=("-pk",), after=request.GET.get("after", ""))
    return render(request, "site/mine.html", {"title": _("我办过的"), "page": page})


@signed_in
@require_GET
def notices_page(request: Any) -> HttpResponseBase:
    """My post's notices; looking at them marks them seen."""
    page = keyset(notices.for_actor(request.actor), order=("-at", "-pk"), after=request.GET.get("after", ""))
    notices.mark_seen(request.actor)
    return render(request, "site/notices.html", {"title": _("通知"), "page": page})


@require_GET
def search_page(request: Any) -> HttpResponseBase:
    """Everything found for some words, within the actor's scope."""
    text = request.GET.get("q", "").strip()[:60]
    found = search.find(request.actor, text, limit=50) if text else []
    title = _("找到 {n} 条“{q}”").format(n=len(found), q=text) if text else _("查找")
    return render(request, "site/search.html", {"title": title, "q": text, "found": found})


@require_GET
def suggest(request: Any) -> HttpResponseBase:
    """Suggestions while typing: a list for htmx, or JSON."""
    text = request.GET.get("q", "").strip()[:60]
    found = search.find(request.actor, text, limit=8) if text else []
    if "json" in request.headers.get("Accept", ""):
        return JsonResponse({"found": [{"id": f.object_id, "kind": f.kind, "label": f.label, "url": f.url} for f in found]})
    return render(request, "site/suggest.html", {"q": text, "found": found})


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive, and the database answers."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
