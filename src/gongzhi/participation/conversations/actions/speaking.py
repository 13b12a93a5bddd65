"""What an author does: comments and replies, edits for a while, takes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any

from django.db import connection

from gongzhi.core import clock, dated, roles, todo
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import NotFound, refuse
from gongzhi.core.words import say
from gongzhi.participation.conversations import queries, rules
from gongzhi.participation.conversations.actions import counting, telling
from gongzhi.participation.conversations.models import Comment, CommentVersion, Thread
from gongzhi.registers.residents import queries as residents

Text = Annotated[
    str, Ask(say("想说的话"), help=say("请就事论事，不要写别人的姓名、电话、住址"), max=2000, rows=4)
]
OnBehalf = Annotated[
    int | None, Ask(say("替哪位居民"), help=say("由社区工作者代办时填"), min=1, pick="residents.helped")
]


@action(
    "conversations.comment",
    label=say("发表评论"),
    effects=say("马上对看得到这个讨论的人显示；有先核对的词的，等社区看过再显示。"),
    keeps_todo=True,
)
def comment(
    actor: Actor,
    *,
    thread: Annotated[int, Ask(say("讨论的编号"), min=1)],
    text: Text,
    answers: Annotated[int | None, Ask(say("回复哪一条"), min=1)] = None,
    unnamed: Annotated[bool, Ask(say("不显示我的昵称"), help=say("显示为“居民”"))] = False,
    on_behalf: OnBehalf = None,
) -> Made[Comment]:
    """Say something in a thread, or reply to a comment in it."""
    assert actor.account_id is not None
    found = queries.visible(actor, thread)
    if not found.is_open:
        counting.closed()
    said = _checked(text)
    resident = actor.role == roles.RESIDENT or on_behalf is not None
    account_id = residents.on_behalf(actor, on_behalf) if resident else actor.account_id
    _check_pace(account_id)
    answered = _answered(found, answers)
    held = hold_words().find(said)
    made = Comment(
        thread=found,
        root_id=(answered.root_id or answered.pk) if answered else None,
        answers=answered,
        account_id=account_id,
        post_id=None if resident else actor.post_id,
        role=roles.RESIDENT if resident else actor.role,
        unit_name="" if resident else actor.unit_name,
        named=not (resident and unnamed),
        helper_id=None if account_id == actor.account_id else actor.account_id,
        text=said,
        state=rules.HELD if held else rules.SHOWN,
        held_for=held.reason if held else "",
        held_word=held.word if held else "",
    )
    made.save(force_insert=True)
    counting.came(made, made.created_at)
    if held:
        todo.follow(made)
    else:
        telling.of_comment(actor, made, found, answered)
    return Made(made, thread=found.pk, held=made.held_for, on_behalf=on_behalf)


def _checked(text: str) -> str:
    said = text.replace("\0", "").strip()
    most = int(dated.value("conversations.comment_length"))
    if not said:
        refuse(say("请写下想说的话"), rule="conversations.empty", field="text")
    if len(said) > most:
        refuse(say("一条评论最多 {n} 字", n=most), rule="conversations.length", field="text")
    return said


def _check_pace(account_id: int) -> None:
    """So many an hour, counted one after the other for each account."""
    most = int(dated.value("conversations.comments_per_hour"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(7201, (%s %% 2147483647)::int), (SELECT count(*) FROM"
            " (SELECT 1 FROM conversations_comment WHERE account_id = %s AND created_at > %s LIMIT %s) AS lately)",
            [account_id, account_id, clock.now() - timedelta(hours=1), most],
        )
        alone, lately = cursor.fetchone()
    if not alone:
        refuse(say("您刚才那一条还在提交，请稍候"), rule="conversations.at_once")
    if lately >= most:
        refuse(
            say("您这一小时已经发表 {n} 条，请过一会儿再说", n=most),
            rule="conversations.pace",
            source=say("本县讨论规则"),
        )


def _answered(thread: Thread, pk: int | None) -> Comment | None:
    if pk is None:
        return None
    found: Comment | None = Comment.objects.filter(pk=pk, thread=thread, state=rules.SHOWN).first()
    if found is None:
        refuse(
            say("要回复的那条评论已经不在了"),
            rule="conversations.answered",
            field="answers",
            way_out=thread.get_absolute_url(),
        )
    return found


_ready: tuple[Any, rules.HoldWords] | None = None


def hold_words() -> rules.HoldWords:
    """The list in force today, made ready once for as long as it lasts."""
    global _ready
    listed: Mapping[str, list[str]] = dated.value("conversations.hold_words")
    if _ready is None or _ready[0] is not listed:
        _ready = (listed, rules.HoldWords(listed))
    return _ready[1]


def still_helps(actor: Actor, comment: Comment) -> None:
    """Who wrote a comment down for a resident acts on it for as long as the resident wants that help."""
    if comment.account_id == actor.account_id:
        return
    try:
        residents.on_behalf(actor, comment.account_id)
    except NotFound:
        refuse(say("这位居民已经不由本村（社区）代办"), rule="conversations.helped_no_more")


def _may_edit(actor: Actor, comment: Comment) -> None:
    """Shown comments for some minutes; held ones until somebody has looked at them."""
    still_helps(actor, comment)
    if comment.state not in (rules.SHOWN, rules.HELD):
        refuse(
            say("现在是“{state}”，不能修改", state=comment.state_label),
            rule="conversations.edit_state",
        )
    minutes = int(dated.value("conversations.edit_minutes"))
    if comment.state == rules.SHOWN and clock.now() > comment.created_at + timedelta(minutes=minutes):
        refuse(
            say("发表超过 {n} 分钟，不能再改；可以撤回，或者再发一条", n=minutes),
            rule="conversations.edit_late",
            source=say("本县讨论规则"),
        )
    if not comment.thread.is_open:
        counting.closed()


@action("conversations.edit", on=Comment, label=say("修改"), check=_may_edit)
def edit(actor: Actor, comment: Comment, *, text: Text) -> dict[str, Any]:
    """Say it otherwise; what was said before is kept for the auditor."""
    said, before = _checked(text), comment.state
    held = hold_words().find(said)
    CommentVersion.objects.create(comment=comment, text=comment.text, verb="edit")
    comment.text, comment.edited_at = said, clock.now()
    comment.state = rules.HELD if held else rules.SHOWN
    comment.held_for, comment.held_word = (held.reason, held.word) if held else ("", "")
    comment.save()
    counting.moved(comment, before)
    return {"held": comment.held_for}


@action(
    "conversations.withdraw",
    on=Comment,
    label=say("撤回"),
    check=still_helps,
    effects=say("别人看不到这条评论了。下面有回复的，原处写明“作者撤回了这条评论”。"),
    irreversible=True,
)
def withdraw(actor: Actor, comment: Comment) -> dict[str, Any]:
    """Take a comment back. Its words stay with the auditor alone."""
    before = comment.state
    CommentVersion.objects.create(comment=comment, text=comment.text, verb="withdraw")
    comment.text = ""
    comment.state = rules.FLOW.step(comment.state, "withdraw")
    comment.reports = 0
    comment.save()
    comment.reported.filter(outcome="").update(outcome="withdrawn")
    todo.close(comment, key="report")
    counting.moved(comment, before)
    return {}
