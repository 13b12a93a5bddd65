"""Steps of the map and the axis of scores."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.insight import rules


@pytest.mark.parametrize(
    ("key", "value", "step"),
    [
        ("b_to_a", "90", 5), ("b_to_a", "89.999", 4), ("b_to_a", "80", 3), ("b_to_a", "75", 2), ("b_to_a", "74.9", 1),
        ("b_to_a", "0", 1), ("a_to_b", "85", 4), ("gap", "12", 5), ("gap", "1.99", 1), ("gap", "0", 1),
        ("payment", "100", 5), ("payment", "99.99", 4), ("payment", "0", 1), ("mending", "50", 3), ("mending", "0", 1),
        ("signing", "5", 5), ("signing", "1", 1),
    ],
)  # fmt: skip
def test_steps(key, value, step):
    assert rules.step(rules.MEASURES[key], Decimal(value)) == step


@pytest.mark.parametrize("key", rules.MEASURES)
def test_nothing_has_no_step(key):
    assert rules.step(rules.MEASURES[key], None) == 0


@given(st.lists(st.decimals(0, 100, places=2), max_size=20))
def test_the_axis_holds_every_value(values):
    low, high, ticks = rules.scale(values)
    assert all(low <= v <= high for v in values)
    assert low < high
    assert all(low < t < high for t in ticks)
    assert low % 5 == high % 5 == 0


def test_the_axis_without_values():
    assert rules.scale([]) == (75, 95, (80, 85, 90))
    assert rules.scale([Decimal("80.03"), Decimal("89.43")]) == (75, 95, (80, 85, 90))
