"""When two entries may be one person, and who keeps what."""

from __future__ import annotations

from datetime import date

import pytest

from gongzhi.core import identity, roles
from gongzhi.core.refusal import Refused
from gongzhi.registers.people import rules


def test_merging_takes_two_people() -> None:
    assert rules.second_person(7, 8) is None
    for one, other in ((7, 7), (None, 8), (7, None)):
        problem = rules.second_person(one, other)
        assert problem is not None
        assert problem.rule == "people.second_person"


def test_entries_that_contradict_each_other_are_not_one_person() -> None:
    keep = {"citizen_id": "h1", "sex": "male", "birth_year": 1980}
    assert rules.differing(keep, {"citizen_id": "h1", "sex": "male", "birth_year": None}) == []
    assert [
        p.field for p in rules.differing(keep, {"citizen_id": "h2", "sex": "female", "birth_year": 1980})
    ] == ["citizen_id", "sex"]


def test_only_what_is_missing_is_taken_over() -> None:
    assert rules.taken_over(
        {"phone": "", "sex": "male"}, {"phone": "p", "sex": "female"}, ("phone", "sex")
    ) == {"phone": "p"}


def test_completeness_is_filled_over_required() -> None:
    assert rules.completeness(1842, 1960) == "93.98"
    assert rules.completeness(0, 0) == "—"


def test_the_citizen_id_must_agree_with_sex_and_year() -> None:
    number = identity.citizen_id("320522198501011231")
    assert rules.id_problems(number, "male", 1985) == []
    assert [p.field for p in rules.id_problems(number, "female", 1986)] == ["sex", "birth_year"]


def test_identity_fields_belong_to_the_township_contact_fields_to_the_committee() -> None:
    assert [p.field for p in rules.not_owner(roles.COMMITTEE_WORKER, ["name", "phone"])] == ["name"]
    assert rules.not_owner(roles.TOWNSHIP_OFFICER, list(rules.OWNERS)) == []
    assert set(rules.OWNERS) == set(rules.LABELS)


@pytest.mark.parametrize(
    ("year", "rule"), [(1899, "people.birth_year"), (2027, "people.birth_year"), (1985, None), (None, None)]
)
def test_birth_years_lie_in_living_memory(year: int | None, rule: str | None) -> None:
    problem = rules.year_problem(year, date(2026, 3, 11))
    assert (problem.rule if problem else None) == rule


def test_handing_over_is_received_by_the_other_side_only() -> None:
    state = rules.FLOW.step("listed", "hand_over", by="from")
    with pytest.raises(Refused, match="对方"):
        rules.FLOW.step(state, "receive", by="from")
    assert rules.FLOW.step(state, "receive", by="to") == "listed"


def test_death_is_not_undone_by_moving() -> None:
    with pytest.raises(Refused):
        rules.FLOW.step("deceased", "mark_moved")
    assert rules.FLOW.step("deceased", "restore") == "listed"
