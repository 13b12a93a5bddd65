"""The pure decisions of the room; this page gathers what other layers use.

The opinion map's mathematics (``mapping``, ``clusters``, ``reading``) need NumPy and are imported only where a map is drawn.
"""

from .flow import POLL_FLOW, STATEMENT_FLOW
from .parameters import PARAMETERS
from .rights import RIGHTS
from .routing import Candidate, next_of
from .speaking import AGREE, CONSULTATION, DISAGREE, PASS, STATING, VALUES, check_text, may_state, may_vote

__all__ = [
    "AGREE",
    "CONSULTATION",
    "DISAGREE",
    "PARAMETERS",
    "PASS",
    "POLL_FLOW",
    "RIGHTS",
    "STATEMENT_FLOW",
    "STATING",
    "VALUES",
    "Candidate",
    "check_text",
    "may_state",
    "may_vote",
    "next_of",
]
