"""Reads of the register of people for programs: scoped and masked. Plain text is not given by the API."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Query

from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.registers.people import queries, rules
from gongzhi.registers.people.models import Person

router = Router(tags=["people"])


class PersonOut(Schema):
    """A person, masked."""

    id: int
    name: str
    sex: str
    birth_year: int | None
    citizen_id: str
    phone: str
    education: str
    place_id: int
    unit_id: int
    verified: date | None
    state: str
    revision: int


class PersonPage(Schema):
    """Some people and the cursor for more."""

    rows: list[PersonOut]
    next: str


class StandingOut(Schema):
    """How well the register is kept: required fields filled of all, and entries confirmed lately."""

    entries: int
    filled: int
    wanted: int
    completeness: str
    fresh: int


def _shown(p: Person) -> dict[str, Any]:
    return {
        "id": p.pk,
        "name": p.masked,
        "sex": p.sex,
        "birth_year": p.birth_year,
        "citizen_id": str(p.citizen_id),
        "phone": str(p.phone),
        "education": p.education,
        "place_id": p.place_id,
        "unit_id": p.unit_id,
        "verified": p.verified,
        "state": p.state,
        "revision": p.revision,
    }


def _actor(request: Any) -> Any:
    if request.actor.may("people.view") is None:
        raise NotFound("people.view")
    return request.actor


@router.get("", response=PersonPage, operation_id="people.list", summary="人员")
def listing(
    request: HttpRequest,
    state: str = Query("listed", description="、".join(rules.FLOW.names)),
    unit: int = Query(0, ge=0, le=2**63 - 1, description="村（居）委会的单位编号"),
    after: str = "",
    size: int = Query(50, ge=1, le=200),
) -> Any:
    """The people in the caller's reach, masked."""
    rows = queries.visible(_actor(request)).filter(state=state)
    rows = rows.filter(unit_id=unit) if unit else rows
    page = keyset(rows, order=("unit_id", "initials", "id"), after=after, size=size)
    return {"rows": [_shown(p) for p in page.rows], "next": page.next}


@router.get("/standing", response=StandingOut, operation_id="people.standing", summary="资料完整和新鲜程度")
def standing(request: HttpRequest, fresh_since: date) -> Any:
    """Completeness and freshness of the entries in the caller's reach."""
    found = queries.standing(_actor(request), fresh_since)
    done = rules.completeness(found.filled, found.wanted)
    return {
        "entries": found.entries,
        "filled": found.filled,
        "wanted": found.wanted,
        "completeness": done,
        "fresh": found.fresh,
    }


@router.get("/{pk}", response=PersonOut, operation_id="people.get", summary="一个人")
def one(request: HttpRequest, pk: int) -> Any:
    """One person, masked."""
    person = queries.visible(_actor(request)).filter(pk=pk).first() if 0 < pk < 2**63 else None
    if person is None:
        raise NotFound("people.view")
    return _shown(person)
