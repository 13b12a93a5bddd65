"""What the shell does by itself: ends proposals about administrators that nobody confirmed."""

from __future__ import annotations

from gongzhi.core.outbox import app
from gongzhi.site import actions


@app.periodic(cron="7 * * * *")
@app.task(lock="site.lapse", pass_context=False)
def lapse(timestamp: int = 0) -> int:
    """Each hour, end what has waited too long for its second administrator."""
    return actions.lapse_overdue()
