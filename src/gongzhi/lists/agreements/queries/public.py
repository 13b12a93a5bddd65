"""What anyone may read without signing in: signed agreements, with personal data masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from gongzhi.core.refusal import NotFound
from gongzhi.lists.agreements.models import Agreement, Decision, Disclosure, Instalment
from gongzhi.lists.agreements.rules import flow
from gongzhi.lists.agreements.rules.disclosure import mask
from gongzhi.lists.agreements.rules.numerals import article

from .text import lines


def published(
    year: int | None = None, *, township: int | None = None, place: str = ""
) -> QuerySet[Agreement]:
    """Every agreement that both have signed; drafts, talks and refusals are nobody else's business."""
    rows: QuerySet[Agreement] = Agreement.objects.filter(state__in=flow.SIGNED)
    if year:
        rows = rows.filter(year=year)
    if township:
        rows = rows.filter(party_a=township)
    if place:
        rows = rows.filter(party_b__name__icontains=place)
    return rows.select_related("party_a", "party_b").defer("frozen_text")


@dataclass(frozen=True)
class PublicClause:
    """One clause as the public reads it."""

    number: str
    heading: str
    text: str
    kind: str
    lead: str
    code: str


@dataclass(frozen=True)
class PublicAgreement:
    """A signed agreement's disclosable parts: the text masked, decisions as counts, payments, the hash."""

    agreement: Agreement
    clauses: list[PublicClause]
    decisions: list[Decision]
    instalments: list[Instalment]
    disclosure: Disclosure | None
    signed_on: date | None


def one(pk: int) -> PublicAgreement:
    """One published agreement; NotFound for anything else."""
    a = published().filter(pk=pk).first()
    if a is None:
        raise NotFound("agreements.public")
    found = [
        PublicClause(
            article(x.number), mask(x.terms.heading), mask(x.terms.text()), x.terms.kind, getattr(x.terms, "lead", ""),
            getattr(x.terms, "code", "") if x.terms.kind == "item" else "",
        )
        for x in lines(a)
        if not x.struck
    ]  # fmt: skip
    return PublicAgreement(
        a, found, list(a.decisions.filter(passed=True, superseded=False)), list(a.instalments.all()),
        a.disclosures.filter(supplement=None).first(), a.signed_on,
    )  # fmt: skip
