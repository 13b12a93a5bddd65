"""What the house holds about one resident, room by room: to see, to take along, and to be forgotten.

A room that keeps something about residents has ``held_about(account_id)`` in its ``queries`` and
``forget_about(account_id)`` in its ``actions``. Both are found by name, as rights are, so that the room that answers
the resident names no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from django.conf import settings

from gongzhi.core.words import Words


@dataclass(frozen=True)
class Held:
    """One kind of thing held: ``columns`` are key → what people call it, ``rows`` plain values by key.

    ``basis`` says on which ground and how long it is kept.
    """

    key: str
    label: Words
    basis: Words
    columns: dict[str, Words]
    rows: Sequence[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Kept:
    """What stays after an account was given up, and by which law."""

    what: str
    why: Words


def held(account_id: int) -> list[Held]:
    """Everything every room holds about an account."""
    return [part for ask in _each("queries", "held_about") for part in ask(account_id)]


def forget(account_id: int) -> list[Kept]:
    """Let every room delete or unname what it holds, inside the act that gives the account up; returns what stays."""
    return [part for ask in _each("actions", "forget_about") for part in ask(account_id)]


def _each(part: str, name: str) -> Iterator[Any]:
    for room in settings.ROOMS:
        try:
            module = import_module(f"{room}.{part}")
        except ModuleNotFoundError as error:
            if error.name != f"{room}.{part}":
                raise
            continue
        if found := getattr(module, name, None):
            yield found
