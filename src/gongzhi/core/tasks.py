"""What the ground floor does by itself: seals the journal, tells superiors of what is late, forgets old tries,
discards uploads that nothing rests on."""

from __future__ import annotations

import logging

from gongzhi.core import discarding, sealing, throttle, todo
from gongzhi.core.exchange import tasks as _imports  # noqa: F401  registers the import jobs with the worker
from gongzhi.core.outbox import app

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="core.seal", lock="core.seal", pass_context=False)
def seal(timestamp: int = 0, full: bool = False) -> int:
    """Seal what was written since the last minute. ``timestamp`` is the scheduler's."""
    return sealing.seal_now(full=full)


@app.periodic(cron="17 19 * * *")  # 03:17 in Beijing: cron runs in UTC
@app.task(lock="core.seal", pass_context=False)
def seal_all(timestamp: int = 0) -> int:
    """Once a day, look through the whole journal for entries that came late."""
    return sealing.seal_now(full=True)


@app.periodic(cron="30 23 * * *")  # 07:30 in Beijing
@app.task(lock="core.escalate", pass_context=False)
def escalate(timestamp: int = 0) -> int:
    """Each morning, tell superior units what is late below them."""
    return todo.escalate()


@app.periodic(cron="41 18 * * *")  # 02:41 in Beijing
@app.task(lock="core.forget_tries", pass_context=False)
def forget_tries(timestamp: int = 0) -> int:
    """Each night, forget the counts of those who have long stopped trying."""
    return throttle.forget_old()


@app.periodic(cron="53 18 * * *")  # 02:53 in Beijing
@app.task(lock="core.discard_unused", pass_context=False)
def discard_unused(timestamp: int = 0) -> int:
    """Each night, delete what was uploaded long ago and nothing rests on."""
    return discarding.discard_old_unused()
