"""The facts of this room, each noun in its own file."""

from gongzhi.lists.duties.models.items import DutyItem, LegalBasis, LegalityReview, RepealFlag
from gongzhi.lists.duties.models.lists import DutyList, Publicity
from gongzhi.lists.duties.models.opinions import Consultation, Dissent, Objection

__all__ = [
    "Consultation",
    "Dissent",
    "DutyItem",
    "DutyList",
    "LegalBasis",
    "LegalityReview",
    "Objection",
    "Publicity",
    "RepealFlag",
]
