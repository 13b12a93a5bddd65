"""From an uploaded file to a preview: every line parsed, looked at by the room, and laid down by COPY."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection, transaction

from gongzhi.core import clock, outbox
from gongzhi.core.access import Actor
from gongzhi.core.exchange import progress
from gongzhi.core.exchange.models import ImportFile, ImportRow, ImportRun
from gongzhi.core.exchange.reading import Read, cells_of, read
from gongzhi.core.exchange.sheet import Row, Sheet
from gongzhi.core.exchange.values import from_json, reader, reasons, text_of, to_json
from gongzhi.core.refusal import NotFound, Refused, refuse
from gongzhi.core.sealed import seal, unseal
from gongzhi.core.thing import Thing
from gongzhi.core.words import say

IN_REQUEST = 2_000
"""Files of up to so many lines are read and written while the user waits; larger ones go to the worker."""

CHUNK = 2_000
COLUMNS = ("run_id", "line", "payload", "secret", "problems", "doing", "target", "bad")


def permitted(actor: Actor, sheet: Sheet) -> None:
    """NotFound unless the actor's role may import this sheet."""
    if actor.may(sheet.verb) is None:
        raise NotFound(sheet.verb)


def thing_of(actor: Actor, sheet: Sheet, about: int | None, *, lock: bool = False) -> Thing | None:
    """The thing whose parts the workbook holds, within reach; None where the sheet is about no thing."""
    if sheet.about is None:
        return None
    rows = sheet.about.objects.visible_to(actor, sheet.verb).order_by()
    rows = rows.select_for_update(of=("self",)) if lock else rows
    thing: Thing | None = rows.filter(pk=about).first()
    if thing is None:
        raise NotFound(sheet.verb)
    return thing


def taking(actor: Actor, sheet: Sheet, about: int | None, *, lock: bool = False) -> Thing | None:
    """The same, refused where the thing takes no import now."""
    thing = thing_of(actor, sheet, about, lock=lock)
    if thing is not None and sheet.takes is not None:
        sheet.takes(actor, thing)
    return thing


def stage(actor: Actor, sheet: Sheet, data: bytes, name: str, about: int | None = None) -> ImportRun:
    """Read a file into a new run for the actor to look at; nothing of the register changes.

    Raises Refused ``exchange.file`` where the file as a whole cannot be read. Large files are read by the
    worker: the run is then in state "reading". ``about`` is the thing the sheet is of, where it is of one.
    """
    permitted(actor, sheet)
    taking(actor, sheet, about)
    if actor.unit_id is None:
        refuse(say("导入要有所属单位，请换一个岗位再办"), rule="exchange.unit")
    found = read(data, sheet)
    with transaction.atomic():
        run = ImportRun.objects.create(
            sheet=sheet.key,
            unit_id=actor.unit_id,
            post_id=actor.post_id,
            by=actor.name,
            about=about,
            file_name=name[:200],
            file_hash=hashlib.sha256(data).hexdigest(),
            total=len(found.lines),
            ignored=found.ignored,
        )
        if len(found.lines) > IN_REQUEST and actor.post_id:
            from gongzhi.core.exchange.tasks import read_file

            purpose = f"exchange.file.{run.pk}"
            ImportFile.objects.create(run=run, content=seal(b64encode(data).decode(), purpose))
            outbox.defer(read_file, run_id=run.pk)
        else:
            fill(actor, sheet, run, found)
    return run


def fill_from_file(actor: Actor, sheet: Sheet, run: ImportRun) -> None:
    """The worker's part: read the sealed upload, stage it and forget it."""
    with transaction.atomic():
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        if run.state != "reading":
            return  # the job ran twice
        data = b64decode(unseal(run.file.content, f"exchange.file.{run.pk}"))
        fill(actor, sheet, run, read(data, sheet))
        run.file.delete()


def fill(actor: Actor, sheet: Sheet, run: ImportRun, found: Read) -> None:
    """Stage every line of a file and count what it would do."""
    total = len(found.lines)
    repeats: dict[str, dict[Any, int]] = {key: {} for key in sheet.unique}
    with progress.of(run.pk, total) as report:
        for rows in chunked(parsed(sheet, found, run.about), CHUNK):
            _repeated(sheet, rows, repeats)
            if sheet.examine is not None:
                sheet.examine(actor, rows)
            copy_staged(sheet, run.pk, rows)
            _count(run, rows)
            report(len(rows))
    run.state = "staged"
    run.save()


def parsed(sheet: Sheet, found: Read, about: int | None = None) -> Iterator[Row]:
    """Each line as a Row: good cells as values, bad ones as they were, with their reasons."""
    readers: list[tuple[str, Callable[[Any], Any]]] = [
        (c.key, reader(c)) for c in sheet.columns if c.key in found.places or c.required
    ]
    sealed = set(sheet.sealed)
    for line, cells in cells_of(found):
        row = Row(line, {}, about=about)
        for key, parse in readers:
            cell = cells.get(key)
            if isinstance(cell, str) and "\0" in cell:
                cell = cell.replace("\0", "")
            try:
                row.values[key] = parse(cell)
            except Refused as refused:
                row.values[key] = None
                row.raw[key] = text_of(cell)
                row.problems += reasons(refused, key, hide=row.raw[key] if key in sealed else "")
        yield row


def chunked(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """``rows`` in lists of at most ``size``."""
    rows = iter(rows)
    while chunk := list(islice(rows, size)):
        yield chunk


def _repeated(sheet: Sheet, rows: list[Row], seen: dict[str, dict[Any, int]]) -> None:
    for key, lines in seen.items():
        for row in rows:
            value = row.values.get(key)
            if value is None or value == "":
                continue
            first = lines.setdefault(value, row.line)
            if first != row.line:
                row.bad(key, say("和第 {line} 行重复", line=first))


def _count(run: ImportRun, rows: list[Row]) -> None:
    for row in rows:
        if row.problems:
            run.bad += 1
            continue
        run.good += 1
        if row.doing == "create":
            run.creates += 1
        elif row.doing == "update":
            run.updates += 1
        else:
            run.same += 1


# ---------------------------------------------------------------- the staging table


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def packed(sheet: Sheet, row: Row) -> tuple[str, str]:
    """A row's payload, and its sealed columns as one cipher: personal data never lies open in staging."""
    values = {k: to_json(v) for k, v in row.values.items() if v is not None}
    raw = dict(row.raw)
    hidden: dict[str, Any] = {}
    for key in sheet.sealed:
        if key in values:
            hidden[key] = values.pop(key)
        if key in raw:
            hidden["raw " + key] = raw.pop(key)
    secret = seal(_dumps(hidden), f"exchange.{sheet.key}") if hidden else ""
    return _dumps({"values": values, "raw": raw}), secret


STAGED = ("line", "payload", "secret", "problems", "doing", "target")


def unpacked(sheet: Sheet, staged: Any, about: int | None = None) -> Row:
    """The row that :func:`packed` laid down, from an ImportRow or the named values ``STAGED``."""
    values, raw = dict(staged.payload["values"]), dict(staged.payload["raw"])
    if staged.secret:
        for key, value in json.loads(unseal(staged.secret, f"exchange.{sheet.key}")).items():
            if key.startswith("raw "):
                raw[key[4:]] = value
            else:
                values[key] = value
    full = {c.key: from_json(values.get(c.key), c) for c in sheet.columns}
    doing: Any = staged.doing
    return Row(staged.line, full, raw, list(staged.problems), doing, staged.target, about)


def copy_staged(sheet: Sheet, run_id: int, rows: list[Row]) -> None:
    """Lay rows down in the staging table by COPY."""
    table = ImportRow._meta.db_table
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(COLUMNS)}) FROM STDIN") as copy,
    ):
        for row in rows:
            payload, secret = packed(sheet, row)
            bad = bool(row.problems)
            copy.write_row(
                (run_id, row.line, payload, secret, _dumps(row.problems), row.doing, row.target, bad)
            )


def drop(actor: Actor, sheet: Sheet, run_id: int) -> ImportRun:
    """Give up a staged run and forget its lines."""
    permitted(actor, sheet)
    with transaction.atomic():
        run = lock(actor, sheet, run_id)
        if run.state not in ("staged", "failed"):
            refuse(say("这次导入现在不能放弃"), rule="exchange.state")
        run.rows.all().delete()
        run.state, run.ended = "dropped", clock.now()
        run.save()
    return run


def lock(actor: Actor, sheet: Sheet, run_id: int) -> ImportRun:
    """The run within the actor's scope, locked; NotFound otherwise."""
    rows: Any = ImportRun.objects
    run = (
        rows.visible_to(actor, sheet.verb).select_for_update(of=("self",)).filter(pk=run_id, sheet=sheet.key)
    )
    found: ImportRun | None = run.first()
    if found is None:
        raise NotFound("exchange")
    return found
