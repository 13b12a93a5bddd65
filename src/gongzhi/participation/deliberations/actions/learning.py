"""Which words stand in the matters of which category: counted anew each night, so that nothing drifts."""

from __future__ import annotations

from django.db import transaction

from gongzhi.core.exchange.bulk import copy_rows
from gongzhi.participation.deliberations.models import Gram, Matter
from gongzhi.participation.deliberations.rules import alike, flow

SEEN_OFTEN = 2
"""A pair that stands in one matter only tells nothing about others."""


def learn() -> int:
    """Replace the counts by those of all matters; returns how many matters were read. May run twice."""
    rows = (
        Matter.objects.exclude(state__in=flow.UNCOUNTED).order_by().values_list("category", "title", "text")
    )
    learned = alike.learn((c, f"{title} {text}") for c, title, text in rows.iterator(chunk_size=2000))
    counts = [(category, "", n) for category, n in learned.matters.items()]
    for gram, by_category in learned.having.items():
        if sum(by_category.values()) >= SEEN_OFTEN:
            counts += [(category, gram, n) for category, n in by_category.items()]
    with transaction.atomic():
        Gram.objects.all().delete()
        copy_rows(Gram, ("category", "gram", "matters"), counts)
    return sum(learned.matters.values())
