"""Reads of polls and their maps for every room."""

from .held import held_about
from .maps import MapView, Proof, crowd, latest, read, table, versions, view
from .picture import picture
from .polls import (
    Ask,
    Panel,
    ask,
    helps,
    is_open,
    keeps,
    longest,
    mine,
    panel,
    poll_of,
    shown,
    speaker,
    statements,
    takes_part,
    visible,
    why_not,
)

__all__ = [
    "Ask",
    "MapView",
    "Panel",
    "Proof",
    "ask",
    "crowd",
    "held_about",
    "helps",
    "is_open",
    "keeps",
    "latest",
    "longest",
    "mine",
    "panel",
    "picture",
    "poll_of",
    "read",
    "shown",
    "speaker",
    "statements",
    "table",
    "takes_part",
    "versions",
    "view",
    "visible",
    "why_not",
]
