"""The flow table decides moves, turns and the words of a refusal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.core.flow import Flow, Move, State
from gongzhi.core.refusal import Problem, Refused, check_all, refuse
from gongzhi.core.words import Words, say

FLOW = Flow(
    "lamps",
    initial="broken",
    states=[
        State("broken", say("坏了"), turn="b", main="report"),
        State("reported", say("已报修"), turn="a", main="mend", days="lamps.days"),
        State("mended", say("修好了"), final=True),
    ],
    moves=[
        Move("report", ("broken",), "reported", by=("b",)),
        Move("mend", ("reported",), "mended", by=("a",)),
        Move("reopen", ("mended",), "broken"),
    ],
)


def test_a_move_leads_where_the_table_says() -> None:
    assert FLOW.step("broken", "report", by="b") == "reported"
    assert FLOW.step("mended", "reopen", by="a") == "broken"


def test_the_other_side_is_told_it_is_not_their_turn() -> None:
    with pytest.raises(Refused) as refused:
        FLOW.step("broken", "report", by="a")
    assert refused.value.rule == "lamps.turn"


def test_a_move_that_is_not_open_names_the_state() -> None:
    with pytest.raises(Refused) as refused:
        FLOW.step("broken", "mend", by="a")
    assert refused.value.rule == "lamps.flow"
    assert "坏了" in str(refused.value)


def test_a_table_with_an_unknown_state_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="unknown states"):
        Flow("x", initial="a", states=[State("a", say("甲"))], moves=[Move("go", ("a",), "nowhere")])


@given(
    st.lists(
        st.tuples(st.sampled_from(["report", "mend", "reopen"]), st.sampled_from(["a", "b"])), max_size=20
    )
)
def test_no_sequence_of_tries_leaves_the_table(tries: list[tuple[str, str]]) -> None:
    state = FLOW.initial
    for verb, side in tries:
        open_now = FLOW.may(state, verb, side)
        try:
            new = FLOW.step(state, verb, side)
        except Refused:
            assert not open_now
        else:
            assert open_now
            assert new in FLOW.names
            state = new


def test_every_problem_found_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        check_all([Problem("甲", "x.a"), None, Problem("乙", "x.b")])
    assert [p.rule for p in refused.value.problems] == ["x.a", "x.b"]
    check_all([None])


def test_refuse_names_field_rule_and_source() -> None:
    with pytest.raises(Refused) as refused:
        refuse(say("合计 {n}", n=95), rule="x.sum", source="本县设定", field="weight")
    problem = refused.value.problems[0].as_dict()
    assert problem == {
        "message": "合计 95",
        "rule": "x.sum",
        "source": "本县设定",
        "field": "weight",
        "way_out": "",
    }


def test_words_survive_being_stored() -> None:
    words = say("{unit}：{what}", unit="中荷村", what=say("付 {n} 元", n=5))
    again = Words.from_json(words.to_json())
    assert str(again) == str(words) == "中荷村：付 5 元"
