"""A thread's page, and the page of one comment."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from markupsafe import Markup

from gongzhi.core import dated
from gongzhi.core.access import Actor
from gongzhi.core.keeping import kept_for_the_public
from gongzhi.core.pages import render, scoped, story
from gongzhi.core.refusal import NotFound
from gongzhi.participation.conversations import queries, rules
from gongzhi.participation.conversations.models import Comment, Thread
from gongzhi.participation.conversations.queries import names, threads

SIZES = (50, 200, 500)
READINGS = 8
"""So many readings of one page are kept: languages, and readers who may know more."""


@require_GET
@kept_for_the_public
def thread(request: Any, pk: int) -> HttpResponseBase:
    """What is said about a thing, a page at a time; or, under one comment, its replies."""
    actor: Actor = request.actor
    found = queries.visible(actor, pk)
    cut = _cut(request)
    page = threads.loaded(found, cut)
    may_follow = actor.may("conversations.follow") is not None
    n = found.shown
    context = {
        "title": _("“{what}”：{n} 条评论").format(what=found.about, n=n)
        if n
        else _("“{what}”还没有评论").format(what=found.about),
        "thread": found,
        "said": said(request, found, page),
        "page": page,
        "cut": cut,
        "root": _root(actor, found, cut.under),
        "waiting": queries.waiting(actor, found),
        "may_write": found.is_open and actor.may("conversations.comment") is not None,
        "follows": may_follow,
        "following": queries.follows(actor, f"thing:{found.topic}") if may_follow else None,
        "minutes": dated.value("conversations.edit_minutes"),
    }
    return render(request, "conversations/thread.html", context)


def _cut(request: Any) -> threads.Cut:
    asked = request.GET
    size, under = asked.get("size", ""), asked.get("under", "")
    return threads.Cut(
        after=asked.get("after", "")[:200],
        size=int(size) if size in map(str, SIZES) else SIZES[0],
        newest=asked.get("order") != "oldest",
        under=int(under) if under.isascii() and under.isdigit() and len(under) < 19 else None,
    )


def _root(actor: Actor, thread: Thread, under: int | None) -> Any:
    """The comment whose replies are shown."""
    if under is None:
        return None
    found = queries.one(actor, thread, under)
    if found is None:
        raise NotFound(Comment.VIEW)
    return found


def said(request: Any, thread: Thread, page: threads.Loaded) -> Markup:
    """The comments of a page as HTML. Readers who see the same are given the same, made once per process."""
    actor: Actor = request.actor
    known = names.of_residents(page.residents)
    moderates = actor.may("conversations.hide") is not None and actor.unit_id == thread.unit_id
    key = (get_language(), names.knows_raiser(actor, thread), moderates, tuple(sorted(known.items())))
    own = actor.account_id in page.authors
    if not own and key in page.kept:
        return page.kept[key]  # type: ignore[no-any-return]
    rows = threads.shown_to(actor, thread, page, known)
    context = {"rows": rows, "thread": thread, "moderates": moderates}
    html = Markup(render_to_string("conversations/said.html", context))  # noqa: S704  our template escapes
    if not own:
        if len(page.kept) >= READINGS:
            page.kept.clear()
        page.kept[key] = html
    return html


def saying(request: Any, thing: Any) -> dict[str, Any]:
    """For the page of the verb ``comment``: the thread, and the comment that is answered."""
    asked = request.POST or request.GET
    number, answers = asked.get("thread", ""), asked.get("answers", "")
    found = queries.visible(request.actor, int(number)) if number.isdecimal() and len(number) < 19 else None
    page: dict[str, Any] = {"thread": found, "answered": None}
    if found is not None and answers.isdecimal() and len(answers) < 19:
        answered = queries.one(request.actor, found, int(answers))
        page["answered"] = answered if answered and not answered.gone else None
    if found is not None:
        page["back"] = found.get_absolute_url()
    return page


@require_GET
def comment(request: Any, pk: int) -> HttpResponseBase:
    """One comment with what became of it; earlier words for the auditor alone."""
    actor: Actor = request.actor
    found = scoped(Comment, actor, pk, rows=Comment.objects.select_related("thread__unit", "answerer"))
    moderated = Comment.objects.visible_to(actor, "conversations.moderate").filter(pk=pk).exists()
    originals = actor.may("conversations.originals") is not None
    context = {
        **story(request, found),
        "title": _("“{what}”里的一条评论").format(what=found.thread.about),
        "comment": found,
        "one": queries.one(actor, found.thread, found.pk, whatever=True),
        "full": moderated or found.account_id == actor.account_id,
        "moderated": moderated,
        "reasons": rules.LABELS,
        "ground": rules.REASONS.get(found.hide_reason),
        "held_for": rules.REASONS.get(found.held_for),
        "versions": found.versions.order_by("id") if originals else (),
        "reports": found.reported.order_by("id") if moderated else (),
        "crumbs": [(found.thread.about, found.thread.url), (_("讨论"), found.thread.get_absolute_url())],
    }
    return render(request, "conversations/comment_page.html", context)
