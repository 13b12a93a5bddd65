"""Worked numbers of the five steps, and what must hold for any numbers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.core.decisions import Votes
from gongzhi.core.refusal import Refused
from gongzhi.participation.deliberations.rules import (
    FLOW,
    PARAMETERS,
    alike,
    flow,
    meetings,
    oversight,
    screening,
    sources,
)

TODAY = date(2026, 3, 11)


def rule(act) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.rule


# ---- the two rates ----


def test_942_of_985_closed_is_95_63_percent() -> None:
    assert oversight.closing_rate(942, 985) == Decimal("95.63")


def test_912_of_942_satisfied_is_96_82_percent() -> None:
    assert oversight.satisfaction_rate(912, 942) == Decimal("96.82")


def test_of_nothing_the_rate_is_nothing() -> None:
    assert oversight.closing_rate(0, 0) == oversight.satisfaction_rate(0, 0) == Decimal("0.00")


# ---- the table of steps ----

EVERY = [FLOW, flow.RAISING_FLOW, flow.REFERRAL_FLOW, flow.SESSION_FLOW, flow.TASK_FLOW, flow.SUPERVISOR_FLOW,
         flow.OBJECTION_FLOW, flow.INQUIRY_FLOW]  # fmt: skip


@pytest.mark.parametrize("table", EVERY)
def test_every_state_is_reached_and_no_state_that_is_not_final_is_a_trap(table) -> None:
    reached, front = {table.initial}, [table.initial]
    while front:
        here = front.pop()
        for m in table.moves_from(here):
            if m.to not in reached:
                reached.add(m.to)
                front.append(m.to)
    assert reached == set(table.names)
    ends = {s.name for s in table.states.values() if s.final}
    for name in table.names:
        seen, front = {name}, [name]
        while front:
            for m in table.moves_from(front.pop()):
                if m.to not in seen:
                    seen.add(m.to)
                    front.append(m.to)
        assert seen & ends or (table is flow.SUPERVISOR_FLOW and name == "chosen"), f"no way out of {name}"


def test_every_state_stands_in_one_of_the_five_steps() -> None:
    assert sorted(s for step in flow.STEPS for s in step.states) == sorted(FLOW.names)
    assert "".join(str(s.sign) for s in flow.STEPS) == "问提议干监"


def test_every_turn_names_a_parameter_that_is_declared() -> None:
    declared = {p.key for p in PARAMETERS}
    used = {s.days for table in EVERY for s in table.states.values() if s.days}
    assert used <= declared
    assert all(p.assumption for p in PARAMETERS), "every figure here is the county's proposal"


def test_the_normal_way_is_the_five_steps() -> None:
    state = FLOW.initial
    for word in (
        "accept",
        "call",
        "held",
        "settle",
        "adopt",
        "assign",
        "finished",
        "draw",
        "conclude",
        "close",
    ):
        state = FLOW.step(state, word)
    assert state == "closed"


def test_what_is_not_satisfactory_goes_back_to_doing_or_to_talking() -> None:
    for state in ("checking", "rating"):
        assert FLOW.step(state, "send_back") == "doing"
        assert FLOW.step(state, "reopen") == "talking"


# ---- 提 ----


@pytest.mark.parametrize(
    ("votes", "refused"),
    [
        (Votes(9, 5, 3, 2), None),
        (Votes(9, 4, 4), "deliberations.screening_quorum"),  # 过半数 of 9 is 5
        (Votes(8, 4, 4), "deliberations.screening_quorum"),  # half is not 过半数
        (Votes(9, 6, 3, 3), "deliberations.screening_vote"),
        (Votes(9, 10, 9, 1), "core.present"),
    ],
)
def test_the_two_committees_need_over_half_and_over_half_of_those(votes: Votes, refused: str | None) -> None:
    def act():
        return screening.screened("village", votes, TODAY, TODAY, TODAY)

    if refused is None:
        assert act().passed
    else:
        assert rule(act) == refused


def test_the_meeting_lies_between_registration_and_today() -> None:
    votes = Votes(9, 9, 9)
    assert (
        rule(lambda: screening.screened("village", votes, TODAY + timedelta(1), TODAY, TODAY))
        == "deliberations.future"
    )
    early = TODAY - timedelta(2)
    assert (
        rule(lambda: screening.screened("village", votes, early, TODAY, TODAY))
        == "deliberations.before_registered"
    )


def test_every_reason_has_a_basis_and_another_way_and_law_must_name_its_article() -> None:
    for key, reason in screening.REASONS.items():
        assert str(reason.basis)
        assert str(reason.instead)
        if key != "law":
            assert screening.check_reason(key, "") == str(reason.basis)
    assert rule(lambda: screening.check_reason("law", " ")) == "deliberations.basis"
    assert screening.check_reason("law", "物业管理条例第五十条") == "物业管理条例第五十条"


# ---- 议 ----


def test_the_day_of_the_notice_does_not_count() -> None:
    meetings.check_notice(TODAY, date(2026, 3, 14), 3)
    assert rule(lambda: meetings.check_notice(TODAY, date(2026, 3, 13), 3)) == "deliberations.notice"


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(1, 30), st.integers(0, 60))
def test_notice_is_kept_exactly_when_so_many_days_lie_between(today: date, days: int, ahead: int) -> None:
    held = today + timedelta(ahead)
    if ahead >= days:
        meetings.check_notice(today, held, days)
    else:
        assert rule(lambda: meetings.check_notice(today, held, days)) == "deliberations.notice"


@pytest.mark.parametrize(
    ("share", "of", "least"),
    [("over_half", 10, 6), ("over_half", 11, 6), ("two_thirds", 9, 6), ("two_thirds", 10, 7), ("all", 7, 7), ("over_half", 1008, 505)],
)  # fmt: skip
def test_over_half_excludes_the_half_and_two_thirds_include_it(share: str, of: int, least: int) -> None:
    assert meetings.needed(share, of) == least


@given(st.sampled_from(list(meetings.SHARES)), st.integers(1, 5000), st.integers(0, 5000))
def test_a_quorum_is_kept_or_refused_never_both(share: str, invited: int, came: int) -> None:
    least = meetings.needed(share, invited)
    assert 1 <= least <= invited
    if came >= least:
        meetings.check_quorum(share, invited, came)
    else:
        assert rule(lambda: meetings.check_quorum(share, invited, came)) == "deliberations.quorum"


def test_nobody_invited_is_no_meeting() -> None:
    assert rule(lambda: meetings.check_quorum("over_half", 0, 0)) == "deliberations.nobody_invited"


def test_a_meeting_is_called_again_once() -> None:
    assert meetings.may_reconvene(1)
    assert not meetings.may_reconvene(2)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_consensus_of_two_thirds_counts_everybody_who_came(agree: int, disagree: int, abstain: int) -> None:
    present = agree + disagree + abstain

    def act():
        return meetings.check_consensus("two_thirds", present, agree, disagree, abstain)

    if 3 * agree >= 2 * present:
        assert 3 * act() >= 2 * present
    else:
        assert rule(act) == "deliberations.consensus"
    assert (
        rule(lambda: meetings.check_consensus("two_thirds", present + 1, agree, disagree, abstain))
        == "deliberations.counts"
    )


def test_a_committee_leads_groups_and_the_community_only() -> None:
    for level in ("group", "community"):
        meetings.check_level("committee", level)
    for unit, level in (
        ("committee", "town"),
        ("township", "community"),
        ("county", "town"),
        ("department", "county"),
    ):
        assert rule(lambda unit=unit, level=level: meetings.check_level(unit, level)) == "deliberations.level"
    assert set(sources.LEVELS) == {lv for levels in sources.LEVELS_OF_UNIT.values() for lv in levels}


def test_the_four_resolutions_come_in_their_order_and_once() -> None:
    done: list[str] = []
    for stage in meetings.FOUR_STEPS:
        later = [s for s in meetings.FOUR_STEPS if s not in (*done, stage)]
        for other in later:
            assert (
                rule(lambda other=other: meetings.check_next_resolution(other, done))
                == "deliberations.resolution_order"
            )
        meetings.check_next_resolution(stage, done)
        done.append(stage)
        assert (
            rule(lambda stage=stage: meetings.check_next_resolution(stage, done))
            == "deliberations.resolution_twice"
        )
    assert meetings.resolutions_missing(done) == []
    assert meetings.resolutions_missing(["proposal"]) == ["consultation", "review", "decision"]


# ---- 监 ----


def test_a_draw_is_repeated_by_anyone_with_the_same_words() -> None:
    seed = oversight.seed("27、408、1963", "2026-0123", 9)
    assert oversight.draw(seed, 9, 3) == oversight.draw(
        oversight.seed(" 27、408、1963 ", "2026-0123", 9), 9, 3
    )
    assert oversight.seed("27、408、1964", "2026-0123", 9) != seed
    assert oversight.seed("27、408、1963", "2026-0124", 9) != seed


@given(st.text(min_size=1, max_size=20), st.integers(1, 60), st.integers(1, 15))
def test_a_draw_gives_different_tickets_that_exist(words: str, tickets: int, places: int) -> None:
    drawn = oversight.draw(oversight.seed(words, "2026-0001", tickets), tickets, places)
    assert len(drawn) == len(set(drawn)) == min(places, tickets)
    assert set(drawn) <= set(range(1, tickets + 1))


def test_every_ticket_has_the_same_chance() -> None:
    drawn = [oversight.draw(oversight.seed(str(n), "2026-0001", 10), 10, 1)[0] for n in range(2000)]
    counts = [drawn.count(t) for t in range(1, 11)]
    assert min(counts) > 140  # 200 expected; 5 standard deviations are 67
    assert max(counts) < 260


@pytest.mark.parametrize(
    ("found", "failed", "unchecked"),
    [
        ({1: [True, True, True], 2: [True, True, False]}, (), ()),
        ({1: [True, True, True], 2: [True, False, False]}, (2,), ()),
        ({1: [True, True], 2: [True]}, (), (2,)),
        ({1: [True, True, True], 2: [True, False]}, (2,), ()),  # one of two is not over half
        ({}, (), (1, 2)),
    ],
)
def test_a_task_fails_where_not_most_of_those_who_looked_passed_it(found, failed, unchecked) -> None:
    verdict = oversight.verdict([1, 2], 3, found)
    assert (verdict.failed, verdict.unchecked) == (failed, unchecked)
    assert verdict.passed == (not failed and not unchecked)


@pytest.mark.parametrize(
    ("scores", "content"),
    [([5], True), ([3], False), ([None, None], None), ([5, None, 2], False), ([5, 4, 2], True), ([], None)],
)
def test_raisers_are_satisfied_where_over_half_of_those_who_spoke_are(scores, content) -> None:
    assert oversight.content(scores, 4) is content


def test_nobody_closes_over_the_raisers_heads() -> None:
    assert (
        rule(lambda: oversight.check_closing(None, 0, waiting=1, due_passed=False))
        == "deliberations.raisers_waiting"
    )
    assert (
        rule(lambda: oversight.check_closing(False, 0, waiting=0, due_passed=True))
        == "deliberations.not_satisfied"
    )
    oversight.check_closing(False, 1, waiting=0, due_passed=False)  # it was tried once more
    oversight.check_closing(None, 0, waiting=3, due_passed=True)


# ---- texts ----

LAMPS = ("河边步道天黑没有路灯，老人不敢走", "中心河步道晚上太黑，希望装路灯")
BIKES = (
    "楼道里停了六七辆电动车，有人拉线充电",
    "3 号楼楼道电动车飞线充电，很危险",
    "五号楼有人把电动车推进楼道充电",
)
OTHER = ("小区门口早餐店油烟大，楼上开不了窗", "广场舞音响到十点还在放", "村口垃圾桶三天没有清运")


def test_the_same_lamp_is_found_and_another_trouble_is_not() -> None:
    texts = list(enumerate([*LAMPS, *BIKES, *OTHER]))
    for mine, group in ((0, {1}), (2, {3, 4}), (3, {2, 4})):
        found = {a.id for a in alike.alike(texts[mine][1], [t for t in texts if t[0] != mine], 280)}
        assert found <= group, texts[mine][1]
        assert found, texts[mine][1]


def test_what_is_alike_says_by_which_words() -> None:
    found = alike.alike(BIKES[0], [(1, BIKES[1])], 100)
    assert "电动" in found[0].words
    assert found[0].permille == alike.likeness(alike.pieces(BIKES[0]), alike.pieces(BIKES[1]))


@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_is_the_same_both_ways_and_between_0_and_1000(a: str, b: str) -> None:
    one, two = alike.pieces(a), alike.pieces(b)
    assert alike.likeness(one, two) == alike.likeness(two, one)
    assert 0 <= alike.likeness(one, two) <= 1000
    assert alike.likeness(one, one) in (0, 1000)


def past() -> list[tuple[str, str]]:
    return (
        [("lighting", t) for t in LAMPS * 6]
        + [("safety", t) for t in BIKES * 6]
        + [("noise", t) for t in OTHER[:2] * 6]
    )


def test_a_category_is_suggested_by_the_words_of_past_matters() -> None:
    found = alike.suggest("桥头路灯坏了，晚上太黑", alike.learn(past()))
    assert found is not None
    assert found.category == "lighting"
    assert "路灯" in found.words


def test_nothing_is_suggested_while_little_is_known() -> None:
    assert alike.suggest("桥头路灯坏了", alike.learn(past()[:10])) is None
    assert alike.suggest("", alike.learn(past())) is None
    assert alike.suggest("完全不相干的内容", alike.learn(past())) is None


def test_a_category_that_is_gone_is_not_suggested() -> None:
    learned = alike.known(alike.learn(past()), ["safety", "noise"])
    assert set(learned.matters) == {"safety", "noise"}
    found = alike.suggest("楼道电动车充电，路灯也坏了", learned)
    assert found is not None
    assert found.category == "safety"


def test_a_closed_matter_has_come_through_all_five_steps() -> None:
    rows = flow.rows_of_seals()
    assert [state for _, state in rows["closed"]] == ["done"] * 5
    assert [state for _, state in rows[flow.OVERSEE]] == ["done"] * 4 + ["now"]
