"""Totals, grades and the tail: the worked numbers, and what must hold for every number."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.core.refusal import Refused
from gongzhi.lists.appraisals.rules import scoring
from gongzhi.lists.appraisals.rules.scoring import Bounds, Line, Mark
from gongzhi.lists.appraisals.rules.tail import TailPolicy, tail_payment

WEIGHTS = [Line("1", "独居老人探访", 40), Line("2", "居住证申领协助", 35), Line("3", "垃圾分类动员", 25)]
SCALE = [["优秀", "90"], ["良好", "80"], ["合格", "60"], ["不合格", "0"]]
POLICY = TailPolicy()

scores = st.decimals(min_value=0, max_value=100, places=1)


@st.composite
def sheets(draw):
    """Weights that add up to 100, and a score for each."""
    cuts = sorted(draw(st.lists(st.integers(0, 100), max_size=11)))
    weights = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    lines = [Line(str(i), f"事项{i}", w) for i, w in enumerate(weights)]
    return lines, {line.key: draw(scores) for line in lines}


@pytest.mark.parametrize(("given_scores", "expected"), [((92, 85, 78), "86.05"), ((95, 70, 80), "82.50")])
def test_worked_totals(given_scores, expected):
    marks = {str(i): Decimal(s) for i, s in enumerate(given_scores, 1)}
    assert scoring.total(WEIGHTS, marks) == Decimal(expected)
    assert scoring.show(scoring.total(WEIGHTS, marks), 2) == expected


def test_the_county_weights_for_party_a_give_the_worked_total():
    lines = scoring.aspect_lines({"guidance": 40, "payment": 35, "conditions": 25})
    assert scoring.total(
        lines, {"guidance": Decimal(95), "payment": Decimal(70), "conditions": Decimal(80)}
    ) == Decimal("82.5")


@pytest.mark.parametrize(
    "weights", [{"guidance": 40, "payment": 35}, {"guidance": 40, "payment": 35, "conditions": 25, "x": 0}]
)
def test_other_aspects_are_refused(weights):
    with pytest.raises(Refused) as caught:
        scoring.aspect_lines(weights)
    assert caught.value.rule == "appraisals.aspects"


@pytest.mark.parametrize("weights", [(), (40, 35, 20), (60, 60, -20)])
def test_weights_must_add_up(weights):
    with pytest.raises(Refused) as caught:
        scoring.check_weights([Line(str(i), "x", w) for i, w in enumerate(weights)])
    assert caught.value.rule == "appraisals.weights"


@given(sheets())
def test_a_total_is_exact_and_lies_between_its_scores(sheet):
    lines, marks = sheet
    total = scoring.total(lines, marks)
    assert total * 100 == sum(line.weight * marks[line.key] for line in lines)
    counting = [marks[line.key] for line in lines if line.weight]
    assert min(counting) <= total <= max(counting)
    assert -total.as_tuple().exponent <= 3


@given(sheets(), st.data())
def test_a_higher_score_never_lowers_the_total(sheet, data):
    lines, marks = sheet
    key = data.draw(st.sampled_from([line.key for line in lines]))
    better = {**marks, key: data.draw(st.decimals(min_value=marks[key], max_value=100, places=1))}
    assert scoring.total(lines, better) >= scoring.total(lines, marks)


@pytest.mark.parametrize(
    ("score", "name"),
    [
        ("100", "优秀"),
        ("90", "优秀"),
        ("89.999", "良好"),
        ("80", "良好"),
        ("79.999", "合格"),
        ("60", "合格"),
        ("59.9", "不合格"),
        ("0", "不合格"),
    ],
)
def test_grades_include_their_least(score, name):
    assert scoring.grade(Decimal(score), SCALE) == name
    assert scoring.grade(Decimal(score), list(reversed(SCALE))) == name


@pytest.mark.parametrize("value", ["-0.1", "100.1", "85.55", "NaN", "Infinity", "很好", "", None])
def test_bad_scores_are_refused(value):
    with pytest.raises(Refused) as caught:
        scoring.parse_score(value, field="1")
    assert caught.value.rule == "appraisals.score"
    assert caught.value.problems[0].field == "1"


@given(scores)
def test_every_good_score_is_kept_exactly(score):
    assert scoring.parse_score(str(score)) == score


def check(mark: Mark) -> list[str]:
    try:
        scoring.check_sheet([Line("1", "探访", 100)], {"1": mark}, Bounds())
    except Refused as refused:
        return [p.rule for p in refused.problems]
    return []


@pytest.mark.parametrize("score", ["60", "95", "80.5"])
def test_the_bounds_themselves_need_no_reason(score):
    assert check(Mark(Decimal(score))) == []


@pytest.mark.parametrize("score", ["59.9", "95.1", "0", "100"])
def test_outside_the_bounds_text_and_material_are_needed(score):
    assert check(Mark(Decimal(score))) == ["appraisals.reason_needed", "appraisals.evidence_needed"]
    assert check(Mark(Decimal(score), "  ", (7,))) == ["appraisals.reason_needed"]
    assert check(Mark(Decimal(score), "两次抽查都没有记录")) == ["appraisals.evidence_needed"]
    assert check(Mark(Decimal(score), "两次抽查都没有记录", (7,))) == []


def test_an_empty_line_is_never_taken_as_a_hundred():
    assert check(Mark(None)) == ["appraisals.unscored"]
    with pytest.raises(KeyError):
        scoring.total(WEIGHTS, {"1": Decimal(92), "2": Decimal(85)})


def test_lines_that_are_not_on_the_sheet_are_refused():
    with pytest.raises(Refused) as caught:
        scoring.check_sheet(
            [Line("1", "探访", 100)], {"1": Mark(Decimal(80)), "9": Mark(Decimal(80))}, Bounds()
        )
    assert caught.value.rule == "appraisals.strange_line"


@pytest.mark.parametrize(
    ("score", "payable"),
    [("100", 3600000), ("80", 3600000), ("79.9", 3595500), ("72", 3240000), ("60", 2700000)],
)
def test_worked_tails(score, payable):
    tail = tail_payment(3600000, Decimal(score), mended=False, policy=POLICY)
    assert (tail.payable, tail.waits, tail.deducted) == (payable, False, 3600000 - payable)


def test_below_the_line_the_tail_waits_until_mended():
    waiting = tail_payment(3600000, Decimal("59.999"), mended=False, policy=POLICY)
    assert (waiting.payable, waiting.waits, waiting.deducted) == (0, True, 0)
    mended = tail_payment(3600000, Decimal("59.999"), mended=True, policy=POLICY)
    assert (mended.payable, mended.waits) == (2700000, False)


def test_a_silent_party_a_cannot_keep_the_tail():
    paid = tail_payment(3600000, None, mended=False, policy=POLICY)
    assert (paid.payable, paid.waits) == (3600000, False)
    assert "159" in str(paid.reason)
    scaled = tail_payment(3600000, None, mended=False, policy=TailPolicy(when_a_silent="pass_line"))
    assert (scaled.payable, scaled.waits) == (2700000, False)


@given(st.integers(0, 10**12), scores, scores, st.booleans())
def test_a_better_score_is_never_paid_less(tail, one, other, mended):
    low, high = sorted((one, other))
    lesser = tail_payment(tail, low, mended=mended, policy=POLICY)
    greater = tail_payment(tail, high, mended=mended, policy=POLICY)
    assert 0 <= lesser.payable <= greater.payable <= tail
    assert lesser.payable + lesser.deducted == (0 if lesser.waits else tail)


@given(st.integers(0, 10**12), st.decimals(min_value=60, max_value="79.9", places=1))
def test_the_scaled_tail_is_right_to_the_fen(tail, score):
    payable = tail_payment(tail, score, mended=False, policy=POLICY).payable
    assert abs(payable * 80 - tail * score) * 2 <= 80


@pytest.mark.parametrize(
    "change",
    [
        {"scaled_from": Decimal(90)},
        {"rectified_score": Decimal(70)},
        {"when_a_silent": "later"},
        {"full_from": Decimal(101)},
    ],
)
def test_contradicting_settings_are_refused(change):
    with pytest.raises(Refused) as caught:
        TailPolicy(**change)
    assert caught.value.rule == "appraisals.tail_policy"


def test_gap_needs_both():
    assert scoring.gap(Decimal("86.05"), Decimal("82.50")) == Decimal("3.55")
    assert scoring.gap(None, Decimal("82.50")) is None
