"""Reads. What is issued is public; opinions and objections are cut to the actor's scope.

For other rooms: :func:`in_force`, :func:`assist_items`, :func:`item`.
"""

from gongzhi.lists.duties.queries.figures import (
    Figures,
    Tally,
    consultation_table,
    dissent_by_item,
    figures,
    history,
    pending,
    reduction,
)
from gongzhi.lists.duties.queries.finding import Found, find
from gongzhi.lists.duties.queries.lists import (
    AssistItem,
    ItemView,
    assist_items,
    comparison,
    departments,
    fingerprint,
    in_force,
    intact,
    item,
    items,
    lines,
    negative_items,
    offered,
    versions,
)

__all__ = [
    "AssistItem",
    "Figures",
    "Found",
    "ItemView",
    "Tally",
    "assist_items",
    "comparison",
    "consultation_table",
    "departments",
    "dissent_by_item",
    "figures",
    "find",
    "fingerprint",
    "history",
    "in_force",
    "intact",
    "item",
    "items",
    "lines",
    "negative_items",
    "offered",
    "pending",
    "reduction",
    "versions",
]
