"""A large Excel register through preview and commit: rows per second, part by part.

    python -m bench.excel [ROWS]        (default 20,000; needs DATABASE_URL; leaves nothing behind)

The register has eleven columns of every kind, citizen ID and phone sealed with blind indexes. Everything is the
code that a user's upload runs: reading, checks, sealing, staging by COPY, the second look, COPY into the
register, before-images, the journal entry, and undo. Printed as JSON: seconds and rows per second of each part.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

GOAL = 5_000
BIRTH = date(1950, 1, 1)


def workbook(rows: int, villages: list[str]) -> bytes:
    """A filled-in register of ``rows`` synthetic people."""
    import xlsxwriter

    from gongzhi.core.identity import citizen_check

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    page = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, label in enumerate(HEADS):
        page.write(0, at, label)
    for n in range(1, rows + 1):
        born = BIRTH + timedelta(days=n % 18_000)
        seventeen = f"320585{born:%Y%m%d}{n // 18_000 * 100 + n % 100:03d}"
        values = [
            f"村民{n}", "男" if n % 2 else "女", villages[n % len(villages)], seventeen + citizen_check(seventeen),
            f"138{n:08d}", born, "社区工作者" if n % 3 else "主任", "是" if n % 5 else "否", 1200 + n % 700 + 0.5,
            88.25, f"备注 {n}",
        ]  # fmt: skip
        for at, value in enumerate(values):
            if isinstance(value, date):
                page.write_datetime(n, at, value, day)  # type: ignore[arg-type]
            else:
                page.write(n, at, value)
    book.close()
    return out.getvalue()


HEADS = ["姓名", "性别", "所属村", "身份证号", "手机号", "出生日期", "岗位", "兼职", "补贴（元）", "评分", "备注"]


def register() -> tuple[Any, Callable[..., Any]]:
    """The bench's own table and sheet, made of the same parts as a room's."""
    from django.db import models

    from gongzhi.core.exchange import Change, Column, Row, Sheet, bulk
    from gongzhi.core.sealed import SealedTextField
    from gongzhi.core.thing import Thing
    from gongzhi.core.units import Unit
    from gongzhi.core.words import say

    class Villager(Thing):
        name = models.TextField()
        sex = models.TextField()
        unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_constraint=False)
        citizen_id = SealedTextField(blind=True)
        phone = SealedTextField(blind=True)
        born = models.DateField()
        kind = models.TextField()
        part_time = models.BooleanField()
        pay_fen = models.BigIntegerField()
        score = models.DecimalField(max_digits=6, decimal_places=2)
        remark = models.TextField()

        class Meta:
            app_label = "bench"

    kinds = {"director": "主任", "worker": "社区工作者"}
    kinds_of = ("text", "choice", "text", "id", "phone", "date", "choice", "bool", "money", "decimal", "text")
    keys = ("name", "sex", "village", "citizen_id", "phone", "born", "kind", "part_time", "pay", "score", "remark")
    columns = [
        Column(
            key,
            say(label),
            kind,  # type: ignore[arg-type]
            required=key in ("name", "village"),
            sealed=key in ("citizen_id", "phone"),
            choices={"m": "男", "f": "女"} if key == "sex" else kinds if key == "kind" else None,
        )
        for key, label, kind in zip(keys, HEADS, kinds_of, strict=True)
    ]
    index: Any = Villager._meta.get_field("citizen_id")

    def examine(actor: Any, rows: list[Row]) -> None:
        names = {r["village"] for r in rows}
        units = dict(Unit.objects.filter(short__in=names, path__startswith=actor.unit_path).values_list("short", "pk"))
        hashes = {index.index_of(r["citizen_id"]): r for r in rows if r["citizen_id"]}
        known = Villager.objects.filter(citizen_id_index__in=list(hashes)).values_list("citizen_id_index", "pk")
        for hashed, pk in known:
            hashes[hashed].doing, hashes[hashed].target = "update", pk
        for row in rows:
            row.values["unit"] = units.get(row["village"])
            if row.values["unit"] is None:
                row.bad("village", "不在范围内")

    fields = ("name", "sex", "unit_id", "citizen_id", "phone", "born", "kind", "part_time", "pay_fen", "score", "remark")
    source = ("name", "sex", "unit", "citizen_id", "phone", "born", "kind", "part_time", "pay", "score", "remark")

    def apply(actor: Any, rows: list[Row]) -> list[Change]:
        ids = bulk.copy_new(Villager, fields, [[r.values[k] for k in source] for r in rows])
        return [Change(r.line, pk, mark="0") for r, pk in zip(rows, ids, strict=True)]

    sheet = Sheet(
        "bench.villagers", say("村民"), columns, verb="bench.import", examine=examine, apply=apply,
        revert=lambda actor, changes: bulk.revert_rows(Villager, changes), unique=["citizen_id"],
    )  # fmt: skip
    return Villager, lambda: sheet


def run(rows: int = 20_000) -> dict[str, Any]:
    """Measure in one transaction that is rolled back; returns the figures."""
    from django.db import connection, transaction

    from gongzhi.core import access, roles, units
    from gongzhi.core.exchange import commit, stage, undo

    model, sheet_of = register()
    sheet = sheet_of()
    figures: dict[str, Any] = {"rows": rows}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        done = work()
        seconds = time.perf_counter() - start
        figures[name] = {"seconds": round(seconds, 2), "rows_per_second": round(rows / seconds)}
        return done

    class Enough(Exception):
        """Roll everything back."""

    try:
        with transaction.atomic():
            with connection.schema_editor() as editor:
                editor.create_model(model)
            today = date(2026, 1, 1)
            county = units.open_unit("township", "测试镇", "测试镇", "bench:0", parent=None, opened=today)
            rows_of = [("committee", f"测试村{n}", f"测试村{n}", f"bench:{n + 1}") for n in range(160)]
            villages = [u.short for u in units.open_units(rows_of, parent=county, opened=today)]
            access.rights()["bench.import"] = {roles.SYSTEM: access.Reach.ALL}
            actor = access.Actor(roles.SYSTEM, county.pk, county.path, unit_name="测试镇", name="测试")
            data = workbook(rows, villages)
            figures["file_bytes"] = len(data)
            found = timed("preview", lambda: stage(actor, sheet, data, "bench.xlsx"))
            assert (found.good, found.bad) == (rows, 0), (found.good, found.bad)
            timed("commit", lambda: commit(actor, sheet, found.pk))
            assert model.objects.count() == rows
            timed("undo", lambda: undo(actor, sheet, found.pk))
            assert model.objects.count() == 0
            raise Enough
    except Enough:
        pass
    both = figures["preview"]["seconds"] + figures["commit"]["seconds"]
    figures["preview_and_commit"] = {"seconds": round(both, 2), "rows_per_second": round(rows / both)}
    figures["goal"] = GOAL
    figures["met"] = figures["preview_and_commit"]["rows_per_second"] >= GOAL
    return figures


def main() -> int:
    """Print the figures; exit code 1 when the goal is missed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongzhi.settings")
    import django

    django.setup()
    figures = run(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    return 0 if figures["met"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
