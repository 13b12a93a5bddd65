"""The decisions of this room. Pure: no Django, no database, no clock."""

from __future__ import annotations

from gongzhi.participation.conversations.rules.digest import LINES, MOST, digest
from gongzhi.participation.conversations.rules.flow import (
    APPEALED,
    CLOSED,
    FLOW,
    HELD,
    HIDDEN,
    MODERATORS,
    OPEN,
    PARAMETERS,
    RIGHTS,
    SHOWN,
    SPEAKERS,
    THREAD_STATES,
    UPHELD,
    WITHDRAWN,
    check_answerer,
)
from gongzhi.participation.conversations.rules.holding import CITIZEN_ID, PHONE, Held, HoldWords
from gongzhi.participation.conversations.rules.reasons import APPEAL, LABELS, REASONS, REPORT, Reason
from gongzhi.participation.conversations.rules.topics import CATEGORIES

__all__ = [
    "APPEAL",
    "APPEALED",
    "CATEGORIES",
    "CITIZEN_ID",
    "CLOSED",
    "FLOW",
    "HELD",
    "HIDDEN",
    "LABELS",
    "LINES",
    "MODERATORS",
    "MOST",
    "OPEN",
    "PARAMETERS",
    "PHONE",
    "REASONS",
    "REPORT",
    "RIGHTS",
    "SHOWN",
    "SPEAKERS",
    "THREAD_STATES",
    "UPHELD",
    "WITHDRAWN",
    "Held",
    "HoldWords",
    "Reason",
    "check_answerer",
    "digest",
]
