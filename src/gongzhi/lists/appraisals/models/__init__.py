"""Facts of the two-way appraisal and what the database itself guarantees about them."""

from .campaign import Campaign, Reminder
from .complaint import Complaint
from .course import Meeting, Mending, Objection, Panel, Settlement, Witness
from .pair import Appraisal, Line, Sheet

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
