"""The pages of conversations, by noun."""

from gongzhi.participation.conversations.pages.following import (
    digest,
    news,
    subscriptions,
    to_digest,
    to_list,
    unsubscribe,
)
from gongzhi.participation.conversations.pages.moderation import desk, figures
from gongzhi.participation.conversations.pages.threads import comment, saying, thread

__all__ = [
    "comment", "desk", "digest", "figures", "news", "saying", "subscriptions", "thread", "to_digest", "to_list", "unsubscribe",
]  # fmt: skip
