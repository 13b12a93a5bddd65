"""Reads of ballots. The actor comes first; what others chose is nowhere to be read."""

from .ballots import electors, of_thing, visible, waiting
from .counting import batches, sheets
from .panel import Bar, Panel, panel, result
from .voting import check_open, obstacle, voter_of

__all__ = [
    "Bar",
    "Panel",
    "batches",
    "check_open",
    "electors",
    "obstacle",
    "of_thing",
    "panel",
    "result",
    "sheets",
    "visible",
    "voter_of",
    "waiting",
]
