"""Counting votes, scores and shares exactly. Pure.

“以上/以内” include the number, “过半数/超过” do not (民法典第 1259 条): of 1,008 ballots 504 is no majority.
Everything here is integer or exact decimal arithmetic; nothing is rounded unless the name says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from gongzhi.core.money import Fen

Exact = int | Decimal | Fraction


def over_half(n: int) -> int:
    """The smallest number that is more than half of ``n`` (过半数)."""
    return _members(n) // 2 + 1


def at_least(n: int, p: int, q: int) -> int:
    """The smallest number that is at least ``p``/``q`` of ``n`` (三分之二以上): the ceiling of n·p/q."""
    if p < 0 or q <= 0:
        raise ValueError("a share needs p >= 0 and q > 0")
    return -(-_members(n) * p // q)


def half_up(value: Exact, places: int = 2) -> Decimal:
    """四舍五入 to ``places`` decimals, halves away from zero."""
    exact = Fraction(value)
    scaled = abs(exact) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    with localcontext(prec=max(28, len(str(whole)) + 2)):
        result = Decimal(whole).scaleb(-places)
        return -result if exact < 0 and whole else result


def weighted(pairs: Iterable[tuple[Exact, Exact]]) -> Decimal:
    """Σ weight·score / 100, exact: ``weighted([(40, 92), (35, 85), (25, 78)]) == Decimal("86.05")``.

    Nothing is rounded; that the weights add up to 100 is the caller's rule.
    """
    return exact_decimal(sum((Fraction(w) * Fraction(s) for w, s in pairs), Fraction(0)) / 100)


def portion(fen: int, part: Exact, of: Exact = 1) -> Fen:
    """``fen`` · ``part`` / ``of`` in whole fen, halves up: ``portion(3600000, 72, of=80) == 3240000``."""
    return Fen(int(half_up(Fraction(fen) * Fraction(part) / Fraction(of), 0)))


def interest(fen: int, rate_per_day: Decimal, days: int) -> Fen:
    """Simple interest in fen, halves up: 84,000.00 yuan at 0.0005 a day for 12 days is 504.00 yuan."""
    return portion(fen, Fraction(rate_per_day) * days)


def rate(part: Exact, of: Exact, places: int = 2) -> Decimal:
    """``part`` in per cent of ``of``, rounded half up; of nothing it is 0."""
    return half_up(Fraction(part) * 100 / Fraction(of), places) if of else half_up(0, places)


def split(total: int, parts: int | Sequence[Exact]) -> list[Fen]:
    """``total`` fen in equal parts, or in proportion to weights, that add up to ``total`` exactly.

    Odd fen go to the largest remainders, earlier parts first. Raises ValueError without a positive weight.
    """
    weights = [Fraction(1)] * parts if isinstance(parts, int) else [Fraction(p) for p in parts]
    whole = sum(weights, Fraction(0))
    if whole <= 0 or min(weights) < 0:
        raise ValueError("parts need weights of which none is negative and one is positive")
    sign, amount = (-1, -total) if total < 0 else (1, total)
    exact = [amount * w / whole for w in weights]
    floors = [int(e) for e in exact]
    order = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    for i in order[: amount - sum(floors)]:
        floors[i] += 1
    return [Fen(sign * f) for f in floors]


def exact_decimal(value: Exact) -> Decimal:
    """A decimal equal to ``value``; ValueError when there is none (a third)."""
    exact = Fraction(value)
    for places in range(60):
        if 10**places % exact.denominator == 0:
            with localcontext(prec=200):
                return Decimal(int(exact * 10**places)).scaleb(-places)
    raise ValueError(f"{exact} has no exact decimal")


def _members(n: int) -> int:
    if n < 0:
        raise ValueError("a body cannot have fewer than no members")
    return n
