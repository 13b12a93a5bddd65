"""The paper of this room: what an author is owed when a comment was hidden."""

from __future__ import annotations

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.papers import Doc, Facts, Paper
from gongzhi.core.words import say
from gongzhi.participation.conversations import rules
from gongzhi.participation.conversations.models import Comment

APPEALS = {
    rules.HIDDEN: "可以申诉，由另一人答复",
    rules.APPEALED: "已申诉，等答复",
    rules.UPHELD: "已申诉，维持隐藏",
}


def decision(actor: Actor, comment: Comment) -> Doc:
    """评论处理告知书."""
    ground = rules.REASONS[comment.hide_reason]
    facts = [
        ("讨论", comment.thread.about),
        ("评论", f"第 {comment.pk} 号"),
        ("处理", "隐藏"),
        ("理由", str(ground.label)),
        ("依据", str(ground.source)),
        ("说明", comment.hide_note or "—"),
        ("申诉", APPEALS[comment.state]),
        ("答复", comment.answer or "—"),
    ]
    unit = comment.thread.unit
    return Doc("评论处理告知书", issuer=unit.name, date=clock.today(), blocks=[Facts(facts)])


PAPERS = {
    "decision": Paper(
        say("评论处理告知书"),
        build=decision,
        on=Comment,
        personal=True,
        when=lambda actor, c: c.state in APPEALS,
    )
}
