"""What the system does by itself each day: pairs follow their agreements to successors, scoring
begins, silent sides are reminded. All may run twice."""

from __future__ import annotations

from gongzhi.core.outbox import app
from gongzhi.lists.appraisals import actions


@app.periodic(cron="5 1 * * *")
@app.task(queueing_lock="appraisals.daily")
def appraisals_daily(timestamp: int) -> None:
    """Follow successors; begin scoring where the reporting time is over; remind where a last day comes near."""
    actions.pass_on_due()
    actions.begin_due()
    actions.remind_due()
