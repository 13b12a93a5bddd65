"""What follows the opening: meeting, witnesses, objections, re-check, rectification, settlement."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gongzhi.core import clock
from gongzhi.core.rows import Row
from gongzhi.lists.appraisals.models.pair import Appraisal, Line

_SIDES = ["a", "b"]


class Witness(Row):
    """The opinion of a residents' representative or of the supervision committee, given after the opening."""

    BODIES = ("representative", "supervision")

    appraisal = models.ForeignKey(Appraisal, on_delete=models.CASCADE, related_name="witnesses")
    body = models.TextField()
    name = models.TextField()
    opinion = models.TextField()
    on = models.DateField()

    class Meta:
        app_label = "appraisals"
        constraints = [
            models.CheckConstraint(
                condition=Q(body__in=["representative", "supervision"]), name="appraisals_witness_body"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Meeting(Row):
    """The minutes of the exchange meeting."""

    appraisal = models.OneToOneField(Appraisal, on_delete=models.CASCADE, related_name="meeting")
    held_on = models.DateField()
    place = models.TextField()
    present_a = models.TextField()
    present_b = models.TextField()
    minutes = models.TextField()
    recorded_by = models.TextField()

    class Meta:
        app_label = "appraisals"
        constraints = [
            models.CheckConstraint(condition=Q(recorded_by__in=_SIDES), name="appraisals_meeting_side")
        ]

    def __str__(self) -> str:
        return str(self.held_on)


class Objection(Row):
    """One side contests the score of one line about itself."""

    appraisal = models.ForeignKey(Appraisal, on_delete=models.CASCADE, related_name="objections")
    line = models.OneToOneField(Line, on_delete=models.PROTECT, related_name="objection")
    side = models.TextField()
    reason = models.TextField()
    filed_on = models.DateField()

    class Meta:
        app_label = "appraisals"
        constraints = [models.CheckConstraint(condition=Q(side__in=_SIDES), name="appraisals_objection_side")]

    def __str__(self) -> str:
        return self.reason


class Panel(Row):
    """One joint re-check: who sat, what it found per line, whether the other side countersigned.

    ``members`` is a list of {side, name, post}; ``results`` a list of {line, key, about, label, before, after,
    reason}, scores as text. ``outcome``: "" open, "agreed" or "disputed" (then ``answer`` says why).
    """

    appraisal = models.ForeignKey(Appraisal, on_delete=models.CASCADE, related_name="panels")
    members = models.JSONField()
    results = models.JSONField()
    held_on = models.DateField()
    recorded_by = models.TextField()
    outcome = models.TextField(default="", blank=True)
    answer = models.TextField(default="", blank=True)

    class Meta:
        app_label = "appraisals"
        constraints = [
            models.CheckConstraint(condition=Q(recorded_by__in=_SIDES), name="appraisals_panel_side"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "agreed", "disputed"]), name="appraisals_panel_outcome"
            ),
            models.UniqueConstraint(
                fields=["appraisal"], condition=Q(outcome=""), name="appraisals_panel_one_open"
            ),
        ]

    def __str__(self) -> str:
        return str(self.held_on)


class Mending(Row):
    """One rectification item of one side: what is wrong, what it will do, by when; checked by the other side."""

    STATES = ("open", "reported", "verified")

    appraisal = models.ForeignKey(Appraisal, on_delete=models.CASCADE, related_name="mendings")
    side = models.TextField()
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="mendings")
    problem = models.TextField()
    measure = models.TextField()
    due = models.DateField()
    listed_by = models.TextField()
    state = models.TextField(default="open")
    report = models.TextField(default="", blank=True)
    reported_on = models.DateField(null=True)
    verdict = models.TextField(default="", blank=True)
    verified_on = models.DateField(null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "appraisals"
        ordering = ["appraisal_id", "due", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=_SIDES) & Q(listed_by__in=_SIDES), name="appraisals_mending_side"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "reported", "verified"]), name="appraisals_mending_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(verified_on__gte=F("reported_on")),
                name="appraisals_mending_verified",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due", "id"], condition=~Q(state="verified"), name="appraisals_mending_unmet"
            )
        ]

    def __str__(self) -> str:
        return self.problem


class Settlement(Row):
    """How the tail was settled: the score it follows, what is paid, and the formula in words."""

    appraisal = models.OneToOneField(Appraisal, on_delete=models.CASCADE, related_name="settlement")
    score = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    tail_fen = models.BigIntegerField()
    payable_fen = models.BigIntegerField()
    reason = models.JSONField()
    on = models.DateField()

    class Meta:
        app_label = "appraisals"
        constraints = [
            models.CheckConstraint(
                condition=Q(payable_fen__gte=0) & Q(payable_fen__lte=F("tail_fen")),
                name="appraisals_settlement_bounds",
            )
        ]

    def __str__(self) -> str:
        return str(self.on)
