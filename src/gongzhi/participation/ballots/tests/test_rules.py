"""The rules in worked numbers: quorums and majorities of each body, ties, and what may be put to the vote."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from gongzhi.core.refusal import Refused
from gongzhi.participation.ballots.rules import APPROVAL, Invited, bodies, counting, voting
from gongzhi.participation.ballots.rules.counting import Count, outcome
from gongzhi.participation.ballots.rules.terms import Terms, check_list, check_terms

NOW = datetime(2026, 3, 11, 9)


def count(eligible: int, present: int, *counts: int, invalid: int = 0) -> Count:
    """A meeting whose members all vote on paper, of which none is missing."""
    returned = sum(counts) + invalid
    return Count(eligible, present, 0, present, present, returned, invalid, counts)


@pytest.mark.parametrize(
    ("body", "kind", "eligible", "present", "yes"),
    [
        (bodies.decisions.ASSEMBLY, "village", 1310, 656, 329),
        (bodies.HOUSEHOLDS, "village", 412, 275, 138),
        (bodies.decisions.REPRESENTATIVES, "village", 51, 34, 18),
        (bodies.GROUP, "village", 30, 20, 11),
        (bodies.decisions.ASSEMBLY, "residents", 1310, 656, 329),
        (bodies.decisions.REPRESENTATIVES, "residents", 51, 26, 14),
        (bodies.STAKEHOLDERS, "village", 15, 8, 5),
    ],
)
def test_one_fewer_is_not_enough(body: str, kind: str, eligible: int, present: int, yes: int) -> None:
    """M17's assemblies: 1,310 adults need 656, 412 households 275, 51 representatives 34 and 18 votes when 34 attend."""
    rule = bodies.rule_for(body, kind, date(2025, 6, 1), stakeholders_percent=50)
    terms = Terms("修桥", APPROVAL, body, listed=True)
    full = outcome(terms, count(eligible, present, yes, present - yes, 0), rule)
    assert (full.word, full.needed_present, full.needed_votes) == ("passed", present, yes)
    assert outcome(terms, count(eligible, present, yes - 1, present - yes + 1, 0), rule).word == "failed"
    assert outcome(terms, count(eligible, present - 1, present - 1, 0, 0), rule).word == "inquorate"


def test_half_is_no_majority() -> None:
    """504 of 1,008 (T3); those who came and handed nothing in count as present."""
    rule = bodies.rule_for(bodies.decisions.ASSEMBLY, "village", date(2025, 6, 1), stakeholders_percent=50)
    terms = Terms("修桥", APPROVAL, bodies.decisions.ASSEMBLY, listed=True)
    assert outcome(terms, count(1205, 1008, 504, 492, 12), rule).word == "failed"
    assert outcome(terms, count(1205, 1008, 505, 491, 12), rule).word == "passed"
    assert outcome(terms, count(1205, 1008, 504, 0, 0), rule).word == "failed"


def test_more_returned_than_given_out_is_void() -> None:
    """T4: 1,011 of 1,010."""
    rule = bodies.rule_for(bodies.decisions.ASSEMBLY, "village", date(2025, 6, 1), stakeholders_percent=50)
    terms = Terms("修桥", APPROVAL, bodies.decisions.ASSEMBLY, listed=True)
    found = Count(1205, 1010, 0, 1010, 1010, 1011, 0, (1000, 11, 0))
    assert outcome(terms, found, rule).word == "void"


def test_the_pack_follows_the_day() -> None:
    old = bodies.rule_for(bodies.GROUP, "village", date(2025, 12, 31), stakeholders_percent=50)
    new = bodies.rule_for(bodies.GROUP, "residents", date(2026, 1, 1), stakeholders_percent=50)
    assert old is not None
    assert new is not None
    assert (old.pack, old.verified, new.pack, new.verified) == ("VILLAGE_2018", True, "RESIDENT_2026", False)
    with pytest.raises(Refused):
        bodies.rule_for(bodies.GROUP, "village", date(2010, 1, 1), stakeholders_percent=50)
    assert bodies.rule_for(bodies.CONSULTATIVE, "village", date(2010, 1, 1), stakeholders_percent=50) is None


@pytest.mark.parametrize(
    ("places", "counts", "word", "chosen", "tied"),
    [
        (1, (3, 2, 0), "chosen", (0,), ()),
        (1, (3, 3, 0), "tied", (), (0, 1)),
        (2, (5, 3, 3), "tied", (0,), (1, 2)),
        (2, (5, 5, 3), "chosen", (0, 1), ()),
        (2, (0, 4, 0), "chosen", (1,), ()),
        (1, (0, 0, 0), "nobody", (), ()),
        (2, (2, 2, 2), "tied", (), (0, 1, 2)),
    ],
)
def test_what_leads_in_a_consultation(
    places: int, counts: tuple[int, ...], word: str, chosen: tuple[int, ...], tied: tuple[int, ...]
) -> None:
    terms = Terms("哪个方案", ("甲", "乙", "丙"), places=places, most=1)
    found = outcome(terms, count(20, sum(counts), *counts), None)
    assert (found.word, found.chosen, found.tied) == (word, chosen, tied)


def test_options_under_a_rule_need_the_majority() -> None:
    rule = bodies.rule_for(bodies.GROUP, "village", date(2025, 6, 1), stakeholders_percent=50)
    terms = Terms("哪个方案", ("甲", "乙", "丙"), bodies.GROUP, listed=True)
    assert outcome(terms, count(30, 24, 12, 8, 4), rule).word == "failed"
    assert outcome(terms, count(30, 24, 13, 8, 3), rule).chosen == (0,)


def test_a_consultation_on_a_motion_never_elects_abstention() -> None:
    terms = Terms("要不要", APPROVAL)
    assert outcome(terms, count(20, 12, 2, 1, 9), None).chosen == (0,)
    assert outcome(terms, count(20, 12, 2, 2, 8), None).word == "tied"


def test_every_reason_why_a_question_cannot_be_put() -> None:
    wrong = Terms(" ", ("甲", "甲", ""), bodies.GROUP, most=4, places=3)
    with pytest.raises(Refused) as told:
        check_terms(wrong, NOW, NOW, NOW, 60)
    assert [p.rule for p in told.value.problems] == [
        "ballots.question", "ballots.option", "ballots.option_twice", "ballots.most", "ballots.places", "ballots.list", "ballots.closes",
    ]  # fmt: skip
    later = NOW + timedelta(days=61)
    with pytest.raises(Refused, match="最长 60 天"):
        check_terms(Terms("问", ("甲", "乙")), NOW, later, NOW, 60)
    for options in (("甲",), tuple("一二三四五六七八九十甲乙丙")):
        with pytest.raises(Refused, match="2 到 12 个"):
            check_terms(Terms("问", options), NOW, NOW + timedelta(days=1), NOW, 60)
    with pytest.raises(Refused, match="只能选一项"):
        check_terms(Terms("问", APPROVAL, most=2), NOW, NOW + timedelta(days=1), NOW, 60)


def test_a_list_names_everybody_once() -> None:
    check_list([Invited("张三", 1), Invited("张三"), Invited("李四", 2, "一户")])
    for people, rule in (
        ([], "ballots.list_empty"),
        ([Invited("张三", 1), Invited("李四", 1)], "ballots.list_twice"),
        ([Invited("张三", None, "一"), Invited("李四", None, "一")], "ballots.list_household"),
        ([Invited(" ")], "ballots.list_name"),
    ):
        with pytest.raises(Refused) as told:
            check_list(people)
        assert told.value.rule == rule


def test_marks_all_have_one_length() -> None:
    assert {len(voting.marks([n], 12)) for n in range(12)} == {12}
    assert voting.chosen(voting.marks([0, 11, 5], 12)) == [0, 5, 11]


def test_a_sheet_of_several_marks() -> None:
    sheet = counting.Sheet(10, 10, 0, 10, 2, (8, 5, 1))
    assert counting.sheet_problems(sheet, 3, 2) == []
    assert counting.sheet_problems(counting.Sheet(10, 10, 0, 10, 2, (9, 1, 0)), 3, 2)[0].rule == "ballots.sum"
