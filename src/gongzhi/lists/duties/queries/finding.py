"""Finding the duty that somebody asks about in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from gongzhi.core.compiled import attach, compiled
from gongzhi.lists.duties import rules
from gongzhi.lists.duties.models import DutyItem, DutyList, LegalBasis, RepealFlag

CANDIDATES = 120
NEAR = 0.4  # a lower score shares a chance pair of characters with the question, no more


@dataclass(frozen=True)
class Found:
    """The ``answer`` (None where nothing is sure enough) and the ``related`` items, best first."""

    answer: DutyItem | None
    related: list[DutyItem]


def find(version: DutyList, question: str, related: int = 4) -> Found:
    """Search one version: the bigram index gives the candidates, the rules their order. Four queries."""
    grams = rules.bigrams(rules.gist(question))
    if not grams:
        return Found(None, [])
    query = " | ".join(f"'{g}'" for g in grams)  # bigrams hold letters and digits only, so need no escaping
    entries = [rules.Entry(pk, name, asked, tuple(words), plain)
               for pk, name, asked, words, plain in _candidates(version.pk, query)]  # fmt: skip
    hits = rules.rank(question, entries)
    found = _loaded([h.id for h in hits[: related + 1] if h.score >= NEAR])
    if hits and hits[0].sure:
        return Found(found[0], found[1:])
    return Found(None, found[:related])


@compiled
def _candidates(version_id: int, query: str) -> QuerySet[Any, Any]:
    rows = DutyItem.objects.filter(version_id=version_id, standing="accepted")
    rows = rows.extra(where=["search @@ %s::tsquery"], params=[query])
    return rows.values_list("pk", "name", "question", "words", "plain")[:CANDIDATES]


def _loaded(ids: list[int]) -> list[DutyItem]:
    """The items with these numbers, in this order, with what their answers need: three queries."""
    rows = {i.pk: i for i in _items(ids)}
    attach(rows.values(), "bases", _bases(ids), by="item_id")
    attach(rows.values(), "repeals", _repeals(ids), by="item_id")
    return [rows[pk] for pk in ids]


@compiled
def _items(ids: list[int]) -> QuerySet[DutyItem]:
    return DutyItem.objects.filter(pk__any=ids).select_related("lead").defer("search")


@compiled
def _bases(ids: list[int]) -> QuerySet[LegalBasis]:
    return LegalBasis.objects.filter(item__any=ids)


@compiled
def _repeals(ids: list[int]) -> QuerySet[RepealFlag]:
    return RepealFlag.objects.filter(item__any=ids)


def featured(version: DutyList, count: int = 5) -> list[DutyItem]:
    """The questions shown below the search box, in the order the office gave them."""
    return _featured(version.pk, count=count)


@compiled
def _featured(version_id: int, *, count: int) -> QuerySet[DutyItem]:
    rows = DutyItem.objects.filter(version_id=version_id, standing="accepted", featured__gt=0)
    rows = rows.exclude(question="").select_related("lead").defer("search")
    return rows.order_by("featured", "pk")[:count]
