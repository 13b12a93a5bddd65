"""Reads of the register of places for programs. Public."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Query
from pydantic import Field

from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.registers.places import queries, rules
from gongzhi.registers.places.models import Place
from gongzhi.registers.positions import queries as positions

router = Router(tags=["places"])


class PlaceOut(Schema):
    """A division of the county."""

    id: int
    code: str
    name: str
    short: str
    level: str
    kind: str | None = Field(None, alias="type")
    unit_id: int | None
    parent_code: str
    opened: date | None
    closed: date | None
    verified: date | None
    revision: int


class MemberOut(Schema):
    """An elected member or supervisor of a committee."""

    name: str
    type: str
    title: str
    since: date


class FigureOut(Schema):
    """A number about a place as of a day."""

    key: str
    value: int
    on: date
    source: str


class PlaceDetail(PlaceOut):
    """A place with its committee and figures."""

    committee: list[MemberOut]
    figures: list[FigureOut]
    successors: list[int] = Field(description="承接单位的单位编号，仅在撤销以后有")


class PlacePage(Schema):
    """Some places and the cursor for more."""

    rows: list[PlaceOut]
    next: str


@router.get("", response=PlacePage, operation_id="places.list", summary="村和社区", by_alias=False)
def listing(
    request: HttpRequest,
    level: str = Query(rules.VILLAGE, description="village、township 或 county"),
    township: str = Query("", max_length=12, description="镇的 12 位区划代码"),
    kind: str = Query("", description="village（村）或 residents（社区）"),
    after: str = "",
    size: int = Query(50, ge=1, le=200),
) -> Any:
    """The county's own places by code."""
    rows = queries.enrolled(request.actor).filter(level=level)  # type: ignore[attr-defined]
    if rules.well_formed(township):
        first, last = rules.subtree(township)
        rows = rows.filter(code__gte=first, code__lte=last)
    if kind:
        rows = rows.filter(type=kind)
    page = keyset(rows, order=("code",), after=after, size=size)
    return {"rows": page.rows, "next": page.next}


@router.get("/{pk}", response=PlaceDetail, operation_id="places.get", summary="一个地方", by_alias=False)
def one(request: HttpRequest, pk: int) -> Any:
    """One place with its committee and figures."""
    actor = request.actor  # type: ignore[attr-defined]
    place = Place.objects.visible_to(actor, "places.view").filter(pk=pk).first() if 0 < pk < 2**63 else None
    if place is None:
        raise NotFound("places.view")
    unit = place.unit_id
    return {
        **PlaceOut.from_orm(place).dict(),
        "type": place.type,
        "committee": positions.committees([unit]).get(unit, []) if unit else [],
        "figures": queries.figures(place),
        "successors": queries.successors(unit) if unit and place.closed else [],
    }
