"""What the room does by itself: maps are drawn within a minute of the votes that call for it, polls close on their day."""

from __future__ import annotations

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from gongzhi.core.outbox import app
from gongzhi.participation.opinions import actions


@app.periodic(cron="* * * * *")
@app.task(name="opinions.look", queueing_lock="opinions.look", lock="opinions.look", pass_context=False)
def look(timestamp: int = 0) -> int:
    """Ask for the maps that are due, each at most once however often it is asked for. Returns how many."""
    due = actions.due_polls()
    for poll_id in due:
        try:
            with transaction.atomic():
                name = f"opinions.redraw.{poll_id}"
                redraw.configure(lock=name, queueing_lock=name).defer(poll_id=poll_id)
        except AlreadyEnqueued:
            continue
    return len(due)


@app.task(name="opinions.redraw")
def redraw(poll_id: int) -> None:
    """Draw one poll's map; the lock lets one at a time. A second run finds nothing changed and draws nothing."""
    actions.redraw(poll_id)


@app.periodic(cron="10 16 * * *")  # ten past midnight in Beijing: cron runs in UTC
@app.task(name="opinions.close_due", queueing_lock="opinions.close_due", pass_context=False)
def close_due(timestamp: int = 0) -> int:
    """Close the polls whose last day was yesterday."""
    return actions.close_due()
