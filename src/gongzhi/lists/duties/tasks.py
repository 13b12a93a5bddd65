"""The daily job of this room: let the states of the versions follow their dates."""

from __future__ import annotations

from gongzhi.core.outbox import app
from gongzhi.lists.duties import actions


@app.periodic(cron="5 16 * * *")  # five past midnight in Shanghai; the scheduler counts in UTC
@app.task(name="duties.turn_of_the_day", queueing_lock="duties.turn_of_the_day")
def turn_of_the_day(timestamp: int) -> None:
    """Versions whose first day has come begin to be in force, those whose last day has passed end. Idempotent."""
    actions.turn_of_the_day()
