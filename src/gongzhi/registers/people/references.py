"""Which columns of other rooms point to a person, so that a merge moves them and its undoing moves them back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from gongzhi.core.refusal import Problem

Check = Callable[[int, int], list[Problem]]


@dataclass(frozen=True)
class Reference:
    """``column`` of ``model`` ("positions.position") holds a person's id; ``check(keep, drop)`` says why the rows
    of both cannot stand under one person."""

    model: str
    column: str
    check: Check | None = None


_known: dict[tuple[str, str], Reference] = {}


def refer(model: str, column: str, check: Check | None = None) -> None:
    """Register a column; rooms call this where their verbs are loaded."""
    _known[model, column] = Reference(model, column, check)


def known() -> list[Reference]:
    """Every registered column."""
    return list(_known.values())


def problems(keep: int, drop: int) -> list[Problem]:
    """Everything that forbids bringing the references of two people together."""
    return [p for r in known() if r.check for p in r.check(keep, drop)]


def move(keep: int, drop: int) -> list[list[Any]]:
    """Let every reference to ``drop`` point to ``keep``; returns [model, column, key] of each row moved."""
    moved: list[list[Any]] = []
    for r in known():
        rows = apps.get_model(r.model)._base_manager.filter(**{r.column: drop})
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        rows.update(**{r.column: keep})
        moved += [[r.model, r.column, key] for key in keys]
    return moved


def move_back(keep: int, drop: int, moved: list[list[Any]]) -> int:
    """Undo :func:`move` for the rows that still point to ``keep``; returns how many."""
    done = 0
    for model, column, key in moved:
        rows = apps.get_model(model)._base_manager.filter(**{"pk": key, column: keep})
        done += rows.update(**{column: drop})
    return done
