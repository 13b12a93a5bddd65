"""Reads of correction requests for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Query

from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.registers.corrections import queries

router = Router(tags=["corrections"])


class CorrectionOut(Schema):
    """A request to correct one field of a register."""

    id: int
    ledger: str
    thing_id: int
    about: str
    field: str
    value: str
    reason: str
    asker_id: int
    keeper_id: int
    answer: str
    state: str
    revision: int


class CorrectionPage(Schema):
    """Some requests and the cursor for more."""

    rows: list[CorrectionOut]
    next: str


@router.get("", response=CorrectionPage, operation_id="corrections.list", summary="更正请求")
def listing(request: HttpRequest, after: str = "", size: int = Query(50, ge=1, le=200)) -> Any:
    """Requests that the caller's unit asked or has to answer, latest first."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    if actor.may("corrections.view") is None:
        raise NotFound("corrections.view")
    page = keyset(queries.visible(actor), order=("-id",), after=after, size=size)
    return {"rows": page.rows, "next": page.next}
