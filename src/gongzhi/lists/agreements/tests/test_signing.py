"""The committee's decision, the two signatures, and what the signed text is good for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gongzhi.cast import Cast
from gongzhi.core import clock
from gongzhi.core.action import registry
from gongzhi.core.models import Todo
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.lists.agreements import actions
from gongzhi.lists.agreements.models import Agreement

from .conftest import fresh, item_fields, vote

Reach = Callable[..., Agreement]


def test_signing_is_locked_with_the_article_until_the_village_has_decided(county: Cast, reach: Reach) -> None:
    made = reach("agreed")
    actions.decide(
        county.gu, made, body="two_committees", held_on=clock.today(), eligible=9, present=8, yes=8
    )
    made = fresh(made)
    assert made.state == "agreed"
    locked = registry["agreements.sign"].check
    assert locked is not None
    with pytest.raises(Refused) as told:
        locked(county.chen, made)
    assert told.value.rule == "agreements.undecided"
    assert "村（居）民代表会议" in str(told.value)
    assert "第二十四条" in str(told.value.problems[0].source)


def test_representatives_decide_with_counts_and_the_pack_is_kept(county: Cast, reach: Reach) -> None:
    made = reach("agreed")
    vote(county, made)
    row = made.decisions.get(body="representatives")
    assert (row.pack, row.verified, row.needed_present, row.needed_yes, row.passed) == (
        "VILLAGE_2026", False, 34, 18, True,
    )  # fmt: skip
    assert row.text_sha256 == fresh(made).text_sha256
    assert fresh(made).state == "signing"


def test_too_few_present_is_no_decision_and_no_majority_sends_it_back(county: Cast, reach: Reach) -> None:
    made = reach("agreed")
    today = clock.today()
    actions.decide(county.zhou, made, body="representatives", held_on=today, eligible=51, present=33, yes=33)
    assert fresh(made).state == "agreed"
    actions.decide(
        county.zhou, made, body="representatives", held_on=today, eligible=51, present=34, yes=17, no=17
    )
    made = fresh(made)
    assert (made.state, made.text_sha256) == ("with_b", "")
    assert not made.decisions.filter(superseded=False).exists()


def test_only_the_committee_decides_and_never_before_the_text(county: Cast, reach: Reach) -> None:
    made = reach("agreed")
    with pytest.raises(NotFound):
        actions.decide(
            county.lu, made, body="two_committees", held_on=clock.today(), eligible=9, present=8, yes=8
        )
    with pytest.raises(Refused) as told:
        actions.decide(
            county.zhou, made, body="two_committees", held_on=date(2026, 3, 1), eligible=9, present=8, yes=8
        )
    assert told.value.rule == "agreements.decided_before_text"
    with pytest.raises(IntegrityError), transaction.atomic():
        made.decisions.create(
            body="two_committees", held_on=clock.today(), eligible=9, present=10, yes=10, pack="x", verified=True,
            needed_present=5, needed_yes=6, passed=True, text_sha256="x",
        )  # fmt: skip


def test_where_no_interests_are_touched_the_two_committees_suffice(county: Cast, reach: Reach) -> None:
    made = reach("agreed")
    actions.mark_interest(county.gu, made, touches=False, reason="不涉及村民出资出劳")
    actions.decide(
        county.gu, made, body="two_committees", held_on=clock.today(), eligible=9, present=8, yes=8
    )
    assert fresh(made).state == "signing"
    with pytest.raises(NotFound):
        actions.mark_interest(county.lu, made, touches=False, reason="x")


@pytest.mark.parametrize("order", [("chen", "zhou"), ("zhou", "chen")])
def test_either_order_and_both_names_under_the_same_hash(
    county: Cast, reach: Reach, order: tuple[str, str]
) -> None:
    made = reach("signing")
    for who in order:
        made = actions.sign(getattr(county, who), made, note="同意")
    assert (made.state, made.signed_on) == ("signed", clock.today())
    assert {s.side for s in made.signatures.all()} == {"a", "b"}
    assert {s.text_sha256 for s in made.signatures.all()} == {made.text_sha256}
    with pytest.raises(Refused):
        actions.sign(county.chen, made)
    waiting = {t.verb for t in Todo.objects.filter(thing_id=made.pk, closed=None)}
    assert {"agreements.disclose", "agreements.pay"} <= waiting


def test_heads_sign_and_officers_do_not(county: Cast, reach: Reach) -> None:
    made = reach("signing")
    for actor in (county.lu, county.gu, county.wu, county.qian, county.zhang):
        with pytest.raises(NotFound):
            actions.sign(actor, made)


def test_signed_text_is_not_edited_and_tampering_stops_the_signature(county: Cast, reach: Reach) -> None:
    made = reach("signing")
    made.items.filter(code="B09").update(standard="别的要求")
    with pytest.raises(Refused) as told:
        actions.sign(county.chen, made)
    assert told.value.rule == "agreements.text_changed"
    with pytest.raises(Refused) as told:
        actions.amend_item(county.lu, made, **item_fields(made, "B09", standard="x"))
    assert told.value.rule == "agreements.flow"


def test_going_back_voids_the_decision(county: Cast, reach: Reach) -> None:
    made = reach("signing")
    made = actions.return_to_talks(county.lu, made, reason="发现单价写错")
    assert (made.state, made.agreed_on, made.frozen_text) == ("with_a", None, "")
    assert made.decisions.filter(superseded=True).count() == 2


def test_disclosure_writes_itself_and_masks(county: Cast, reach: Reach) -> None:
    made = reach("signed")
    row = made.disclosures.get()
    assert "中荷村" in row.text
    assert "同意 18 人" in row.text
    assert (row.due, row.posted_on) == (
        date(2026, 3, 16),
        None,
    )  # three working days after Wednesday the 11th
    made = actions.disclose(county.gu, made, posted_on=clock.today(), place="村口")
    row.refresh_from_db()
    assert (made.state, row.late) == ("performing", False)
    with pytest.raises(NotFound):
        actions.disclose(county.lu, made, posted_on=clock.today())
