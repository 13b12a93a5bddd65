"""Many entries as one act, without a workbook: the same looking-over and the same COPY as an import from Excel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from django.db import transaction

from gongzhi.core import journal
from gongzhi.core.access import Actor
from gongzhi.core.exchange.sheet import Row, Sheet
from gongzhi.core.models import Unit
from gongzhi.core.refusal import NotFound, Problem, Refused
from gongzhi.core.words import say

CHUNK = 2000
SHOWN = 20


def enter(
    actor: Actor,
    sheet: Sheet,
    rows: Iterable[Mapping[str, Any]],
    progress: Callable[[int], None] | None = None,
) -> list[int]:
    """Enter rows with the sheet's column keys (typed values: dates, keys of choices); returns their ids in order.

    All or nothing, one journal entry ``<room>.import``. Raises Refused with the first reasons where a row is bad;
    ``progress`` is called with the number of rows done.
    """
    if actor.may(sheet.verb) is None:
        raise NotFound(sheet.verb)
    ids: list[int] = []
    source = iter(rows)
    with transaction.atomic():
        while chunk := list(islice(source, CHUNK)):
            ids += _chunk(actor, sheet, [Row(len(ids) + i, dict(v)) for i, v in enumerate(chunk, start=1)])
            if progress:
                progress(len(ids))
        path = Unit.objects.filter(pk=actor.unit_id or 0).values_list("path", flat=True).first() or ""
        journal.write(
            actor,
            sheet.verb,
            thing_type="core.importrun",
            thing_id=0,
            label=str(sheet.label),
            unit_id=actor.unit_id,
            unit_path=path,
            facts={"sheet": sheet.key, "lines": len(ids)},
        )
    return ids


def _checked(sheet: Sheet, rows: list[Row]) -> None:
    """What reading a workbook's cells would have checked: required answers, and each column's own check."""
    for column in sheet.columns:
        check, key = column.check, column.key
        if check is None and not column.required:
            continue
        for row in rows:
            value = row.values.get(key)
            if value in (None, ""):
                if column.required:
                    row.bad(key, say("“{column}”必须填写", column=column.label))
            elif check is not None:
                try:
                    row.values[key] = check(value)
                except Refused as refused:
                    row.bad(key, refused.problems[0].message)
                    row.values[key] = None


def _chunk(actor: Actor, sheet: Sheet, rows: list[Row]) -> list[int]:
    _checked(sheet, rows)
    if sheet.examine is not None:
        sheet.examine(actor, rows)
    bad = [
        Problem(say("第 {n} 行：{why}", n=r.line, why=p["message"]), f"{sheet.room}.batch", field=p["column"])
        for r in rows
        for p in r.problems
    ]
    if bad:
        raise Refused(*bad[:SHOWN])
    made = {c.line: c.object_id for c in sheet.apply(actor, [r for r in rows if r.doing != "same"])}
    return [made.get(r.line) or r.target or 0 for r in rows]
