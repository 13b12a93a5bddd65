"""The county's yearly opening, and the reminders sent in its course."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from gongzhi.core.access import ScopedManager
from gongzhi.core.models import Thing, Unit
from gongzhi.core.rows import Row
from gongzhi.lists.appraisals import rules


class Campaign(Thing):
    """One year's appraisal of one county: the notice and the last day of each step (all inclusive)."""

    SCOPE = ("county",)
    FLOW = rules.CAMPAIGN_FLOW
    VIEW = "appraisals.read_notice"

    county = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    year = models.IntegerField()
    number = models.TextField(default="", blank=True)
    notice = models.TextField()
    opened_on = models.DateField()
    report_due = models.DateField()
    score_due = models.DateField()
    meet_due = models.DateField()
    closed_on = models.DateField(null=True)
    state = models.TextField(default=rules.CAMPAIGN_FLOW.initial)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "appraisals"
        constraints = [
            models.UniqueConstraint(fields=["county", "year"], name="appraisals_campaign_once_a_year"),
            models.CheckConstraint(
                condition=Q(state__in=rules.CAMPAIGN_FLOW.names), name="appraisals_campaign_state"
            ),
            models.CheckConstraint(
                condition=Q(opened_on__lte=F("report_due"))
                & Q(report_due__lte=F("score_due"))
                & Q(score_due__lte=F("meet_due")),
                name="appraisals_campaign_dates",
            ),
        ]

    def label(self) -> str:
        return f"{self.year} 年度双向评估"

    def get_absolute_url(self) -> str:
        return f"/appraisals/campaigns/{self.pk}/"

    def sides(self) -> dict[str, int | None]:
        return {"county": self.county_id}


class Reminder(Row):
    """One reminder to one side, at most one a day: silence is recorded only for those who were reminded."""

    appraisal = models.ForeignKey("appraisals.Appraisal", on_delete=models.PROTECT, related_name="reminders")
    side = models.TextField()
    about = models.TextField()
    on = models.DateField()

    class Meta:
        app_label = "appraisals"
        constraints = [
            models.UniqueConstraint(
                fields=["appraisal", "side", "on"], name="appraisals_reminder_once_a_day"
            ),
            models.CheckConstraint(condition=Q(side__in=["a", "b"]), name="appraisals_reminder_side"),
            models.CheckConstraint(
                condition=Q(about__in=["report", "submit"]), name="appraisals_reminder_about"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.on}"
