"""Reads of positions and certificates for programs: scoped; names masked but for the elected."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Query

from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.registers.positions import queries, rules

router = Router(tags=["positions"])


class PositionOut(Schema):
    """Who holds what, from when to when."""

    id: int
    person_id: int
    name: str
    organisation_id: int
    unit_id: int
    type: str
    area: str
    part_time: bool
    basis: str
    since: date
    until: date | None
    revision: int


class PositionPage(Schema):
    """Some positions and the cursor for more."""

    rows: list[PositionOut]
    next: str


class CountOut(Schema):
    """Distinct persons and positions of one kind; an empty kind is the whole."""

    type: str
    persons: int
    positions: int


class CertificateOut(Schema):
    """A social worker's certificate."""

    id: int
    person_id: int
    level: str
    number: str
    issued: date
    period_since: date
    valid_to: date
    revoked: date | None


class CertificatePage(Schema):
    """Some certificates and the cursor for more."""

    rows: list[CertificateOut]
    next: str


def _actor(request: Any, verb: str) -> Any:
    if request.actor.may(verb) is None:
        raise NotFound(verb)
    return request.actor


@router.get("", response=PositionPage, operation_id="positions.list", summary="任职")
def listing(
    request: HttpRequest,
    type: str = Query("", description="、".join(rules.KINDS)),
    ended: bool = False,
    after: str = "",
    size: int = Query(50, ge=1, le=200),
) -> Any:
    """Positions in the caller's reach; those held today unless ``ended`` ones are wanted too."""
    actor = _actor(request, "positions.view")
    rows = queries.visible(actor) if ended else queries.current(actor)
    rows = rows.filter(type=type) if type else rows
    page = keyset(rows.select_related("person"), order=("id",), after=after, size=size)
    return {"rows": page.rows, "next": page.next}


@router.get(
    "/counts", response=list[CountOut], operation_id="positions.counts", summary="各类岗位的人数和岗位数"
)
def counts(request: HttpRequest) -> Any:
    """Distinct persons and positions held today, by kind and as a whole."""
    return list(queries.counts(_actor(request, "positions.view")).values())


@router.get(
    "/certificates", response=CertificatePage, operation_id="positions.certificates", summary="社会工作者证书"
)
def certificates(
    request: HttpRequest, level: str = "", after: str = "", size: int = Query(50, ge=1, le=200)
) -> Any:
    """Certificates in the caller's reach."""
    rows = queries.certificates(_actor(request, "positions.view_certificates"))
    rows = rows.filter(level=level) if level else rows
    page = keyset(rows, order=("valid_to", "id"), after=after, size=size)
    return {"rows": page.rows, "next": page.next}


@router.get("/{pk}", response=PositionOut, operation_id="positions.get", summary="一个岗位")
def one(request: HttpRequest, pk: int) -> Any:
    """One position."""
    rows = queries.visible(_actor(request, "positions.view")).select_related("person")
    found = rows.filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise NotFound("positions.view")
    return found
