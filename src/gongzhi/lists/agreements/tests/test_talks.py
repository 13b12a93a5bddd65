"""Drafting and negotiating: who may change what, what is seen by whom, and when the text is settled."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from gongzhi.cast import Cast
from gongzhi.core.models import JournalEntry, Todo
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.lists.agreements import actions, papers
from gongzhi.lists.agreements.models import Agreement
from gongzhi.lists.agreements.queries import text

from .conftest import fresh, item_fields, key_of

Reach = Callable[..., Agreement]


def test_township_drafts_for_all_its_committees_at_once(county: Cast) -> None:
    made = actions.draft_for_township(county.lu, 2026)
    assert [a.party_b.short for a in made] == ["府东社区", "中荷村", "虹桥村"]
    assert [a.number for a in made] == ["沙溪〔2026〕1", "沙溪〔2026〕2", "沙溪〔2026〕3"]
    assert all((a.weights, a.items_fen, a.instalments_fen) == (100, a.total_fen, a.total_fen) for a in made)
    assert all(a.total_fen > 0 for a in made)
    assert actions.draft_for_township(county.lu, 2026) == []
    with pytest.raises(Refused) as told:
        actions.draft_all(county.lu, year=2026)
    assert told.value.rule == "agreements.all_drafted"
    assert actions.draft_all(county.lu, year=2027, codes="B09").year == 2027
    assert Agreement.objects.filter(year=2027).count() == 3
    with pytest.raises(NotFound):
        actions.draft_for_township(county.zhou, 2026)


def test_committee_drafts_for_itself_as_an_equal(county: Cast) -> None:
    made = actions.draft(county.gu, year=2026)
    assert (made.state, made.drafted_by, made.party_a, made.party_b) == (
        "drafted_b", "b", county["沙溪镇"], county["中荷村"],
    )  # fmt: skip
    with pytest.raises(NotFound):  # not even that it is there
        actions.amend_item(county.lu, made, **item_fields(made, "B09"))
    assert actions.propose(county.zhou, made).state == "with_a"


def test_only_listed_assist_items(county: Cast, reach: Reach) -> None:
    with pytest.raises(Refused) as told:
        actions.draft(county.lu, year=2026, party_b=county["中荷村"].pk, codes="B09,A05")
    assert told.value.rule == "agreements.not_on_list"
    made = reach()
    with pytest.raises(Refused) as told:
        actions.add_item(county.lu, made, code="A09", standard="公开", weight=1, amount=0)
    assert told.value.rule == "agreements.not_on_list"
    with pytest.raises(IntegrityError), transaction.atomic():
        made.items.update(list_type="SELF_DUTY")


def test_one_agreement_a_year_until_refused(county: Cast, reach: Reach) -> None:
    first = reach()
    with pytest.raises(Refused) as told:
        actions.draft(county.zhou, year=2026)
    assert (told.value.rule, told.value.problems[0].way_out) == ("agreements.other_side_drafts", "")
    actions.propose(county.lu, first)
    with pytest.raises(Refused) as told:
        actions.draft(county.zhou, year=2026)
    assert told.value.rule == "agreements.one_a_year"
    assert told.value.problems[0].way_out == first.get_absolute_url()
    actions.refuse(county.lu, first, reason="今年不再委托")
    assert actions.draft(county.zhou, year=2026).seq == 2


def test_neighbours_and_strangers_find_nothing(county: Cast, reach: Reach) -> None:
    made = reach("with_b")
    for actor in (county.wu, county.qian, county.sun, county.tao):
        with pytest.raises(NotFound):
            actions.respond(actor, made)
    with pytest.raises(NotFound):
        actions.draft(county.wang, year=2026)
    with pytest.raises(Refused) as told:
        actions.draft(county.lu, year=2026, party_b=county["万安村"].pk)
    assert told.value.rule == "agreements.party_b"


def test_draft_that_does_not_add_up_is_not_sent(county: Cast, reach: Reach) -> None:
    made = reach()
    actions.amend_item(county.lu, made, **item_fields(made, "B09", weight=1, amount=100_00, unit_price=None))
    with pytest.raises(Refused) as told:
        actions.propose(county.lu, made)
    assert [p.rule for p in told.value.problems] == ["agreements.weights", "agreements.instalments"]
    actions.balance(county.lu, made, what="weights")
    with pytest.raises(Refused):
        actions.balance(county.lu, made, what="weights")
    pay_all = [{"due": p.due, "amount": p.amount_fen, "tail": p.tail} for p in made.instalments.all()]
    total = fresh(made).total_fen
    pay_all = [{**p, "amount": a} for p, a in zip(pay_all, (total, 0, 0), strict=True)]
    key = str(made.clauses.get(kind="payment").pk)
    actions.amend_payment(county.lu, made, clause=key, instalments=pay_all)
    assert actions.propose(county.lu, made).state == "with_b"


def test_a_whole_round_as_on_the_page(county: Cast, reach: Reach) -> None:
    """B raises a price, strikes an item and adds a duty; A accepts, counters and mends; B agrees."""
    made = reach("with_b")
    before = {i.code: i.amount_fen for i in made.items.all()}
    quantity = made.items.get(code="B09").quantity
    actions.amend_item(
        county.gu,
        made,
        **item_fields(made, "B09", unit_price=60_00, amount=int(quantity) * 60_00),
        reason="高温时段加访",
    )
    actions.amend_item(
        county.gu, made, **item_fields(made, "B24", standard="乙方协助动员农户分类投放，每季度抽查 1 次")
    )
    actions.add_duty(county.gu, made, heading="名单", body="甲方按季提供变动名单", duty_kind="data", times=4)
    assert text.table(made).projected("a") == text.table(made).base  # drafts are B's own business
    actions.strike(county.gu, made, clause=key_of(made, "B19"), reason="核验真伪是公安机关的职权")
    with pytest.raises(Refused) as told:
        actions.respond(county.gu, made)
    assert {p.rule for p in told.value.problems} == {"agreements.weights", "agreements.instalments"}
    actions.balance(county.gu, made, what="weights")
    actions.balance(county.gu, made, what="payment")
    made = actions.respond(county.gu, made)
    assert (made.state, made.round) == ("with_a", 1)
    changes = {c.kind + c.op + c.side: c for c in made.changes.all()}
    assert {c.status for c in made.changes.all()} == {"open"}

    with pytest.raises(Refused) as told:
        actions.respond(county.lu, made)
    assert len([p for p in told.value.problems if p.rule == "agreements.unanswered"]) == made.changes.count()
    struck = made.changes.get(op="strike")
    with pytest.raises(Refused) as told:
        actions.refuse_change(county.lu, made, change=struck.pk, reason="还是请村里办")
    assert told.value.rule == "agreements.strike_stands"
    for change in made.changes.exclude(kind="item", key=key_of(made, "B24")):
        actions.accept(county.lu, made, change=change.pk)
    actions.amend_item(
        county.lu, made,
        **item_fields(made, "B24", weight=_weight(made, "B24"), standard="乙方协助动员农户分类投放，每季度由双方抽查 1 次"),
        reason="抽查要两家一起去",
    )  # fmt: skip
    made = actions.respond(county.lu, made)
    assert made.state == "with_b"
    assert made.items.get(code="B09").amount_fen == int(quantity) * 60_00 != before["B09"]
    assert made.items.get(code="B19").clause.struck
    assert made.duties.filter(body="甲方按季提供变动名单").count() == 1
    assert changes["itemstrikeb"].pk == struck.pk

    made = actions.agree(county.zhou, made)
    assert made.state == "agreed"
    assert "双方抽查" in made.frozen_text
    assert (made.weights, made.items_fen, made.instalments_fen) == (100, made.total_fen, made.total_fen)
    assert text.fingerprint(made.frozen_text) == made.text_sha256
    assert Todo.objects.get(thing_id=made.pk, closed=None).verb == "agreements.decide"


def _weight(made: Agreement, code: str) -> int:
    """The weight that B proposed for the item."""
    change = made.changes.filter(key=key_of(made, code), side="b").last()
    return int(change.new["weight"]) if change and change.new else made.items.get(code=code).weight


def test_refused_change_leaves_the_text_and_shows_the_reason(county: Cast, reach: Reach) -> None:
    made = reach("with_b")
    old = made.items.get(code="B09").standard
    actions.amend_item(
        county.gu, made, **item_fields(made, "B09", standard="乙方每月探访一次"), reason="人手不够"
    )
    actions.respond(county.gu, made)
    change = made.changes.get()
    actions.refuse_change(county.lu, made, change=change.pk, reason="标准不能降")
    with pytest.raises(Refused) as told:
        actions.agree(county.lu, made)
    assert told.value.rule == "agreements.not_all_agreed"
    made = actions.respond(county.lu, made)
    change.refresh_from_db()
    assert (change.status, change.reply_reason) == ("refused", "标准不能降")
    assert made.items.get(code="B09").standard == old
    assert actions.agree(county.gu, made).state == "agreed"


def test_accepting_everything_means_agreeing(county: Cast, reach: Reach) -> None:
    made = reach("with_b")
    with pytest.raises(Refused) as told:
        actions.respond(county.gu, made)
    assert told.value.rule == "agreements.use_agree"


def test_what_a_side_has_not_sent_is_its_own(county: Cast, reach: Reach, client_for: Any) -> None:
    """On the page, over the API, on paper: neither the words nor that there are any."""
    made = reach("with_b")
    sent = JournalEntry.objects.filter(thing_type=made.kind(), thing_id=made.pk).latest("id")
    actions.strike(county.gu, made, clause=key_of(made, "B19"), reason="OWN-SIDE-ONLY 人手不够")
    page, api = f"/agreements/{made.pk}/", f"/api/v1/agreements/{made.pk}"
    for path in (page, f"{page}?show=all", api):
        assert "OWN-SIDE-ONLY" in client_for(county.zhou).get(path).content.decode()
        for other in (county.lu, county.chen, county.wang, county.shen):
            told = client_for(other).get(path).content.decode()
            assert "OWN-SIDE-ONLY" not in told, (other.name, path)
            assert "删去" not in told or path == api, (other.name, path)
    assert papers._proof(made)["receipt_url"] == f"/records/{sent.pk}"
    paper = papers.comparison(county.lu, made)
    assert "OWN-SIDE-ONLY" not in str(paper)
    struck = JournalEntry.objects.get(verb="agreements.strike")
    assert "不公开" in client_for(county.lu).get(f"/records/{struck.pk}").content.decode()


def test_a_clause_struck_before_anybody_agreed_to_it_never_was(county: Cast, reach: Reach) -> None:
    """B adds, A answers with striking it, B takes that: nothing is left in the text, and nothing breaks."""
    made = reach("with_b")
    base = [(line.key, line.terms.text()) for line in text.table(made).base]
    actions.add_duty(county.gu, made, heading="名单", body="甲方按季提供变动名单", duty_kind="data", times=4)
    actions.respond(county.gu, made)
    added = made.changes.get()
    actions.strike(county.lu, made, clause=added.key, reason="名单已经在系统里共享")
    made = actions.respond(county.lu, made)
    struck = made.changes.get(op="strike")
    actions.accept(county.gu, made, change=struck.pk)
    made = actions.agree(county.gu, made)
    assert made.state == "agreed"
    assert [(line.key, line.terms.text()) for line in text.table(made).base] == base
    assert [c.status for c in made.changes.order_by("id")] == ["countered", "accepted"]
    assert "甲方按季提供变动名单" not in made.frozen_text


def test_a_draft_answer_can_be_reconsidered_until_sent(county: Cast, reach: Reach) -> None:
    made = reach("with_b")
    actions.amend_item(county.gu, made, **item_fields(made, "B09", standard="乙方每月探访一次"))
    actions.reconsider(county.gu, made, clause=key_of(made, "B09"))
    assert not made.changes.exists()
    with pytest.raises(Refused):
        actions.reconsider(county.gu, made, clause=key_of(made, "B09"))


def test_not_ones_turn(county: Cast, reach: Reach) -> None:
    made = reach("with_b")
    with pytest.raises(Refused) as told:
        actions.amend_item(county.lu, made, **item_fields(made, "B09", standard="x"))
    assert told.value.rule == "agreements.turn"
    with pytest.raises(Refused):
        actions.respond(county.lu, made)


def test_an_item_cannot_carry_enforcement_power(county: Cast, reach: Reach) -> None:
    made = reach("with_b")
    with pytest.raises(Refused) as told:
        actions.amend_item(county.gu, made, **item_fields(made, "B19", standard="乙方协助收集材料并核验真伪"))
    assert told.value.rule == "agreements.enforcement"


def test_sums_hold_in_the_database_too(county: Cast, reach: Reach) -> None:
    made = reach("agreed")
    for column in ("weights", "items_fen", "instalments_fen", "total_fen"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Agreement.objects.filter(pk=made.pk).update(**{column: 99})


def test_pausing_and_going_on_passes_the_turn_to_who_goes_on(county: Cast, reach: Reach) -> None:
    made = reach("with_b")
    assert actions.pause(county.lu, made, reason="等预算").state == "paused"
    assert actions.reopen(county.lu, made).state == "with_a"
    with pytest.raises(Refused):
        actions.reopen(county.gu, made)


@pytest.mark.parametrize("who", ["lu", "zhou"])
def test_either_side_may_refuse_and_the_task_stays(county: Cast, reach: Reach, who: str) -> None:
    made = reach("with_b")
    made = actions.refuse(getattr(county, who), made, reason="今年人手不够")
    assert (made.state, made.end_reason) == ("refused", "今年人手不够")
    assert not Todo.objects.filter(thing_id=made.pk, closed=None).exists()
    with pytest.raises(Refused):
        actions.propose(county.lu, made)


def test_every_act_is_in_the_journal_with_its_side(county: Cast, reach: Reach) -> None:
    made = reach("with_b")
    actions.comment(county.gu, made, clause=key_of(made, "B09"), text="请说明数量怎么来的", question=True)
    actions.meet(county.gu, made, held_on=fresh(made).created_at.date(), text="谈了数量")
    told = JournalEntry.objects.filter(thing_type=made.kind(), thing_id=made.pk)
    verbs = list(told.order_by("id").values_list("verb", flat=True))
    assert verbs == ["agreements.draft", "agreements.propose", "agreements.comment", "agreements.meet"]


def test_quantity_times_price_is_the_amount(county: Cast, reach: Reach) -> None:
    made = reach("with_b")
    with pytest.raises(Refused) as told:
        actions.amend_item(
            county.gu, made, **item_fields(made, "B09", quantity=Decimal(3), unit_price=5, amount=16)
        )
    assert told.value.rule == "agreements.price"
