"""Reads over HTTP as JSON: lists by key, one agreement with its clauses, talks and year, figures, published ones.

Writes are the verbs themselves; the API makes one operation of each. Money is integer fen, dates are ISO.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from ninja import Router, Schema
from ninja.params.functions import Query
from pydantic import BaseModel

from gongzhi.core import clock
from gongzhi.core.refusal import NotFound
from gongzhi.core.shapes import Exact, Percent

from .models import Agreement
from .queries import board, figures, lists, parties, public, text, versions
from .queries.lists import Filters
from .rules import FLOW
from .rules.numerals import article

router = Router(tags=["agreements"])
Kind = Literal["", "village", "residents"]
"""村、社区, or both."""


class Row(BaseModel):
    """One agreement in a list. Plain pydantic, as :class:`Rows`: ``Schema`` looks up every field of a dict in Python."""

    id: int
    number: str
    year: int
    party_a: str
    party_b: str
    state: str
    state_label: str
    turn: str
    round: int
    total_fen: int
    paid_fen: int
    signed_on: date | None
    url: str
    revision: int


class Rows(BaseModel):
    """A page of agreements; ``next`` is the cursor of the next one, "" at the end."""

    rows: list[Row]
    next: str


class Run(Schema):
    """A piece of redline: mark "" | ins | del, side a | b | ""."""

    text: str
    mark: str
    side: str


class Clause(Schema):
    """A clause as the caller's side sees it, with what waits for an answer."""

    key: str
    number: str
    heading: str
    kind: str
    runs: list[Run]
    status: str
    open_change: int | None
    may_refuse: bool


class Change(Schema):
    """One proposed change: who, what, why, and what became of it."""

    id: int
    clause: str
    side: str
    op: str
    status: str
    round: int | None
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    reason: str
    reply: str
    reply_reason: str


class Sums(Schema):
    """The sums of the text as it would stand."""

    weights: int
    items_fen: int
    total_fen: int
    instalments_fen: int
    balanced: bool


class Thing(Row):
    """One agreement with its text and talks."""

    duty_list: str
    touches_residents: bool
    text_sha256: str
    sums: Sums
    clauses: list[Clause]
    changes: list[Change]
    missing: list[str]


class Record(Schema):
    """A fulfilment record of either side."""

    id: int
    side: str
    about: str
    done_on: date
    quantity: Exact
    text: str
    status: str
    reply: str
    evidence: list[int]


class Part(Schema):
    """An instalment."""

    id: int
    seq: int
    due: date
    pay_by: date
    amount_fen: int
    payable_fen: int
    paid_fen: int
    tail: bool
    finished_on: date | None


class Paid(Schema):
    """A payment with its interest."""

    id: int
    instalment: int
    amount_fen: int
    paid_on: date
    voucher: str
    late_days: int
    interest_fen: int
    received_on: date | None


class Notice(Schema):
    """A notice, and the breach that hangs on it."""

    id: int
    side: str
    kind: str
    about: str
    reason: str
    served_on: date
    effective_on: date
    status: str
    breach: int | None
    breach_state: str


class Year(Schema):
    """The year of performance."""

    records: list[Record]
    instalments: list[Part]
    payments: list[Paid]
    notices: list[Notice]


class Text(Schema):
    """The frozen words and their hash."""

    text: str
    sha256: str
    signed: list[dict[str, Any]]


class Figure(Schema):
    """One township's year."""

    unit_id: int
    name: str
    places: int
    signed: int
    signing_rate: Percent
    talking: int
    refused: int
    payments_due: int
    payments_in_time: int
    in_time_rate: Percent
    payments_open_late: int
    disputes: int
    breaches_a: int
    breaches_b: int
    total_fen: int
    interest_fen: int


class Compared(Schema):
    """One clause in both texts: kind added, removed, changed or same; ``who`` asked for the change and ``why``."""

    kind: str
    heading: str
    old_number: str
    new_number: str
    old: str
    new: str
    fields: list[str]
    runs: list[Run]
    who: list[str]
    why: list[str]


class Published(Schema):
    """A signed agreement as everyone may read it."""

    id: int
    number: str
    year: int
    party_a: str
    party_b: str
    total_fen: int
    signed_on: date | None
    text_sha256: str


def _row(r: Mapping[str, Any]) -> dict[str, Any]:
    """A row of :data:`lists.PLAIN` as programs read it."""
    state = FLOW.state(r["state"])
    return {
        "id": r["id"], "number": r["number"], "year": r["year"], "party_a": r["party_a__name"], "party_b": r["party_b__name"],
        "state": state.name, "state_label": str(state.label), "turn": state.turn, "round": (r["round"] + 1) // 2,
        "total_fen": r["total_fen"], "paid_fen": r["paid_fen"], "signed_on": r["signed_on"],
        "url": f"/agreements/{r['id']}/", "revision": r["revision"],
    }  # fmt: skip


def _visible(request: Any, pk: int) -> Agreement:
    rows = Agreement.objects.visible_to(request.actor, "agreements.view")
    found: Agreement | None = (
        rows.select_related("party_a", "party_b", "via_department").filter(pk=pk).first()
    )
    if found is None:
        raise NotFound("agreements.view")
    return found


@router.get("", response=Rows, operation_id="agreements.list", summary="协议列表")
def listing(
    request: Any, year: int | None = None, group: str = "", flag: str = "", township: int | None = None, place: str = "",
    kind: Kind = "", after: str = "", size: int = Query(50, ge=1, le=200),
) -> dict[str, Any]:  # fmt: skip
    """The agreements in the caller's reach, newest year first."""
    raw = {
        "year": year or "all",
        "group": group,
        "flag": flag,
        "township": township or "",
        "place": place,
        "kind": kind,
    }
    page = lists.plain(request.actor, Filters.of(raw, None), after, size)
    return {"rows": [_row(r) for r in page.rows], "next": page.next}


@router.get(
    "/statistics",
    response=list[Figure],
    operation_id="agreements.statistics",
    summary="签署、付款、异议、违约统计",
)
def statistics(
    request: Any, year: int | None = Query(None, ge=2000, le=2200), kind: Kind = ""
) -> list[dict[str, Any]]:
    """Per township: signing rate, payment in time, disputes, breaches by side."""
    if request.actor.may("agreements.view") is None:
        raise NotFound("agreements.view")
    rows = figures.by_township(request.actor, year or clock.today().year, kind)
    return [{k: getattr(f, k) for k in Figure.model_fields} for f in rows]


@router.get(
    "/published",
    response=list[Published],
    operation_id="agreements.published",
    summary="已签署协议（公开）",
    auth=None,
)
def published(
    request: Any,
    year: int | None = Query(None, ge=2000, le=2200),
    place: str = Query("", max_length=40),
    size: int = Query(50, ge=1, le=200),
) -> list[dict[str, Any]]:
    """Signed agreements, for anyone."""
    rows = public.published(year, place=place.replace("\0", "")).order_by("-year", "party_a_id", "seq")[:size]
    return [
        {"id": a.pk, "number": a.number, "year": a.year, "party_a": a.party_a.name, "party_b": a.party_b.name,
         "total_fen": a.total_fen, "signed_on": a.signed_on, "text_sha256": a.text_sha256}
        for a in rows
    ]  # fmt: skip


@router.get(
    "/compare",
    response=list[Compared],
    operation_id="agreements.compare",
    summary="两份文字逐条对照：两轮之间、两年之间、两份协议之间",
)
def compare(request: Any, old: str, new: str) -> list[dict[str, Any]]:
    """Two texts, clause by clause. A text is an agreement's id, or a moment of it: "12.r1" after round 1, "12.s1"
    after its first supplement."""
    before, after = (versions.version(request.actor, ref) for ref in (old, new))
    return [
        {
            "kind": e.pair.kind, "heading": e.pair.line.terms.heading, "fields": [str(f) for f in e.pair.fields],
            "old_number": article(e.pair.old.number) if e.pair.old else "", "who": e.who, "why": e.why,
            "new_number": article(e.pair.new.number) if e.pair.new else "",
            "old": e.pair.old.terms.text() if e.pair.old else "", "new": e.pair.new.terms.text() if e.pair.new else "",
            "runs": [{"text": r.text, "mark": r.mark, "side": r.side} for r in e.runs],
        }
        for e in versions.compared(before, after)
    ]  # fmt: skip


@router.get("/{int:pk}", response=Thing, operation_id="agreements.read", summary="一份协议：条款、改动、合计")
def thing(request: Any, pk: int) -> dict[str, Any]:
    """One agreement as the caller's side sees it; the other side's unsent drafts are not in it."""
    a = _visible(request, pk)
    side = a.side_of(request.actor) or ""
    table = text.table(a)
    found = board.build(
        table, side, [], drafting=a.state.startswith("drafted"), may_edit=bool(side) and table.turn == side
    )
    return {
        **_row(lists.plain_of(a)), "duty_list": a.duty_list_name, "touches_residents": a.touches_residents, "text_sha256": a.text_sha256,
        "sums": {"weights": found.sums.weights, "items_fen": found.sums.items_fen, "total_fen": found.sums.total_fen,
                 "instalments_fen": found.sums.instalments_fen, "balanced": found.sums.balanced},
        "clauses": [
            {"key": c.key, "number": c.no, "heading": c.title, "kind": c.kind, "status": str(c.tag[0]) if c.tag else "",
             "runs": [{"text": c.runs, "mark": "", "side": ""}] if isinstance(c.runs, str)
             else [{"text": r.text, "mark": r.mark, "side": r.side} for r in c.runs],
             "open_change": c.open_id, "may_refuse": c.may_refuse}
            for c in found.clauses
        ],
        "changes": [
            {"id": r.pk, "clause": r.key, "side": r.side, "op": r.op, "status": r.status, "old": r.old, "new": r.new,
             "round": r.round.number if r.round else None, "reason": r.reason,
             "reply": r.reply if r.status != "open" or (side and r.side != side) else "",
             "reply_reason": r.reply_reason if r.status != "open" or (side and r.side != side) else ""}
            for r in board.seen_changes(table, side)
        ],
        "missing": [str(p.message) for p in found.blockers],
    }  # fmt: skip


@router.get("/{int:pk}/text", response=Text, operation_id="agreements.text", summary="定稿文字和指纹")
def words(request: Any, pk: int) -> dict[str, Any]:
    """The fixed words, their SHA-256, and who signed them."""
    a = _visible(request, pk)
    signed = [
        {"side": s.side, "role": s.role, "at": s.at.isoformat(), "sha256": s.text_sha256}
        for s in a.signatures.all()
    ]
    return {"text": a.frozen_text or text.words(a, text.lines(a)), "sha256": a.text_sha256, "signed": signed}


@router.get("/{int:pk}/year", response=Year, operation_id="agreements.year", summary="履约、付款和通知")
def year_of(request: Any, pk: int) -> dict[str, Any]:
    """Records of both sides, instalments, payments, notices."""
    a = _visible(request, pk)
    files = parties.evidence(a)
    records = a.records.select_related("item__clause", "duty__clause")
    notices = a.notices.select_related("item__clause", "duty__clause", "instalment", "breach")
    return {
        "records": [
            {"id": r.pk, "side": r.side, "about": str(r.item or r.duty), "done_on": r.done_on, "quantity": r.quantity,
             "text": r.text, "status": r.status, "reply": r.reply, "evidence": [e.pk for e in files.get(f"record:{r.pk}", [])]}
            for r in records
        ],
        "instalments": [{k: getattr(p, k) for k in Part.model_fields} for p in a.instalments.all()],
        "payments": [
            {**{k: getattr(p, k) for k in Paid.model_fields if k != "instalment"}, "instalment": p.instalment_id}
            for p in a.payments.all()
        ],
        "notices": [
            {"id": n.pk, "side": n.side, "kind": n.kind, "about": n.about, "reason": n.reason, "served_on": n.served_on,
             "effective_on": n.effective_on, "status": n.status, "breach": getattr(getattr(n, "breach", None), "pk", None),
             "breach_state": getattr(getattr(n, "breach", None), "state", "")}
            for n in notices
        ],
    }  # fmt: skip
