"""The counters of a thread and of a root, kept by whatever changes what is shown, in the same transaction.

The order is always comment, root, thread, so that two acts never wait for each other.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.participation.conversations import rules
from gongzhi.participation.conversations.models import Comment, Thread


def came(comment: Comment, at: datetime) -> None:
    """A new comment is counted, if it is shown; Refused where the thread was closed meanwhile."""
    shown = int(comment.state == rules.SHOWN)
    if comment.root_id and shown:
        Comment.objects.filter(pk=comment.root_id).update(replies=F("replies") + 1)
    rows = Thread.objects.filter(pk=comment.thread_id, state=rules.OPEN)
    more = {"shown": F("shown") + 1, "last_at": at} if shown else {}
    if not rows.update(revision=F("revision") + 1, **more):
        closed()


def moved(comment: Comment, before: str) -> None:
    """A comment stands otherwise than ``before``, or says something else."""
    more = int(comment.state == rules.SHOWN) - int(before == rules.SHOWN)
    if comment.root_id and more:
        Comment.objects.filter(pk=comment.root_id).update(replies=F("replies") + more)
    Thread.objects.filter(pk=comment.thread_id).update(shown=F("shown") + more, revision=F("revision") + 1)


def closed() -> None:
    """Refuse, because nothing more is written here."""
    refuse(say("讨论已经结束，不能再发言"), rule="conversations.closed")
