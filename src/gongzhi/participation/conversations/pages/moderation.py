"""The moderation desk and its figures."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongzhi.core import clock
from gongzhi.core.pages import render, signed_in
from gongzhi.participation.conversations import rules
from gongzhi.participation.conversations.queries import desk as desks


@signed_in
@require_GET
def desk(request: Any) -> HttpResponseBase:
    """What waits for a look in my unit's threads."""
    shelf = request.GET.get("shelf", "")
    shelf = shelf if shelf in desks.SHELVES else ""
    counts = desks.counts(request.actor)
    cases, after, before = desks.cases(request.actor, shelf, request.GET.get("after", ""))
    waiting = counts[""]
    context = {
        "title": _("{n} 条评论等您处理").format(n=waiting) if waiting else _("没有等处理的评论"),
        "cases": cases,
        "next": after,
        "previous": before,
        "shelves": [
            (label, f"?shelf={k}", counts[k], k == shelf) for k, (label, _q) in desks.SHELVES.items()
        ],
        "shelf": shelf,
    }
    return render(request, "conversations/desk.html", context)


@signed_in
@require_GET
def figures(request: Any) -> HttpResponseBase:
    """What came of moderation in a year, by unit and by ground."""
    asked, today = request.GET.get("year", ""), clock.today()
    year = (
        int(asked) if asked.isascii() and asked.isdigit() and 2000 <= int(asked) <= today.year else today.year
    )
    rows = desks.figures(request.actor, year)
    due, late = desks.late(request.actor, year)
    total = {name: sum(getattr(r, name) for r in rows) for name in ("comments", "hidden", "restored")}
    grounds = desks.grounds(request.actor, year)
    title = _("{year} 年 {comments} 条评论，隐藏 {hidden} 条，后来恢复 {restored} 条")
    context = {
        "title": title.format(year=year, **total),
        "rows": rows,
        "grounds": [(rules.REASONS[key], hidden, reported) for key, hidden, reported in grounds],
        "due": due,
        "late": late,
        "year": year,
        "years": [(str(y), str(y)) for y in range(today.year, today.year - 3, -1)],
    }
    return render(request, "conversations/figures.html", context)
