"""Every model of the ground floor, gathered for Django; each lives in the piece it belongs to."""

from gongzhi.core.access import ScopedManager
from gongzhi.core.accounts import Account, ApiToken, Post, UsedPassword
from gongzhi.core.calendar import CalendarDay, CalendarYear
from gongzhi.core.checkpoints import Checkpoint, JournalLeaf
from gongzhi.core.dated import Parameter
from gongzhi.core.evidence import Evidence, EvidenceUse
from gongzhi.core.exchange.models import ImportChange, ImportFile, ImportProgress, ImportRow, ImportRun
from gongzhi.core.journal import JournalEntry
from gongzhi.core.notices import Notice
from gongzhi.core.search import SearchEntry
from gongzhi.core.thing import Thing
from gongzhi.core.throttle import Throttle
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
    "ImportChange",
    "ImportFile",
    "ImportProgress",
    "ImportRow",
    "ImportRun",
    "JournalEntry",
    "JournalLeaf",
    "Notice",
    "Parameter",
    "Post",
    "ScopedManager",
    "SearchEntry",
    "Thing",
    "Throttle",
    "Todo",
    "Unit",
    "UsedPassword",
]
