"""Passing a matter on: the list's item, its article and its unit, by two verbs; and up to the level above."""

from __future__ import annotations

import pytest

from gongzhi.core.refusal import NotFound
from gongzhi.core.todo import Todo
from gongzhi.lists.agreements.tests.conftest import listed_county
from gongzhi.lists.duties import queries as duties
from gongzhi.participation.deliberations import actions, queries
from gongzhi.participation.deliberations.models import Raising, Referral

from .conftest import Village, fresh, rule


@pytest.fixture
def listed(village: Village) -> Village:
    """The village with the default list of duties in force."""
    listed_county(village.county.cast)
    return village


def item(code: str):
    version = duties.in_force()
    assert version is not None
    return next(i for i in duties.items(version) if i.code == code)


def test_a_matter_goes_to_the_unit_the_list_names_with_its_article(listed: Village) -> None:
    matter = listed.registered()
    help_of = item("B10")  # 残疾人工作
    actions.refer(listed.zhou, matter, **listed.vote(), item=help_of.pk)
    matter, referral = fresh(matter), Referral.objects.get()
    assert (matter.state, matter.receiver_id, referral.receiver_id) == (
        "referred",
        help_of.lead_id,
        help_of.lead_id,
    )
    assert referral.item_code == "B10"
    assert "残疾人保障法" in referral.article
    assert help_of.name in matter.answers.get().basis, "the raiser reads which item, which article, whose"
    todo = Todo.objects.get(closed=None)
    assert (todo.unit_id, todo.verb) == (help_of.lead_id, "deliberations.take_on")


def test_taken_on_reported_back_and_rated(listed: Village) -> None:
    matter = listed.registered()
    actions.refer(
        listed.zhou,
        matter,
        **listed.vote(),
        receiver=listed.county.cast["市残联"].pk,
        article="残疾人保障法第四十七条",
    )
    referral = Referral.objects.get()
    with pytest.raises(NotFound):
        actions.take_on(listed.min, referral)
    actions.take_on(listed.can, referral)
    assert Todo.objects.get(closed=None).verb == "deliberations.report_back"
    actions.report_back(listed.can, referral, answer="扶手装好了。")
    matter = fresh(matter)
    assert (matter.state, matter.receiver_id) == ("rating", None)
    actions.rate(listed.mei, matter.raisings.get(), score=5)
    assert actions.close(listed.gu, matter, conclusion="扶手装好了").satisfied is True


def test_the_receiver_sees_the_matter_and_not_a_word_of_its_raiser(listed: Village) -> None:
    matter = listed.registered()
    with pytest.raises(NotFound):
        queries.whole(listed.can, matter.pk)
    actions.refer(
        listed.zhou, matter, **listed.vote(), receiver=listed.county.cast["市残联"].pk, article="第四十七条"
    )
    found = queries.whole(listed.can, matter.pk)
    assert found.raisings == []
    with pytest.raises(NotFound):
        queries.raising(listed.can, Raising.objects.get().pk)


def test_handed_back_it_is_screened_again_and_recalled_before_it_was_taken(listed: Village) -> None:
    matter = listed.registered()
    to = {"receiver": listed.county.cast["市残联"].pk, "article": "第四十七条"}
    actions.refer(listed.zhou, matter, **listed.vote(), **to)
    first = Referral.objects.get()
    assert rule(lambda: actions.report_back(listed.can, first, answer="x")) == "deliberations.flow"
    actions.hand_back(listed.can, first, reason="不是残疾人设施，归城管")
    matter = fresh(matter)
    assert (matter.state, matter.receiver_id) == ("registered", None)
    assert Todo.objects.get(closed=None).verb == "deliberations.accept"
    actions.refer(listed.zhou, matter, **listed.vote(), **to)
    second = Referral.objects.latest("pk")
    with pytest.raises(NotFound):
        actions.recall(listed.can, second, reason="x")
    actions.recall(listed.gu, second, reason="弄错了单位")
    assert fresh(matter).state == "registered"


def test_what_the_committee_owes_itself_is_not_passed_on(listed: Village) -> None:
    matter = listed.registered()
    own = item("A05")  # 调解民间纠纷 is the committee's own duty
    assert (
        rule(lambda: actions.refer(listed.zhou, matter, **listed.vote(), item=own.pk))
        == "deliberations.own_duty"
    )
    assert rule(lambda: actions.refer(listed.zhou, matter, **listed.vote())) == "deliberations.responsible"
    to = listed.county.cast["市残联"].pk
    assert (
        rule(lambda: actions.refer(listed.zhou, matter, **listed.vote(), receiver=to))
        == "deliberations.responsible"
    )


def test_a_matter_of_several_villages_is_led_by_the_township(listed: Village) -> None:
    matter = listed.accepted()
    actions.lift(listed.zhou, matter, note="河从三个村流过")
    referral = Referral.objects.get()
    assert (referral.via, referral.receiver.short) == ("level", "沙溪镇")
    actions.take_on(listed.lu, referral)
    matter = fresh(matter)
    assert (matter.unit.short, matter.origin.short, matter.level, matter.state) == (
        "沙溪镇",
        "中荷村",
        "town",
        "accepted",
    )
    # The village still sees it, and no longer leads it.
    assert queries.whole(listed.gu, matter.pk).matter.pk == matter.pk
    later = {"level": "town", "place": "镇政府", "material": "m", "invited": [{"capacity": "三村代表"}]}
    from datetime import timedelta

    from gongzhi.core import clock

    held_at = clock.now() + timedelta(days=3)
    assert rule(lambda: actions.call(listed.gu, matter, held_at=held_at, **later)) == "deliberations.turn"
    assert rule(lambda: actions.withhold(listed.gu, matter, reason="x")) == "deliberations.not_ours"
    actions.call(listed.lu, matter, held_at=held_at, **later)
    assert [r.text for r in queries.whole(listed.lu, matter.pk).raisings] == [], (
        "the words of its residents stay with the village"
    )
    assert len(queries.whole(listed.gu, matter.pk).raisings) == 1


def test_the_township_may_not_want_it(listed: Village) -> None:
    matter = listed.accepted()
    actions.lift(listed.zhou, matter, note="请镇里牵头")
    actions.hand_back(listed.lu, Referral.objects.get(), reason="一个村的事，村里商量")
    matter = fresh(matter)
    assert (matter.state, matter.unit.short) == ("accepted", "中荷村")
