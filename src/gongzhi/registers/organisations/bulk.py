"""Bulk entry points for the demonstration county, the command line and tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gongzhi.core.access import Actor
from gongzhi.registers import batch
from gongzhi.registers.organisations.actions import open_bodies
from gongzhi.registers.organisations.sheets import ORGANISATIONS


def enter(
    actor: Actor, rows: Iterable[Mapping[str, Any]], progress: Callable[[int], None] | None = None
) -> list[int]:
    """Enter organisations as one act; returns their ids in order.

    Each row: ``type`` (a key of ``rules.KINDS``), ``name``, ``place`` (code, "沙溪镇中荷村", or a unique short name);
    registered ones ``uscc``, ``form``, ``service``; recorded ones ``record_no``, ``service``; where known ``short``,
    ``authority`` (full name), ``leader``, ``address``, ``phone``, ``established``.
    """
    return batch.enter(actor, ORGANISATIONS, rows, progress)


__all__ = ["enter", "open_bodies"]
