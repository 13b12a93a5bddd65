"""Following things, places and categories; what is told once finds its readers, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gongzhi.core import dated
from gongzhi.core.access import PUBLIC
from gongzhi.core.action import NotFound
from gongzhi.core.clock import Hand
from gongzhi.core.journal import JournalEntry
from gongzhi.core.refusal import Refused
from gongzhi.core.words import Words
from gongzhi.participation.conversations import actions, queries, rules
from gongzhi.participation.conversations.models import Event, Subscription
from gongzhi.participation.conversations.tests.conftest import Village

STEP = Words("进入议事")


@pytest.fixture
def roads(monkeypatch: pytest.MonkeyPatch) -> None:
    """One category, as a room that sorts its things fills it in."""
    monkeypatch.setitem(rules.CATEGORIES, "roads", Words("道路照明"))


def told(who: Any) -> list[str]:
    return [str(n.about) for n in queries.news(who).rows]


def test_a_thing_is_followed_by_its_reader_and_by_another_room(village: Village) -> None:
    thing = village.places["中荷村"]
    actions.follow(village.an, sort="thing", key=f"places.place:{thing.pk}")
    actions.subscribe_account(village.bai.account_id, thing)
    actions.subscribe_account(village.bai.account_id, thing)
    actions.tell(thing, STEP, public=True)
    assert Event.objects.count() == 1
    assert (told(village.an), told(village.bai), told(village.cheng)) == (["进入议事"], ["进入议事"], [])
    actions.unsubscribe(village.bai.account_id, thing)
    assert told(village.bai) == []
    mine = queries.subscriptions(village.an).get()
    actions.unfollow(village.an, mine)
    assert (told(village.an), list(queries.subscriptions(village.an))) == ([], [])
    actions.follow(village.an, sort="thing", key=f"places.place:{thing.pk}")
    assert Subscription.objects.filter(account_id=village.an.account_id).count() == 1


def test_a_place_and_a_category_bring_news_of_new_things(village: Village, roads: None) -> None:
    thing = village.places["虹桥村"]
    actions.follow(village.an, sort="place", key=str(village.places["中荷村"].pk))
    actions.follow(village.cheng, sort="category", key="roads")
    actions.tell(thing, STEP, public=True, place_id=village.places["中荷村"].pk, category="roads")
    actions.tell(thing, Words("别处"), public=True, place_id=thing.pk, category="water")
    assert told(village.an) == told(village.cheng) == ["进入议事"]


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("thing", "places.place:99999999"),
        ("thing", "core.account:1"),
        ("thing", "core.unit:1"),
        ("thing", "nothing"),
        ("thing", "places.place:x"),
        ("place", "0"),
        ("place", "x"),
        ("category", "weather"),
    ],
)
def test_what_is_not_there_cannot_be_followed(village: Village, sort: str, key: str) -> None:
    with pytest.raises(NotFound):
        actions.follow(village.an, sort=sort, key=key)


def test_staff_and_the_public_have_other_ways(village: Village) -> None:
    for who in (village.zhou, village.lu, PUBLIC):
        with pytest.raises(NotFound):
            actions.follow(who, sort="place", key=str(village.places["中荷村"].pk))


def test_one_follows_no_more_than_the_county_allows(village: Village) -> None:
    Subscription.objects.bulk_create(
        Subscription(account_id=village.an.account_id, sort="thing", topic=f"thing:x:{n}", about="x")
        for n in range(dated.value("conversations.subscriptions_most"))
    )
    with pytest.raises(Refused) as refused:
        actions.follow(village.an, sort="place", key=str(village.places["中荷村"].pk))
    assert refused.value.rule == "conversations.subscriptions_most"


def test_what_is_not_public_reaches_only_those_who_live_there(village: Village) -> None:
    thing = village.places["中荷村"]
    for who in (village.an, village.cheng, village.ding):
        actions.subscribe_account(who.account_id, thing)
    actions.tell(thing, Words("只对本村"))
    assert (told(village.an), told(village.cheng), told(village.ding)) == (["只对本村"], [], [])
    actions.tell(thing, Words("给您一个人"), accounts=[village.ding.account_id])
    assert (told(village.ding), told(village.an)) == (["给您一个人"], ["只对本村"])


def test_nobody_is_told_what_he_did_himself(village: Village) -> None:
    thing = village.places["中荷村"]
    for who in (village.an, village.bai):
        actions.subscribe_account(who.account_id, thing)
    actions.tell(thing, STEP, public=True, by=village.an)
    assert (told(village.an), told(village.bai)) == ([], ["进入议事"])


def test_a_reply_is_told_to_whom_it_answers_and_a_post_to_all_who_follow(village: Village) -> None:
    actions.subscribe_account(village.cheng.account_id, village.places["中荷村"])
    said = village.say(village.an, "路灯太暗了")
    village.say(village.bai, "同意", answers=said.pk)
    village.say(village.an, "补一句", answers=said.pk)
    assert told(village.an) == ["有人回复了您在“中荷村”里的评论"]
    assert told(village.cheng) == []
    village.say(village.zhou, "下周来看")
    assert told(village.cheng) == ["中荷村 主任 在“中荷村”的讨论里发言"]
    for event in Event.objects.all():
        assert "路灯" not in str(event.about)
        assert "安宁" not in str(event.about)


def test_news_come_by_key_and_are_new_until_one_has_looked(village: Village, hand: Hand) -> None:
    thing = village.places["中荷村"]
    actions.subscribe_account(village.an.account_id, thing)
    for n in range(7):
        actions.tell(thing, Words("第 {n} 步", {"n": n}), public=True)
    assert queries.unread(village.an) == 7
    first = queries.news(village.an, size=4)
    rest = queries.news(village.an, first.next, size=4)
    assert [str(n.about) for n in [*first.rows, *rest.rows]] == [f"第 {n} 步" for n in range(6, -1, -1)]
    actions.mark_seen(village.an)
    assert (queries.unread(village.an), any(n.fresh for n in queries.news(village.an).rows)) == (0, False)
    actions.tell(thing, Words("又一步"), public=True)
    assert [n.fresh for n in queries.news(village.an, size=2).rows] == [True, False]
    hand.forward(days=181)
    assert told(village.an) == []


def test_unread_is_counted_no_further_than_needed(village: Village) -> None:
    Event.objects.bulk_create(
        Event(topics=[f"account:{village.an.account_id}"], about=STEP.to_json(), url="/") for _ in range(150)
    )
    assert queries.unread(village.an) == 99


def test_following_is_nobody_else_s_business(village: Village) -> None:
    made = actions.follow(village.an, sort="place", key=str(village.places["中荷村"].pk))
    with pytest.raises(NotFound):
        actions.unfollow(village.bai, made)
    assert list(queries.subscriptions(village.bai)) == []
    entry = JournalEntry.objects.get(verb="conversations.follow")
    assert (entry.label, entry.actor_name, str(village.an.account_id) in str(entry.facts)) == (
        f"关注 {made.pk}",
        "",
        False,
    )


def test_events_are_one_row_however_many_follow(village: Village, django_assert_num_queries: Any) -> None:
    thing = village.places["中荷村"]
    Subscription.objects.bulk_create(
        Subscription(account_id=10_000 + n, sort="thing", topic=queries.of_thing(thing), about="x")
        for n in range(300)
    )
    with django_assert_num_queries(1):
        actions.tell(thing, STEP, public=True)


def test_old_news_are_not_kept_in_sight(village: Village, hand: Hand) -> None:
    thing = village.places["中荷村"]
    actions.subscribe_account(village.an.account_id, thing)
    actions.tell(thing, STEP, public=True)
    hand.moment += timedelta(days=179)
    assert told(village.an) == ["进入议事"]
