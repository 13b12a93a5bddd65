"""The same figures over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from gongzhi.core.refusal import NotFound
from gongzhi.core.shapes import Exact, Percent
from gongzhi.core.tally import rate
from gongzhi.insight import queries
from gongzhi.insight.queries import Overview

router = Router(tags=["insight"])
Year = Annotated[int | None, Field(ge=2000, le=2100)]
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
Kind = Literal["", "village", "residents"]
"""村、社区, or both."""


class Problems(Schema):
    """application/problem+json."""

    type: str
    title: str
    status: int
    detail: str


ERRORS: dict[Any, Any] = {401: Problems, 404: Problems, 422: Problems}


class Township(Schema):
    """One township beside the others; rates in per cent."""

    id: int
    label: str
    a_to_b: Exact | None = Field(None, description="政府评村居，精确的十进制数，写成字符串")
    b_to_a: Exact | None = Field(None, description="村居评政府，精确的十进制数，写成字符串")
    signing: Percent | None
    in_time: Percent | None
    late: int


class Side(Schema):
    """One side's rectification."""

    side: str
    total: int
    done: int
    in_time: int
    late: int


class CountyFigures(Schema):
    """The strip of numbers and the townships."""

    appraisal_year: int
    agreement_year: int
    pairs: int
    both: int
    unrated: int
    a_to_b: Exact | None
    b_to_a: Exact | None
    gap: Exact | None
    county_a_to_b: Exact | None
    county_b_to_a: Exact | None
    signed: int
    places: int
    signing_rate: Percent
    payments_due: int
    payments_in_time: int
    in_time_rate: Percent
    payments_late: int
    rectification: list[Side]
    townships: list[Township]


class PlaceFigures(Schema):
    """One place of the table."""

    id: int
    place: str
    township: str
    agreement_id: int | None
    agreement_state: str
    appraisal_id: int | None
    a_to_b: Exact | None
    b_to_a: Exact | None
    gap: Exact | None
    change: Exact | None
    payments: int
    in_time: int
    late: int
    open_mendings: int
    last_at: datetime | None
    last: str


class PlaceFiguresPage(Schema):
    """Some places and the cursors around them."""

    rows: list[PlaceFigures]
    next: str
    previous: str


def _actor(request: HttpRequest) -> Any:
    actor = request.actor  # type: ignore[attr-defined]
    verbs: frozenset[str] = getattr(request, "verbs", frozenset())
    if actor.may("insight.view") is None or (verbs and "insight.view" not in verbs):
        raise NotFound("insight.view")
    return actor


@router.get("", response={200: CountyFigures, **ERRORS}, operation_id="insight.view", summary="县情")
def figures(request: HttpRequest, year: Year = None, kind: Kind = "") -> Any:
    """Both averages, signing, payment in time and rectification, in scope and per township."""
    actor = _actor(request)
    view = Overview(actor, queries.years(actor, year), kind=kind)
    signing = view.signing
    return {
        "appraisal_year": view.years.appraisal,
        "agreement_year": view.years.agreement,
        **{n: getattr(view.figures, n) for n in ("pairs", "both", "unrated", "a_to_b", "b_to_a", "gap")},
        "county_a_to_b": view.county.a_to_b,
        "county_b_to_a": view.county.b_to_a,
        "signed": signing.signed,
        "places": signing.places,
        "signing_rate": signing.signing_rate,
        "payments_due": signing.payments_due,
        "payments_in_time": signing.payments_in_time,
        "in_time_rate": rate(signing.payments_in_time, signing.payments_due),
        "payments_late": signing.payments_open_late,
        "rectification": list(view.rectification.values()),
        "townships": view.townships,
    }


@router.get(
    "/places",
    response={200: PlaceFiguresPage, **ERRORS},
    operation_id="insight.places",
    summary="一个镇区的村和社区",
)
def places(
    request: HttpRequest,
    township: Number,
    year: Year = None,
    sort: str = "gap",
    kind: Kind = "",
    after: Annotated[str, Field(max_length=500)] = "",
) -> Any:
    """The table of places of a township, fifty at a time, in the page's order."""
    actor = _actor(request)
    page = queries.place_page(
        actor, queries.years(actor, year), township, sort=sort, kind=kind, after=after, size=50
    )
    return {"rows": [_place(line) for line in page.rows], "next": page.next, "previous": page.previous}


def _place(line: queries.PlaceLine) -> dict[str, Any]:
    contract, score = line.contract, line.score
    return {
        "id": line.unit.pk,
        "place": line.unit.short,
        "township": line.unit.parent.short if line.unit.parent else "",
        "agreement_id": contract.agreement_id if contract else None,
        "agreement_state": contract.state if contract else "",
        "appraisal_id": score.appraisal_id if score else None,
        "a_to_b": score.a_to_b if score else None,
        "b_to_a": score.b_to_a if score else None,
        "gap": score.gap if score else None,
        "change": line.change,
        "payments": contract.payments if contract else 0,
        "in_time": contract.in_time if contract else 0,
        "late": contract.late if contract else 0,
        "open_mendings": len(line.mendings),
        "last_at": line.last[0] if line.last else None,
        "last": str(line.last[1]) if line.last else "",
    }
