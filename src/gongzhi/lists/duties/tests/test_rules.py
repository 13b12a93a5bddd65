"""The decisions by themselves: worked numbers, every refusal, and what must hold for any input."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.core.refusal import Refused
from gongzhi.lists.duties import rules
from gongzhi.lists.duties.rules import ASSIST, NEGATIVE, SELF_DUTY, Basis, Line

BASIS = (Basis("村民委员会组织法", "第二条", 2018, "checked"),)


def line(code: str, name: str, list_type: str = SELF_DUTY, **more: object) -> Line:
    lead = {"lead": "公安局", "payer": "lead"} if list_type == ASSIST else {}
    return Line(code, list_type, name, **{"bases": BASIS, **lead, **more})  # type: ignore[arg-type]


def codes(problems: list) -> list[str]:
    return [p.rule for p in problems]


# ---- the reduction rate ----


def test_seventy_eight_tasks_become_twenty_eight() -> None:
    assert rules.reduction_rate(78, 28) == Decimal("64.10")


@pytest.mark.parametrize(
    ("before", "after", "rate"), [(100, 100, "0.00"), (3, 1, "66.67"), (8, 0, "100.00"), (20, 25, "-25.00")]
)
def test_reduction_of_other_lists(before: int, after: int, rate: str) -> None:
    assert rules.reduction_rate(before, after) == Decimal(rate)


def test_nothing_before_has_no_rate() -> None:
    with pytest.raises(Refused) as refused:
        rules.reduction_rate(0, 5)
    assert refused.value.rule == "duties.reduction_base"


# ---- one line, one list ----


def test_an_assisted_item_needs_a_lead_department_and_a_payer() -> None:
    bare = Line("B01", ASSIST, "协助维护社会治安", bases=BASIS)
    assert codes(rules.check_line(bare, "two")) == ["duties.lead_department", "duties.funding"]
    assert rules.check_line(line("B01", "协助维护社会治安", ASSIST), "two") == []


def test_two_lists_have_no_main_responsibility() -> None:
    party = line("C01", "党的建设", "MAIN_RESP")
    assert codes(rules.check_line(party, "two")) == ["duties.list_not_in_kind"]
    assert rules.check_line(party, "three") == []


@pytest.mark.parametrize("code", ["", "1", "A1", "b10", "B1000", "B 10", "甲01"])
def test_bad_codes(code: str) -> None:
    assert codes(rules.check_line(line(code, "调解民间纠纷"), "two")) == ["duties.code_format"]


def test_an_item_without_basis_is_named() -> None:
    [problem] = rules.check_basis(
        [line("A01", "甲", bases=()), line("A02", "乙"), line("A03", "丙", bases=())]
    )
    assert problem.rule == "duties.basis"
    assert "A01、A03" in str(problem.message)


def test_same_code_twice() -> None:
    assert codes(rules.check_codes([line("A01", "甲"), line("A01", "乙")])) == ["duties.code_unique"]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("人口普查", "协助做好人口普查工作"),
        ("动物 防疫", "协助动物防疫"),
        ("（垃圾分类）", "垃圾分类相关工作"),
    ],
)
def test_the_same_task_in_two_lists_is_refused(a: str, b: str) -> None:
    [problem] = rules.check_same_task([line("A01", a), line("B01", b, ASSIST)])
    assert problem.rule == "duties.same_task"
    assert "A01" in str(problem.message)
    assert "B01" in str(problem.message)


def test_different_tasks_are_different() -> None:
    assert rules.check_same_task([line("A01", "调解民间纠纷"), line("B01", "协助维护社会治安", ASSIST)]) == []


def test_the_negative_list_may_name_a_neighbouring_matter() -> None:
    near = [line("B24", "协助环境整治动员", ASSIST), line("N06", "环境整治动员责任", NEGATIVE)]
    assert rules.check_same_task(near, Decimal("0.3")) == []


def test_an_empty_list_goes_nowhere() -> None:
    assert codes(rules.check_list([], "two")) == ["duties.empty"]


@given(st.text(max_size=12), st.text(max_size=12))
def test_likeness_is_symmetric_and_bounded(a: str, b: str) -> None:
    assert rules.likeness(a, b) == rules.likeness(b, a)
    assert 0 <= rules.likeness(a, b) <= 1


@given(st.text(alphabet="村居民社区调解纠纷治安协助工作事项（） ，", min_size=1, max_size=12))
def test_a_name_is_like_itself_and_normalising_is_done_once(name: str) -> None:
    normal = rules.normal_name(name)
    if normal:
        assert rules.likeness(name, name) == 1
    assert len(normal) <= len(name)


# ---- document numbers ----


@pytest.mark.parametrize("number", ["太政发〔2022〕15号", "太政办发〔2022〕1号", "太民〔2022〕10000号"])
def test_good_document_numbers(number: str) -> None:
    assert rules.check_document_number(number, date(2022, 3, 1)) == []


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        ("太政发[2022]15号", "六角括号"),
        ("太政发（2022）15号", "六角括号"),
        ("太政发【2022】15号", "六角括号"),
        ("太政发〔2022〕第15号", "第"),
        ("太政发〔2022〕015号", "虚位"),
        ("太政发〔22〕15号", "四位"),
        ("太政发〔2021〕15号", "年份"),
        ("太政发〔2022〕15", "机关代字"),
        ("〔2022〕15号", "机关代字"),
        ("太政发〔２０２２〕15号", "机关代字"),
        ("", "机关代字"),
    ],
)
def test_bad_document_numbers(number: str, hint: str) -> None:
    [problem] = rules.check_document_number(number, date(2022, 3, 1))
    assert problem.rule == "duties.document_number"
    assert "9704" in str(problem.source)
    assert hint in str(problem.message)


# ---- dates ----

NEW_YEAR = date(2026, 1, 1)


def test_a_revision_closes_an_open_ended_version() -> None:
    assert rules.check_dates((NEW_YEAR, None), (date(2025, 1, 1), None), [], date(2025, 12, 20)) == []


@pytest.mark.parametrize(
    ("start", "old_end", "rule"),
    [
        (date(2026, 1, 1), date(2025, 12, 31), None),
        (date(2026, 1, 2), date(2025, 12, 31), "duties.gap"),
        (date(2025, 12, 31), date(2025, 12, 31), "duties.overlap"),
        (date(2025, 1, 1), None, "duties.overlap"),
    ],
)
def test_neither_gap_nor_overlap(start: date, old_end: date | None, rule: str | None) -> None:
    found = rules.check_dates((start, None), (date(2025, 1, 1), old_end), [], date(2024, 12, 1))
    assert codes(found) == ([rule] if rule else [])


def test_a_list_does_not_reach_back() -> None:
    assert codes(rules.check_dates((NEW_YEAR, None), None, [], date(2026, 1, 2))) == ["duties.not_backwards"]
    assert rules.check_dates((NEW_YEAR, None), None, [], NEW_YEAR) == []


def test_the_end_is_not_before_the_start() -> None:
    assert codes(rules.check_dates((NEW_YEAR, date(2025, 12, 31)), None, [], date(2025, 1, 1))) == [
        "duties.dates_reversed"
    ]


_days = st.integers(0, 60).map(lambda n: NEW_YEAR + timedelta(days=n))


@given(_days, st.none() | _days, st.lists(st.tuples(_days, st.none() | _days), max_size=4))
def test_accepted_dates_leave_one_version_a_day(start: date, end: date | None, others: list) -> None:
    others = [(a, b) for a, b in others if b is None or b >= a]
    if not rules.check_dates((start, end), None, others, NEW_YEAR):
        for day in (NEW_YEAR + timedelta(days=n) for n in range(70)):
            if start <= day and (end is None or day <= end):
                assert not any(a <= day and (b is None or day <= b) for a, b in others)


def test_one_revision_a_year() -> None:
    assert rules.check_year(2026, 2025) == []
    [problem] = rules.check_year(2026, 2026)
    assert problem.rule == "duties.yearly_revision"
    assert "准入" in str(problem.message)


# ---- the ends of consultation and publicity ----


def test_consultation_closes_when_all_answered_or_the_days_have_run() -> None:
    last = date(2026, 3, 16)
    assert rules.check_consultation_over(0, last, date(2026, 3, 3)) is None
    assert rules.check_consultation_over(3, last, last).rule == "duties.consultation_running"
    assert rules.check_consultation_over(3, last, last + timedelta(days=1)) is None


def test_the_last_day_of_publicity_counts() -> None:
    end = date(2026, 3, 16)
    assert codes(rules.check_publicity_over(end, 0, end)) == ["duties.publicity_running"]
    assert rules.check_publicity_over(end, 0, end + timedelta(days=1)) == []
    assert codes(rules.check_publicity_over(end, 2, end + timedelta(days=1))) == ["duties.objections_open"]
    assert codes(rules.check_publicity_over(None, 0, end)) == ["duties.publicity_running"]


def test_dissent_is_answered() -> None:
    assert rules.check_dissent_answered(0) is None
    assert rules.check_dissent_answered(2).rule == "duties.dissent_unanswered"


# ---- comparing two versions ----


def test_what_was_added_removed_moved_and_changed() -> None:
    old = [
        line("A01", "召集会议"),
        line("A02", "管理档案"),
        line("B01", "人口普查", ASSIST),
        line("B02", "动物防疫", ASSIST, cycle="yearly"),
    ]
    new = [
        line("A01", "召集会议"),
        line("A03", "人口普查"),
        line("B02", "动物防疫", ASSIST, cycle="monthly", standard="每月一次"),
        line("B03", "兵役登记", ASSIST),
    ]
    found = rules.compare(old, new)
    assert [x.code for x in found.added] == ["B03"]
    assert [x.code for x in found.removed] == ["A02"]
    assert [(c.old.code, c.new.code) for c in found.moved] == [("B01", "A03")]
    assert [(c.new.code, c.fields) for c in found.changed] == [("B02", ("cycle", "standard"))]
    assert [c.new.code for c in found.same] == ["A01"]
    assert found.differs


def test_a_reworded_item_keeps_its_code_but_a_reused_code_is_another_item() -> None:
    reworded = rules.compare(
        [line("B01", "协助人口普查登记", ASSIST)], [line("B01", "协助人口普查宣传", ASSIST)]
    )
    assert [c.fields for c in reworded.changed] == [("name",)]
    reused = rules.compare([line("B01", "人口普查", ASSIST)], [line("B01", "动物防疫", ASSIST)])
    assert (len(reused.added), len(reused.removed)) == (1, 1)


def test_lineage_beats_name_and_code() -> None:
    found = rules.compare(
        [line("A01", "甲事", lineage="7")], [line("A09", "乙事", lineage="7"), line("A01", "甲事")]
    )
    assert [(c.old.code, c.new.code) for c in found.changed] == [("A01", "A09")]
    assert [x.code for x in found.added] == ["A01"]


_lines = st.lists(
    st.builds(
        Line,
        code=st.sampled_from([f"A{n:02}" for n in range(12)]),
        list_type=st.sampled_from([SELF_DUTY, ASSIST]),
        name=st.text(alphabet="甲乙丙丁戊己", min_size=1, max_size=4),
        lineage=st.sampled_from(["", "1", "2", "3"]),
    ),
    max_size=12,
    # What the database guarantees of a version: a task once, a code once, an ancestor once.
    unique_by=(lambda x: rules.normal_name(x.name), lambda x: x.code, lambda x: x.lineage or x.code),
)


@given(_lines, _lines)
def test_every_item_of_both_versions_appears_once(old: list[Line], new: list[Line]) -> None:
    found = rules.compare(old, new)
    both = (*found.moved, *found.changed, *found.same)
    assert len(found.removed) + len(both) == len(old)
    assert len(found.added) + len(both) == len(new)


@given(_lines)
def test_a_version_does_not_differ_from_itself(lines: list[Line]) -> None:
    assert not rules.compare(lines, lines).differs


# ---- marks ----


def test_a_line_is_as_sure_as_its_weakest_basis() -> None:
    assert rules.worst_mark([Basis("甲", mark="checked"), Basis("乙", mark="knowledge")]) == "knowledge"
    assert rules.worst_mark([]) == "verify"
