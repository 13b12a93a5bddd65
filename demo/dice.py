"""Seeded chance: the same county at every start, whatever is built first."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")
SEED = "太仓共治 2026"


def dice(*about: object) -> Random:
    """Chance that belongs to one matter only: ``dice("agreement", unit.code, 2026)``."""
    digest = hashlib.sha256("\0".join([SEED, *map(str, about)]).encode()).digest()
    return Random(digest)


def pick(options: Sequence[T], *about: object) -> T:
    """One of ``options``, always the same for the same matter."""
    return options[dice(*about).randrange(len(options))]
