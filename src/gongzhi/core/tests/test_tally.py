"""Majorities, scores, shares: exact."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.core import tally


def test_half_is_no_majority():
    assert tally.over_half(1008) == 505
    assert tally.over_half(7) == 4
    assert tally.over_half(0) == 1


@given(st.integers(0, 10**6))
def test_over_half_is_the_smallest_majority(n):
    k = tally.over_half(n)
    assert 2 * k > n >= 2 * (k - 1)


@given(st.integers(0, 10**6), st.integers(0, 20), st.integers(1, 20))
def test_at_least_is_the_ceiling(n, p, q):
    assert tally.at_least(n, p, q) == ceil(Fraction(n * p, q))


def test_two_thirds():
    assert tally.at_least(30, 2, 3) == 20
    assert tally.at_least(31, 2, 3) == 21
    with pytest.raises(ValueError, match="share"):
        tally.at_least(3, 1, 0)
    with pytest.raises(ValueError, match="no members"):
        tally.over_half(-1)


def test_the_worked_scores():
    ours = tally.weighted([(40, 92), (35, 85), (25, 78)])
    theirs = tally.weighted([(40, 95), (35, 70), (25, 80)])
    assert (ours, theirs) == (Decimal("86.05"), Decimal("82.50"))
    assert tally.weighted([(33, Decimal("90.5")), (67, 80)]) == Decimal("83.465")
    assert tally.half_up(Decimal("83.465")) == Decimal("83.47")


@given(st.lists(st.tuples(st.integers(0, 100), st.decimals(0, 100, places=2)), max_size=20))
def test_scores_are_exact(pairs):
    assert (
        Fraction(tally.weighted(pairs))
        == sum((Fraction(w) * Fraction(s) for w, s in pairs), Fraction(0)) / 100
    )


def test_the_worked_sums():
    assert tally.interest(8_400_000, Decimal("0.0005"), 12) == 50_400
    assert tally.portion(3_600_000, 72, of=80) == 3_240_000
    assert tally.rate(78 - 28, 78) == Decimal("64.10")
    assert tally.rate(1, 0) == 0


@given(st.decimals(-(10**9), 10**9, places=4), st.integers(0, 3))
def test_half_up_rounds_to_the_nearest_away_from_zero(value, places):
    rounded = tally.half_up(value, places)
    assert -rounded.as_tuple().exponent == places
    assert abs(Fraction(rounded) - Fraction(value)) * 2 <= Fraction(1, 10**places)
    if abs(Fraction(rounded) - Fraction(value)) * 2 == Fraction(1, 10**places):
        assert abs(rounded) > abs(value)
    assert tally.half_up(-value, places) == -rounded


def test_half_up_keeps_large_numbers():
    assert tally.half_up(Decimal("12345678901234567890123456789012.345")) == Decimal(
        "12345678901234567890123456789012.35"
    )


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 1000), min_size=1, max_size=40).filter(any))
def test_shares_add_up_and_stay_fair(total, weights):
    shares = tally.split(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(total * weight, sum(weights))) < 1
        assert weight or share == 0


def test_equal_shares():
    assert tally.split(100, 3) == [34, 33, 33]
    assert tally.split(0, 2) == [0, 0]
    for bad in ([], [0, 0], [1, -1]):
        with pytest.raises(ValueError, match="weights"):
            tally.split(100, bad)


def test_a_third_has_no_decimal():
    assert tally.exact_decimal(Fraction(1, 8)) == Decimal("0.125")
    with pytest.raises(ValueError, match="exact decimal"):
        tally.exact_decimal(Fraction(1, 3))
