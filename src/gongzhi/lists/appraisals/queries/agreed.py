"""What was agreed, as the agreements' room tells it: the only place of this room that asks there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gongzhi.core.refusal import NotFound
from gongzhi.core.words import say
from gongzhi.lists.agreements import queries as agreements


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


@dataclass(frozen=True)
class Terms:
    """One agreement as far as it is appraised. ``tail_fen`` is its tail instalment."""

    year: int
    party_a_id: int
    party_b_id: int
    items: Sequence[Item]
    duties: Sequence[Duty]
    tail_fen: int
    ended: bool


def terms(agreement_id: int) -> Terms | None:
    """One agreement as it is appraised; None where there is none."""
    try:
        found = agreements.terms(agreement_id)
    except NotFound:
        return None
    return _terms(found)


def _terms(found: agreements.Terms) -> Terms:
    items = [Item(str(i.id), i.name, i.weight, i.lead, i.standard) for i in found.items]
    duties = [Duty(d.kind, _duty(d)) for d in found.duties]
    if found.payments_due:
        paid = say("约定 {n} 期，按时付 {ok} 期", n=found.payments_due, ok=found.payments_in_time)
        duties.append(Duty("payment", str(paid)))
    ended = found.state == "terminated"
    return Terms(found.year, found.party_a_id, found.party_b_id, items, duties, found.tail_fen, ended)


def _duty(duty: agreements.EvaluatedDuty) -> str:
    if duty.times > 1:
        return str(
            say("{body}（约定 {times} 次，记录 {done} 次）", body=duty.body, times=duty.times, done=duty.done)
        )
    return duty.body


def parties_b(agreement_ids: Iterable[int]) -> dict[int, int]:
    """Agreement → its Party B today."""
    return {pk: found.party_b_id for pk, found in agreements.many(agreement_ids).items()}


def for_year(year: int) -> list[int]:
    """The agreements of a year that are to be appraised: those in force."""
    return [a.agreement_id for a in agreements.for_evaluation(year)]
