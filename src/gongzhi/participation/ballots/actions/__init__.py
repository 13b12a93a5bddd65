"""The only writers of ballots. Other rooms call :func:`open_ballot` inside their own acts."""

from .counting import count, drop_batch, enter, recount
from .forgetting import forget_about
from .opening import cancel, extend, follow_thing, open, open_ballot, run_off
from .voting import close, close_due, hand_out, on_paper, take_back, vote

__all__ = [
    "cancel",
    "close",
    "close_due",
    "count",
    "drop_batch",
    "enter",
    "extend",
    "follow_thing",
    "forget_about",
    "hand_out",
    "on_paper",
    "open",
    "open_ballot",
    "recount",
    "run_off",
    "take_back",
    "vote",
]
