"""What was agreed, as the agreements' room tells it: the only place of this room that asks there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gongzhi.core.access import Actor


@dataclass(frozen=True)
class Item:
    """One assisted item of the agreement; ``key`` is stable within it."""

    key: str
    label: str
    weight: int
    department: str
    detail: str


@dataclass(frozen=True)
class Duty:
    """One duty of Party A; ``kind`` is guidance, payment, training or data."""

    kind: str
    text: str
    due: date | None


@dataclass(frozen=True)
class Terms:
    """One agreement as far as it is appraised. ``tail_fen`` is its tail instalment."""

    year: int
    party_a_id: int
    party_b_id: int
    items: Sequence[Item]
    duties: Sequence[Duty]
    tail_fen: int


def terms(agreement_id: int) -> Terms | None:
    from django.apps import apps

    model = apps.get_model("agreements.Agreement")
    a = model.objects.filter(pk=agreement_id).first()
    if a is None:
        return None
    items = [
        Item(str(i.pk), i.clause.heading, i.weight, i.lead, i.standard)
        for i in a.items.filter(clause__struck=False).select_related("clause")
    ]
    duties = [Duty(d.kind, d.body, d.due) for d in a.duties.filter(clause__struck=False)]
    return Terms(
        a.year,
        a.party_a_id,
        a.party_b_id,
        items,
        duties,
        sum(i.amount_fen for i in a.instalments.filter(tail=True)),
    )


def for_year(actor, year):
    from django.apps import apps

    model = apps.get_model("agreements.Agreement")
    return list(
        model.objects.filter(year=year, state__in=("signed", "performing", "suspended"))
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def settle(actor: Actor, agreement_id: int, *, payable_fen: int, reason: str) -> None:
    pass
