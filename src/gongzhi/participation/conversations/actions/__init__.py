"""The only writers of conversations. Other rooms call the plain functions inside their own acts."""

from gongzhi.participation.conversations.actions.following import (
    follow,
    mark_seen,
    pause_digest,
    reader_of,
    resume_digest,
    subscribe_account,
    unfollow,
    unsubscribe,
)
from gongzhi.participation.conversations.actions.forgetting import forget_about
from gongzhi.participation.conversations.actions.moderating import (
    appeal,
    hide,
    keep,
    release,
    report,
    unhide,
    uphold,
)
from gongzhi.participation.conversations.actions.speaking import comment, edit, withdraw
from gongzhi.participation.conversations.actions.telling import retitle, tell, withhold
from gongzhi.participation.conversations.actions.threads import (
    close_thread,
    open_thread,
    rename_thread,
    set_unnamed,
)

__all__ = [
    "appeal", "close_thread", "comment", "edit", "follow", "forget_about", "hide", "keep", "mark_seen", "open_thread", "pause_digest",
    "reader_of", "release", "rename_thread", "report", "resume_digest", "retitle", "set_unnamed", "subscribe_account", "tell",
    "unfollow", "unhide", "unsubscribe", "uphold", "withdraw", "withhold",
]  # fmt: skip
