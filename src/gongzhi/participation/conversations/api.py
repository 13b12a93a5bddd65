"""Reads of conversations for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Query

from gongzhi.core import clock
from gongzhi.core.refusal import NotFound
from gongzhi.participation.conversations import queries
from gongzhi.participation.conversations.models import Comment
from gongzhi.participation.conversations.queries import desk as desks

router = Router(tags=["conversations"])
MOST = 2**63 - 1


class ThreadOut(Schema):
    """The conversation about one thing."""

    id: int
    thing_type: str
    thing_id: int
    unit_id: int
    public: bool
    about: str
    url: str
    state: str
    shown: int
    last_at: datetime | None


class SaidOut(Schema):
    """One comment as the caller reads it. ``gone`` says why it has no text."""

    id: int
    who: str
    side: str
    text: str
    at: datetime
    edited: bool
    gone: str = ""
    to: str = ""
    mine: bool
    replies: list[SaidOut] = []
    more: int = 0


class SaidPageOut(Schema):
    """Some comments and the cursor for more."""

    rows: list[SaidOut]
    next: str


class CommentOut(Schema):
    """One comment with what became of it, for its author and for those who keep order."""

    id: int
    thread_id: int
    state: str
    text: str
    held_for: str
    hide_reason: str
    hide_note: str
    appeal: str
    answer: str
    reports: int
    revision: int


class CasePage(Schema):
    """A shelf of the desk and the cursor for more."""

    rows: list[CommentOut]
    next: str


class NewsOut(Schema):
    """One thing that happened."""

    id: int
    about: str
    url: str
    at: datetime
    fresh: bool


class NewsPage(Schema):
    """What happened to what the caller follows, and the cursor for more."""

    rows: list[NewsOut]
    next: str
    unread: int


class SubscriptionOut(Schema):
    """One topic that the caller follows."""

    id: int
    sort: str
    topic: str
    about: str
    url: str


class YearOut(Schema):
    """What came of a unit's comments in a year."""

    unit_id: int
    unit: str
    comments: int
    held: int
    hidden: int
    appealed: int
    restored: int
    withdrawn: int


def _plain(said: queries.Said) -> dict[str, Any]:
    return {
        "id": said.id,
        "who": str(said.who),
        "side": said.side,
        "text": said.text,
        "at": said.at,
        "edited": said.edited,
        "gone": str(said.gone or ""),
        "to": str(said.to),
        "mine": said.mine,
        "replies": [_plain(r) for r in said.replies],
        "more": said.more,
    }


def _known(pk: int) -> int:
    if not 0 < pk <= MOST:
        raise NotFound("conversations.view")
    return pk


@router.get("/news", response=NewsPage, operation_id="conversations.news", summary="我关注的新进展")
def news(request: HttpRequest, after: str = "", size: int = Query(30, ge=1, le=100)) -> Any:
    """What happened to what the caller follows, newest first."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    if actor.may("conversations.subscriptions") is None:
        raise NotFound("conversations.subscriptions")
    page = queries.news(actor, after, size)
    rows = [
        {"id": n.id, "about": str(n.about), "url": n.url, "at": n.at, "fresh": n.fresh} for n in page.rows
    ]
    return {"rows": rows, "next": page.next, "unread": queries.unread(actor)}


@router.get(
    "/subscriptions",
    response=list[SubscriptionOut],
    operation_id="conversations.subscriptions",
    summary="我的关注",
)
def subscriptions(request: HttpRequest) -> Any:
    """What the caller follows."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    if actor.may("conversations.subscriptions") is None:
        raise NotFound("conversations.subscriptions")
    return list(queries.subscriptions(actor)[:1000])


@router.get("/desk", response=CasePage, operation_id="conversations.desk", summary="评论管理台")
def desk(request: HttpRequest, shelf: str = "", after: str = "", size: int = Query(30, ge=1, le=100)) -> Any:
    """The comments of the caller's threads that wait for a look; ``shelf`` held, reported, appealed or hidden."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    cases, after, _ = desks.cases(actor, shelf if shelf in desks.SHELVES else "", after, size)
    return {"rows": [c.comment for c in cases], "next": after}


@router.get("/figures", response=list[YearOut], operation_id="conversations.figures", summary="评论管理统计")
def figures(request: HttpRequest, year: int = Query(0, ge=0, le=9000)) -> Any:
    """What came of the comments of a year (this one), by unit in the caller's reach."""
    return desks.figures(request.actor, year or clock.today().year)  # type: ignore[attr-defined]


@router.get("/comments/{pk}", response=CommentOut, operation_id="conversations.one", summary="一条评论")
def comment(request: HttpRequest, pk: int) -> Any:
    """One comment of the caller's own, or of a thread in which the caller keeps order."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    found = queries.mine_or_moderated(actor).filter(pk=_known(pk)).first()
    if found is None:
        raise NotFound(Comment.VIEW)
    return found


@router.get("/{pk}", response=ThreadOut, operation_id="conversations.thread", summary="一个讨论")
def thread(request: HttpRequest, pk: int) -> Any:
    """The conversation about one thing."""
    return queries.visible(request.actor, _known(pk))  # type: ignore[attr-defined]


@router.get("/{pk}/comments", response=SaidPageOut, operation_id="conversations.said", summary="讨论里的评论")
def comments(
    request: HttpRequest,
    pk: int,
    after: str = "",
    size: int = Query(50, ge=1, le=500),
    oldest: bool = False,
    under: int | None = Query(None, ge=1, le=MOST),
) -> Any:
    """What is said in a thread, newest first unless told; ``under`` a comment its replies."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    found = queries.visible(actor, _known(pk))
    page = queries.comments(actor, found, queries.Cut(after, size, not oldest, under))
    return {"rows": [_plain(s) for s in page.rows], "next": page.next}
