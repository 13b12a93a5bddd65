"""Reads of ballots. The actor comes first; what others chose is nowhere to be read."""

from .ballots import of_thing, visible, waiting
from .counting import batches, sheets
from .hall import named, roll, table
from .lists import Filters, find
from .panel import Bar, Panel, bars, option_words, panel, result
from .voting import check_open, check_vote, hours, obstacle, voter_of

__all__ = [
    "Bar",
    "Filters",
    "Panel",
    "bars",
    "batches",
    "check_open",
    "check_vote",
    "find",
    "hours",
    "named",
    "obstacle",
    "of_thing",
    "option_words",
    "panel",
    "result",
    "roll",
    "sheets",
    "table",
    "visible",
    "voter_of",
    "waiting",
]
