"""What this room does by itself: each night it counts anew which words its past matters were about."""

from __future__ import annotations

from gongzhi.core.outbox import app
from gongzhi.participation.deliberations.actions import learning


@app.periodic(cron="40 18 * * *")  # 02:40 in Beijing: cron runs in UTC
@app.task(lock="deliberations.learn", pass_context=False)
def learn(timestamp: int = 0) -> int:
    """Count the words of past matters by category. ``timestamp`` is the scheduler's."""
    return learning.learn()
