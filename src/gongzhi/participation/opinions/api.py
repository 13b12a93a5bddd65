"""Reads of polls for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Path, Query

from gongzhi.core.pages import scoped
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.participation.opinions import queries
from gongzhi.participation.opinions.models import Poll

router = Router(tags=["opinions"])
PK: Any = Path(..., ge=1, le=2**63 - 1)


class PollOut(Schema):
    """What people think of one thing."""

    id: int
    about: str
    about_url: str
    unit_id: int
    public: bool
    stating: str
    hold: bool
    closes: str | None
    state: str
    revision: int

    @staticmethod
    def resolve_closes(poll: Any) -> str | None:
        return poll.closes.isoformat() if poll.closes else None


class PollPage(Schema):
    """Some polls and the cursor for more."""

    rows: list[PollOut]
    next: str


class StatementOut(Schema):
    """One statement; how it was answered stands in the map, by group."""

    id: int
    number: int
    text: str


class StatementPage(Schema):
    """Some statements and the cursor for more."""

    rows: list[StatementOut]
    next: str


class NextOut(Schema):
    """What the caller is asked next."""

    next: StatementOut | None
    done: int
    total: int


@router.get("", response=PollPage, operation_id="opinions.list", summary="大家怎么看")
def listing(request: HttpRequest, after: str = "", size: int = Query(50, ge=1, le=200)) -> Any:
    """The polls that the caller may look at, latest first."""
    page = keyset(queries.visible(_actor(request)), order=("-id",), after=after, size=size)
    return {"rows": page.rows, "next": page.next}


@router.get("/{pk}", response=PollOut, operation_id="opinions.read", summary="一次征集")
def read(request: HttpRequest, pk: int = PK) -> Any:
    """One poll."""
    return scoped(Poll, _actor(request), pk)


@router.get("/{pk}/statements", response=StatementPage, operation_id="opinions.statements", summary="看法")
def statements(
    request: HttpRequest, pk: int = PK, after: str = "", size: int = Query(50, ge=1, le=200)
) -> Any:
    """The statements on show, by number."""
    poll = scoped(Poll, _actor(request), pk)
    page = keyset(queries.shown(poll), order=("number",), after=after, size=size)
    return {"rows": page.rows, "next": page.next}


@router.get("/{pk}/next", response=NextOut, operation_id="opinions.next", summary="下一句")
def following(request: HttpRequest, pk: int = PK) -> Any:
    """The statement that the caller is asked next; nothing for those who do not take part."""
    actor = _actor(request)
    poll = scoped(Poll, actor, pk)
    if not (queries.is_open(poll) and queries.takes_part(actor, poll)):
        return {"next": None, "done": 0, "total": queries.shown(poll).count()}
    return queries.ask(actor.account_id, poll, queries.statements(poll, actor.account_id))


class CellOut(Schema):
    """How one group answered a statement; null where the count is too small to be told."""

    group: int
    agree: int | None
    disagree: int | None
    passed: int | None


class AnsweredOut(Schema):
    """A statement and how each group answered it (group 0: the others, or everybody where there are no groups)."""

    number: int
    text: str
    cells: list[CellOut]

    @staticmethod
    def resolve_cells(row: Any) -> list[dict[str, Any]]:
        return [
            {"group": c.label, "agree": c.agree, "disagree": c.disagree, "passed": c.passed}
            for c in row.cells
        ]


class TypicalOut(Schema):
    """A statement that tells a group from the others: it mostly agrees, or mostly disagrees."""

    number: int
    side: str


class GroupOut(Schema):
    """People who answered alike. Nobody's own place or answer is in here."""

    label: int
    name: str
    size: int
    typical: list[TypicalOut]

    @staticmethod
    def resolve_name(group: Any) -> str:
        return str(group.name)


class SharedOut(Schema):
    """A statement to which every group gives the same answer."""

    number: int
    side: str


class ApartOut(Schema):
    """A statement on which two groups are far apart: who agrees most, and who least."""

    number: int
    high: int
    low: int


class MapOut(Schema):
    """One version of an opinion map, and the fingerprints by which it can be computed again."""

    version: int
    at: datetime
    final: bool
    people: int
    least: int
    quality: int | None
    groups: list[GroupOut]
    others: int | None
    shared: list[SharedOut]
    apart: list[ApartOut]
    rows: list[AnsweredOut]
    inputs_hash: str
    result_hash: str


@router.get("/{pk}/map", response=MapOut, operation_id="opinions.map", summary="意见图")
def opinion_map(request: HttpRequest, pk: int = PK) -> Any:
    """The newest map: what the page shows, as numbers."""
    actor = _actor(request)
    view = queries.view(actor, scoped(Poll, actor, pk))
    if view is None:
        raise NotFound("opinions.map")
    return view


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]
