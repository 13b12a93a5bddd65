"""Decisions of the two-way appraisal. Pure: no Django, no clock, every number an argument."""

from gongzhi.lists.appraisals.rules.flow import CAMPAIGN_FLOW, COMPLAINT_FLOW, FLOW, OTHER, SEALED_STATES
from gongzhi.lists.appraisals.rules.parameters import PARAMETERS
from gongzhi.lists.appraisals.rules.rights import RIGHTS

__all__ = ["CAMPAIGN_FLOW", "COMPLAINT_FLOW", "FLOW", "OTHER", "PARAMETERS", "RIGHTS", "SEALED_STATES"]
