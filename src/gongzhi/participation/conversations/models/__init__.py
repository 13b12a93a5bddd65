"""The facts of this room."""

from gongzhi.participation.conversations.models.comments import Comment, CommentVersion, Report, either
from gongzhi.participation.conversations.models.subscriptions import (
    Digest,
    Event,
    Reader,
    Subscription,
)
from gongzhi.participation.conversations.models.threads import Thread

__all__ = [
    "Comment",
    "CommentVersion",
    "Digest",
    "Event",
    "Reader",
    "Report",
    "Subscription",
    "Thread",
    "either",
]
