"""What is held about a resident, and what is left once the account is given up."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from gongzhi.core.words import Words
from gongzhi.participation.conversations import actions, queries
from gongzhi.participation.conversations.models import Comment, CommentVersion, Event, Reader, Report
from gongzhi.participation.conversations.queries import Cut
from gongzhi.participation.conversations.tests.conftest import Village


def shelves(account_id: int) -> dict[str, list[dict[str, Any]]]:
    return {shelf.key: list(shelf.rows) for shelf in queries.held_about(account_id)}


def busy(village: Village) -> int:
    """安 says, edits, reports, follows, and is told something together with 白 and alone; returns the account."""
    thing = village.places["中荷村"]
    said = village.say(village.an, "灯太暗")
    actions.edit(village.an, said, text="灯太暗，路不平")
    other = village.say(village.bai, "垃圾没人管")
    actions.report(village.an, other, reason="flood", note="说了三遍")
    actions.subscribe_account(village.an.account_id, thing)
    actions.tell(thing, Words("只告诉您"), accounts=[village.an.account_id])
    actions.tell(thing, Words("告诉两位"), accounts=[village.an.account_id, village.bai.account_id])
    actions.tell(thing, Words("是您办的"), by=village.an)
    actions.mark_seen(village.an)
    return village.an.account_id


def test_everything_is_told_and_nothing_of_others(village: Village) -> None:
    held = shelves(busy(village))
    assert [r["text"] for r in held["comments"]] == ["灯太暗，路不平"]
    assert [r["text"] for r in held["earlier_comments"]] == ["灯太暗"]
    assert [r["note"] for r in held["reports"]] == ["说了三遍"]
    assert [(r["about"], r["active"]) for r in held["subscriptions"]] == [("中荷村", True)]
    assert {r["about"] for r in held["news"]} == {"只告诉您", "告诉两位"}
    assert "垃圾没人管" not in str(held)
    assert all(not rows for rows in shelves(village.cheng.account_id).values())


def test_looking_takes_the_same_queries_however_much_is_held(village: Village) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as made:
            queries.held_about(village.an.account_id)
        return len(made)

    busy(village)
    few = asked()
    for n in range(4):
        village.say(village.an, f"还有第 {n} 句")
    assert asked() == few == 7


def test_comments_stay_without_a_name_and_the_rest_goes(village: Village) -> None:
    account = busy(village)
    with transaction.atomic():
        kept = actions.forget_about(account)
        assert actions.forget_about(village.cheng.account_id) == []
    assert [k.what for k in kept] == ["评论 1 条"]
    page = queries.comments(village.bai, village.thread, Cut())
    assert ("居民", "灯太暗，路不平") in [(str(s.who), s.text) for s in page.rows]
    held = shelves(account)
    assert not held["subscriptions"] + held["digests"] + held["news"]
    assert not Reader.objects.filter(account_id=account).exists()
    assert not Event.objects.filter(by_account_id=account).exists()
    assert Report.objects.get(account_id=account).note == ""
    assert CommentVersion.objects.filter(comment__account_id=account).count() == 1  # the auditor's
    told = [str(n.about) for n in queries.news(village.bai).rows]
    assert "告诉两位" in told, "what two were told goes on for the other"
    assert Comment.objects.get(text="垃圾没人管").named
