"""Jobs: enqueued with the act, done at least once, also when the worker died while doing them."""

from __future__ import annotations

import asyncio

import pytest
from django.db import connection, transaction

from gongzhi.core.outbox import app, defer
from gongzhi.running.worker import work

done: list[str] = []


@pytest.fixture
def note(transactional_db):
    """A task that notes what it was asked to do. The queue is emptied: flushing does not know its tables."""
    done.clear()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")

    @app.task(name="test.note", queue="test")
    async def note(text: str) -> None:
        done.append(text)

    yield note
    app.tasks.pop("test.note")


def jobs() -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status FROM procrastinate_jobs WHERE task_name = 'test.note' ORDER BY id")
        return cursor.fetchall()


def test_a_job_of_an_act_that_was_rolled_back_is_never_done(note):
    with transaction.atomic():
        defer(note, text="kept")
    with transaction.atomic():
        defer(note, text="lost")
        transaction.set_rollback(True)
    asyncio.run(work(wait=False, queues=["test"]))
    assert done == ["kept"]


def test_a_job_whose_worker_was_killed_is_done_by_the_next(note):
    defer(note, text="again")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        dead = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = 1, worker_id = %s", [dead])
    asyncio.run(work(wait=False, queues=["test"]))
    assert done == ["again"]
    assert [status for _, status in jobs()] == ["succeeded"]
