"""Keeping order: reports, looking at what was held, hiding with a reason, appeals answered by somebody else."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gongzhi.core import calendar, clock, dated, todo
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Post
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import NotFound, Problem, refuse
from gongzhi.core.units import Unit
from gongzhi.core.words import say
from gongzhi.participation.conversations import rules
from gongzhi.participation.conversations.actions import counting, telling
from gongzhi.participation.conversations.actions.speaking import still_helps
from gongzhi.participation.conversations.models import Comment, Report
from gongzhi.registers.once import once

TWICE = Problem(say("这条评论您已经举报过，正等处理"), "conversations.reported_once", rules.REPORT.source)
Ground = Annotated[str, Ask(say("理由"), choices=rules.LABELS)]
Why = Annotated[str, Ask(say("说明"), max=500, rows=3)]


def _due(key: str) -> date:
    return calendar.due(clock.today(), int(dated.value(key)))


def _may_report(actor: Actor, comment: Comment) -> None:
    """What one does not see is not there; one's own is taken back instead."""
    seen = Comment.objects.visible_to(actor, Comment.VIEW).filter(pk=comment.pk, state=rules.SHOWN)
    if not seen.exists():
        raise NotFound("conversations.report")
    if comment.account_id == actor.account_id:
        refuse(
            say("这是您自己的评论，可以直接撤回"),
            rule="conversations.own_report",
            way_out=f"{comment.get_absolute_url()}withdraw",
        )


@action(
    "conversations.report",
    on=Comment,
    label=say("举报"),
    check=_may_report,
    effects=say("由管理这个讨论的村（居）委会或者镇（街道）核对。对方不知道是谁举报的。"),
    offered=False,
    secret=True,
)
def report(actor: Actor, comment: Comment, *, reason: Ground, note: Why = "") -> dict[str, Any]:
    """Say that a comment is against the rules; each account once."""
    assert actor.account_id is not None
    with once(TWICE):
        Report.objects.create(comment=comment, account_id=actor.account_id, reason=reason, note=note)
    comment.reports += 1
    comment.save(update_fields=["reports"])
    todo.open(
        comment,
        key="report",
        unit_id=comment.thread.unit_id,
        verb="conversations.keep",
        about=say("核对被举报的评论：{what}", what=comment.thread.about),
        due=_due("conversations.days_to_answer_report"),
        url=comment.get_absolute_url(),
    )
    return {"ground": reason}


def _settled(comment: Comment, outcome: str) -> None:
    """The reports that waited are answered."""
    comment.reported.filter(outcome="").update(outcome=outcome)
    comment.reports = 0
    todo.close(comment, key="report")


@action("conversations.release", on=Comment, label=say("可以显示"), main=True)
def release(actor: Actor, comment: Comment) -> dict[str, Any]:
    """A held comment is in order."""
    before = comment.state
    comment.state = rules.FLOW.step(before, "release", "moderators")
    comment.save()
    counting.moved(comment, before)
    telling.to_author(comment, say("您在“{what}”里的评论已经显示", what=comment.thread.about))
    return {}


def _was_reported(actor: Actor, comment: Comment) -> None:
    if not comment.reports:
        refuse(say("没有等处理的举报"), rule="conversations.keep.flow")


@action("conversations.keep", on=Comment, label=say("举报不成立，保留"), check=_was_reported, keeps_todo=True)
def keep(actor: Actor, comment: Comment) -> dict[str, Any]:
    """The comment stays; its reports are answered."""
    _settled(comment, "kept")
    comment.save()
    return {}


@action(
    "conversations.hide",
    on=Comment,
    label=say("隐藏"),
    effects=(
        say("别人看不到这条评论了；作者会知道理由和依据，可以申诉，由另一人答复。"),
        say("对村（居）委会、政府的批评和建议，不是隐藏的理由（宪法第 41 条）。"),
    ),
)
def hide(actor: Actor, comment: Comment, *, reason: Ground, note: Why) -> dict[str, Any]:
    """Hide a comment for a reason of the closed list; its author is told which, and may appeal."""
    before = comment.state
    comment.state = rules.FLOW.step(before, "hide", "moderators")
    comment.hide_reason, comment.hide_note = reason, note
    comment.hidden_by, comment.hidden_at = actor.account_id, clock.now()
    _settled(comment, "hidden")
    comment.save()
    counting.moved(comment, before)
    ground = rules.REASONS[reason]
    telling.to_author(
        comment,
        say(
            "您在“{what}”里的评论已隐藏：{reason}（{basis}）。不同意可以申诉",
            what=comment.thread.about,
            reason=ground.label,
            basis=ground.source,
        ),
    )
    return {"ground": reason}


@action(
    "conversations.appeal",
    on=Comment,
    label=say("申诉"),
    main=True,
    check=still_helps,
    effects=say("由不是隐藏它的另一人在期限内答复。"),
)
def appeal(
    actor: Actor, comment: Comment, *, text: Annotated[str, Ask(say("为什么不该隐藏"), max=1000, rows=4)]
) -> dict[str, Any]:
    """The author does not agree; somebody other than the hider looks again."""
    comment.state = rules.FLOW.step(comment.state, "appeal")
    comment.appeal = text
    comment.answerer_id = _answerer(comment)
    comment.save()
    return {}


def _answerer(comment: Comment) -> int:
    """The thread's own unit, or the one above where nobody else there could answer."""
    unit = Unit.objects.get(pk=comment.thread.unit_id)
    today = clock.today()
    held = Post.objects.filter(
        unit=unit, role__in=rules.MODERATORS, since__lte=today, account__is_active=True
    )
    others = held.exclude(account_id=comment.hidden_by or 0).exclude(until__lt=today)
    if unit.parent_id is None or others.exists():
        return unit.pk
    return unit.parent_id


def _another(actor: Actor, comment: Comment) -> None:
    if comment.state == rules.APPEALED:
        rules.check_answerer(comment.hidden_by, actor.account_id)


@action("conversations.unhide", on=Comment, label=say("恢复显示"), main=True, check=_another)
def unhide(actor: Actor, comment: Comment, *, reason: Why) -> dict[str, Any]:
    """Show a hidden comment again: the appeal was right, or the hider sees his mistake."""
    before = comment.state
    comment.state = rules.FLOW.step(before, "unhide", comment.side_of(actor))
    comment.answer = reason
    comment.save()
    counting.moved(comment, before)
    telling.to_author(comment, say("您在“{what}”里的评论已恢复显示", what=comment.thread.about))
    return {"reason": reason}


@action("conversations.uphold", on=Comment, label=say("维持隐藏"), check=_another)
def uphold(actor: Actor, comment: Comment, *, reason: Why) -> dict[str, Any]:
    """The appeal is not followed, and why."""
    comment.state = rules.FLOW.step(comment.state, "uphold", comment.side_of(actor))
    comment.answer = reason
    comment.save()
    telling.to_author(comment, say("您在“{what}”里的申诉已答复：维持隐藏", what=comment.thread.about))
    return {"reason": reason}


__all__ = ["appeal", "hide", "keep", "release", "report", "unhide", "uphold"]
