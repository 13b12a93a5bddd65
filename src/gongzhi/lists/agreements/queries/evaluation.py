"""What the evaluation room reads: agreements as plain values, without their models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.core.refusal import NotFound
from gongzhi.lists.agreements.models import Agreement, FulfilmentRecord, GovtDuty, Instalment, Item
from gongzhi.lists.agreements.rules import flow
from gongzhi.lists.agreements.rules.year import CONTESTED


@dataclass(frozen=True)
class EvaluatedItem:
    """An item of B as it is scored: weights of all add up to 100; ``suspended`` items were stopped by either side."""

    id: int
    code: str
    name: str
    standard: str
    weight: int
    amount_fen: int
    suspended: bool
    lead: str = ""


@dataclass(frozen=True)
class EvaluatedDuty:
    """A duty of A as it is scored; ``kind`` guidance, payment, training or data."""

    id: int
    kind: str
    name: str
    body: str
    times: int
    done: int


@dataclass(frozen=True)
class Terms:
    """An agreement as the evaluation needs it. Money in fen; ``tail_fen`` is what the settlement divides."""

    agreement_id: int
    number: str
    label: str
    url: str
    year: int
    state: str
    party_a_id: int
    party_b_id: int
    party_a: str
    party_b: str
    total_fen: int
    tail_id: int | None
    tail_fen: int
    tail_due: date | None
    items: tuple[EvaluatedItem, ...]
    duties: tuple[EvaluatedDuty, ...]
    payments_in_time: int
    payments_due: int


def _rows() -> QuerySet[Agreement]:
    rows: QuerySet[Agreement] = Agreement.objects.all()
    return rows.select_related("party_a", "party_b").prefetch_related(
        "items__clause", "duties__clause", "duties__records", "instalments"
    )


def terms(agreement_id: int) -> Terms:
    """One agreement; NotFound where there is none. Unscoped: the caller has its own thing and its own scope."""
    found = _one.first(agreement_id)
    if found is None:
        raise NotFound("agreements.view")
    done = dict(_done(agreement_id))
    duties = [(d, done.get(d.pk, 0)) for d in _duties(agreement_id)]
    return _terms(found, _items(agreement_id), duties, _parts(agreement_id))


@compiled
def _one(pk: int) -> QuerySet[Agreement]:
    return Agreement.objects.filter(pk=pk).select_related("party_a", "party_b")


@compiled
def _items(pk: int) -> QuerySet[Item]:
    return Item.objects.filter(agreement_id=pk, clause__struck=False).select_related("clause")


@compiled
def _duties(pk: int) -> QuerySet[GovtDuty]:
    return GovtDuty.objects.filter(agreement_id=pk, clause__struck=False).select_related("clause")


@compiled
def _done(pk: int) -> QuerySet[Any, Any]:
    """Duty → how many records of it stand."""
    rows = FulfilmentRecord.objects.filter(agreement_id=pk, duty__isnull=False).exclude(status=CONTESTED)
    return rows.order_by().values_list("duty_id").annotate(n=Count("pk"))


@compiled
def _parts(pk: int) -> QuerySet[Instalment]:
    return Instalment.objects.filter(agreement_id=pk)


def many(agreement_ids: Iterable[int]) -> dict[int, Terms]:
    """Several agreements by id, in six queries."""
    return {a.pk: _loaded(a) for a in _rows().filter(pk__in=list(agreement_ids))}


def for_evaluation(
    year: int, unit_id: int | None = None, *, states: tuple[str, ...] = (*flow.IN_FORCE, "suspended")
) -> list[Terms]:
    """The agreements of a year to be evaluated: in force, for one township or committee if ``unit_id`` is given."""
    rows = _rows().filter(year=year, state__in=states)
    if unit_id is not None:
        rows = rows.filter(party_a=unit_id) | rows.filter(party_b=unit_id)
    return [_loaded(a) for a in rows.order_by("party_a_id", "seq")]


def visible(actor: Actor, agreement_id: int) -> Terms:
    """One agreement that the actor may see; NotFound otherwise."""
    if not Agreement.objects.visible_to(actor, "agreements.view").filter(pk=agreement_id).exists():
        raise NotFound("agreements.view")
    return terms(agreement_id)


def _loaded(a: Agreement) -> Terms:
    """An agreement with everything prefetched, as :func:`_rows` does."""
    duties = [(d, sum(r.status != CONTESTED for r in d.records.all())) for d in a.duties.all()]
    items = [i for i in a.items.all() if not i.clause.struck]
    return _terms(a, items, [d for d in duties if not d[0].clause.struck], list(a.instalments.all()))


def _terms(
    a: Agreement, items: list[Item], duties: list[tuple[GovtDuty, int]], parts: list[Instalment]
) -> Terms:
    tail = next((p for p in parts if p.tail), None)
    judged = [p for p in parts if not p.tail]
    return Terms(
        agreement_id=a.pk, number=a.number, label=a.label(), url=a.get_absolute_url(), year=a.year, state=a.state,
        party_a_id=a.party_a_id, party_b_id=a.party_b_id, party_a=a.party_a.short, party_b=a.party_b.short,
        total_fen=a.total_fen, tail_id=tail.pk if tail else None, tail_fen=tail.amount_fen if tail else 0,
        tail_due=tail.due if tail else None,
        items=tuple(
            EvaluatedItem(i.pk, i.code, i.clause.heading, i.standard, i.weight, i.amount_fen, i.suspended, i.lead)
            for i in sorted(items, key=lambda i: (i.clause.position, i.pk))
        ),
        duties=tuple(
            EvaluatedDuty(d.pk, d.kind, d.clause.heading, d.body, d.times, done)
            for d, done in sorted(duties, key=lambda d: (d[0].clause.position, d[0].pk))
        ),
        payments_in_time=sum(p.finished_on is not None and p.finished_on <= p.pay_by for p in judged),
        payments_due=len(judged),
    )  # fmt: skip
