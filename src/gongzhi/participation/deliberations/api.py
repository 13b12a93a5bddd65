"""Reads of deliberations for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Query

from gongzhi.participation.deliberations import queries
from gongzhi.participation.deliberations.queries import Filters

router = Router(tags=["deliberations"])


class MatterOut(Schema):
    """One matter in a list."""

    id: int
    number: str
    title: str
    category: str
    source: str
    level: str
    step: str
    state: str
    unit: str
    unit_id: int
    raised: int
    heard_on: date
    due: date | None


class MatterPage(Schema):
    """Some matters and the cursor for more."""

    rows: list[MatterOut]
    next: str


@router.get("", response=MatterPage, operation_id="deliberations.list", summary="协商事项")
def listing(
    request: HttpRequest, after: str = "", size: int = Query(50, ge=1, le=200), step: str = ""
) -> Any:
    """Matters that the caller may see, latest first."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    page = queries.board(actor, Filters(step=step), after=after, size=size)
    return {"rows": page.rows, "next": page.next}
