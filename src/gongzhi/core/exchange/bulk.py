"""Writing many rows at once: COPY for new ones, one UPDATE for changed ones, before-images to undo both.

These helpers write rows past ``Model.save``; a room uses them inside its sheet's ``apply`` and ``revert``, where
one journal entry stands for the whole import.

    ids = copy_new(Person, ("name", "phone"), [("顾勤", "13800005678"), …])
    images = update_rows(Person, ("name",), [(7, "顾勤"), …])        # {7: ({"name": "顾清"}, "3")}
    revert_rows(Person, changes)                                   # refused where used or changed since
"""

# ruff: noqa: S608  statements are put together from models' own table and column names

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import IntegrityError, connection, models, transaction

from gongzhi.core.exchange.sheet import Change
from gongzhi.core.refusal import refuse
from gongzhi.core.sealed import BlindIndexField, SealedTextField
from gongzhi.core.units import reserve_ids
from gongzhi.core.words import say

Plain = Callable[[Any], Any]


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)


class _Columns:
    """The columns that a list of fields fills: the fields', blind indexes beside sealed ones, and defaults."""

    def __init__(self, model: type[models.Model], names: Sequence[str], defaults: bool) -> None:
        fields: list[Any] = [model._meta.get_field(name) for name in names]
        self.columns = [f.column for f in fields]
        self.preparers: list[tuple[int, Plain]] = []
        self.beside: list[tuple[int, Plain]] = []
        for at, f in enumerate(fields):
            if isinstance(f, models.JSONField):
                self.preparers.append(
                    (at, lambda v: None if v is None else json.dumps(v, ensure_ascii=False))
                )
            elif isinstance(f, SealedTextField):
                self.preparers.append((at, f.get_prep_value))
                if f.blind:
                    index: Any = model._meta.get_field(f.index_name)
                    self.columns.append(index.column)
                    self.beside.append((at, f.index_of))
        self.constants: list[Any] = []
        for f in model._meta.concrete_fields if defaults else ():
            if (
                f.column in self.columns
                or f.primary_key
                or isinstance(f, BlindIndexField)
                or not f.has_default()
            ):
                continue
            self.columns.append(f.column)
            value = f.get_default()
            self.constants.append(json.dumps(value) if isinstance(f, models.JSONField) else value)

    def row(self, values: Sequence[Any]) -> list[Any]:
        """One row's values in column order."""
        out = list(values)
        for at, index in self.beside:
            out.append(index(values[at]))
        for at, prepare in self.preparers:
            out[at] = prepare(values[at])
        return out + self.constants


def copy_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows into a model's table; model defaults fill what is not named. Returns how many."""
    return _copy(model, _Columns(model, fields, defaults=True), rows)


def copy_new(model: type[models.Model], fields: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    """COPY new rows and return their ids, in order."""
    if not rows:
        return []
    ids = reserve_ids(model, len(rows))
    pairs = ([*row, pk] for row, pk in zip(rows, ids, strict=True))
    _copy(model, _Columns(model, [*fields, "id"], defaults=True), pairs)
    return ids


def _copy(
    model: type[models.Model], columns: _Columns, rows: Iterable[Sequence[Any]], table: str = ""
) -> int:
    names = ", ".join(_quote(c) for c in columns.columns)
    count = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table or _quote(model._meta.db_table)} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(columns.row(row))
            count += 1
    return count


def update_rows(
    model: type[models.Model], fields: Sequence[str], rows: Sequence[Sequence[Any]]
) -> dict[int, tuple[dict[str, Any], str]]:
    """Change existing rows, each given as (id, *values); returns id → (before-image, mark).

    The rows are locked first; a ``revision`` is raised by one and becomes the mark.
    """
    if not rows:
        return {}
    columns = _Columns(model, ["id", *fields], defaults=False)
    table, staged = _quote(model._meta.db_table), _quote(f"changed_{model._meta.db_table}")
    written = [c for c in columns.columns if c != "id"]
    has_revision = any(f.name == "revision" for f in model._meta.concrete_fields)
    image = ", ".join(f"'{c}', t.{_quote(c)}" for c in written)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {staged}")
        names = ", ".join(_quote(c) for c in columns.columns)
        cursor.execute(
            f"CREATE TEMP TABLE {staged} ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA"
        )
        _copy(model, columns, rows, staged)
        cursor.execute(
            f"SELECT t.id, jsonb_build_object({image})::text, {'t.revision + 1' if has_revision else '0'} "
            f"FROM {table} t JOIN {staged} s USING (id) ORDER BY t.id FOR UPDATE OF t"
        )
        images = {pk: (json.loads(text), str(mark)) for pk, text, mark in cursor.fetchall()}
        sets = [f"{_quote(c)} = s.{_quote(c)}" for c in written]
        sets += ["revision = t.revision + 1"] if has_revision else []
        cursor.execute(f"UPDATE {table} t SET {', '.join(sets)} FROM {staged} s WHERE t.id = s.id")
        cursor.execute(f"DROP TABLE {staged}")
    if missing := {row[0] for row in rows} - images.keys():
        refuse(
            say("有 {n} 条记录在您确认之前已被删除，请重新上传", n=len(missing)),
            rule="exchange.changed_since",
        )
    return images


def revert_rows(model: type[models.Model], changes: Sequence[Change]) -> None:
    """Take changes back: delete what was made, restore what was changed.

    Raises Refused ``exchange.changed_since`` where a row is not as the import left it, and
    ``exchange.used_since`` where something has come to refer to a new row.
    """
    _untouched(model, changes)
    updated = [c for c in changes if not c.made]
    if updated:
        _restore(model, updated)
    made = [c.object_id for c in changes if c.made]
    if not made:
        return
    table = _quote(model._meta.db_table)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [made])
            # Foreign keys are checked at the end of the transaction; ask now, while it can still be said why.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError:
        refuse(say("这次导入的记录已经被别的记录引用，不能整批撤销"), rule="exchange.used_since")


def _untouched(model: type[models.Model], changes: Sequence[Change]) -> None:
    has_revision = any(f.name == "revision" for f in model._meta.concrete_fields)
    expression = "revision::text" if has_revision else "'0'"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {expression} FROM {_quote(model._meta.db_table)} WHERE id = ANY(%s) FOR UPDATE",
            [[c.object_id for c in changes]],
        )
        now = dict(cursor.fetchall())
    touched = [c for c in changes if now.get(c.object_id) != (c.mark or "0")]
    if touched:
        lines = "、".join(str(c.line) for c in touched[:5])
        refuse(
            say(
                "有 {n} 条记录导入后又被改动或删除（第 {lines} 行等），不能整批撤销",
                n=len(touched),
                lines=lines,
            ),
            rule="exchange.changed_since",
        )


def _restore(model: type[models.Model], changes: Sequence[Change]) -> None:
    table = _quote(model._meta.db_table)
    names = sorted(set().union(*((c.before or {}).keys() for c in changes)))
    sets = ", ".join(f"{_quote(n)} = (jsonb_populate_record(t, b.before::jsonb)).{_quote(n)}" for n in names)
    bump = (
        ", revision = t.revision + 1"
        if any(f.name == "revision" for f in model._meta.concrete_fields)
        else ""
    )
    ids = [c.object_id for c in changes]
    images = [json.dumps(c.before, ensure_ascii=False) for c in changes]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} t SET {sets}{bump} "
            "FROM (SELECT unnest(%s::bigint[]) AS id, unnest(%s::text[]) AS before) b WHERE t.id = b.id",
            [ids, images],
        )
