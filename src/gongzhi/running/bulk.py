"""``gongzhi import`` and ``gongzhi export``: find what the rooms offer.

A room offers a kind of file by having ``bulk.py`` with ``import_<kind>(path, progress)`` or
``export_<kind>(path, progress)``. Nothing is registered anywhere else.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from gongzhi.running.console import Step
from gongzhi.running.trouble import USAGE, Trouble

Work = Callable[[Path, Callable[..., None]], Any]


def offered(direction: str) -> dict[str, Work]:
    """Every kind that can be imported (or exported), by name. Django must be set up."""
    from django.conf import settings

    found: dict[str, Work] = {}
    for room in ["gongzhi.core", *settings.ROOMS]:
        if find_spec(f"{room}.bulk") is None:
            continue
        for name, function in inspect.getmembers(import_module(f"{room}.bulk"), inspect.isfunction):
            if name.startswith(f"{direction}_"):
                found[name.removeprefix(f"{direction}_")] = function
    return found


def run(direction: str, kind: str, path: Path, step: Step) -> dict[str, Any]:
    """Run one import or export and return its report as plain values."""
    kinds = offered(direction)
    if kind not in kinds:
        raise Trouble(
            f"There is no {direction} of {kind!r}. There are: {', '.join(sorted(kinds)) or 'none'}.",
            code=USAGE,
        )
    return as_dict(kinds[kind](path, labelled(kind, step)))


def labelled(label: str, step: Step) -> Callable[..., None]:
    """A progress function for work that tells only (done, total), or (label, done, total)."""

    def told(*words: Any) -> None:
        step(*words) if len(words) == 3 else step(label, *words)

    return told


def as_dict(report: Any) -> dict[str, Any]:
    """A report as plain values, whatever class it is."""
    if report is None:
        return {}
    if isinstance(report, dict):
        return report
    if dataclasses.is_dataclass(report) and not isinstance(report, type):
        return dataclasses.asdict(report)
    return {key: value for key, value in vars(report).items() if not key.startswith("_")}
