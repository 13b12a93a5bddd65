"""What each kind of organisation must carry."""

from __future__ import annotations

from datetime import date

import pytest

from gongzhi.core import roles
from gongzhi.registers.organisations import rules

TODAY = date(2026, 3, 11)


def found(kind: str, **facts: object) -> list[str]:
    return [p.rule for p in rules.problems(kind, today=TODAY, **facts)]  # type: ignore[arg-type]


def test_a_registered_organisation_needs_its_code_form_and_service() -> None:
    assert found(rules.REGISTERED) == [
        "organisations.uscc_required",
        "organisations.form_required",
        "organisations.service_required",
    ]
    assert found(rules.REGISTERED, uscc="51320585509000011N", form="association", service="welfare") == []


def test_a_recorded_organisation_has_a_record_number_and_no_credit_code() -> None:
    assert found(rules.RECORDED, service="mutual") == ["organisations.record_no_required"]
    assert found(rules.RECORDED, service="mutual", record_no="沙备 2021-003") == []
    assert found(rules.RECORDED, service="mutual", record_no="1", uscc="51320585509000011N") == [
        "organisations.recorded_uscc"
    ]


@pytest.mark.parametrize(
    ("code", "kind", "form", "rule"),
    [
        ("51320585509000011N", rules.REGISTERED, "association", None),
        ("52320585MJ0000018C", rules.REGISTERED, "service_body", None),
        ("5332058550900002X8", rules.REGISTERED, "foundation", None),
        ("54320585MF0000013G", rules.VILLAGE, "", None),
        ("55320585MF00000218", rules.RESIDENTS, "", None),
        ("91350100M000100Y43", rules.ENTERPRISE, "", None),
        ("51320585509000012N", rules.REGISTERED, "association", "identity.uscc"),
        ("51320585509000011N", rules.REGISTERED, "foundation", "organisations.uscc_form"),
    ],
)
def test_credit_codes_are_checked_and_must_fit_the_form(
    code: str, kind: str, form: str, rule: str | None
) -> None:
    problem = rules.credit_code_problem(code, kind, form)
    assert (problem.rule if problem else None) == rule


def test_an_unusual_prefix_of_other_kinds_is_a_note_only() -> None:
    assert rules.credit_code_problem("91350100M000100Y43", rules.VILLAGE) is None
    assert rules.prefix_warning("91350100M000100Y43", rules.VILLAGE) is not None
    assert rules.prefix_warning("54320585MF0000013G", rules.VILLAGE) is None


def test_fields_have_owners() -> None:
    assert rules.not_owner(roles.ORG_MANAGER, ["address"]) == []
    assert [p.field for p in rules.not_owner(roles.ORG_MANAGER, ["name", "address"])] == ["name"]
    assert rules.not_owner(roles.REGISTRAR, list(rules.OWNERS)) == []
    assert set(rules.OWNERS) == set(rules.LABELS)


def test_the_public_reads_only_elected_leaders_names() -> None:
    assert rules.shows_leader(rules.VILLAGE, public=True)
    assert not rules.shows_leader(rules.REGISTERED, public=True)
    assert rules.shows_leader(rules.REGISTERED, public=False)


def test_dates_in_the_future_are_refused() -> None:
    assert found(rules.ENTERPRISE, established=date(2026, 3, 12)) == ["organisations.dates"]
