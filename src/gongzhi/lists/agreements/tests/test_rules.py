"""Worked numbers of the agreement's rules, and what must hold for any numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.core import decisions, redline
from gongzhi.core.refusal import Refused
from gongzhi.lists.agreements.rules import (
    FLOW,
    bodies,
    disclosure,
    numerals,
    sums,
    talks,
    template,
    terms,
    year,
)

DUE = date(2026, 2, 27)


def test_84000_yuan_twelve_days_late_bears_504_yuan() -> None:
    assert year.interest(84_000_00, Decimal("0.0005"), DUE, date(2026, 3, 11)) == (12, 504_00)


@pytest.mark.parametrize(("paid", "days"), [(DUE, 0), (date(2026, 2, 1), 0), (date(2026, 2, 28), 1)])
def test_the_due_day_itself_is_in_time(paid: date, days: int) -> None:
    assert year.interest(84_000_00, Decimal("0.0005"), DUE, paid) == (days, days * 42_00)


def test_interest_rounds_half_a_fen_up() -> None:
    assert year.interest(10_00, Decimal("0.0005"), DUE, date(2026, 2, 28))[1] == 1  # 0.5 fen


@given(st.lists(st.integers(1, 10**10), min_size=1, max_size=6), st.integers(0, 400))
def test_paying_in_parts_on_one_day_costs_the_same_interest_within_rounding(
    parts: list[int], days: int
) -> None:
    paid = date.fromordinal(DUE.toordinal() + days)
    whole = year.interest(sum(parts), Decimal("0.0005"), DUE, paid)[1]
    split = sum(year.interest(p, Decimal("0.0005"), DUE, paid)[1] for p in parts)
    assert abs(whole - split) <= len(parts)


def test_34_of_51_representatives_present_and_18_of_34_agree() -> None:
    votes = decisions.Votes(51, 34, 18, 16)
    found = decisions.outcome("representatives", "village", votes, date(2025, 6, 1))
    assert (found.passed, found.needed_present, found.needed_yes) == (True, 34, 18)
    assert (found.pack, found.verified) == ("VILLAGE_2018", True)


@pytest.mark.parametrize(
    ("votes", "quorate", "passed"),
    [
        (decisions.Votes(51, 33, 33), False, False),
        (decisions.Votes(51, 34, 17, 17), True, False),
        (decisions.Votes(51, 34, 17, 0, 17), True, False),
        (decisions.Votes(51, 51, 26, 25), True, True),
    ],
)
def test_half_is_not_a_majority_and_a_third_less_is_no_meeting(
    votes: decisions.Votes, quorate: bool, passed: bool
) -> None:
    found = decisions.outcome("representatives", "village", votes, date(2025, 6, 1))
    assert (found.quorate, found.passed) == (quorate, passed)


def test_residents_representatives_need_over_half_present() -> None:
    found = decisions.outcome(
        "representatives", "residents", decisions.Votes(51, 26, 14, 12), date(2026, 3, 4)
    )
    assert (found.passed, found.needed_present, found.pack, found.verified) == (
        True,
        26,
        "RESIDENT_2026",
        False,
    )


def test_pack_follows_the_day_of_the_meeting() -> None:
    assert decisions.pack_for("village", date(2025, 12, 31)).id == "VILLAGE_2018"
    assert decisions.pack_for("village", date(2026, 1, 1)).id == "VILLAGE_2026"
    with pytest.raises(Refused, match="议事规则"):
        decisions.pack_for("village", date(2001, 1, 1))


def test_counts_that_cannot_be_are_refused_together() -> None:
    with pytest.raises(Refused) as told:
        decisions.check_votes(decisions.Votes(9, 10, 8))
    assert [p.rule for p in told.value.problems] == ["core.present", "core.votes"]


def test_two_committees_never_stand_in_for_the_representatives() -> None:
    assert bodies.still_needed(True, {"two_committees"}) == ["representatives"]
    assert bodies.still_needed(True, {"two_committees", "assembly"}) == []
    assert bodies.still_needed(False, {"two_committees"}) == []


def item(weight: int = 100, amount: int = 180_000_00, **more: object) -> terms.ItemTerms:
    base = terms.ItemTerms("独居老人探访", "乙方协助探访", weight=weight, amount_fen=amount, code="B09")
    return replace(base, **more)  # type: ignore[arg-type]


def pay(*amounts: int) -> terms.PaymentTerms:
    days = [date(2026, 4, 30), date(2026, 8, 31), date(2026, 12, 31)][: len(amounts)]
    parts = [terms.InstalmentTerms(d, a, tail=d.month == 12) for d, a in zip(days, amounts, strict=True)]
    return terms.PaymentTerms("付款", sum(amounts), tuple(parts))


def lines(*all_terms: terms.Terms) -> list[terms.Line]:
    return terms.numbered(terms.with_total([terms.Line(str(i), t) for i, t in enumerate(all_terms)]))


def test_sums_as_on_the_page_and_the_mend_adds_the_gap_to_the_tail() -> None:
    base = lines(item(85, 156_000_00), item(15, 19_200_00), pay(72_000_00, 72_000_00, 31_200_00))
    assert sums.totals(base).balanced
    now = lines(item(85, 156_000_00), item(15, 24_000_00), pay(72_000_00, 72_000_00, 31_200_00))
    found = sums.totals(now)
    assert (found.items_fen, found.total_fen, found.instalments_fen) == (180_000_00, 180_000_00, 175_200_00)
    assert [str(p.message) for p in sums.problems(found)] == ["付款比总额少 4,800.00 元"]
    assert [(c.key, c.delta) for c in sums.causes(base, now, "amount_fen")] == [("1", 4_800_00)]
    mend = sums.mends(now)[0]
    assert str(mend.label) == "加到尾款：36,000.00"
    assert sums.totals([*now[:2], replace(now[2], terms=mend.terms)]).balanced


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 10**9)), min_size=1, max_size=12))
def test_the_mends_always_bring_money_into_balance(rows: list[tuple[int, int]]) -> None:
    now = lines(*(item(w, a) for w, a in rows), pay(100, 200, 300))
    for mend in sums.mends(now):
        now = [replace(x, terms=mend.terms) if x.key == mend.key else x for x in now]
    found = sums.totals(now)
    assert found.total_ok
    assert found.instalments_ok or found.total_fen < 300


@given(st.integers(0, 10**12), st.sampled_from([(40, 40, 20), (50, 50), (100,), (33, 33, 34)]))
def test_instalments_add_up_to_the_total(total: int, shares: tuple[int, ...]) -> None:
    parts = [terms.InstalmentTerms(date(2026, 4, 30), 0)] * len(shares)
    assert sum(p.amount_fen for p in sums.split_instalments(total, shares, parts)) == total


@given(
    st.integers(0, 5000), st.lists(st.sampled_from(sorted(template.ITEM_DEFAULTS)), min_size=1, unique=True)
)
def test_a_fresh_draft_always_balances(households: int, codes: list[str]) -> None:
    listed = [template.Listed(i, c, c, "民政") for i, c in enumerate(codes)]
    items = template.draft_items(listed, households, template.ITEM_DEFAULTS)
    total = sum(i.amount_fen for i in items)
    text = [*items, template.draft_payment(total, 2026, (40, 40, 20), Decimal("0.0005"))]
    assert sums.totals(lines(*text)).balanced
    assert all(not talks.check_terms(t) for t in text if t.kind != "payment" or total)


def test_terms_survive_storage() -> None:
    for one in (
        item(quantity=Decimal("12.50"), unit="场", deadline=date(2026, 6, 30), unit_price_fen=100),
        pay(1, 2, 3),
        terms.DutyTerms("培训", "甲方办培训", "training", 4, date(2026, 12, 1)),
        terms.TextTerms("生效", "自签署之日起生效。", "effect"),
    ):
        assert terms.from_json(terms.to_json(one)) == one


def test_item_reads_as_a_sentence_and_payment_in_capitals() -> None:
    text = item(15, 28_800_00, quantity=Decimal(480), unit="人次", unit_price_fen=60_00).text()
    assert text == "乙方协助探访，全年 480 人次，每人次 60.00 元，计 28,800.00 元。评估权重 15。"
    assert "（大写：壹拾捌万元整）" in pay(72_000_00, 72_000_00, 36_000_00).text()
    assert "每日按逾期金额的 0.05% 向乙方支付" in pay(1).text()


def test_price_times_quantity_must_be_the_amount() -> None:
    bad = item(15, 28_000_00, quantity=Decimal(480), unit="人次", unit_price_fen=60_00)
    assert [p.rule for p in talks.check_terms(bad)] == ["agreements.price"]


def test_enforcement_power_cannot_be_moved() -> None:
    bad = item(standard="乙方协助收集居住证申领材料并核验真伪")
    assert [p.rule for p in talks.check_terms(bad)] == ["agreements.enforcement"]
    assert not talks.check_terms(item(standard="乙方协助收集材料，核验真伪由公安机关负责"))


# ---- redline ----


def shown(base: str, *layers: tuple[str, str]) -> list[tuple[str, str]]:
    return [(p.tag or p.kind, p.text) for p in redline.redline(base, layers) if p.kind != "same"]


def test_tags_as_people_say_them() -> None:
    assert shown("每人次 50.00 元，计 24,000.00 元。", ("b", "每人次 60.00 元，计 28,800.00 元。")) == [
        ("乙改", "50.00"), ("ins", "60.00"), ("乙改", "24,000.00"), ("ins", "28,800.00"),
    ]  # fmt: skip
    assert shown("收集材料并核验真伪，转送派出所。", ("b", "收集材料，转送派出所。")) == [
        ("乙删", "并核验真伪")
    ]
    assert shown("每月一次，计 1 元", ("a", "每月一次，全年十二次，计 1 元")) == [("甲增", "全年十二次，")]


def test_a_counter_is_laid_over_the_other_sides_words() -> None:
    parts = shown(
        "抽查准确率不低于 90%，计 24,000.00 元。",
        ("b", "每季度抽查 1 次，准确率不低于 85%，计 24,000.00 元。"),
        ("a", "每季度抽查 1 次，准确率不低于 85%，由镇城管部门会同乙方共同抽查，计 24,000.00 元。"),
    )
    assert ("甲增", "由镇城管部门会同乙方共同抽查，") in parts
    assert ("乙改", "90%") in parts
    assert ("ins", "85%") in parts


words = st.text(alphabet="甲乙方协助探访老人0123.，。元 ab", max_size=40)


@given(words, st.lists(st.tuples(st.sampled_from("ab"), words), min_size=1, max_size=4))
def test_the_newest_text_and_nothing_foreign_is_shown(base: str, layers: list[tuple[str, str]]) -> None:
    parts = redline.redline(base, layers)
    assert redline.newest(parts) == layers[-1][1]
    assert all(p.side in ("a", "b") for p in parts if p.kind != "same")


@given(words, st.sampled_from("ab"), words)
def test_one_layer_can_be_read_backwards(base: str, side: str, new: str) -> None:
    parts = redline.redline(base, [(side, new)])
    assert "".join(p.text for p in parts if p.kind != "ins") == base


# ---- talks ----


def change(pk: int, side: str, **more: object) -> talks.ChangeView:
    base = talks.ChangeView(pk, "0", side, "alter", item(100, 1), "open", kind="item")
    return replace(base, **more)  # type: ignore[arg-type]


def test_every_open_change_of_the_other_side_wants_an_answer() -> None:
    open_, mine = change(1, "b"), change(2, "a", status="draft", counters=1)
    assert talks.unanswered([open_], "a") == [open_]
    assert talks.unanswered([open_, mine], "a") == []
    assert talks.unanswered([replace(open_, reply="accept")], "a") == []
    assert talks.unanswered([open_], "b") == []


def test_striking_an_item_may_be_countered_but_not_refused() -> None:
    with pytest.raises(Refused) as told:
        talks.may_refuse(change(1, "b", op="strike", new=None))
    assert told.value.rule == "agreements.strike_stands"
    talks.may_refuse(change(1, "a", op="strike", new=None, kind="text"))


def test_projection_honours_own_drafts_only() -> None:
    base = lines(item(100, 5), pay(5))
    draft = change(1, "b", status="draft", new=item(100, 9))
    assert sums.totals(talks.project(base, [draft], "a")).items_fen == 5
    now = talks.project(base, [draft], "b")
    assert (sums.totals(now).items_fen, sums.totals(now).total_fen) == (9, 9)
    refused = change(2, "b", new=item(100, 9), reply="refuse")
    assert sums.totals(talks.project(base, [refused], "a")).items_fen == 5
    assert sums.totals(talks.project(base, [refused], "b")).items_fen == 9


def test_struck_clauses_lose_their_number_and_their_sums() -> None:
    base = lines(item(60, 3), item(40, 2), pay(5))
    now = talks.project(base, [change(1, "b", op="strike", new=None)], None)
    assert [x.number for x in now] == [0, 1, 2]
    assert sums.totals(now) == sums.Totals(40, 2, 2, 5, 1)


def test_new_clause_stands_after_its_kind() -> None:
    base = lines(item(100, 5), pay(5), terms.TextTerms("生效", "生效。"))
    now = talks.project(base, [change(1, "a", key="n1", op="add", new=item(0, 1))], "b")
    assert [x.key for x in now] == ["0", "n1", "1", "2"]


# ---- the rest ----


def test_flow_gives_both_sides_the_same_verbs() -> None:
    by: dict[str, set[str]] = {"a": set(), "b": set()}
    for move in FLOW.moves:
        for side in move.by:
            by[side].add(move.verb)
    assert by["b"] - by["a"] == {"decide", "disclose"}
    assert by["a"] <= by["b"]


def test_signatures_in_either_order_lead_to_the_same_state() -> None:
    one = FLOW.step(FLOW.step("signing", "sign", "a"), "sign", "b")
    two = FLOW.step(FLOW.step("signing", "sign", "b"), "sign", "a")
    assert one == two == "signed"
    with pytest.raises(Refused):
        FLOW.step("signed_a", "sign", "a")


@pytest.mark.parametrize(
    ("n", "name"),
    [
        (1, "第一条"),
        (10, "第十条"),
        (15, "第十五条"),
        (20, "第二十条"),
        (105, "第一百零五条"),
        (110, "第一百一十条"),
    ],
)
def test_clause_names(n: int, name: str) -> None:
    assert numerals.article(n) == name


def test_number_has_corner_brackets() -> None:
    assert numerals.agreement_number("沙溪", 2026, 12) == "沙溪〔2026〕12"


def test_disclosure_hides_what_is_personal() -> None:
    text = disclosure.mask("联系人 13812345678，身份证 320522199001010021，账号 6222021001116245702")
    assert "13812345678" not in text
    assert "138****5678" in text
    assert "3205************21" in text
    assert "6222021001116245702" not in text


def test_work_done_is_paid_when_an_agreement_ends_early() -> None:
    assert year.earned(year.WorkDone(28_800_00, Decimal(480), Decimal(120))) == 7_200_00
    assert year.earned(year.WorkDone(28_800_00, Decimal(480), Decimal(500))) == 28_800_00
    assert year.earned(year.WorkDone(10, Decimal(0), Decimal(1))) == 10


def test_remedies_reduce_or_add() -> None:
    assert year.net_remedy([year.Claim("b", 300), year.Claim("a", 100)]) == -200
    assert year.remedy_problem("b", 301, 300) is not None
    assert year.remedy_problem("b", 300, 300) is None
