"""The pages of deliberations: the board, the committee's desk, one matter and its parts, the figures."""

from .asking import CONTEXTS as ASKING
from .figures import figures
from .lists import board, desk, export, of_resident
from .matter import matter
from .parts import CONTEXTS_OF_VERBS, part

__all__ = [
    "ASKING",
    "CONTEXTS_OF_VERBS",
    "board",
    "desk",
    "export",
    "figures",
    "matter",
    "of_resident",
    "part",
]
