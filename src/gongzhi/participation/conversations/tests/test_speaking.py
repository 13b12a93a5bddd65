"""Comments and replies: who may say what where, what stops them, what becomes of the words."""

from __future__ import annotations

import pytest

from gongzhi.core.clock import Hand
from gongzhi.core.journal import JournalEntry
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.core.todo import Todo
from gongzhi.participation.conversations import actions, queries
from gongzhi.participation.conversations.models import Comment, CommentVersion, Thread
from gongzhi.participation.conversations.tests.conftest import Village

ALL = queries.Cut()


def texts(village: Village, who: object, thread: Thread | None = None) -> list[str]:
    """What somebody reads, roots newest first, each followed by its replies."""
    found = queries.visible(who, (thread or village.thread).pk)  # type: ignore[arg-type]
    rows = queries.comments(who, found, ALL).rows  # type: ignore[arg-type]
    return [text for row in rows for text in (row.text, *(r.text for r in row.replies))]


def rule(error: pytest.ExceptionInfo[Refused]) -> str:
    return error.value.rule


def test_a_comment_is_read_at_once_and_counted(village: Village) -> None:
    village.say(village.an, "路灯太暗了")
    village.say(village.bai, "同意")
    assert texts(village, village.cheng) == ["同意", "路灯太暗了"]
    village.thread.refresh_from_db()
    assert (village.thread.shown, village.thread.revision) == (2, 2)
    assert queries.counts_of("places.place", [village.thread.thing_id]) == {village.thread.thing_id: 2}


def test_replies_stand_under_their_root_and_deeper_ones_say_whom_they_answer(village: Village) -> None:
    root = village.say(village.an, "路灯太暗了")
    first = village.say(village.zhou, "下周来看", answers=root.pk)
    second = village.say(village.bai, "谢谢", answers=first.pk)
    assert (second.root_id, second.answers_id) == (root.pk, first.pk)
    page = queries.comments(village.an, queries.visible(village.an, village.thread.pk), ALL)
    row = page.rows[0]
    assert [(str(r.who), r.side, str(r.to)) for r in row.replies] == [
        ("中荷村 主任", "b", ""),
        ("居民4858", "", "中荷村 主任"),
    ]
    root.refresh_from_db()
    assert root.replies == 2


def test_more_than_the_first_replies_have_a_page_of_their_own(village: Village) -> None:
    root = village.say(village.an, "开头")
    for n in range(5):
        village.say(village.bai, f"回{n}", answers=root.pk)
    thread = queries.visible(village.an, village.thread.pk)
    row = queries.comments(village.an, thread, ALL).rows[0]
    assert ([r.text for r in row.replies], row.more) == (["回0", "回1", "回2"], 2)
    under = queries.comments(village.an, thread, queries.Cut(under=root.pk, size=4))
    rest = queries.comments(village.an, thread, queries.Cut(under=root.pk, size=4, after=under.next))
    assert [r.text for r in [*under.rows, *rest.rows]] == [f"回{n}" for n in range(5)]


def test_a_community_s_own_thread_is_read_and_joined_by_its_residents_alone(village: Village) -> None:
    own = village.closed_to_others
    village.say(village.an, "只给本村看", own)
    assert texts(village, village.bai, own) == ["只给本村看"]
    assert texts(village, village.lu, own) == ["只给本村看"]  # the township above
    for outsider in (village.cheng, village.ding, village.wu, village.sun):
        with pytest.raises(NotFound):
            queries.visible(outsider, own.pk)
        with pytest.raises(NotFound):
            village.say(outsider, "我也说", own)


def test_nothing_is_said_in_a_closed_thread(village: Village) -> None:
    root = village.say(village.an, "先说一句")
    actions.close_thread(village.places["中荷村"])
    with pytest.raises(Refused) as refused:
        village.say(village.bai, "晚了")
    assert rule(refused) == "conversations.closed"
    with pytest.raises(Refused) as late:
        actions.edit(village.an, root, text="改一句")
    assert rule(late) == "conversations.closed"
    again = actions.open_thread(village.places["中荷村"], village.thread.unit_id, public=True)
    assert (again.pk, again.is_open) == (village.thread.pk, True)
    village.say(village.bai, "又能说了")


def test_so_many_an_hour(village: Village, hand: Hand) -> None:
    for n in range(20):
        village.say(village.an, f"第 {n} 句")
    with pytest.raises(Refused) as refused:
        village.say(village.an, "第 20 句")
    assert rule(refused) == "conversations.pace"
    village.say(village.bai, "别人照样能说")
    hand.forward(minutes=61)
    village.say(village.an, "过了一小时")


@pytest.mark.parametrize("text", ["", "  \n ", "长" * 1001])
def test_words_that_are_none_or_too_many(village: Village, text: str) -> None:
    with pytest.raises(Refused):
        village.say(village.an, text)


def test_what_is_answered_must_be_there(village: Village) -> None:
    elsewhere = village.say(village.an, "别处的话", village.closed_to_others)
    for answers in (elsewhere.pk, 10**9):
        with pytest.raises(Refused) as refused:
            village.say(village.bai, "回复", answers=answers)
        assert rule(refused) == "conversations.answered"


# ---- held ----


def test_a_hold_word_keeps_a_comment_back_until_the_committee_has_looked(village: Village) -> None:
    held = village.say(village.an, "找我加 微-信，价格好说")
    assert (held.state, held.held_for, held.held_word) == ("held", "advert", "加微信")
    assert texts(village, village.bai) == texts(village, village.an) == []
    thread = queries.visible(village.an, village.thread.pk)
    assert thread.shown == 0
    assert [c.pk for c in queries.waiting(village.an, thread)] == [held.pk]
    assert queries.waiting(village.bai, thread) == []
    todo = Todo.objects.get(closed=None)
    assert (todo.unit_id, todo.verb) == (thread.unit_id, "conversations.release")
    actions.release(village.gu, held)
    assert texts(village, village.bai) == ["找我加 微-信，价格好说"]
    assert not Todo.objects.filter(closed=None).exists()
    assert "已经显示" in str(queries.news(village.an).rows[0].about)


def test_an_author_may_mend_a_held_comment(village: Village) -> None:
    held = village.say(village.an, "电话 13812345678 找我")
    assert held.held_for == "privacy"
    actions.edit(village.an, held, text="在村口等我")
    assert texts(village, village.bai) == ["在村口等我"]
    assert not Todo.objects.filter(closed=None).exists()


# ---- edited, taken back ----


def test_an_edit_within_the_minutes_keeps_what_was_said_for_the_auditor(village: Village, hand: Hand) -> None:
    said = village.say(village.an, "写错子了")
    hand.forward(minutes=14)
    actions.edit(village.an, said, text="写错字了")
    assert texts(village, village.bai) == ["写错字了"]
    assert [v.text for v in CommentVersion.objects.all()] == ["写错子了"]
    hand.forward(minutes=2)
    with pytest.raises(Refused) as refused:
        actions.edit(village.an, said, text="再改")
    assert rule(refused) == "conversations.edit_late"


def test_an_edit_cannot_bring_in_what_a_comment_may_not_say(village: Village) -> None:
    root = village.say(village.an, "好话")
    village.say(village.bai, "回一句", answers=root.pk)
    edited = actions.edit(village.an, root, text="快来刷单")
    assert edited.state == "held"
    assert texts(village, village.cheng) == ["", "回一句"]
    village.thread.refresh_from_db()
    assert village.thread.shown == 1


def test_taken_back_by_the_author_alone(village: Village) -> None:
    root = village.say(village.an, "我收回")
    reply = village.say(village.bai, "别收", answers=root.pk)
    for other in (village.bai, village.cheng, village.zhou):
        with pytest.raises(NotFound):
            actions.withdraw(other, root)
        with pytest.raises(NotFound):
            actions.edit(other, root, text="改别人的")
    actions.withdraw(village.an, root)
    page = queries.comments(village.cheng, queries.visible(village.cheng, village.thread.pk), ALL)
    assert (page.rows[0].text, str(page.rows[0].gone)) == ("", "作者撤回了这条评论")
    actions.withdraw(village.bai, reply)
    assert texts(village, village.cheng) == []
    village.thread.refresh_from_db()
    root.refresh_from_db()
    assert (village.thread.shown, root.replies, root.text) == (0, 0, "")


def test_the_journal_has_the_act_and_not_the_words(village: Village) -> None:
    said = village.say(village.an, "这句话不进记录")
    actions.edit(village.an, said, text="改过的也不进")
    actions.withdraw(village.an, said)
    entries = JournalEntry.objects.filter(thing_type="conversations.comment")
    assert [e.verb.split(".")[1] for e in entries.order_by("id")] == ["comment", "edit", "withdraw"]
    for entry in entries:
        assert "不进" not in str(entry.facts)
        assert "安宁" not in f"{entry.facts}{entry.actor_name}{entry.label}"


# ---- names ----


def test_a_resident_may_speak_without_the_nickname_and_staff_speak_for_their_post(village: Village) -> None:
    village.say(village.an, "一", unnamed=True)
    village.say(village.lu, "二", unnamed=True)
    village.say(village.min, "三")
    rows = queries.comments(village.bai, queries.visible(village.bai, village.thread.pk), ALL).rows
    assert [(str(r.who), r.side) for r in rows] == [
        ("民政局 部门经办岗", "a"),
        ("沙溪镇 社会治理岗", "a"),
        ("居民", ""),
    ]


def test_the_unnamed_raiser_is_known_to_the_committee_alone(village: Village) -> None:
    actions.set_unnamed(village.places["中荷村"], [village.an.account_id])
    said = village.say(village.an, "是我提的")
    village.say(village.bai, "一")
    village.say(village.cheng, "回", answers=village.say(village.an, "我再说", answers=said.pk).pk)
    seen = {}
    for name in ("bai", "cheng", "zhou", "gu", "wu", "lu", "wang", "shen"):
        actor = getattr(village, name)
        rows = queries.comments(actor, queries.visible(actor, village.thread.pk), ALL).rows
        root = next(r for r in rows if r.id == said.pk)
        seen[name] = (str(root.who), str(root.replies[1].to))
    raiser, nobody = ("提出人（不公开）",) * 2, ("居民",) * 2
    assert seen == {
        "zhou": raiser, "gu": raiser,
        "bai": nobody, "cheng": nobody, "wu": nobody, "lu": nobody, "wang": nobody, "shen": nobody,
    }  # fmt: skip


def test_comments_are_never_found_without_a_thread_in_view(village: Village) -> None:
    said = village.say(village.an, "只给本村看", village.closed_to_others)
    visible = {
        who: Comment.objects.visible_to(getattr(village, who), Comment.VIEW).filter(pk=said.pk).exists()
        for who in ("an", "bai", "cheng", "ding", "zhou", "lu", "wu", "min", "shen")
    }
    assert visible == {
        "an": True, "bai": True, "cheng": False, "ding": False, "zhou": True, "lu": True, "wu": False, "min": False,
        "shen": True,
    }  # fmt: skip
