"""Bulk entry points for the demonstration county, the command line and tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gongzhi.core.access import Actor
from gongzhi.registers import batch
from gongzhi.registers.people.sheets import PEOPLE


def enter(
    actor: Actor, rows: Iterable[Mapping[str, Any]], progress: Callable[[int], None] | None = None
) -> list[int]:
    """Enter people as one act; returns their ids in order.

    Each row: ``name`` and ``place`` (code, "沙溪镇中荷村", or a unique short name), and where known ``sex``
    ("male"/"female"), ``birth_year``, ``citizen_id``, ``phone``, ``education``.
    """
    return batch.enter(actor, PEOPLE, rows, progress)
