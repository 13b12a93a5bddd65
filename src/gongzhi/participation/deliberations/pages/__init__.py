"""The pages of deliberations: the board, the committee's desk, one matter and its parts, the figures."""

from .lists import board
from .matter import matter
from .parts import part

__all__ = ["board", "matter", "part"]
