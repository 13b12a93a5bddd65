"""What may be put to the vote, who votes when, how sheets must add up, and what the counts mean. Pure."""

from .flow import FLOW
from .parameters import PARAMETERS
from .rights import RIGHTS
from .terms import APPROVAL, Invited

__all__ = ["APPROVAL", "FLOW", "PARAMETERS", "RIGHTS", "Invited"]
