"""Reads of this room as JSON; every write is the verb of the same name."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from gongzhi.core import pages
from gongzhi.core.access import Actor
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.lists.duties import queries, rules
from gongzhi.lists.duties.api.shapes import (
    MOST,
    AnswerOut,
    ComparisonOut,
    FiguresOut,
    ItemRow,
    Paging,
    Pair,
    Problem,
    Question,
    Version,
    VersionPage,
)
from gongzhi.lists.duties.models import DutyItem, DutyList
from gongzhi.lists.duties.queries.lists import visible_item

router = Router(tags=["duties"])

ANSWERS: dict[Any, Any] = {401: Problem, 404: Problem, 422: Problem}


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def _version(v: DutyList) -> dict[str, Any]:
    fields = (
        "id", "scheme", "year", "state", "number", "issued_on", "valid_from", "valid_to", "revision", "text_hash",
    )  # fmt: skip
    return {**{f: getattr(v, f) for f in fields}, "label": v.label(), "supersedes": v.supersedes_id}


def _item(i: DutyItem) -> dict[str, Any]:
    fields = (
        "id", "lineage", "code", "list_type", "applies_to", "name", "question", "plain", "words", "joint", "payer",
        "funding_rule", "cycle", "standard", "instead", "mark",
    )  # fmt: skip
    return {
        **{f: getattr(i, f) for f in fields},
        "version": i.version_id,
        "lead": i.lead.name if i.lead else "",
        "answer": str(i.answer.sentence),
        "bases": [
            {f: getattr(b, f) for f in ("law", "article", "text_year", "mark", "quote")}
            for b in i.bases.all()
        ],
        "repeals": [
            {f: getattr(r, f) for f in ("law", "since", "document", "note")} for r in i.repeals.all()
        ],
    }


def _scoped(request: HttpRequest, pk: int) -> DutyList:
    if not 0 < pk <= MOST:
        raise NotFound("duties.view")
    found: DutyList = pages.scoped(
        DutyList, _actor(request), pk, rows=DutyList.objects.select_related("owner")
    )
    return found


@router.get("", response={200: VersionPage, **ANSWERS}, operation_id="duties.list", summary="清单的各版本")
def versions(request: HttpRequest, page: Query[Paging]) -> Any:
    """Versions the caller may see, newest first; without signing in only those shown to the public."""
    rows = queries.versions(_actor(request))
    found = keyset(rows, order=("-year", "scheme", "-id"), after=page.after, size=page.size)
    return {"rows": [_version(v) for v in found.rows], "next": found.next}


@router.get(
    "/in-force", response={200: Version, **ANSWERS}, operation_id="duties.in_force", summary="某日施行的清单"
)
def in_force(request: HttpRequest, on: date | None = None, kind: str = "") -> Any:
    """The version in force on a day (today); ``kind``: two or three."""
    found = queries.in_force(on, kind)
    if found is None:
        raise NotFound("duties.view")
    return _version(found)


@router.get(
    "/search", response={200: AnswerOut, **ANSWERS}, operation_id="duties.search", summary="这件事归谁管"
)
def search(request: HttpRequest, asked: Query[Question]) -> Any:
    """A plain question answered by the list in force."""
    q, version = asked.q, queries.in_force()
    if version is None:
        return {"question": q, "version": None, "answer": None, "related": []}
    found = queries.find(version, q)
    return {
        "question": q,
        "version": _version(version),
        "answer": _item(found.answer) if found.answer else None,
        "related": [_item(i) for i in found.related],
    }


@router.get(
    "/compare", response={200: ComparisonOut, **ANSWERS}, operation_id="duties.compare", summary="两版对照"
)
def compare(request: HttpRequest, pair: Query[Pair]) -> Any:
    """Any two versions, item by item."""
    a, b = _scoped(request, pair.old), _scoped(request, pair.new)
    found = queries.comparison(a, b)
    return {
        "old": _version(a), "new": _version(b),
        "added": [_line(x) for x in found.added], "removed": [_line(x) for x in found.removed],
        "moved": [_change(c) for c in found.moved], "changed": [_change(c) for c in found.changed],
        "same": len(found.same), "reduction": queries.reduction(a, b)["rate"],
    }  # fmt: skip


def _line(x: rules.Line) -> dict[str, Any]:
    return {"code": x.code, "list": x.list_type, "name": x.name}


def _change(c: rules.Change) -> dict[str, Any]:
    return {
        "old_code": c.old.code, "code": c.new.code, "name": c.new.name, "old_list": c.old.list_type,
        "list": c.new.list_type, "fields": list(c.fields),
    }  # fmt: skip


@router.get("/items/{pk}", response={200: ItemRow, **ANSWERS}, operation_id="duties.item", summary="一个事项")
def item(request: HttpRequest, pk: int) -> Any:
    """One item of a version the caller may see."""
    if not 0 < pk <= MOST:
        raise NotFound("duties.item")
    return _item(visible_item(_actor(request), pk))


@router.get("/{pk}", response={200: Version, **ANSWERS}, operation_id="duties.detail", summary="一版清单")
def detail(request: HttpRequest, pk: int) -> Any:
    """One version."""
    return _version(_scoped(request, pk))


@router.get(
    "/{pk}/items", response={200: list[ItemRow], **ANSWERS}, operation_id="duties.items", summary="一版的事项"
)
def items(request: HttpRequest, pk: int, list_type: str = "", applies_to: str = "") -> Any:
    """A version's items in the order of its lists; ``applies_to`` village or residents gives what applies there."""
    return [_item(i) for i in queries.items(_scoped(request, pk), list_type=list_type, applies_to=applies_to)]


@router.get(
    "/{pk}/figures",
    response={200: FiguresOut, **ANSWERS},
    operation_id="duties.figures",
    summary="一版的统计",
)
def figures(request: HttpRequest, pk: int) -> Any:
    """A version in numbers."""
    f = queries.figures(_scoped(request, pk))
    t = f.tally
    return {
        "total": f.total, "by_list": f.by_list, "by_lead": dict(f.by_lead), "by_mark": f.by_mark,
        "without_basis": f.without_basis, "asked": t.asked, "agreed": t.agreed, "dissented": t.dissented,
        "silent": t.silent, "dissent_rate": t.dissent_rate, "objections": f.objections,
        "objections_open": f.objections_open, "objections_upheld": f.objections_upheld,
    }  # fmt: skip
