"""A complaint that the other side retaliated for a score: between the one who files it and the county."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.core.access import ScopedManager
from gongzhi.core.models import Thing, Unit
from gongzhi.core.sealed import SealedTextField
from gongzhi.lists.appraisals import rules
from gongzhi.lists.appraisals.models.pair import Appraisal


class Complaint(Thing):
    """Seen by the unit that filed it and by the county only. Its journal is filed under the county, so that
    no reader of the pair, and no unit between, learns of it. ``text`` and ``answer_text`` are sealed at rest."""

    SCOPE = ("county", "filer")
    FLOW = rules.COMPLAINT_FLOW
    VIEW = "appraisals.see_complaint"

    county = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    filer = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    appraisal = models.ForeignKey(Appraisal, on_delete=models.PROTECT, related_name="+")
    text = SealedTextField()
    filed_on = models.DateField()
    answer_text = SealedTextField(default="", blank=True)
    upheld = models.BooleanField(null=True)
    answered_on = models.DateField(null=True)
    state = models.TextField(default=rules.COMPLAINT_FLOW.initial)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "appraisals"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=rules.COMPLAINT_FLOW.names), name="appraisals_complaint_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(upheld__isnull=False, answered_on__isnull=False),
                name="appraisals_complaint_answered",
            ),
        ]
        indexes = [models.Index(fields=["appraisal"], name="appraisals_complaint_pair")]

    def label(self) -> str:
        return f"关于{self.appraisal.label()}的投诉"

    def get_absolute_url(self) -> str:
        return f"/appraisals/complaints/{self.pk}/"

    def sides(self) -> dict[str, int | None]:
        return {"county": self.county_id, "filer": self.filer_id}
