"""What the application's database role may do: everything to facts, only adding to records."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors

from gongzhi.running.database import APPEND_ONLY, Access, grant
from gongzhi.running.postgres import APP


@pytest.fixture
def app(access):
    with psycopg.connect(access.app, autocommit=True) as connection:
        yield connection


def test_facts_may_be_written(app):
    app.execute("INSERT INTO core_unit (name) VALUES ('中荷村')")
    app.execute("UPDATE core_unit SET name = '中荷社区'")
    assert app.execute("SELECT name, twice(2) FROM core_unit").fetchone() == ("中荷社区", 4)
    app.execute("DELETE FROM core_unit")


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}",
                                       "ALTER TABLE {} ADD COLUMN more int"])  # fmt: skip
def test_records_may_not_be_changed(app, table, statement):
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement.format(table))


def test_records_may_be_added_and_read(app):
    app.execute("INSERT INTO core_journalentry (verb) VALUES ('agreements.sign')")
    assert app.execute("SELECT verb FROM core_journalentry").fetchall() == [("agreements.sign",)]


def test_imports_may_be_staged_in_temporary_tables(app):
    app.execute("CREATE TEMP TABLE staged (code text)")


def test_migrations_are_not_the_applications(app):
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute("INSERT INTO django_migrations (name) VALUES ('x')")
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute("CREATE TABLE mine (id int)")


def test_a_table_made_later_can_at_once_be_read_and_added_to(access, app):
    with psycopg.connect(access.owner) as owner:
        owner.execute("CREATE TABLE later (id serial, name text)")
    app.execute("INSERT INTO later (name) VALUES ('x')")
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute("DELETE FROM later")
    with psycopg.connect(access.owner) as owner:
        grant(owner, APP)
        grant(owner, APP)
    app.execute("DELETE FROM later")


def test_granting_to_oneself_changes_nothing(access):
    with psycopg.connect(access.owner) as owner:
        grant(owner, "gongzhi_owner")
        owner.execute("DELETE FROM core_journalentry")


def test_one_role_is_noticed(access):
    assert not access.one_role
    assert Access(app=access.owner, owner=access.owner, embedded=False).one_role
