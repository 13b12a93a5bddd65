"""Reads of deliberations. The actor comes first; what a reader may not know is not in the answer.

For pages: :func:`board`, :func:`mine`, :func:`whole`, :func:`timeline`, :func:`story`, :func:`figures`, :func:`late`.
For other rooms: :func:`of_unit`, :func:`rates`.
"""

from .board import (
    Filters,
    Standing,
    board,
    by_step,
    of_unit,
    open_by_step,
    rows,
    standing,
    waiting,
    waiting_count,
)
from .figures import Figure, Late, Rates, figures, late, late_rows, medians, rates
from .held import held_about
from .mine import Mine, mine, of_helped
from .near import likely_category, near
from .whole import Whole, inside, raising, story, timeline, whole

__all__ = [
    "Figure", "Filters", "Late", "Mine", "Rates", "Standing", "Whole", "board", "by_step", "figures", "held_about",
    "inside", "late", "late_rows", "likely_category", "medians", "mine", "near", "of_helped", "of_unit", "open_by_step",
    "raising", "rates", "rows", "standing", "story", "timeline", "waiting", "waiting_count", "whole",
]  # fmt: skip
