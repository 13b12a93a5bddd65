"""The room's verbs: the only code that writes its facts."""

from . import turns
from .campaigns import close, enrol, open_year, pair, pass_on, pass_on_due, remind, remind_due
from .complaints import answer, complain, take_up, withdraw
from .reporting import begin, begin_due, keep_report, report
from .results import conclude, mend, publish, require, settle, tail_of, verify
from .scoring import keep, lapse, submit
from .talks import accept, countersign, dispute, meet, object_to, recheck, witness

__all__ = [
    "accept",
    "answer",
    "begin",
    "begin_due",
    "close",
    "complain",
    "conclude",
    "countersign",
    "dispute",
    "enrol",
    "keep",
    "keep_report",
    "lapse",
    "meet",
    "mend",
    "object_to",
    "open_year",
    "pair",
    "pass_on",
    "pass_on_due",
    "publish",
    "recheck",
    "remind",
    "remind_due",
    "report",
    "require",
    "settle",
    "submit",
    "tail_of",
    "take_up",
    "turns",
    "verify",
    "withdraw",
    "witness",
]
