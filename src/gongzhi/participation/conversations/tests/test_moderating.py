"""Reports, hiding, appeals: who may decide what, and that nothing hidden gets out."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from gongzhi.core.access import PUBLIC
from gongzhi.core.accounts import Account, Post
from gongzhi.core.clock import Hand
from gongzhi.core.notices import Notice
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.core.todo import Todo
from gongzhi.participation.conversations import actions, queries
from gongzhi.participation.conversations.models import Comment, Event, Report
from gongzhi.participation.conversations.queries import desk
from gongzhi.participation.conversations.tests.conftest import Village

SECRET = "王家老三的病历在我手里"


def told(village: Village, who: Any) -> list[str]:
    return [str(n.about) for n in queries.news(who).rows]


def open_todos() -> list[tuple[int, str]]:
    return list(Todo.objects.filter(closed=None).values_list("unit_id", "verb"))


@pytest.fixture
def hidden(village: Village) -> Comment:
    """A comment of 安 that 周 hid."""
    said = village.say(village.an, SECRET)
    village.say(village.bai, "别乱说", answers=said.pk)
    return actions.hide(village.zhou, said, reason="privacy", note="写了别人的病")


# ---- reports ----


def test_whoever_reads_may_report_once_and_stays_unknown(village: Village) -> None:
    said = village.say(village.an, "有点过分")
    actions.report(village.bai, said, reason="vulgar")
    actions.report(village.cheng, said, reason="insult", note="骂人")
    with pytest.raises(Refused) as twice:
        actions.report(village.bai, said, reason="insult")
    assert twice.value.rule == "conversations.reported_once"
    with pytest.raises(Refused) as own:
        actions.report(village.an, said, reason="insult")
    assert own.value.rule == "conversations.own_report"
    with pytest.raises(NotFound):
        actions.report(PUBLIC, said, reason="insult")
    said.refresh_from_db()
    assert (said.reports, said.state) == (2, "shown")
    assert open_todos() == [(village.thread.unit_id, "conversations.keep")]
    actions.keep(village.gu, said)
    assert open_todos() == []
    assert set(Report.objects.values_list("outcome", flat=True)) == {"kept"}
    with pytest.raises(Refused):
        actions.keep(village.gu, said)


def test_what_one_does_not_see_cannot_be_reported(village: Village) -> None:
    own = village.say(village.an, "只给本村看", village.closed_to_others)
    held = village.say(village.an, "快来刷单")
    for who, said in ((village.cheng, own), (village.wu, own), (village.bai, held)):
        with pytest.raises(NotFound):
            actions.report(who, said, reason="insult")


def test_hiding_and_taking_back_answer_the_reports(village: Village) -> None:
    one, two = village.say(village.an, "一"), village.say(village.an, "二")
    actions.report(village.bai, one, reason="insult")
    actions.report(village.bai, two, reason="insult")
    actions.hide(village.zhou, one, reason="insult", note="骂人")
    actions.withdraw(village.an, two)
    assert list(Report.objects.order_by("id").values_list("outcome", flat=True)) == ["hidden", "withdrawn"]
    assert open_todos() == []


# ---- hiding ----


def test_a_hidden_comment_is_gone_for_others_and_its_author_knows_why(
    village: Village, hidden: Comment
) -> None:
    thread = queries.visible(village.bai, village.thread.pk)
    row = queries.comments(village.bai, thread, queries.Cut()).rows[0]
    assert (row.text, str(row.gone), row.who) == ("", "这条评论已隐藏", "")
    assert thread.shown == 1
    assert "个人信息保护法第 10 条" in told(village, village.an)[0]
    assert [c.pk for c in queries.waiting(village.an, thread)] == [hidden.pk]


def test_only_the_thread_s_own_committee_keeps_order_there(village: Village) -> None:
    said = village.say(village.an, "随便说说")
    for who in ("bai", "an", "lu", "wu", "sun", "wang", "jian", "min", "shen"):
        with pytest.raises((NotFound, Refused)):
            actions.hide(getattr(village, who), said, reason="insult", note="x")
    at_township = actions.open_thread(village.places["沙溪镇"], village.cast["沙溪镇"].pk, public=True)
    above = village.say(village.an, "对镇里说", at_township)
    with pytest.raises(NotFound):
        actions.hide(village.zhou, above, reason="insult", note="x")
    assert actions.hide(village.lu, above, reason="insult", note="x").state == "hidden"


def test_a_reason_is_one_of_the_closed_list(village: Village) -> None:
    from gongzhi.core.action import registry

    said = village.say(village.an, "村务公开不及时")
    form = registry["conversations.hide"].form({"reason": "criticism", "note": "x"})
    assert not form.is_valid()
    assert said.state == "shown"


def test_the_hider_may_see_his_mistake(village: Village, hidden: Comment) -> None:
    actions.unhide(village.zhou, hidden, reason="看错了")
    village.thread.refresh_from_db()
    assert village.thread.shown == 2
    assert "已恢复显示" in told(village, village.an)[0]


# ---- appeals ----


def test_an_appeal_is_answered_by_somebody_else_within_working_days(
    village: Village, hidden: Comment, hand: Hand
) -> None:
    actions.appeal(village.an, hidden, text="那是我自己的病历")
    todo = Todo.objects.get(closed=None)
    assert (todo.unit_id, str(todo.due)) == (village.thread.unit_id, "2026-03-18")
    for verb in (actions.unhide, actions.uphold):
        with pytest.raises(Refused) as refused:
            verb(village.zhou, hidden, reason="还是我")
        assert refused.value.rule == "conversations.own_decision"
    actions.unhide(village.gu, hidden, reason="是本人")
    hidden.refresh_from_db()
    assert (hidden.state, hidden.answer) == ("shown", "是本人")
    assert open_todos() == []


def test_where_nobody_else_could_answer_the_township_does(village: Village) -> None:
    Post.objects.filter(pk=village.gu.post_id).update(until="2026-03-01")
    said = village.say(village.an, "说一句")
    actions.hide(village.zhou, said, reason="insult", note="x")
    appealed = actions.appeal(village.an, said, text="没有骂人")
    assert open_todos() == [(village.cast["沙溪镇"].pk, "conversations.unhide")]
    with pytest.raises(NotFound):
        actions.uphold(village.tao, appealed, reason="邻镇")
    done = actions.uphold(village.chen, appealed, reason="确实骂人")
    assert done.state == "upheld"
    assert "维持隐藏" in told(village, village.an)[0]
    with pytest.raises(Refused):
        actions.appeal(village.an, appealed, text="再申诉")


def test_only_the_author_appeals_and_only_what_was_hidden(village: Village, hidden: Comment) -> None:
    for who in (village.bai, village.zhou, village.cheng):
        with pytest.raises(NotFound):
            actions.appeal(who, hidden, text="x")
    shown = village.say(village.an, "在")
    with pytest.raises(Refused):
        actions.appeal(village.an, shown, text="x")


def test_a_post_learns_by_its_notices_what_became_of_its_comment(village: Village) -> None:
    said = village.say(village.lu, "镇里答复")
    actions.hide(village.zhou, said, reason="flood", note="发了两遍")
    notice = Notice.objects.filter(unit_id=village.cast["沙溪镇"].pk, verb="conversations.comment").get()
    assert "已隐藏" in str(notice)


# ---- nothing gets out ----


def test_no_page_answer_or_notice_tells_a_hidden_comment(
    village: Village, hidden: Comment, client_for: Any
) -> None:
    village.say(village.an, SECRET + "，加微信看")
    paths = [
        f"/conversations/{village.thread.pk}/",
        f"/conversations/{village.thread.pk}/?order=oldest&size=500",
        f"/conversations/{village.thread.pk}/?under={hidden.pk}",
        f"/conversations/comments/{hidden.pk}/",
        f"/conversations/new/comment?thread={village.thread.pk}&answers={hidden.pk}",
        f"/api/v1/conversations/{village.thread.pk}/comments?size=500",
        f"/api/v1/conversations/{village.thread.pk}/comments?under={hidden.pk}",
        f"/api/v1/conversations/comments/{hidden.pk}",
        "/api/v1/conversations/desk",
        "/conversations/desk/",
        "/conversations/figures/",
        "/notices",
        "/search?q=王家老三的病历",
    ]
    for who in ("wu", "lu", "wang", "min", None):
        client: Client = client_for(getattr(village, who) if who else PUBLIC)
        for path in paths:
            answer = client.get(path)
            assert answer.status_code < 500
            assert "病历" not in answer.content.decode().replace("q=王家老三的病历", "").replace(
                'value="王家老三的病历', ""
            ).replace("“王家老三的病历”", ""), (who, path)
    for event in Event.objects.all():
        assert "病历" not in f"{event.about}{event.url}"
    for entry in Todo.objects.all():
        assert "病历" not in str(entry.about)


def test_the_earlier_words_are_the_auditor_s_alone(village: Village, client_for: Any) -> None:
    said = village.say(village.an, "原来这样说")
    actions.edit(village.an, said, text="后来那样说")
    path = said.get_absolute_url()
    pages = {
        who: client_for(getattr(village, who)).get(path)
        for who in ("shen", "zhou", "gu", "lu", "wang", "wu", "eye", "root")
    }
    assert {a.status_code for a in pages.values()} == {200}
    seen = {who: "原来这样说" in answer.content.decode() for who, answer in pages.items()}
    assert seen == {**dict.fromkeys(seen, False), "shen": True}


# ---- the desk and its figures ----


def test_the_desk_has_what_waits_in_the_own_threads(village: Village, hidden: Comment) -> None:
    village.say(village.an, "快来刷单")
    said = village.say(village.bai, "过分的话")
    actions.report(village.an, said, reason="insult")
    actions.appeal(village.an, hidden, text="是我自己的")
    assert desk.counts(village.gu) == {"": 3, "held": 1, "reported": 1, "appealed": 1, "hidden": 0}
    cases, _, _ = desk.cases(village.gu)
    assert [str(c.why) for c in cases] == ["作者申诉：是我自己的", "里面有“刷单”", "1 人举报"]
    assert desk.counts(village.wu) == dict.fromkeys(desk.SHELVES, 0)
    for who in (village.an, village.min, PUBLIC):
        with pytest.raises(NotFound):
            desk.counts(who)


def test_figures_count_what_became_of_a_year(village: Village, hidden: Comment, hand: Hand) -> None:
    village.say(village.an, "快来刷单")
    again = village.say(village.an, "又一句")
    actions.hide(village.zhou, again, reason="insult", note="x")
    actions.appeal(village.an, again, text="没有")
    actions.unhide(village.gu, again, reason="是没有")
    row = desk.figures(village.zhou, 2026)[0]
    assert (row.comments, row.held, row.hidden, row.appealed, row.restored, row.withdrawn) == (
        4,
        1,
        2,
        1,
        1,
        0,
    )
    assert [r.unit for r in desk.figures(village.lu, 2026)] == ["中荷村"]
    assert desk.figures(village.wu, 2026) == desk.figures(village.zhou, 2025) == []
    assert {k: n for k, n, _ in desk.grounds(village.zhou, 2026) if n} == {"insult": 1, "privacy": 1}
    assert desk.late(village.zhou, 2026) == (2, 0)
    hand.forward(days=3)
    assert desk.late(village.zhou, 2026) == (2, 1)
    with pytest.raises(NotFound):
        desk.figures(village.an, 2026)


def test_an_account_that_left_no_longer_keeps_order(village: Village, hidden: Comment) -> None:
    """The hider's account alone is left active: the appeal goes up."""
    Account.objects.filter(pk=village.gu.account_id).update(is_active=False)
    actions.appeal(village.an, hidden, text="x")
    assert Comment.objects.get(pk=hidden.pk).answerer_id == village.cast["沙溪镇"].pk
