"""What can be followed besides things and places. Pure."""

from __future__ import annotations

from gongzhi.core.words import Words

CATEGORIES: dict[str, Words] = {}
"""Categories by key, filled in by the room that sorts its things by them, when it is loaded."""
