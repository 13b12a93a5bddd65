"""The opinion map's mathematics: the same answers give the same map, groups are found, labels stay, nobody shows."""

from __future__ import annotations

import json
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gongzhi.participation.opinions.rules import clusters, mapping, reading
from gongzhi.participation.opinions.rules.matrix import AGREE, GAP, PASS, Inputs, Settings, Sums, fingerprint
from gongzhi.participation.opinions.rules.numeric import np
from gongzhi.participation.opinions.tests.crowds import crowd, inputs, rand_index

ROWS = arrays.arrays(
    np.uint8,
    st.tuples(st.integers(0, 60), st.integers(0, 9)),
    elements=st.integers(0, 3),
)
QUICK = settings(max_examples=60, deadline=None)


# ---- the same answers, the same map ----


@QUICK
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_people_changes_nothing(codes, lots):
    order = np.array(lots.sample(range(len(codes)), len(codes)), dtype=np.intp)
    one, two = inputs(codes, people=10), inputs(codes[order], people=10)
    assert one.pack() == two.pack()
    here, there = mapping.draw(one), mapping.draw(two)
    assert here.result == there.result
    assert (here.labels[order] == there.labels).all()


def test_nor_does_it_in_a_large_crowd():
    _, codes = crowd(900, 40)
    order = np.random.default_rng(3).permutation(len(codes))
    here, there = mapping.draw(inputs(codes)), mapping.draw(inputs(codes[order]))
    assert here.result == there.result
    assert (here.labels[order] == there.labels).all()


def test_the_order_of_statements_changes_no_group():
    camp, codes = crowd(600, 40)
    turned = codes[:, ::-1].copy()
    here, there = mapping.draw(inputs(codes)), mapping.draw(inputs(turned))
    assert rand_index(here.labels.astype(int), there.labels.astype(int)) == 1
    assert rand_index(here.labels.astype(int), camp) > 0.95


@QUICK
@given(ROWS)
def test_what_is_kept_gives_the_map_again(codes):
    given = inputs(codes)
    again = Inputs.unpack(given.pack())
    assert again.pack() == given.pack()
    assert mapping.draw(again).result == mapping.draw(given).result
    assert again.settings == given.settings


def test_every_input_is_in_the_fingerprint():
    codes = np.array([[AGREE, GAP]], dtype=np.uint8)
    base = inputs(codes)
    others = [
        Inputs((1, 3), codes, base.last),
        Inputs((1, 2), np.array([[AGREE, PASS]], dtype=np.uint8), base.last),
        Inputs((1, 2), codes, np.array([2], dtype=np.uint8)),
        Inputs((1, 2), codes, base.last, ((1, 0), (0, 1))),
        Inputs((1, 2), codes, base.last, settings=Settings(group=6)),
    ]
    assert len({fingerprint(i.pack()) for i in [base, *others]}) == 6


@QUICK
@given(ROWS, st.integers(0, 60), st.integers(0, 9))
def test_folding_bit_by_bit_is_adding_up_anew(codes, people, statements):
    """Some answered the first statements before; then they and others answer everything."""
    early, few = codes[:people].copy(), min(statements, codes.shape[1])
    early[:, few:] = GAP
    sums = Sums.of(early[:, :few]).grown(codes.shape[1])
    sums.fold(early, -1)
    sums.fold(codes[:people], +1)
    sums.fold(codes[people:], +1)
    anew = Sums.of(codes)
    kept = Sums.unpack(sums.pack(), sums.size)
    for one, two, three in zip(
        (sums.vv, sums.vm, sums.mm), (anew.vv, anew.vm, anew.mm), (kept.vv, kept.vm, kept.mm), strict=True
    ):
        assert (one == two).all()
        assert (two == three).all()
    assert mapping.draw(inputs(codes), sums).result == mapping.draw(inputs(codes)).result


def test_the_sums_give_the_covariance_of_the_matrix_with_its_gaps_at_the_mean():
    _, codes = crowd(50, 6, seed=5)
    values = np.where(codes == AGREE, 1.0, np.where(codes == 2, -1.0, 0.0))
    filled = np.where(codes == GAP, np.nan, values)
    centred = np.nan_to_num(filled - np.nanmean(filled, axis=0))
    assert np.allclose(Sums.of(codes).covariance(), centred.T @ centred)


# ---- a pass ----


@QUICK
@given(ROWS.filter(lambda c: (c == GAP).any()), st.data())
def test_a_pass_takes_no_side_and_takes_nobody_off_the_map(codes, data):
    gaps = np.argwhere(codes == GAP)
    row, column = gaps[data.draw(st.integers(0, len(gaps) - 1))]
    after = codes.copy()
    after[row, column] = PASS
    everybody = np.zeros(len(codes), dtype=np.intp)
    here, there = (reading.Counts.of(c, everybody, (0,)).answers[0] for c in (codes, after))
    assert (here[:, :2] == there[:, :2]).all()
    assert there[:, 2].sum() == here[:, 2].sum() + 1
    means = Sums.of(codes).means(), Sums.of(after).means()
    assert (np.abs(means[1]) <= np.abs(means[0]) + 1e-12).all()
    before, now = ((c != GAP).sum(axis=1) >= 3 for c in (codes, after))
    assert (now >= before).all()


# ---- groups ----


@pytest.mark.parametrize("camps", [2, 3, 4])
def test_camps_are_found(camps):
    """Two axes hold three camps apart, and four where they differ by two questions."""
    camp, codes = crowd(800, 60, camps=min(camps, 3)) if camps < 4 else _square()
    drawn = mapping.draw(inputs(codes))
    assert rand_index(drawn.labels.astype(int), camp) >= 0.95
    sizes = sorted(g["size"] for g in drawn.result["groups"])
    assert all(abs(n - m) <= 5 for n, m in zip(sizes, sorted(np.bincount(camp)), strict=True))
    assert drawn.result["others"] == 0


def _square():
    """Four camps: for or against each of two sets of statements."""
    random = np.random.default_rng(4)
    camp = random.integers(0, 4, 800)
    one, two = (camp % 2)[:, None], (camp // 2)[:, None]
    side = np.concatenate([np.repeat(one, 20, axis=1), np.repeat(two, 20, axis=1)], axis=1)
    flips = random.random(side.shape) < 0.03
    return camp, np.where(side ^ flips, 1, 2).astype(np.uint8)


def test_labels_stay_with_their_people():
    camp, codes = crowd(900, 40)
    first = mapping.draw(inputs(codes))
    random = np.random.default_rng(8)
    for _ in range(5):
        again = random.random(codes.shape) < 0.02
        codes = np.where(again, random.integers(0, 4, codes.shape), codes).astype(np.uint8)
        after = mapping.draw(inputs(codes, first.labels))
        assert (after.labels == first.labels).mean() > 0.98
        first = after
    assert rand_index(first.labels.astype(int), camp) > 0.9


def test_a_group_that_comes_late_takes_a_new_label():
    camp, codes = crowd(900, 40)
    two = np.flatnonzero(camp < 2)
    first = mapping.draw(inputs(codes[two]))
    assert {g["label"] for g in first.result["groups"]} == {1, 2}
    last = np.zeros(len(codes), dtype=np.uint8)
    last[two] = first.labels
    after = mapping.draw(inputs(codes, last))
    assert (after.labels[two] == first.labels).mean() > 0.98
    assert (after.labels[camp == 2] == 3).mean() > 0.95


def test_the_picture_does_not_turn_over():
    _, codes = crowd(600, 40)
    first = mapping.draw(inputs(codes))
    turned = tuple((-x, -y) for x, y in first.result["axes"])
    given = inputs(codes, first.labels)
    kept = mapping.draw(Inputs(given.numbers, codes, first.labels, tuple(map(tuple, first.result["axes"]))))
    flipped = mapping.draw(Inputs(given.numbers, codes, first.labels, turned))
    assert kept.result["axes"] == first.result["axes"]
    assert flipped.result["axes"] == [[-x, -y] for x, y in first.result["axes"]]


def test_too_few_people_or_statements_make_no_groups():
    _, codes = crowd(14, 20, share=1)
    assert mapping.draw(inputs(codes)).result["groups"] == []
    _, codes = crowd(400, 20)
    assert mapping.draw(inputs(codes[:, :1])).result["groups"] == []
    alike = np.full((40, 10), AGREE, dtype=np.uint8)
    drawn = mapping.draw(inputs(alike))
    assert drawn.result["groups"] == []
    assert drawn.result["shared"][0] == {"number": 1, "side": "agree"}
    assert mapping.draw(inputs(np.zeros((0, 0), dtype=np.uint8))).result["people"] == 0


def test_who_answered_little_is_counted_and_not_mapped():
    _, codes = crowd(300, 40, share=0.8)
    codes[:7, 6:] = GAP
    codes[:7, :6] = AGREE
    drawn = mapping.draw(inputs(codes))
    assert (drawn.labels[:7] == 0).all()
    assert drawn.result["people"] == 300
    assert sum(g["size"] for g in drawn.result["groups"]) == 293
    assert drawn.result["others"] == 0


def test_a_handful_is_merged_into_the_others():
    _, codes = crowd(600, 40, camps=2, share=0.9)
    codes[:4] = np.where(np.arange(40) % 2, 1, 2)  # four people who answer like nobody else
    drawn = mapping.draw(inputs(codes))
    told = drawn.result
    assert all(g["size"] >= 5 for g in told["groups"])
    if (drawn.labels[:4] == 0).all():
        assert told["others"] is None
        assert "0" not in told["cells"]["1"]


def test_silhouette_is_what_the_book_says():
    random = np.random.default_rng(6)
    spots = np.concatenate([random.normal(0, 1, (12, 2)), random.normal(4, 1, (9, 2))])
    spots = np.concatenate([spots, spots[:5]])  # some stand at the same place
    labels = (spots.sum(axis=1) > 4).astype(np.intp)
    points, first, weights = np.unique(spots, axis=0, return_index=True, return_counts=True)
    distances = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
    mine = clusters.silhouette(distances, weights.astype(float), labels[first], 2)
    widths = []
    for n, spot in enumerate(spots):
        apart = np.sqrt(((spots - spot) ** 2).sum(axis=1))
        own = labels == labels[n]
        inside, outside = apart[own].sum() / (own.sum() - 1), apart[~own].mean()
        widths.append((outside - inside) / max(inside, outside))
    assert mine == pytest.approx(float(np.mean(widths)))


# ---- what is told ----


def test_the_tests_of_shares_by_hand():
    """8 of 10: z = 2·√11·(9/11 - 1/2) = 2.1106; against 2 of 10: pooled 12/22, z = (9/11 - 3/11) / √(…)."""
    eight, two, ten = (np.array(float(n)) for n in (8, 2, 10))
    assert float(reading._share_test(eight, ten)) == pytest.approx(2.1106, abs=1e-4)
    spread = sqrt(12 / 22 * 10 / 22 * 2 / 11)
    assert float(reading._two_shares_test(eight, ten, two, ten)) == pytest.approx((6 / 11) / spread)


def _two_groups():
    """甲 20 people, 乙 10. 1: all agree. 2: 甲 agrees, 乙 disagrees. 3: split in both. 4: all disagree but two."""
    codes = np.zeros((30, 4), dtype=np.uint8)
    codes[:, 0] = 1
    codes[:20, 1], codes[20:, 1] = 1, 2
    codes[::2, 2], codes[1::2, 2] = 1, 2
    codes[:, 3] = 2
    codes[:2, 3] = 1
    group = np.array([1] * 20 + [2] * 10)
    everybody = reading.Counts.of(codes, np.zeros(30, dtype=np.intp), (0,))
    return reading.Counts.of(codes, group, (1, 2)), everybody


def test_what_is_typical_shared_and_apart():
    counts, everybody = _two_groups()
    numbers = (11, 12, 13, 14)
    assert reading.typical(counts, everybody, numbers, 5) == [
        [{"number": 12, "side": "agree"}],
        [{"number": 12, "side": "disagree"}],
    ]
    assert reading.shared(counts, numbers, Settings()) == [
        {"number": 11, "side": "agree"},
        {"number": 14, "side": "disagree"},
    ]
    assert reading.apart(counts, numbers, Settings()) == [{"number": 12, "high": 1, "low": 2}]
    told = reading.cells(counts, numbers, 5)
    assert told["14"] == {"1": [None, 18, None], "2": [None, 10, None]}
    assert told["11"] == {"1": [20, None, None], "2": [10, None, None]}


@QUICK
@given(ROWS, st.integers(2, 9))
def test_no_small_count_is_ever_told(codes, least):
    drawn = mapping.draw(inputs(codes, people=10, votes=2, group=least))
    told = drawn.result
    counts = [c for cell in told["cells"].values() for row in cell.values() for c in row]
    counts += [g["size"] for g in told["groups"]] + ([told["others"]] if told["others"] else [])
    assert all(c is None or c >= least for c in counts)


def test_the_map_holds_whole_numbers_and_nobody():
    """Ten times the people make no larger result, for none of it is about one of them."""
    few, many = (mapping.draw(inputs(crowd(n, 40)[1])).result for n in (300, 3000))

    def leaves(value):
        if isinstance(value, dict | list):
            for inner in value.values() if isinstance(value, dict) else value:
                yield from leaves(inner)
        else:
            yield value

    assert not [leaf for leaf in leaves(many) if isinstance(leaf, float)]
    assert len(list(leaves(many))) <= len(list(leaves(few))) + 10
    assert json.loads(mapping.canonical(many)) == many
