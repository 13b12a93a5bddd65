"""Jobs that follow from an act: enqueued in its transaction, run at least once, so every job is idempotent."""

from __future__ import annotations

from typing import Any

from procrastinate.contrib.django import app
from procrastinate.tasks import Task


def defer(task: Task[Any, Any, Any], **arguments: Any) -> None:
    """Enqueue ``task`` in the current transaction: it runs only if the act commits."""
    task.defer(**arguments)


__all__ = ["app", "defer"]
