"""What the reads answer and ask: one class a shape."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ninja import Schema
from pydantic import Field

MOST = 2**63 - 1


class Problem(Schema):
    """application/problem+json."""

    type: str
    title: str
    status: int
    detail: str


class Version(Schema):
    """One version of the lists. ``scheme``: two or three lists; both days of validity count."""

    id: int
    label: str
    scheme: str
    year: int
    state: str
    number: str | None
    issued_on: date | None
    valid_from: date | None
    valid_to: date | None
    supersedes: int | None
    revision: int
    text_hash: str


class VersionPage(Schema):
    """Some versions and the cursor of the next page."""

    rows: list[Version]
    next: str = ""


class BasisRow(Schema):
    """One article; ``mark``: checked, knowledge (article number to be checked) or verify."""

    law: str
    article: str
    text_year: int | None
    mark: str
    quote: str


class RepealRow(Schema):
    """A basis that fell away."""

    law: str
    since: date
    document: str
    note: str


class ItemRow(Schema):
    """One item. ``lineage`` is the same for an item in all versions."""

    id: int
    version: int
    lineage: int | None
    code: str
    list_type: str
    applies_to: str
    name: str
    question: str
    plain: str
    words: list[str]
    lead: str
    joint: str
    payer: str
    funding_rule: str
    cycle: str
    standard: str
    instead: str
    mark: str
    answer: str
    bases: list[BasisRow]
    repeals: list[RepealRow]


class AnswerOut(Schema):
    """What the list says to a question: the answer, if one is sure, and what is near it."""

    question: str
    version: Version | None
    answer: ItemRow | None
    related: list[ItemRow]


class ChangeRow(Schema):
    """An item in both versions with the columns that differ."""

    old_code: str
    code: str
    name: str
    old_list: str
    list: str
    fields: tuple[str, ...]


class LineRow(Schema):
    """An item in one version only."""

    code: str
    list: str
    name: str


class ComparisonOut(Schema):
    """Two versions compared item by item. ``reduction``: per cent of assisted items fewer, None without a base."""

    old: Version
    new: Version
    added: list[LineRow]
    removed: list[LineRow]
    moved: list[ChangeRow]
    changed: list[ChangeRow]
    same: int
    reduction: Decimal | None


class FiguresOut(Schema):
    """A version in numbers; ``without_basis`` must be 0. ``dissent_rate`` is of the opinions given, per cent."""

    total: int
    by_list: dict[str, int]
    by_lead: dict[str, int]
    by_mark: dict[str, int]
    without_basis: int
    asked: int
    agreed: int
    dissented: int
    silent: int
    dissent_rate: Decimal | None
    objections: int
    objections_open: int
    objections_upheld: int


class Paging(Schema):
    """Which page: the cursor of an earlier answer, and how many rows."""

    after: str = ""
    size: int = Field(50, ge=1, le=200)


class Question(Schema):
    """A question in plain words."""

    q: str = Field(..., min_length=1, max_length=200)


class Pair(Schema):
    """Two versions by their ids."""

    old: int = Field(..., ge=1, le=MOST)
    new: int = Field(..., ge=1, le=MOST)
