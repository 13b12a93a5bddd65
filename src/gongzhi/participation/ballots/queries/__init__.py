"""Reads of ballots. The actor comes first; what others chose is nowhere to be read."""

from .ballots import of_thing, visible, waiting
from .counting import batches, sheets
from .figures import EXPORT, by_unit, export_rows, in_reach, standing, total, years
from .hall import at_the_table, named, roll, table
from .held import held_about
from .lists import Filters, find
from .panel import Bar, Panel, bars, meaning, option_words, panel, panels, result
from .voting import check_age, check_open, check_vote, hours, obstacle, voter_of

__all__ = [
    "EXPORT",
    "Bar",
    "Filters",
    "Panel",
    "at_the_table",
    "bars",
    "batches",
    "by_unit",
    "check_age",
    "check_open",
    "check_vote",
    "export_rows",
    "find",
    "held_about",
    "hours",
    "in_reach",
    "meaning",
    "named",
    "obstacle",
    "of_thing",
    "option_words",
    "panel",
    "panels",
    "result",
    "roll",
    "sheets",
    "standing",
    "table",
    "total",
    "visible",
    "voter_of",
    "waiting",
    "years",
]
