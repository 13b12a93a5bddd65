"""The pure decisions of the deliberations' room, by noun; this page gathers what other layers use."""

from .flow import FLOW
from .parameters import PARAMETERS
from .rights import RIGHTS

__all__ = ["FLOW", "PARAMETERS", "RIGHTS"]
