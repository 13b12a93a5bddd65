"""Matters at scale: a handful told by the verbs as in the demonstration, and copies of them, 10,000 in all.

Their rows stand in the table of conversations (``bench.conversation``): list and page of one matter.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

TOLD, MATTERS = 4, 10_000


def prepare() -> int:
    """The key of a matter that was told to its end; beside it the list has :data:`MATTERS`."""
    from demo import county, matters, moment, stories
    from gongzhi.core import clock
    from gongzhi.participation.deliberations.models import Matter

    with clock.at(moment.TODAY) as hand, tempfile.TemporaryDirectory() as folder:
        stories.hurry()
        known = county.load()
        tales = matters.plan(known)
        closed = {t.number for t in tales if t.stop == "closed" and t.score > 3}
        wanted = set(sorted(closed)[:TOLD])
        begun = Path(folder) / "begun"
        rest = [str(t.number) for t in tales if t.number not in wanted]
        begun.write_text("\n".join([*rest, matters.NEIGHBOURS]))
        matters.build(known, hand, lambda *_: None, begun=begun)
    chosen = Matter.objects.filter(state="closed", sessions__isnull=False).order_by("pk").first()
    assert chosen is not None, "no matter was told to its end"
    _copy(MATTERS - Matter.objects.count())
    return int(chosen.pk)


def _copy(count: int) -> None:
    """Rows of the list: copies of the matters that were told, under numbers of their own."""
    from django.db import connection

    from gongzhi.participation.deliberations.models import Matter

    meta, name = Matter._meta, connection.ops.quote_name
    columns = [name(f.column) for f in meta.concrete_fields if f.column not in ("id", "number", "seq")]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {name(meta.db_table)} (number, seq, {', '.join(columns)}) "
            f"SELECT m.number || '-' || g, 10000 + g, {', '.join(f'm.{c}' for c in columns)} "
            f"FROM generate_series(1, %s) g JOIN (SELECT *, row_number() OVER (ORDER BY id) AS r, count(*) OVER () AS n "
            f"FROM {name(meta.db_table)}) m ON m.r = g %% m.n + 1",
            [count],
        )
        cursor.execute(f"ANALYZE {name(meta.db_table)}")
