"""More counties of the same size beside the first, by copying rows inside PostgreSQL.

A copy is a county of its own: its units, people, agreements, to-dos and journal have keys that are shifted by a
constant, so every foreign key stays right. The list of duties, parameters and calendar are shared.
"""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
from psycopg import sql

SHIFT = 10_000_000
SHARED = ("duties_", "django_", "procrastinate_", "core_calendar", "core_parameter", "core_checkpoint", "core_journall",
          "core_journaln", "core_import", "site_", "places_import", "core_usedpassword", "deliberations_counter")  # fmt: skip
# Keys of things that are not declared as foreign keys.
LOOSE_KEYS = {"thing_id", "object_id", "account_id", "post_id"}
PATHS = {"path", "unit_path"}


def multiply(connection: psycopg.Connection, have: int, want: int) -> None:
    """Grow from ``have`` to ``want`` counties. ``connection`` is the tables' owner's."""
    # The copies are right by construction; checking every key again would take most of the time.
    keys = _foreign_keys(connection)
    dropped = []
    for table, name, definition in keys:
        connection.execute(
            sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.Identifier(table), sql.Identifier(name))
        )
        dropped.append((table, name, definition))
    for table in _tables(connection):
        statement = _copy(connection, table)
        for number in range(have, want):
            connection.execute(statement, {"n": number})
    for table, name, definition in dropped:
        connection.execute(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {} NOT VALID").format(
                sql.Identifier(table),
                sql.Identifier(name),
                sql.SQL(definition),  # type: ignore[arg-type]
            )
        )
    connection.commit()
    connection.autocommit = True
    connection.execute("VACUUM (ANALYZE)")
    connection.execute("CHECKPOINT") if _superuser(connection) else None
    connection.autocommit = False


def _superuser(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def _tables(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND NOT EXISTS ("
        "SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = tablename "
        "AND column_name = 'id' AND data_type = 'uuid') ORDER BY tablename"  # anonymous slips have no number to shift
    ).fetchall()
    return [name for (name,) in rows if not name.startswith(SHARED)]


def _foreign_keys(connection: psycopg.Connection) -> list[tuple[str, str, str]]:
    return connection.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    ).fetchall()


def _copy(connection: psycopg.Connection, table: str) -> sql.Composed:
    """One INSERT that copies the first county's rows of ``table`` as county number ``n``."""
    shifted = _shifted(connection, table)
    unique = _alone_unique(connection, table, shifted)
    columns, values = [], []
    for name, kind in _columns(connection, table):
        column = sql.Identifier(name)
        columns.append(column)
        if name in PATHS:
            value = sql.SQL(
                "(SELECT coalesce(string_agg((part::bigint + %(n)s * {shift})::text || '.', '' ORDER BY place), '') "
                "FROM unnest(string_to_array(rtrim({c}, '.'), '.')) WITH ORDINALITY AS p (part, place) WHERE part <> '')"
            ).format(c=column, shift=sql.Literal(SHIFT))
        elif name in shifted:
            value = sql.SQL("{c} + %(n)s * {shift}").format(c=column, shift=sql.Literal(SHIFT))
        elif name in unique and kind == "uuid":
            value = sql.SQL("CASE WHEN {c} IS NULL THEN NULL ELSE gen_random_uuid() END").format(c=column)
        elif name == "nickname":  # unique by an expression
            value = sql.SQL("CASE WHEN {c} = '' THEN '' ELSE {c} || '-' || %(n)s END").format(c=column)
        elif name in unique and kind in ("integer", "bigint"):
            value = sql.SQL("{c} + %(n)s * 10000").format(c=column)
        elif name in unique and name == "code":
            value = sql.SQL("CASE WHEN {c} ~ '^[0-9]{{12}}$' THEN (700000 + %(n)s)::text || substr({c}, 7) "
                            "ELSE {c} || '-' || %(n)s END").format(c=column)  # fmt: skip
        elif name in unique:
            value = sql.SQL("{c} || '-' || %(n)s").format(c=column)
        else:
            value = column
        values.append(value)
    return sql.SQL(
        "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {key} < {shift}"
    ).format(
        table=sql.Identifier(table),
        columns=sql.SQL(", ").join(columns),
        values=sql.SQL(", ").join(values),
        key=sql.Identifier(_primary(connection, table)),
        shift=sql.Literal(SHIFT),
    )


def _columns(connection: psycopg.Connection, table: str) -> list[tuple[str, str]]:
    return connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position", [table]
    ).fetchall()  # fmt: skip


def _primary(connection: psycopg.Connection, table: str) -> str:
    row = connection.execute(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) "
        "WHERE i.indrelid = to_regclass(%s) AND i.indisprimary", [table]
    ).fetchone()  # fmt: skip
    assert row is not None, table
    return str(row[0])


def _shifted(connection: psycopg.Connection, table: str) -> set[str]:
    """The primary key, the foreign keys to tables that are copied, and the loose ones."""
    from django.apps import apps

    model = next((m for m in apps.get_models(include_auto_created=True) if m._meta.db_table == table), None)
    if model is None:
        return {_primary(connection, table)}
    found = {_primary(connection, table)} | (LOOSE_KEYS & {name for name, _ in _columns(connection, table)})
    for field in model._meta.concrete_fields:
        target = getattr(field, "related_model", None)
        if target is not None and not target._meta.db_table.startswith(SHARED):
            found.add(str(field.column))
        elif target is not None:
            found.discard(str(field.column))
    return found


def _alone_unique(connection: psycopg.Connection, table: str, shifted: Iterable[str]) -> set[str]:
    """Columns of unique indexes in which no shifted column makes the copy different."""
    rows = connection.execute(
        "SELECT array_agg(a.attname) FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid "
        "AND a.attnum = ANY (i.indkey) WHERE i.indrelid = to_regclass(%s) AND i.indisunique GROUP BY i.indexrelid", [table]
    ).fetchall()  # fmt: skip
    different = set(shifted) | PATHS
    return {name for (names,) in rows if not different & set(names) for name in names[:1]}
