"""What this room holds about a resident: for the resident to see and to take along."""

from __future__ import annotations

from django.utils.timezone import localtime

from gongzhi.core.personal import Held
from gongzhi.core.words import Words, say
from gongzhi.participation.conversations import rules
from gongzhi.participation.conversations.models import (
    Comment,
    CommentVersion,
    Digest,
    Event,
    Reader,
    Report,
    Subscription,
)
from gongzhi.participation.conversations.queries.news import FOLLOWED, of_account


def held_about(account_id: int) -> list[Held]:
    """Everything this room keeps about an account, newest first. Seven queries."""
    return [
        _comments(account_id),
        _earlier(account_id),
        _reports(account_id),
        _subscriptions(account_id),
        _digests(account_id),
        _news(account_id),
    ]


def _comments(account_id: int) -> Held:
    rows = Comment.objects.filter(account_id=account_id, post_id=None).select_related("thread")
    return Held(
        "comments",
        say("您的评论"),
        say("公开讨论的记录，保存到注销；注销后原话留在讨论里，不再有您的称呼"),
        {
            "about": say("在哪里"),
            "text": say("说了什么"),
            "state": say("状态"),
            "at": say("时间"),
            "edited": say("改过"),
            "named": say("显示称呼"),
            "helped": say("由工作人员代办"),
            "reason": say("隐藏的原因"),
            "appeal": say("您的申诉"),
            "answer": say("答复"),
        },
        [
            {
                "about": c.thread.about,
                "text": c.text,
                "state": str(c.state_label),
                "at": f"{localtime(c.created_at):%Y-%m-%d %H:%M}",
                "edited": c.edited_at is not None,
                "named": c.named,
                "helped": c.helper_id is not None,
                "reason": str(rules.REASONS[c.hide_reason].label) if c.hide_reason else "",
                "appeal": c.appeal,
                "answer": c.answer,
            }
            for c in rows.order_by("-pk")
        ],
    )


def _earlier(account_id: int) -> Held:
    rows = CommentVersion.objects.filter(comment__account_id=account_id, comment__post_id=None)
    return Held(
        "earlier_comments",
        say("评论改动、撤回前的原话"),
        say("依法留存，只有审计岗看得到；注销后认不出是您"),
        {"about": say("在哪里"), "text": say("原话"), "at": say("改动时间")},
        [
            {"about": v.comment.thread.about, "text": v.text, "at": f"{localtime(v.at):%Y-%m-%d %H:%M}"}
            for v in rows.select_related("comment__thread").order_by("-pk")
        ],
    )


def _reports(account_id: int) -> Held:
    rows = Report.objects.filter(account_id=account_id)
    return Held(
        "reports",
        say("您的举报"),
        say("核对和答复举报用，只有社区和审计岗看得到；注销时删除说明，认不出是您"),
        {"number": say("评论编号"), "reason": say("理由"), "note": say("说明"), "at": say("时间")},
        [
            {
                "number": r.comment_id,
                "reason": str(rules.REASONS[r.reason].label),
                "note": r.note,
                "at": f"{localtime(r.at):%Y-%m-%d %H:%M}",
            }
            for r in rows.order_by("-pk")
        ],
    )


def _subscriptions(account_id: int) -> Held:
    rows = Subscription.objects.filter(account_id=account_id)
    return Held(
        "subscriptions",
        say("您的关注"),
        say("依据您的选择，随时可以取消；注销时删除"),
        {"sort": say("关注什么"), "about": say("哪一个"), "active": say("还在关注")},
        [
            {"sort": str(FOLLOWED[s.sort]), "about": str(Words(s.about)), "active": s.active}
            for s in rows.order_by("-pk")
        ],
    )


def _digests(account_id: int) -> Held:
    wants = Reader.objects.filter(account_id=account_id).values_list("wants_digest", flat=True).first()
    rows = Digest.objects.filter(account_id=account_id)
    return Held(
        "digests",
        say("发给您的每日摘要"),
        say(
            "证明发过、不重复发；注销时删除。现在{wanted}",
            wanted=say("发") if wants is not False else say("不发"),
        ),
        {"day": say("日期"), "lines": say("几条"), "sent": say("发出")},
        [
            {"day": d.day.isoformat(), "lines": d.lines, "sent": d.state == "sent"}
            for d in rows.order_by("-day")
        ],
    )


def _news(account_id: int) -> Held:
    rows = Event.objects.filter(topics__contains=[of_account(account_id)])
    return Held(
        "news",
        say("单独告诉您的消息"),
        say("告知办理进展；注销时删除"),
        {"about": say("内容"), "at": say("时间")},
        [
            {"about": str(Words.from_json(e.about)), "at": f"{localtime(e.at):%Y-%m-%d %H:%M}"}
            for e in rows.order_by("-pk")
        ],
    )
