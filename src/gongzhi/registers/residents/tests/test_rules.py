"""Nicknames, ages, who may confirm whom: worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from gongzhi.core import roles
from gongzhi.core.roles import Reach
from gongzhi.registers.residents import rules

RESERVED = ["村委会", "主任"]


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("梅子", True),
        ("阿依·古丽", True),
        ("Taicang 60", True),
        ("七号楼老李", True),
        ("梅", False),
        ("一二三四五六七八九十一二三", False),
        ("梅<b>", False),
        ("13800000001", False),
        ("居民", False),
        ("居民4821", False),
        ("居民４８２１", False),
        ("中荷村委会", False),
        ("王主任", False),
    ],
)
def test_a_nickname_is_short_plain_and_no_office(text: str, fine: bool) -> None:
    problem = rules.nickname_problem(text, RESERVED)
    assert (problem is None) == fine
    assert fine or (problem.rule, problem.field) == ("residents.nickname", "nickname")


def test_nicknames_are_compared_in_one_spelling() -> None:
    assert rules.fold_nickname(" Ｍei 子 ") == rules.fold_nickname("mei子") == "mei子"


@pytest.mark.parametrize(
    ("born", "today", "under"),
    [
        (2012, date(2026, 1, 1), True),  # still 13, whatever the birthday
        (
            2012,
            date(2026, 12, 31),
            True,
        ),  # 14 for nearly all, but perhaps not for one born on this very day's morrow
        (2011, date(2026, 1, 1), False),  # 14 since 2025 at the latest
        (2026, date(2026, 1, 1), True),
        (1950, date(2026, 1, 1), False),
    ],
)
def test_in_doubt_somebody_is_under_fourteen(born: int, today: date, under: bool) -> None:
    assert rules.may_be_under(born, today, 14) is under


def test_a_birth_year_is_possible() -> None:
    today = date(2026, 3, 11)
    assert rules.birth_year_problem(None, today) is rules.birth_year_problem(2026, today) is None
    for year in (1899, 2027):
        assert rules.birth_year_problem(year, today).rule == "residents.birth_year"


def test_who_registered_does_not_confirm() -> None:
    assert rules.second_person_problem(7, 7, True).rule == "residents.second_person"
    for registered, confirmer, wanted in ((7, 8, True), (None, 7, True), (7, 7, False)):
        assert rules.second_person_problem(registered, confirmer, wanted) is None


def test_the_flow_of_a_claim() -> None:
    flow = rules.FLOW
    assert flow.step("claimed", "ask_more", "committee") == "asked"
    assert flow.step("asked", "answer", "resident") == "claimed"
    assert flow.step("confirmed", "end", "resident") == flow.step("confirmed", "end", "committee") == "ended"
    for state, verb, by in (
        ("claimed", "confirm", "resident"),
        ("asked", "confirm", "committee"),
        ("confirmed", "withdraw", "resident"),
        ("claimed", "lapse", None),
    ):
        assert not flow.may(state, verb, by)


def test_nobody_above_the_committee_reads_about_a_person() -> None:
    for verb, rights in rules.RIGHTS.items():
        if verb != "residents.figures":
            assert set(rights) <= {roles.RESIDENT, *roles.COMMITTEE}, verb
            assert set(rights.values()) <= {Reach.SELF, Reach.OWN}, verb


def test_every_figure_says_whether_the_law_gives_it() -> None:
    by_law = {p.key for p in rules.PARAMETERS if not p.assumption}
    assert by_law == {"residents.guardian_age", "residents.adult_age"}
    assert all(p.source for p in rules.PARAMETERS)
    assert {f"residents.notice_{p}" for p in rules.PURPOSES} <= {p.key for p in rules.PARAMETERS}
