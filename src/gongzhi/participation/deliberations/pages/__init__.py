"""The pages of deliberations: the board, the committee's desk, one matter and its parts, the figures."""

from .asking import CONTEXTS as ASKING
from .beginnings import BEGINNINGS
from .exports import export, statistics
from .figures import figures
from .lists import board, desk, of_resident
from .matter import matter
from .parts import part

__all__ = [
    "ASKING",
    "BEGINNINGS",
    "board",
    "desk",
    "export",
    "figures",
    "matter",
    "of_resident",
    "part",
    "statistics",
]
