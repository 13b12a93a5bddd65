"""What this room does by itself: ends voting at the hour that was published."""

from __future__ import annotations

from gongzhi.core.outbox import app

from .actions import close_due


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="ballots.close", lock="ballots.close", pass_context=False)
def close(timestamp: int = 0) -> int:
    """Close what is over since the last minute. ``timestamp`` is the scheduler's."""
    return close_due()
