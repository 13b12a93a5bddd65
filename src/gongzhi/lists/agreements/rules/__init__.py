"""The pure decisions of the agreements' room, by noun; this page gathers what other layers use."""

from .flow import BREACH_FLOW, FLOW, SUPPLEMENT_FLOW
from .parameters import PARAMETERS
from .rights import RIGHTS

__all__ = ["BREACH_FLOW", "FLOW", "PARAMETERS", "RIGHTS", "SUPPLEMENT_FLOW"]
