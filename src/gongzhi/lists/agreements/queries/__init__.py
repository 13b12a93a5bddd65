"""Reads of agreements, always within the actor's scope.

For other rooms: :func:`terms`, :func:`many`, :func:`for_evaluation`, :func:`visible`, :func:`by_township`, :func:`by_place`,
:func:`grid`, :func:`published`.
"""

from gongzhi.lists.agreements.rules.talks import UNSENT

from .evaluation import EvaluatedDuty, EvaluatedItem, Terms, for_evaluation, many, terms, visible
from .figures import Figures, by_township, total
from .lists import Filters, Grid, Tile, find, grid, years
from .places import PlaceYear, by_place
from .public import published

__all__ = [
    "UNSENT",
    "EvaluatedDuty", "EvaluatedItem", "Figures", "Filters", "Grid", "PlaceYear", "Terms", "Tile", "by_place",
    "by_township", "find",
    "for_evaluation", "grid", "many", "published", "terms", "total", "visible", "years",
]  # fmt: skip
