"""Which positions exclude each other, and when a certificate can be renewed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.core.words import say
from gongzhi.registers.positions import rules
from gongzhi.registers.positions.rules import Held

D = date
NEW_YEAR = D(2026, 1, 1)
days = st.dates(D(2020, 1, 1), D(2030, 1, 1))


def held(
    person: int = 1,
    kind: str = rules.MEMBER,
    since: D = NEW_YEAR,
    until: D | None = None,
    **more: object,
) -> Held:
    return Held(person, int(more.pop("organisation", 9)), kind, since, until, **more)  # type: ignore[arg-type, call-overload]


def found(new: Held, *others: Held) -> list[str]:
    return [p.rule for p in rules.clashes(new, others)]


def test_first_and_last_day_count_when_two_terms_meet() -> None:
    old = held(until=D(2025, 12, 31), since=D(2021, 1, 1), pk=1)
    assert found(held(since=D(2026, 1, 1)), old) == []
    assert found(held(since=D(2025, 12, 31)), old) == ["positions.overlap"]


@given(days, days, days, days)
def test_overlapping_is_mutual(a: D, b: D, c: D, d: D) -> None:
    one, other = held(since=min(a, b), until=max(a, b)), held(since=min(c, d), until=max(c, d))
    shared = max(one.since, other.since) <= min(one.until, other.until)  # type: ignore[type-var]
    assert one.overlaps(other) == other.overlaps(one) == shared


def test_a_committee_member_does_not_supervise_the_committee() -> None:
    for kind in rules.COMMITTEE:
        for watching in rules.SUPERVISION:
            assert found(held(kind=watching), held(kind=kind, pk=1)) == ["positions.supervisor"]
            assert found(held(kind=kind), held(kind=watching, pk=1)) == ["positions.supervisor"]
    assert (
        found(
            held(kind=rules.SUPERVISOR),
            held(kind=rules.MEMBER, pk=1, until=D(2025, 12, 31), since=D(2021, 1, 1)),
        )
        == []
    )


def test_one_seat_per_person_and_one_director_per_committee() -> None:
    assert found(held(kind=rules.DEPUTY), held(kind=rules.MEMBER, pk=1)) == ["positions.two_seats"]
    assert found(held(2, rules.DIRECTOR), held(1, rules.DIRECTOR, pk=1)) == ["positions.single"]
    assert found(held(2, rules.MEMBER), held(1, rules.MEMBER, pk=1)) == []


def test_other_organisations_do_not_matter() -> None:
    assert found(held(kind=rules.DIRECTOR), held(kind=rules.DIRECTOR, organisation=8, pk=1)) == []


def test_a_group_has_one_leader_and_a_person_may_lead_two_groups() -> None:
    third = held(1, rules.GROUP_LEADER, area="第 3 组", pk=1)
    assert found(held(2, rules.GROUP_LEADER, area="第 3 组"), third) == ["positions.area_taken"]
    assert found(held(1, rules.GROUP_LEADER, area="第 4 组"), third) == []


def test_committee_members_are_elected_and_part_time_members_engaged() -> None:
    problem = rules.basis_problem(rules.DIRECTOR, rules.ASSIGNED, committee=True)
    assert problem is not None
    assert "第 11 条" in str(problem.source)
    assert rules.basis_problem(rules.DIRECTOR, rules.ELECTED, committee=True) is None
    assert rules.basis_problem(rules.DIRECTOR, rules.ASSIGNED, committee=False) is None
    assert rules.basis_problem(rules.PART_TIME, rules.ELECTED, committee=True) is not None


def test_group_leaders_exist_in_committees_only() -> None:
    assert rules.place_problem(rules.GROUP_LEADER, committee=False) is not None
    assert rules.place_problem(rules.GROUP_LEADER, committee=True) is None
    assert rules.place_problem(rules.MEMBER, committee=False) is None


def test_a_village_committee_has_at_most_seven() -> None:
    seated = [held(n, rules.MEMBER, pk=n) for n in range(1, 8)]
    law = say("村民委员会组织法第 6 条")
    assert rules.seats_problem(held(8), seated, 7, law) is not None
    assert rules.seats_problem(held(8), seated[:6], 7, law) is None
    assert rules.seats_problem(held(7, rules.DIRECTOR), seated, 7, law) is None
    assert rules.seats_problem(held(8, rules.SUPERVISOR), seated, 7, law) is None


@pytest.mark.parametrize(
    ("state", "born", "rule"),
    [
        ("listed", 1990, None),
        ("deceased", 1990, "positions.person_ended"),
        ("merged", 1990, "positions.person_ended"),
        ("listed", 2009, "positions.age"),
        ("listed", 2008, None),
    ],
)
def test_who_may_hold_a_position(state: str, born: int, rule: str | None) -> None:
    problem = rules.person_problem(state, born, D(2026, 3, 1), 18)
    assert (problem.rule if problem else None) == rule


def test_a_registration_period_ends_the_day_before_its_anniversary() -> None:
    assert rules.years_later(D(2024, 3, 16), 3) == D(2027, 3, 15)
    assert rules.years_later(D(2024, 2, 29), 3) == D(2027, 2, 28)


def test_renewal_needs_the_hours_of_the_period() -> None:
    assert rules.renewal_problem(rules.ASSISTANT, Decimal("71.5"), 72) is not None
    assert rules.renewal_problem(rules.ASSISTANT, Decimal(72), 72) is None
    assert rules.renewal_problem(rules.WORKER, Decimal(89), 90) is not None


def test_two_new_rows_of_one_batch_clash_as_well() -> None:
    assert found(held(2, rules.DIRECTOR), held(1, rules.DIRECTOR)) == ["positions.single"]
    assert found(held(1, rules.DIRECTOR, pk=5), held(1, rules.DIRECTOR, pk=5)) == []
