"""Everything that changes a poll; this page gathers what other rooms call."""

from .checking import check, proves
from .drawing import due_polls, redraw
from .forgetting import forget_about
from .keeping import adjust, approve, close, close_due, hide, merge, restore
from .opening import close_poll, follow_thing, open_poll
from .speaking import propose, vote

__all__ = [
    "adjust",
    "approve",
    "check",
    "close",
    "close_due",
    "close_poll",
    "due_polls",
    "follow_thing",
    "forget_about",
    "hide",
    "merge",
    "open_poll",
    "propose",
    "proves",
    "redraw",
    "restore",
    "vote",
]
