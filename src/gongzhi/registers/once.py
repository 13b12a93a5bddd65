"""What must stand once: when two people enter the same thing in the same moment, one of them is told why not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from gongzhi.core.refusal import Problem, Refused


@contextmanager
def once(problem: Problem) -> Iterator[None]:
    """Save within the block; a broken uniqueness becomes the refusal ``problem``."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "unique" not in str(error):
            raise
        raise Refused(problem) from error
