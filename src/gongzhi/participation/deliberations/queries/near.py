"""Suggestions while somebody writes: what was raised already in the same place, and the likely category."""

from __future__ import annotations

from typing import Any

from gongzhi.core import dated, search
from gongzhi.core.access import Actor
from gongzhi.participation.deliberations.models import Gram, Matter, Raising
from gongzhi.participation.deliberations.rules import alike, flow, sources

MOST_PAIRS = 80
"""So many pairs of a long text are looked up; the rest says nothing new."""


def near(
    actor: Actor, text: str, unit_id: int, *, but: int | None = None
) -> list[tuple[dict[str, Any], alike.Alike]]:
    """Matters of one place that resemble ``text`` and that the actor may see, most alike first. Two queries."""
    pairs = sorted(alike.pairs(text))[:MOST_PAIRS]
    ids = search.sharing(Matter.kind(), pairs, unit_id=unit_id, only_open=actor.is_outside)
    rows = Matter.objects.visible_to(actor, "deliberations.view").filter(
        pk__in=ids, state__in=flow.OPEN_STATES
    )
    found = {
        r["id"]: r
        for r in rows.exclude(pk=but).values(
            "id", "number", "title", "text", "location", "state", "registered_at"
        )
    }
    texts = ((pk, f"{r['title']} {r['text']} {r['location']}") for pk, r in found.items())
    permille = int(dated.value("deliberations.alike_permille"))
    return [(found[a.id], a) for a in alike.alike(text, texts, permille)]


def waiting_alike(actor: Actor, raising: Raising) -> list[alike.Alike]:
    """Other words of residents that wait for registration and resemble these: for the committee only. One query."""
    rows = Raising.objects.visible_to(actor, "deliberations.see_raising").filter(
        unit_id=raising.unit_id, state="waiting"
    )
    texts = rows.exclude(pk=raising.pk).values_list("pk", "text")[:200]
    return alike.alike(raising.text, texts, int(dated.value("deliberations.alike_permille")))


def likely_category(text: str) -> alike.Suggestion | None:
    """The likely category with the words that speak for it, from the county's own past matters. One query."""
    pairs = sorted(alike.pairs(text))[:MOST_PAIRS]
    matters: dict[str, int] = {}
    having: dict[str, dict[str, int]] = {}
    for category, gram, count in Gram.objects.filter(gram__in=["", *pairs]).values_list(
        "category", "gram", "matters"
    ):
        if gram:
            having.setdefault(gram, {})[category] = count
        else:
            matters[category] = count
    return alike.suggest(text, alike.known(alike.Learned(matters, having), list(sources.CATEGORIES)))
