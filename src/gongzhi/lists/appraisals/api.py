"""Reads over HTTP; every verb's write is made from its own signature."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from gongzhi.core import clock, pages
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.core.shapes import Exact, Percent
from gongzhi.lists.appraisals import queries
from gongzhi.lists.appraisals.models import Appraisal, Campaign, Complaint

router = Router(tags=["appraisals"])
MOST = 2**31 - 1
Number = Annotated[int | None, Field(ge=0, le=MOST)]
After = Annotated[str, Field(max_length=500)]
Year = Annotated[int, Field(ge=2000, le=2100)]
Kind = Literal["", "village", "residents"]
"""村、社区, or both."""


class Problems(Schema):
    """application/problem+json."""

    type: str
    title: str
    status: int
    detail: str


ERRORS: dict[Any, Any] = {401: Problems, 404: Problems, 422: Problems}


class PairRow(Schema):
    """One pair. Scores are null while sealed, and stay null where a side is 未评."""

    id: int
    year: int
    township_id: int
    township: str
    place_id: int
    place: str
    state: str
    sealed: bool
    a_to_b: Exact | None = Field(None, description="政府评村居，精确的十进制数，写成字符串")
    b_to_a: Exact | None = Field(None, description="村居评政府，精确的十进制数，写成字符串")
    a_silent: bool
    b_silent: bool


class PairPage(Schema):
    """Some pairs and the cursors around them."""

    rows: list[PairRow]
    next: str
    previous: str


class LineRow(Schema):
    """One scored line."""

    id: int
    key: str
    label: str
    department: str
    weight: int
    report: str
    score: Exact | None
    self_score: Exact | None
    rechecked: Exact | None
    text: str


class DirectionRow(Schema):
    """One direction with its lines."""

    about: str = Field(description="a 或 b：评的是哪一方")
    total: Exact | None
    grade: str
    silent: bool
    submitted: bool
    commitment: str
    salt: str
    remark: str
    overall: str
    lines: list[LineRow]


class OwnMark(Schema):
    """One line of the own side's sheet."""

    key: str
    score: Exact | None
    text: str
    evidence: list[int] = []


class OwnSheets(Schema):
    """The own side's self-report and scores before they are open; ``reported`` and ``submitted`` say what is a draft."""

    overall: str
    report: list[OwnMark]
    files: list[int]
    reported: bool
    scores: list[OwnMark]
    remark: str
    submitted: bool
    commitment: str


class MendingRow(Schema):
    """One rectification item."""

    id: int
    pair_id: int
    side: str
    problem: str
    measure: str
    due: date
    state: str
    report: str
    verdict: str


class PairFull(PairRow):
    """One pair in full, as far as it is open to the caller."""

    opened_at: datetime | None
    objection_until: date | None
    publicity_until: date | None
    tail_fen: int
    settled_on: date | None
    directions: list[DirectionRow]
    mendings: list[MendingRow]


class CampaignRow(Schema):
    """One year's appraisal."""

    id: int
    year: int
    number: str
    notice: str
    state: str
    opened_on: date
    report_due: date
    score_due: date
    meet_due: date
    closed_on: date | None


class AverageRow(Schema):
    """Both averages of a group; null where nothing is open yet."""

    id: int | None = None
    label: str
    pairs: int
    both: int
    unrated: int
    sealed: int
    a_to_b: Exact | None
    b_to_a: Exact | None
    gap: Exact | None


class ItemRow(Schema):
    """One item or aspect in both sides' eyes."""

    about: str
    label: str
    department: str
    count: int
    government: Exact | None
    community: Exact | None
    gap: Exact | None


class RectificationRow(Schema):
    """One side's rectification."""

    side: str
    total: int
    done: int
    in_time: int
    late: int
    rate: Percent


class Figures(Schema):
    """The figures of a year within the caller's scope, beside the county's."""

    year: int
    scope: AverageRow
    county: AverageRow
    townships: list[AverageRow]
    items: list[ItemRow]
    departments: list[ItemRow]
    rectification: list[RectificationRow]


class ComplaintRow(Schema):
    """One complaint without its text, which is sealed; the page shows it."""

    id: int
    pair_id: int
    filer: str
    filed_on: date
    state: str
    upheld: bool | None


class ComplaintPage(Schema):
    """Some complaints."""

    rows: list[ComplaintRow]
    next: str
    previous: str


class MendingPage(Schema):
    """Some rectification items."""

    rows: list[MendingRow]
    next: str
    previous: str


def _actor(request: HttpRequest, verb: str) -> Any:
    actor = request.actor  # type: ignore[attr-defined]
    verbs: frozenset[str] = getattr(request, "verbs", frozenset())
    if actor.may(verb) is None or (verbs and verb not in verbs):
        raise NotFound(verb)
    return actor


def _row(pair: Appraisal) -> dict[str, Any]:
    return {
        "id": pair.pk,
        "year": pair.year,
        "township_id": pair.party_a_id,
        "township": pair.party_a.short,
        "place_id": pair.party_b_id,
        "place": pair.party_b.short,
        "state": pair.state,
        "sealed": not pair.is_open,
        "a_to_b": pair.a_to_b,
        "b_to_a": pair.b_to_a,
        "a_silent": pair.a_silent,
        "b_silent": pair.b_silent,
    }


def _page(page: Any, row: Any) -> dict[str, Any]:
    return {"rows": [row(r) for r in page.rows], "next": page.next, "previous": page.previous}


@router.get("", response={200: PairPage, **ERRORS}, operation_id="appraisals.list", summary="双向评估列表")
def pairs(
    request: HttpRequest, year: Number = None, township: Number = None, state: str = "", kind: Kind = "",
    after: After = "",
) -> Any:  # fmt: skip
    """The pairs in scope, fifty at a time."""
    actor = _actor(request, "appraisals.view")
    rows = queries.listed(actor, year=year, township=township, state=state, kind=kind)
    return _page(keyset(rows, order=("pk",), after=after), _row)


@router.get(
    "/campaigns",
    response={200: list[CampaignRow], **ERRORS},
    operation_id="appraisals.campaigns",
    summary="各年度评估",
)
def campaigns(request: HttpRequest) -> Any:
    """Every year's appraisal, newest first."""
    return list(queries.campaigns(_actor(request, Campaign.VIEW)))


@router.get(
    "/figures", response={200: Figures, **ERRORS}, operation_id="appraisals.figures", summary="年度统计"
)
def figures(request: HttpRequest, year: Year, kind: Kind = "") -> Any:
    """Both averages side by side: in scope, by township, by item, by department; rectification of both sides."""
    actor = _actor(request, "appraisals.view")
    return {
        "year": year,
        "scope": _average(queries.overall(actor, year, kind)),
        "county": _average(queries.whole_county(actor, year, kind)),
        "townships": [_average(t) for t in queries.by_township(actor, year, kind)],
        "items": [_item(i) for i in queries.by_item(actor, year, kind)],
        "departments": [_item(i) for i in queries.by_department(actor, year, kind)],
        "rectification": [
            r.__dict__ | {"rate": r.rate}
            for r in queries.rectification(actor, year, clock.today(), kind).values()
        ],
    }


def _average(row: queries.Averages) -> dict[str, Any]:
    return row.__dict__ | {"gap": row.gap, "id": row.key if isinstance(row.key, int) else None}


def _item(row: queries.ItemFigures) -> dict[str, Any]:
    return row.__dict__ | {"gap": row.gap}


def _mending(row: Any) -> dict[str, Any]:
    names = ("side", "problem", "measure", "due", "state", "report", "verdict")
    return {"id": row.pk, "pair_id": row.appraisal_id, **{n: getattr(row, n) for n in names}}


@router.get(
    "/mendings",
    response={200: MendingPage, **ERRORS},
    operation_id="appraisals.mendings",
    summary="没完成的整改",
)
def mendings(
    request: HttpRequest, year: Number = None, late: bool = False, kind: Kind = "", after: After = ""
) -> Any:
    """Rectification that is not verified yet, soonest first."""
    actor = _actor(request, "appraisals.view")
    rows = queries.unmet(actor, year=year, late_on=clock.today() if late else None, kind=kind)
    return _page(keyset(rows, order=("due", "pk"), after=after), _mending)


@router.get(
    "/complaints",
    response={200: ComplaintPage, **ERRORS},
    operation_id="appraisals.complaints",
    summary="打击报复投诉",
)
def complaints(request: HttpRequest, after: After = "") -> Any:
    """The own unit's complaints; the county's officers see all."""
    actor = _actor(request, Complaint.VIEW)
    return _page(keyset(queries.complaints(actor), order=("-pk",), after=after), _complaint)


def _complaint(row: Complaint) -> dict[str, Any]:
    return {
        "id": row.pk,
        "pair_id": row.appraisal_id,
        "filer": row.filer.short,
        "filed_on": row.filed_on,
        "state": row.state,
        "upheld": row.upheld,
    }


@router.get(
    "/published",
    response={200: PairPage, **ERRORS},
    operation_id="appraisals.published",
    summary="公开的评估结果",
)
def published(request: HttpRequest, year: Number = None, after: After = "") -> Any:
    """The results that are open to everyone."""
    return _page(keyset(queries.published(year), order=("pk",), after=after), _row)


@router.get(
    "/{int:pk}/own",
    response={200: OwnSheets, **ERRORS},
    operation_id="appraisals.own",
    summary="本方还没公开的自评和评分",
)
def own(request: HttpRequest, pk: int) -> Any:
    """What the caller's own side has written so far, drafts too; nothing is there for anybody else."""
    actor = _actor(request, "appraisals.view")
    pair = _found(actor, pk)
    report, draft = queries.own_report(actor, pair), queries.own_draft(actor, pair)
    if draft is None or pair.is_open:
        raise NotFound("appraisals.report")
    report = report or queries.Report()
    keys = sorted({*report.texts, *report.scores})
    return {
        "overall": report.overall, "files": report.evidence, "reported": report.handed_in,
        "report": [{"key": k, "text": report.texts.get(k, ""), "score": report.scores.get(k) or None} for k in keys],
        "remark": draft.remark, "submitted": draft.submitted, "commitment": draft.commitment,
        "scores": [
            {"key": k, "score": m.score or None, "text": m.text, "evidence": m.evidence} for k, m in draft.marks.items()
        ],
    }  # fmt: skip


def _found(actor: Any, pk: int) -> Appraisal:
    if not 0 < pk <= 2**63 - 1:
        raise NotFound("appraisals.view")
    rows = Appraisal.objects.select_related("party_a", "party_b", "campaign")
    found: Appraisal = pages.scoped(Appraisal, actor, pk, rows=rows)
    return found


@router.get(
    "/{int:pk}", response={200: PairFull, **ERRORS}, operation_id="appraisals.read", summary="一对评估"
)
def pair(request: HttpRequest, pk: int) -> Any:
    """One pair. What is sealed is absent for everyone, the county included."""
    actor = _actor(request, "appraisals.view")
    found = _found(actor, pk)
    seen = queries.view(found)
    return {
        **_row(found),
        "opened_at": found.opened_at,
        "objection_until": found.objection_until,
        "publicity_until": found.publicity_until,
        "tail_fen": found.tail_fen,
        "settled_on": found.settled_on,
        "directions": [_direction(d) for d in seen.directions],
        "mendings": [_mending(m) for m in found.mendings.all()],
    }


def _direction(direction: queries.Direction) -> dict[str, Any]:
    names = ("about", "total", "grade", "silent", "submitted", "commitment", "salt", "remark", "overall")
    lines = [
        {
            "id": r.pk,
            **{
                n: getattr(r, n)
                for n in (
                    "key",
                    "label",
                    "department",
                    "weight",
                    "report",
                    "score",
                    "self_score",
                    "rechecked",
                    "text",
                )
            },
        }
        for r in direction.rows
    ]
    return {**{n: getattr(direction, n) for n in names}, "lines": lines}
