"""What this room does by itself: each morning it reminds both sides of what falls due soon."""

from __future__ import annotations

from gongzhi.core.outbox import app

from .actions import reminders


@app.periodic(cron="10 23 * * *")  # 07:10 in Beijing: cron runs in UTC
@app.task(lock="agreements.remind", pass_context=False)
def remind(timestamp: int = 0) -> int:
    """Send the reminders of the day. ``timestamp`` is the scheduler's."""
    return reminders.remind()
