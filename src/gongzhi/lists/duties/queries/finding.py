"""Finding the duty that somebody asks about in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from gongzhi.lists.duties import rules
from gongzhi.lists.duties.models import DutyItem, DutyList

CANDIDATES = 120
NEAR = 0.4  # a lower score shares a chance pair of characters with the question, no more


@dataclass(frozen=True)
class Found:
    """The ``answer`` (None where nothing is sure enough) and the ``related`` items, best first."""

    answer: DutyItem | None
    related: list[DutyItem]


def find(version: DutyList, question: str, related: int = 4) -> Found:
    """Search one version: the bigram index gives the candidates, the rules their order. Three queries."""
    grams = rules.bigrams(rules.gist(question))
    if not grams:
        return Found(None, [])
    rows = {i.pk: i for i in _candidates(version, grams)}
    hits = rules.rank(question, [entry_of(i) for i in rows.values()])
    found = [rows[h.id] for h in hits[: related + 1] if h.score >= NEAR]
    if hits and hits[0].sure:
        return Found(found[0], found[1:])
    return Found(None, found[:related])


def _candidates(version: DutyList, grams: list[str]) -> list[DutyItem]:
    query = " | ".join(f"'{g}'" for g in grams)  # bigrams hold letters and digits only, so need no escaping
    rows = DutyItem.objects.filter(version=version, standing="accepted").extra(
        where=["search @@ %s::tsquery"], params=[query]
    )
    return list(rows.select_related("lead").prefetch_related("bases", "repeals").defer("search")[:CANDIDATES])


def entry_of(item: DutyItem) -> rules.Entry:
    """An item as the ranking sees it."""
    return rules.Entry(item.pk, item.name, item.question, tuple(item.words), item.plain)


def featured(version: DutyList, count: int = 5) -> list[DutyItem]:
    """The questions shown below the search box, in the order the office gave them."""
    rows = DutyItem.objects.filter(version=version, standing="accepted", featured__gt=0).exclude(question="")
    return list(rows.select_related("lead").defer("search").order_by("featured", "pk")[:count])
