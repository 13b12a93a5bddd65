"""An account is given up: what was said in public stays without a name, everything else goes."""

from __future__ import annotations

from django.db.models import F, Func, Value

from gongzhi.core.personal import Kept
from gongzhi.core.words import say
from gongzhi.participation.conversations.models import (
    Comment,
    Digest,
    Event,
    Reader,
    Report,
    Subscription,
)
from gongzhi.participation.conversations.queries import of_account


def forget_about(account_id: int) -> list[Kept]:
    """Inside the act that gives an account up. Others have answered the comments: they stay, unnamed."""
    for model in (Subscription, Reader, Digest):
        model.objects.filter(account_id=account_id).delete()
    Report.objects.filter(account_id=account_id).update(note="")
    mine = Comment.objects.filter(account_id=account_id, post_id=None)
    kept = mine.exclude(text="").count()
    mine.update(named=False, appeal="")
    _forget_news(account_id)
    why = say("公开讨论的记录，别人已经看过、回过；不再有称呼（村民委员会组织法第 34 条）")
    return [Kept(str(say("评论 {n} 条", n=kept)), why)] if kept else []


def _forget_news(account_id: int) -> None:
    """News for this account alone go; those for several go on without it."""
    topic = of_account(account_id)
    mine = Event.objects.filter(topics__contains=[topic])
    mine.filter(topics=[topic]).delete()
    mine.update(topics=Func(F("topics"), Value(topic), function="array_remove"))
    Event.objects.filter(by_account_id=account_id).update(by_account_id=None)
