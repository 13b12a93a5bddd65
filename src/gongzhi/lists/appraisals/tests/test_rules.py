"""The flow, sealing, deadlines, panel and rectification, without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.core.refusal import Refused
from gongzhi.lists.appraisals.rules import FLOW, PARAMETERS, RIGHTS, SEALED_STATES, course, sealing
from gongzhi.lists.appraisals.rules.flow import STAYS, after

DAY = date(2026, 12, 18)
NEXT = date(2026, 12, 21)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


def refused(fn, *args):
    with pytest.raises(Refused) as caught:
        fn(*args)
    return caught.value.rule


@given(
    st.lists(st.sampled_from([(m.verb, side) for m in FLOW.moves for side in ("a", "b", None)]), max_size=60)
)
def test_scores_open_only_after_both_or_after_the_closing_act(acts):
    """Whatever the sequence of acts, a state in which scores may be read is reached over both or a lapse."""
    state, submitted, lapsed = FLOW.initial, set(), False
    for verb, side in acts:
        try:
            reached = after(state, verb, side)
        except Refused:
            continue
        if verb == "submit" and side:
            assert side not in submitted, "a side hands in once"
            submitted.add(side)
        elif verb == "submit":
            continue  # nobody submits for no side: the room checks it
        lapsed |= verb == "lapse"
        state = reached
        assert sealing.is_open(state) == (submitted == {"a", "b"} or lapsed)


def test_every_state_can_be_left_and_reached():
    reached = {FLOW.initial} | {m.to for m in FLOW.moves if m.verb not in STAYS}
    left = {f for m in FLOW.moves if m.verb not in STAYS for f in m.frm}
    assert reached == set(FLOW.names)
    assert left == {name for name in FLOW.names if not FLOW.state(name).final}


@pytest.mark.parametrize("state", FLOW.names)
@pytest.mark.parametrize(("reader", "author"), [("a", "b"), ("b", "a"), (None, "a"), (None, "b")])
def test_nobody_but_the_author_reads_a_sealed_sheet(state, reader, author):
    assert sealing.may_read(reader, author, state) == (state not in SEALED_STATES)
    assert sealing.may_read(author, author, state)


@given(json_values, json_values, st.text(max_size=10))
def test_a_commitment_binds_its_content(one, other, salt):
    made = sealing.commitment(salt, one)
    assert sealing.matches(made, salt, one)
    assert sealing.matches(made, salt, other) == (sealing.canonical(one) == sealing.canonical(other))


def test_the_known_commitment():
    content = {"rows": {"1": {"score": "92.0", "text": ""}}}
    assert sealing.canonical(content) == '{"rows":{"1":{"score":"92.0","text":""}}}'
    assert (
        sealing.commitment("s", content) == "3d7438db1b142e100457e35838177b269ceae817580958ab5671a96d9d8351b9"
    )


def test_the_last_day_of_the_window_still_counts():
    course.check_in_window(DAY, DAY)
    assert refused(course.check_in_window, NEXT, DAY) == "appraisals.objection_late"
    assert refused(course.check_in_window, DAY, None) == "appraisals.objection_late"


def test_publishing_waits_for_both_or_for_the_window():
    course.check_publishable("confirmed", DAY, DAY, None)
    for state in ("met", "accepted_a", "accepted_b"):
        assert refused(course.check_publishable, state, DAY, DAY, None) == "appraisals.objection_open"
        course.check_publishable(state, NEXT, DAY, None)
    for state in ("rechecking", "rechecked_a", "rechecked_b"):
        assert refused(course.check_publishable, state, NEXT, DAY, NEXT) == "appraisals.recheck_open"
        course.check_publishable(state, NEXT, DAY, DAY)


def test_publicity_runs_its_days_and_low_lines_are_listed():
    assert refused(course.check_concluded, DAY, DAY, []) == "appraisals.publicity_open"
    assert refused(course.check_concluded, NEXT, DAY, ["探访"]) == "appraisals.mending_missing"
    course.check_concluded(NEXT, DAY, [])


def member(side, name):
    return {"side": side, "name": name}


@pytest.mark.parametrize(
    ("members", "rule"),
    [
        ([], "panel_equal"),
        ([member("a", "陆一")], "panel_equal"),
        ([member("a", "陆一"), member("a", "陆二"), member("b", "周一")], "panel_equal"),
        ([member("a", "陆一"), member("b", "周一"), member("c", "县里")], "panel_equal"),
        ([member("a", "陆一"), member("b", " ")], "panel_names"),
        ([member("a", "陆一"), member("a", "陆一"), member("b", "周一"), member("b", "周二")], "panel_names"),
    ],
)
def test_a_panel_is_joint(members, rule):
    assert refused(course.check_panel, members) == f"appraisals.{rule}"


def test_a_fair_panel_passes():
    course.check_panel([member("a", "陆一"), member("b", "周一")])


def test_a_recheck_answers_exactly_what_is_contested():
    course.check_answers(["1", "2"], {"1": "补看了签到册", "2": "维持"})
    assert (
        refused(course.check_answers, ["1", "2"], {"1": "补看了签到册", "2": " "})
        == "appraisals.recheck_answer"
    )
    assert refused(course.check_answers, ["1"], {"1": "维持", "2": "顺手改了"}) == "appraisals.recheck_scope"


def test_mending_has_a_date_ahead():
    course.check_mending_due(DAY, NEXT, NEXT)
    assert refused(course.check_mending_due, DAY, DAY, NEXT) == "appraisals.mending_due"
    assert refused(course.check_mending_due, DAY, date(2027, 3, 1), NEXT) == "appraisals.mending_due"


def test_every_low_line_must_be_mended():
    finals = {"1": Decimal("59.9"), "2": Decimal(60), "3": None, "4": Decimal(0)}
    assert course.must_mend(finals, Decimal(60), []) == ["1", "4"]
    assert course.must_mend(finals, Decimal(60), ["4", "2"]) == ["1"]


def test_silence_is_recorded_only_after_the_last_day_and_reminders():
    assert refused(course.check_closable, DAY, DAY, 0, 1) == "appraisals.scoring_open"
    assert refused(course.check_closable, NEXT, DAY, 2, 1) == "appraisals.remind_first"
    course.check_closable(NEXT, DAY, 0, 1)


def test_every_number_of_ours_is_marked_as_an_assumption():
    assert all(p.assumption and "本县设定" in str(p.source) for p in PARAMETERS)


def test_only_the_two_sides_score():
    for verb in ("keep_report", "report", "keep", "submit", "object", "recheck", "countersign"):
        assert not {"county_officer", "county_head", "auditor", "public", "supervisor"} & set(
            RIGHTS[f"appraisals.{verb}"]
        )
