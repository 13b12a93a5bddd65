"""A PostgreSQL of this folder's own, with the two roles and a few tables as migrations would make them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from gongzhi.running.database import APPEND_ONLY, Access, access_to, clear_schema, grant
from gongzhi.running.home import Home
from gongzhi.running.postgres import APP, Server, throwaway

TABLES = """
CREATE TABLE django_migrations (id serial PRIMARY KEY, name text);
CREATE TABLE core_unit (id bigserial PRIMARY KEY, name text NOT NULL);
CREATE TABLE core_account (id bigserial PRIMARY KEY, login text, demo boolean NOT NULL DEFAULT false);
CREATE TABLE core_journalentry (id bigserial PRIMARY KEY, verb text NOT NULL);
CREATE TABLE core_journalleaf (id bigserial PRIMARY KEY, entry_id bigint REFERENCES core_journalentry);
CREATE TABLE core_journalnode (id bigserial PRIMARY KEY, hash text);
CREATE TABLE core_checkpoint (id bigserial PRIMARY KEY, root text);
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2';
"""
RECORDS = "".join(
    f"CREATE TABLE {table} (id bigserial PRIMARY KEY);"
    for table in APPEND_ONLY
    if f"TABLE {table} " not in TABLES
)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with throwaway() as running:
        running.ensure_roles()
        yield running


@pytest.fixture
def access(server: Server) -> Access:
    """The database as it is just after migrating: tables, grants, no rows."""
    both = access_to(server)
    clear_schema(both)
    with psycopg.connect(both.owner) as owner:
        owner.execute(TABLES + RECORDS)
        grant(owner, APP)
    return both


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "var").make()
