"""Facts of the two-way appraisal and what the database itself guarantees about them."""

from .campaign import Campaign, Reminder
from .complaint import Complaint
from .pair import Appraisal, Line, Sheet
from .process import Meeting, Mending, Objection, Panel, Settlement, Witness

__all__ = [
    "Appraisal",
    "Campaign",
    "Complaint",
    "Line",
    "Meeting",
    "Mending",
    "Objection",
    "Panel",
    "Reminder",
    "Settlement",
    "Sheet",
    "Witness",
]
