"""Reads of ballots for programs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Query

from gongzhi.core.pages import scoped
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.participation.ballots import queries
from gongzhi.participation.ballots.models import Ballot

router = Router(tags=["ballots"])
MOST = 2**63 - 1


class BallotOut(Schema):
    """A question with its options, and how many have voted."""

    id: int
    question: str
    options: list[str]
    most: int
    places: int
    body: str
    unit_id: int
    about: str
    opens: datetime
    closes: datetime
    listed: bool
    eligible: int | None
    online: int
    papers: int
    state: str
    revision: int


class BallotPage(Schema):
    """Some ballots and the cursor for more."""

    rows: list[BallotOut]
    next: str


class OptionOut(Schema):
    """An option with its votes and its share of the valid ones in per cent."""

    text: str
    votes: int
    share: Decimal
    chosen: bool
    tied: bool


class ResultOut(Schema):
    """A count: its inputs, the rule's version, and what it means."""

    seq: int
    at: datetime
    body: str
    pack: str
    verified: bool
    eligible: int
    present: int
    online: int
    returned: int
    invalid: int
    needed_present: int
    needed_votes: int
    outcome: str
    options: list[OptionOut]


class OneOut(BallotOut):
    """A ballot with its latest result, null before the first count."""

    note: str
    turnout: Decimal
    result: ResultOut | None


@router.get("", response=BallotPage, operation_id="ballots.list", summary="投票")
def listing(
    request: HttpRequest, state: str = "", q: str = "", after: str = "", size: int = Query(50, ge=1, le=200)
) -> Any:
    """The ballots that the caller may see, newest first."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    wanted = queries.Filters.of({"state": state, "q": q})
    page = keyset(queries.find(actor, wanted), order=("-id",), after=after, size=size)
    return {"rows": page.rows, "next": page.next}


@router.get("/{pk}", response=OneOut, operation_id="ballots.get", summary="一个投票和结果")
def one(request: HttpRequest, pk: int) -> Any:
    """One ballot; counts are there once it is over."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    if not 0 < pk <= MOST:
        raise NotFound("ballots.view")
    found = scoped(Ballot, actor, pk, rows=Ballot.objects.select_related("unit"))
    panel = queries.panel(actor, found)
    answer = {name: getattr(found, name) for name in BallotOut.model_fields}
    return {**answer, "note": found.note, "turnout": panel.turnout, "result": _result(panel)}


def _result(panel: queries.Panel) -> dict[str, Any] | None:
    if panel.result is None:
        return None
    names = [n for n in ResultOut.model_fields if n != "options"]
    options = [
        {"text": str(b.text), "votes": b.votes, "share": b.share, "chosen": b.chosen, "tied": b.tied}
        for b in panel.bars
    ]
    return {**{n: getattr(panel.result, n) for n in names}, "options": options}
