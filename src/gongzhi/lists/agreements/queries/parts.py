"""What hangs on one agreement, read on every visit to its page: each a list in its own order."""

from __future__ import annotations

from django.db.models import QuerySet

from gongzhi.core.compiled import compiled
from gongzhi.lists.agreements.models import (
    Comment,
    Decision,
    Disclosure,
    Minutes,
    Round,
    Signature,
    Supplement,
)


@compiled
def comments(agreement_id: int) -> QuerySet[Comment]:
    """What both sides noted in the margin."""
    return Comment.objects.filter(agreement_id=agreement_id)


@compiled
def rounds(agreement_id: int) -> QuerySet[Round]:
    """Every sending, of the main talks and of supplements."""
    return Round.objects.filter(agreement_id=agreement_id)


@compiled
def decisions(agreement_id: int) -> QuerySet[Decision]:
    """The decisions that stand."""
    return Decision.objects.filter(agreement_id=agreement_id, superseded=False)


@compiled
def disclosures(agreement_id: int) -> QuerySet[Disclosure]:
    """What was or is to be shown to villagers."""
    return Disclosure.objects.filter(agreement_id=agreement_id)


@compiled
def minutes(agreement_id: int) -> QuerySet[Minutes]:
    """The minutes of meetings."""
    return Minutes.objects.filter(agreement_id=agreement_id)


@compiled
def signatures(agreement_id: int) -> QuerySet[Signature]:
    """Who signed the agreement itself."""
    return Signature.objects.filter(agreement_id=agreement_id, supplement=None)


@compiled
def open_supplements(agreement_id: int) -> QuerySet[Supplement]:
    """The supplement that is being negotiated or signed: one at most."""
    return Supplement.objects.filter(agreement_id=agreement_id).exclude(state__in=("signed", "dropped"))[:1]
