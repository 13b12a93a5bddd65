"""Reads of ballots. The actor comes first; what others chose is nowhere to be read."""

from .ballots import of_thing, visible, waiting
from .counting import batches, sheets
from .figures import EXPORT, by_unit, export_rows, in_reach, total, years
from .hall import named, roll, table
from .lists import Filters, find
from .panel import Bar, Panel, bars, option_words, panel, result
from .voting import check_open, check_vote, hours, obstacle, voter_of

__all__ = [
    "EXPORT",
    "Bar",
    "Filters",
    "Panel",
    "bars",
    "batches",
    "by_unit",
    "check_open",
    "check_vote",
    "export_rows",
    "find",
    "hours",
    "in_reach",
    "named",
    "obstacle",
    "of_thing",
    "option_words",
    "panel",
    "result",
    "roll",
    "sheets",
    "table",
    "total",
    "visible",
    "voter_of",
    "waiting",
    "years",
]
