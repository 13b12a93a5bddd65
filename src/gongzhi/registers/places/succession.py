"""What lives with a village or community moves on with it: other rooms say here what they do when it is taken over."""

from __future__ import annotations

from collections.abc import Callable

Follow = Callable[[int, int | None], int]
"""``follow(old, new)``, units both, ``new`` None where nobody or several take over; returns how many rows it moved."""

_known: dict[str, Follow] = {}


def follows(kind: str, follow: Follow) -> None:
    """Register what follows a unit ("residents.claim"); rooms call this where their verbs are loaded."""
    _known[kind] = follow


def move(old: int, new: int | None) -> dict[str, int]:
    """Inside the act that closes ``old``: let everything follow, in the order in which rooms were loaded."""
    return {kind: n for kind, follow in _known.items() if (n := follow(old, new))}
