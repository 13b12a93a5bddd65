"""Which statement somebody is asked next. Pure.

The order follows the published comment routing of Polis (Small and others 2021): statements that are understood, that people
can agree with and that lie far from the middle of opinion say more than those that everybody passes; and a new statement goes
first until it has had its share of votes, so that none is left out. The choice is a lottery by weight, drawn from the
account's number and its count of votes: the same page shows the same statement, and two people get different ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

NOVELTY = 8
HALVES_AFTER = 5  # votes


@dataclass(frozen=True)
class Candidate:
    """A statement that could be asked: its votes so far and how far it lies from the middle (thousandths)."""

    pk: int
    agrees: int
    disagrees: int
    passes: int
    extremity: int = 0

    @property
    def votes(self) -> int:
        return self.agrees + self.disagrees + self.passes


def weight(one: Candidate) -> Fraction:
    """How much a vote on this statement would tell, exact; always positive."""
    seen = one.votes + 2
    understood = 1 - Fraction(one.passes + 1, seen)
    agreed = Fraction(one.agrees + 1, seen)
    telling = understood * agreed * (1 + Fraction(max(one.extremity, 0), 1000))
    fresh = 1 + Fraction(NOVELTY, 2 ** min(one.votes // HALVES_AFTER, 32))
    return (telling * fresh) ** 2


def next_of(candidates: Sequence[Candidate], seed: str) -> Candidate | None:
    """One of ``candidates`` by lottery; the same seed and candidates give the same one. None where there is none."""
    ordered = sorted(candidates, key=lambda c: c.pk)
    weights = [weight(c) for c in ordered]
    total = sum(weights, Fraction(0))
    if not total:
        return None
    ticket = Fraction(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]), 2**64) * total
    for one, share in zip(ordered, weights, strict=True):
        ticket -= share
        if ticket < 0:
            return one
    return ordered[-1]
