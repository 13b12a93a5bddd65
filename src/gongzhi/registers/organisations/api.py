"""Reads of the register of organisations for programs. Public, but for leaders' names."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Query

from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.registers.organisations import queries, rules
from gongzhi.registers.organisations.models import Organisation

router = Router(tags=["organisations"])


class OrganisationOut(Schema):
    """An organisation. ``leader`` is masked unless it is an elected one or the caller keeps the entry."""

    id: int
    type: str
    name: str
    short: str
    uscc: str | None
    record_no: str | None
    service: str
    form: str
    place_id: int | None
    unit_id: int | None
    under_id: int
    leader: str
    address: str
    phone: str
    established: date | None
    verified: date | None
    state: str
    revision: int


class StatusOut(Schema):
    """How it stood from a day on."""

    type: str
    state: str
    since: date
    basis: str


class OrganisationDetail(OrganisationOut):
    """An organisation with its history."""

    history: list[StatusOut]


class OrganisationPage(Schema):
    """Some organisations and the cursor for more."""

    rows: list[OrganisationOut]
    next: str


class KindCountOut(Schema):
    """A number of organisations of one kind."""

    type: str
    total: int
    active: int


def _shown(actor: Any, org: Organisation) -> dict[str, Any]:
    names = [f for f in OrganisationOut.model_fields if f not in ("leader", "phone")]
    return {
        **{n: getattr(org, n) for n in names},
        "leader": queries.leader_for(actor, org),
        "phone": queries.phone_for(actor, org),
    }


@router.get("", response=OrganisationPage, operation_id="organisations.list", summary="组织")
def listing(
    request: HttpRequest,
    type: str = Query("", description="、".join(rules.KINDS)),
    service: str = Query("", description="、".join(rules.SERVICES)),
    state: str = "",
    township: int = Query(0, ge=0, le=2**63 - 1, description="镇的单位编号"),
    after: str = "",
    size: int = Query(50, ge=1, le=200),
) -> Any:
    """Organisations by name."""
    actor = request.actor  # type: ignore[attr-defined]
    wanted = {"type": type, "service": service, "state": state, "township_id": township}
    rows = queries.visible(actor).filter(**{k: v for k, v in wanted.items() if v}).select_related("under")
    page = keyset(rows, order=("name", "id"), after=after, size=size)
    return {"rows": [_shown(actor, o) for o in page.rows], "next": page.next}


@router.get(
    "/counts", response=list[KindCountOut], operation_id="organisations.counts", summary="各类组织的数量"
)
def counts(request: HttpRequest) -> Any:
    """How many organisations of each kind there are."""
    return queries.counts(request.actor)  # type: ignore[attr-defined]


@router.get("/{pk}", response=OrganisationDetail, operation_id="organisations.get", summary="一个组织")
def one(request: HttpRequest, pk: int) -> Any:
    """One organisation with its history."""
    actor = request.actor  # type: ignore[attr-defined]
    org = queries.visible(actor).select_related("under").filter(pk=pk).first() if 0 < pk < 2**63 else None
    if org is None:
        raise NotFound("organisations.view")
    return {**_shown(actor, org), "history": queries.history(org)}
