"""Every model of the ground floor, gathered for Django; each lives in the piece it belongs to."""

from gongzhi.core.access import ScopedManager
from gongzhi.core.accounts import Account, ApiToken, Post, UsedPassword
from gongzhi.core.calendar import CalendarDay, CalendarYear
from gongzhi.core.dated import Parameter
from gongzhi.core.evidence import Evidence, EvidenceUse
from gongzhi.core.journal import JournalEntry
from gongzhi.core.notices import Notice
from gongzhi.core.search import SearchEntry
from gongzhi.core.sealing import Checkpoint, JournalLeaf
from gongzhi.core.thing import Thing
from gongzhi.core.todo import Todo
from gongzhi.core.units import Unit

__all__ = [
    "Account",
    "ApiToken",
    "CalendarDay",
    "CalendarYear",
    "Checkpoint",
    "Evidence",
    "EvidenceUse",
    "JournalEntry",
    "JournalLeaf",
    "Notice",
    "Parameter",
    "Post",
    "ScopedManager",
    "SearchEntry",
    "Thing",
    "Todo",
    "Unit",
    "UsedPassword",
]
