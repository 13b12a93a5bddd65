"""What I follow, what came of it, and my daily digest."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gongzhi.core.pages import render, signed_in
from gongzhi.core.refusal import NotFound
from gongzhi.participation.conversations import actions, queries, rules
from gongzhi.participation.conversations.queries import digests
from gongzhi.registers.places import queries as places
from gongzhi.registers.residents import queries as residents
from gongzhi.registers.residents.rules import MESSAGES

LIST = "/conversations/subscriptions/"


def _resident(actor: Any) -> int:
    """The account whose news these are; staff have their workbench instead."""
    if actor.may("conversations.subscriptions") is None or actor.account_id is None:
        raise NotFound("conversations.subscriptions")
    return int(actor.account_id)


@signed_in
@require_GET
def subscriptions(request: Any) -> HttpResponseBase:
    """What I follow, by kind."""
    _resident(request.actor)
    rows = list(queries.subscriptions(request.actor)[:1000])
    context = {
        "title": _("您关注 {n} 项").format(n=len(rows)) if rows else _("还没有关注"),
        "groups": [(label, [r for r in rows if r.sort == sort]) for sort, label in queries.FOLLOWED.items()],
        "more": _to_follow(request.actor, {r.topic for r in rows}),
    }
    return render(request, "conversations/subscriptions.html", context)


def _to_follow(actor: Any, known: set[str]) -> list[tuple[str, str, Any]]:
    """What can be followed besides, as (sort, key, label): the own village or community, and the categories."""
    home = places.place_of(actor.unit_id) if actor.unit_id else None
    found: list[tuple[str, str, Any]] = [("place", str(home.pk), home.label())] if home else []
    found += [("category", key, label) for key, label in rules.CATEGORIES.items()]
    return [row for row in found if f"{row[0]}:{row[1]}" not in known]


@signed_in
@require_GET
def to_list(request: Any, pk: int) -> HttpResponseBase:
    """A subscription has no page of its own."""
    _resident(request.actor)
    return HttpResponseRedirect(LIST)


@signed_in
@require_GET
def news(request: Any) -> HttpResponseBase:
    """What happened to what I follow; looking marks it seen."""
    _resident(request.actor)
    page = queries.news(request.actor, request.GET.get("after", ""))
    fresh = sum(n.fresh for n in page.rows)
    if not request.GET.get("after"):
        actions.mark_seen(request.actor)
    title = _("{n} 条新消息").format(n=fresh) if fresh else _("没有新消息")
    return render(request, "conversations/news.html", {"title": title, "page": page})


@signed_in
@require_GET
def digest(request: Any) -> HttpResponseBase:
    """What would be sent to me today, and whether I want it."""
    account_id = _resident(request.actor)
    reader = actions.reader_of(account_id)
    context = {
        "title": _("每日摘要：有新进展的日子发一条") if reader.wants_digest else _("每日摘要已停"),
        "consent": next(s for s in residents.standings(account_id) if s.purpose == MESSAGES),
        "mine": f"/residents/{account_id}/",
        "reader": reader,
        "text": digests.text_for(reader, queries.line_of(request.actor)),
        "sent": digests.sent(account_id),
    }
    return render(request, "conversations/digest.html", context)


@signed_in
@require_GET
def to_digest(request: Any, pk: int) -> HttpResponseBase:
    """How far one has read has no page of its own."""
    _resident(request.actor)
    return HttpResponseRedirect("/conversations/digest/")


@require_http_methods(["GET", "POST"])
def unsubscribe(request: Any, token: str) -> HttpResponseBase:
    """The link in a digest: whoever holds it may end the digests, without signing in. Opening it only asks."""
    reader = digests.reader_by(token)
    if reader is None:
        raise NotFound("conversations.unsubscribe")
    if request.method == "POST" and reader.wants_digest:
        reader = actions.pause_digest(digests.owner(reader), reader)
    title = _("不再发每日摘要？") if reader.wants_digest else _("已经不再发每日摘要")
    return render(request, "conversations/unsubscribe.html", {"title": title, "reader": reader})
