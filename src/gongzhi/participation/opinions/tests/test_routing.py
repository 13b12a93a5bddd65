"""Which statement comes next: new ones first, telling ones more often, every one in the end."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from gongzhi.participation.opinions.rules.routing import Candidate, next_of, weight

COUNTS = st.integers(0, 500)
CANDIDATES = st.lists(
    st.builds(Candidate, st.integers(1, 10**6), COUNTS, COUNTS, COUNTS, st.integers(0, 1000)),
    max_size=20,
    unique_by=lambda c: c.pk,
)


def test_weights_by_hand():
    """Nobody has answered: understood 1/2, agreed 1/2, fresh 9: (1/4·9)². After 10 votes of which 8 agree, none passes."""
    assert weight(Candidate(1, 0, 0, 0)) == Fraction(9, 4) ** 2
    assert weight(Candidate(1, 8, 2, 0)) == (Fraction(11, 12) * Fraction(9, 12) * 3) ** 2
    assert weight(Candidate(1, 8, 2, 0, 1000)) == 4 * weight(Candidate(1, 8, 2, 0))


@given(CANDIDATES, st.text(max_size=8))
def test_something_is_asked_as_long_as_something_is_left_in_whatever_order(candidates, seed):
    found = next_of(candidates, seed)
    assert (found is None) == (not candidates)
    assert found is None or found in candidates
    assert next_of(candidates[::-1], seed) == found


@given(st.builds(Candidate, st.just(1), COUNTS, COUNTS, COUNTS, st.integers(0, 1000)))
def test_every_statement_has_a_chance_and_a_pass_lowers_it(one):
    more = Candidate(1, one.agrees, one.disagrees, one.passes + 1, one.extremity)
    assert 0 < weight(more) < weight(one)


def test_a_new_statement_catches_up():
    counts = dict.fromkeys(range(1, 20), 40) | {20: 0}
    for visitor in range(60):
        rows = [Candidate(pk, n // 2, n - n // 2, 0) for pk, n in counts.items()]
        counts[next_of(rows, f"7:{visitor}:0").pk] += 1
    assert counts[20] >= 5 * max(n - 40 for pk, n in counts.items() if pk < 20) // 2


def test_two_people_are_asked_different_things():
    rows = [Candidate(n, 5, 5, 0) for n in range(1, 11)]
    asked = Counter(next_of(rows, f"1:{account}:0").pk for account in range(500))
    assert min(asked[n] for n in range(1, 11)) > 20
