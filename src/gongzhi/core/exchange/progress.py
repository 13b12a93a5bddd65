"""How far a long run is: written over a connection of its own, so that the bar moves before the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from gongzhi.core import clock
from gongzhi.core.exchange.models import ImportProgress

WORTH = 2_000  # shorter runs are over before a bar could be drawn


@contextmanager
def of(run_id: int, total: int) -> Iterator[Callable[[int], None]]:
    """Gives a function to call with the number of rows just done."""
    if total <= WORTH:
        yield lambda rows: None
        return
    table = ImportProgress._meta.db_table
    aside = connection.copy()
    done = 0

    def report(rows: int) -> None:
        nonlocal done
        done += rows
        with aside.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET done = %s WHERE run_id = %s", [done, run_id])  # noqa: S608

    try:
        with aside.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (run_id, done, total, began) VALUES (%s, 0, %s, %s) "  # noqa: S608
                "ON CONFLICT (run_id) DO UPDATE SET done = 0, total = excluded.total, began = excluded.began",
                [run_id, total, clock.now()],
            )
        yield report
    finally:
        aside.close()
