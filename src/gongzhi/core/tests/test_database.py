"""The connection to the database: prepared statements, and noticing that the other side has gone."""

from __future__ import annotations

import time

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext


@pytest.mark.django_db
def test_a_statement_that_comes_back_is_prepared() -> None:
    with connection.cursor() as cursor:
        for number in range(6):
            cursor.execute("SELECT name FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{number}%"])
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%pg_prepared%LIKE $1'"
        )
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db
def test_a_living_connection_is_known_without_a_query() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert connection.is_usable()
    assert not asked.captured_queries


@pytest.mark.django_db
def test_a_connection_that_the_server_closed_is_not_usable() -> None:
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (number,) = cursor.fetchone()
        assert other.is_usable()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [number])
        deadline = time.monotonic() + 10
        while other.is_usable() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not other.is_usable()
    finally:
        other.close()
