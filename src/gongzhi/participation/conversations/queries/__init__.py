"""Reads of conversations: the actor first, always scoped."""

from gongzhi.participation.conversations.queries.held import held_about
from gongzhi.participation.conversations.queries.news import (
    FOLLOWED,
    News,
    follows,
    line_of,
    news,
    of_account,
    of_thing,
    subscriptions,
    unread,
)
from gongzhi.participation.conversations.queries.panel import Panel, panel
from gongzhi.participation.conversations.queries.threads import (
    Cut,
    Said,
    SaidPage,
    comments,
    counts_of,
    mine_or_moderated,
    one,
    thread_of,
    visible,
    waiting,
)

__all__ = [
    "FOLLOWED", "Cut", "News", "Panel", "Said", "SaidPage", "comments", "counts_of", "follows", "held_about", "line_of", "mine_or_moderated", "news",
    "of_account", "of_thing", "one", "panel", "subscriptions", "thread_of", "unread", "visible", "waiting",
]  # fmt: skip
