"""The only writers of deliberations: one verb, one function, by step."""

from .closing import close, inquire, rate, reply, tell_raisers
from .editing import edit, merge, publish, withhold
from .forgetting import forget_about
from .meetings import adjourn, call, cancel, hold, invite, put_to_vote, sign_in
from .outcomes import (
    adopt,
    answer_objection,
    decide,
    disagree,
    draft_outcome,
    end,
    object_to,
    record_resolution,
    settle,
    submit,
    uphold,
)
from .overseeing import appoint, check, conclude, draw, reopen, send_back, step_back, volunteer
from .raising import add_words, raise_matter, withdraw
from .referring import hand_back, lift, recall, refer, report_back, take_on
from .registering import enter, give_back, join, pass_on, register, separate
from .screening import accept, decline
from .tasks import accept_task, assign, decline_task, drop_task, finish_task, reassign

__all__ = [
    "accept", "accept_task", "add_words", "adjourn", "adopt", "answer_objection", "appoint", "assign", "call", "cancel", "check",
    "close", "conclude", "decide", "decline", "decline_task", "disagree", "draft_outcome", "draw", "drop_task", "edit", "end",
    "enter", "finish_task", "forget_about", "give_back", "hand_back", "hold", "inquire", "invite", "join", "lift", "merge", "object_to",
    "pass_on", "publish", "put_to_vote", "raise_matter", "rate", "reassign", "recall", "record_resolution", "refer", "register", "reopen",
    "reply", "report_back", "send_back", "separate", "settle", "sign_in", "step_back", "submit", "take_on", "tell_raisers", "uphold",
    "volunteer", "withdraw", "withhold",
]  # fmt: skip
