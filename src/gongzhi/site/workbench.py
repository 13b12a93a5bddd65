"""The workbench: what waits for me and until when, what I did, what is late in my scope; and search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongzhi.core import action, calendar, clock, journal, notices, search, story, todo, units
from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.core.pages import render, signed_in, staff
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import Refused
from gongzhi.core.todo import Todo
from gongzhi.core.words import Words, say
from gongzhi.site import lookups, panels
from gongzhi.site.settings_page import ROOM_NAMES

AT_FIRST = 12  # of what is due later than this week, so many are shown before "all"
MOST = 200  # to-dos shown at once; the rest are counted


@dataclass(frozen=True)
class Line:
    """One to-do as the page shows it. ``left``: working days, negative where late, None without a deadline."""

    title: Words | str
    detail: str
    url: str
    button: Words | str
    button_url: str
    due: date | None
    left: int | None
    unit: str
    waits: str
    side: str
    main: bool
    room: str


@dataclass(frozen=True)
class Group:
    """To-dos under one heading."""

    label: Words
    note: Words
    rows: list[Line]
    folded: int = 0


def _left(today: date, due: date | None) -> int | None:
    if due is None:
        return None
    try:
        if due >= today:
            return calendar.workdays_between(today, due)
        return -calendar.workdays_between(due, today)
    except Refused:  # a year whose holidays are not announced yet: plain days
        return (due - today).days


def _side(unit: Any) -> str:
    """The colour of who waits: the government's, the community's, or neither."""
    if unit is None:
        return ""
    return "b" if unit.kind == units.COMMITTEE else "" if unit.kind == units.ORGANISATION else "a"


def lines(rows: Iterable[Todo], *, owner: bool = False) -> list[Line]:
    """To-dos with their verbs and working days; ``owner`` colours them by whose they are, not by who waits."""
    today = clock.today()
    found = []
    for r in rows:
        verb = action.registry.get(r.verb)
        left = _left(today, r.due)
        about = Words.from_json(r.about)
        found.append(
            Line(
                title=about,
                detail=str(verb.label) if verb else "",
                url=r.thing_url,
                button=verb.label if verb else say("去办"),
                button_url=r.url,
                due=r.due,
                left=left,
                unit=r.unit.short,
                waits=r.waits.short if r.waits else "",
                side=_side(r.unit if owner else r.waits),
                main=left is not None and left <= 0,
                room=r.room,
            )
        )
    return found


def _parted(rows: list[Todo]) -> tuple[list[Todo], list[Todo], list[Todo]]:
    """Late, due this week, due later or never."""
    today = clock.today()
    sunday = today + timedelta(days=6 - today.weekday())
    late = [r for r in rows if r.due and r.due < today]
    week = [r for r in rows if r.due and today <= r.due <= sunday]
    return late, week, [r for r in rows if not r.due or r.due > sunday]


def groups(rows: list[Todo], *, everything: bool = True) -> list[Group]:
    """Late, this week, later; the empty ones left out. Unless ``everything``, later ones are cut to the first few."""
    late, week, later = _parted(rows)
    shown = len(later) if everything else AT_FIRST
    named = [
        Group(say("已逾期"), say("{n} 件", n=len(late)), lines(late)),
        Group(say("本周到期"), say("{n} 件", n=len(week)), lines(week)),
        Group(say("以后"), say("{n} 件", n=len(later)), lines(later[:shown]), max(0, len(later) - shown)),
    ]
    return [g for g in named if g.rows]


@require_GET
def home(request: Any) -> HttpResponseBase:
    """The signed-in person's workbench; everybody else is shown the public front."""
    actor: Actor = request.actor
    if actor.is_public:
        return HttpResponseRedirect("/duties/ask/")
    if actor.is_outside:
        return HttpResponseRedirect("/resident/")
    found = _waiting(actor)
    more = len(found) > MOST
    found = found[:MOST]
    chosen = request.GET.get("room", "")
    below = _late_below(actor) if actor.may("todo.oversee") else []
    late, week, _later = _parted(found)
    page = {
        "title": _title(len(found), len(late)),
        "count": len(found),
        "late": len(late),
        "lead": _lead(late, len(week)) if found else "",
        "more": more,
        "groups": groups(
            [x for x in found if not chosen or x.room == chosen], everything="all" in request.GET
        ),
        "tabs_of_rooms": _tabs(found, chosen),
        "mine": story.told(_mine(actor)),
        "late_below": lines(below, owner=True),
        "panels": panels.of(actor),
        "today": clock.today(),
        "day_of_month": _workday_of_month(),
    }
    return render(request, "site/workbench.html", page)


@compiled
def _waiting(actor: Actor) -> QuerySet[Todo]:
    return todo.waiting_for(actor)[: MOST + 1]


@compiled
def _late_below(actor: Actor) -> QuerySet[Todo]:
    return todo.late_below(actor, clock.today())[:6]


@compiled
def _mine(actor: Actor) -> QuerySet[journal.JournalEntry]:
    return journal.with_leaf(journal.by(actor))[:6]


def _tabs(found: list[Todo], chosen: str) -> list[tuple[Any, str, int, bool]]:
    counts: dict[str, int] = {}
    for row in found:
        counts[row.room] = counts.get(row.room, 0) + 1
    rooms = [(ROOM_NAMES.get(r, r), f"?room={r}", n, chosen == r) for r, n in counts.items()]
    return [(say("轮到我"), "/", len(found), not chosen), *rooms]


def _title(count: int, late: int) -> str:
    if not count:
        return _("现在没有事情轮到您")
    said = _("{n} 件事轮到您").format(n=count)
    return said + (_("，其中 {n} 件已逾期").format(n=late) if late else "")


def _lead(late: list[Todo], week: int) -> str:
    """What is due this week, and who has waited longest; ``late`` begins with what has waited longest."""
    said = _("本周还有 {n} 件到期。").format(n=week) if week else _("本周没有别的事到期。")
    worst = next((r for r in late if r.waits), None)
    if worst is not None and worst.waits is not None:
        said += _("等得最久的是{who}：{n} 个工作日。").format(
            who=worst.waits.short, n=-(_left(clock.today(), worst.due) or 0)
        )
    return said


def _workday_of_month() -> int | None:
    today = clock.today()
    try:
        return calendar.workdays_between(today.replace(day=1) - timedelta(days=1), today)
    except Refused:
        return None


@staff
@require_GET
def late(request: Any) -> HttpResponseBase:
    """Everything late in my scope."""
    rows = (
        todo.late_below(request.actor, clock.today())
        if request.actor.may("todo.oversee")
        else Todo.objects.none()
    )
    page = keyset(rows, order=("due", "pk"), after=request.GET.get("after", ""))
    context = {"title": _("范围内逾期的事"), "lines": lines(page.rows, owner=True), "page": page}
    return render(request, "site/late.html", context)


@staff
@require_GET
def mine(request: Any) -> HttpResponseBase:
    """What I did, newest first."""
    page = keyset(journal.by(request.actor), order=("-pk",), after=request.GET.get("after", ""))
    columns = [{"label": _(n)} for n in ("记录", "办的事", "对象", "时间", "封存")]
    context = {"title": _("我办过的"), "page": page, "told": story.told(page.rows), "columns": columns}
    return render(request, "site/mine.html", context)


@staff
@require_GET
def notices_page(request: Any) -> HttpResponseBase:
    """My post's notices; looking at them marks them seen."""
    page = keyset(notices.for_actor(request.actor), order=("-at", "-pk"), after=request.GET.get("after", ""))
    fresh = notices.unseen(request.actor)
    notices.mark_seen(request.actor)
    title = _("{n} 条新通知").format(n=fresh) if fresh else _("通知都看过了")
    return render(request, "site/notices.html", {"title": title, "page": page})


KINDS = {
    "places.place": say("地方"),
    "organisations.organisation": say("组织"),
    "people.person": say("人"),
    "positions.position": say("岗位"),
    "positions.certificate": say("证书"),
    "duties.dutylist": say("清单"),
    "duties.dutyitem": say("清单事项"),
    "agreements.agreement": say("协议"),
    "appraisals.appraisal": say("评估"),
    "appraisals.campaign": say("评估"),
    "deliberations.matter": say("大家的事"),
}


def _asked(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:60]


@require_GET
def search_page(request: Any) -> HttpResponseBase:
    """Everything found for some words, within the actor's scope."""
    text = _asked(request)
    found = search.find(request.actor, text, limit=50) if text else []
    title = _("找到 {n} 条“{q}”").format(n=len(found), q=text) if text else _("查找")
    return render(request, "site/search.html", {"title": title, "q": text, "found": found, "kinds": KINDS})


@require_GET
def suggest(request: Any) -> HttpResponseBase:
    """Suggestions while typing: options for the box, or JSON."""
    text = _asked(request)
    found = search.find(request.actor, text, limit=8) if text else []
    if "json" in request.headers.get("Accept", ""):
        return JsonResponse(
            {"found": [{"id": f.object_id, "kind": f.kind, "label": f.label, "url": f.url} for f in found]}
        )
    return render(request, "site/suggest.html", {"q": text, "found": found, "kinds": KINDS})


@signed_in
@require_GET
def pick(request: Any) -> HttpResponseBase:
    """Options for a question that wants one thing of a kind."""
    text, kind = _asked(request), request.GET.get("kind", "")
    if kind in lookups.OF:
        found = lookups.OF[kind](request.actor, text)
    else:
        hits = search.find(request.actor, text, kinds=[kind], limit=8) if text and kind in KINDS else []
        found = [{"id": f.object_id, "label": f.label, "hint": f.hint} for f in hits]
    return render(request, "site/pick.html", {"q": text, "found": found})


@require_GET
def help_page(request: Any) -> HttpResponseBase:
    """One page of help."""
    return render(request, "site/help.html", {"title": _("使用说明")})


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive, and the database answers."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
