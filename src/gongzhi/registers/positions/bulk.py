"""Bulk entry points for the demonstration county, the command line and tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gongzhi.core.access import Actor
from gongzhi.registers import batch
from gongzhi.registers.positions.sheets import CERTIFICATES, POSITIONS

Progress = Callable[[int], None] | None


def appoint(actor: Actor, rows: Iterable[Mapping[str, Any]], progress: Progress = None) -> list[int]:
    """Enter positions as one act; returns their ids in order.

    Each row: ``number`` (the person's id as text) and ``name``; ``organisation`` (full name or "沙溪镇中荷村");
    ``type`` and ``basis`` (keys of ``rules.KINDS`` and ``rules.BASES``), ``since``; where known ``area``, ``part_time``,
    ``until``, ``note``. All rules of the single verb hold.
    """
    return batch.enter(actor, POSITIONS, rows, progress)


def certify(actor: Actor, rows: Iterable[Mapping[str, Any]], progress: Progress = None) -> list[int]:
    """Enter certificates as one act; returns their ids in order.

    Each row: ``number`` (the person's id as text) and ``name``; ``level`` (a key of ``rules.LEVELS``), ``certificate``
    (its number), ``issued``; where known ``period_since``.
    """
    return batch.enter(actor, CERTIFICATES, rows, progress)
