"""Reads of residents for programs: the committee's list, masked, and the figures. Plain text is not given by the API."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Query

from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.registers.residents import queries, rules
from gongzhi.registers.residents.models import Claim
from gongzhi.registers.residents.queries import figures

router = Router(tags=["residents"])


class ClaimOut(Schema):
    """A claim of residence, masked."""

    id: int
    resident_id: int
    shown: str
    name: str
    unit_id: int
    building: str
    state: str
    due: date | None
    decided: date | None
    helped: bool
    created_at: datetime
    revision: int


class ClaimPage(Schema):
    """Some claims and the cursor for more."""

    rows: list[ClaimOut]
    next: str


class FigureOut(Schema):
    """One village or community: residents confirmed, claims that wait."""

    unit_id: int
    place: str
    township_id: int
    township: str
    confirmed: int
    helped: int
    waiting: int
    late: int
    asked: int


def _shown(c: Claim) -> dict[str, Any]:
    return {
        "id": c.pk,
        "resident_id": c.resident_id,
        "shown": c.resident.shown,
        "name": str(c.resident.name) if c.in_hand else "",
        "unit_id": c.unit_id,
        "building": c.building,
        "state": c.state,
        "due": c.due,
        "decided": c.decided,
        "helped": c.registered_by is not None,
        "created_at": c.created_at,
        "revision": c.revision,
    }


@router.get("/claims", response=ClaimPage, operation_id="residents.claims", summary="居住申请")
def claims(
    request: HttpRequest,
    state: str = Query("", description="、".join(rules.FLOW.names)),
    after: str = "",
    size: int = Query(50, ge=1, le=200),
) -> Any:
    """The claims made to the caller's committee, or the caller's own."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    if actor.may("residents.view") is None:
        raise NotFound("residents.view")
    rows = queries.visible(actor)
    page = keyset(rows.filter(state=state) if state else rows, order=("-id",), after=after, size=size)
    return {"rows": [_shown(c) for c in page.rows], "next": page.next}


@router.get("/claims/{pk}", response=ClaimOut, operation_id="residents.claim_of", summary="一份居住申请")
def claim(request: HttpRequest, pk: int) -> Any:
    """One claim, masked."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    found = queries.visible(actor).filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise NotFound("residents.view")
    return _shown(found)


@router.get("/figures", response=list[FigureOut], operation_id="residents.figures", summary="各村居的居民数")
def figures_of(request: HttpRequest) -> Any:
    """Numbers for every place in the caller's reach, never names."""
    return [asdict(line) for line in figures.lines(request.actor)]  # type: ignore[attr-defined]
