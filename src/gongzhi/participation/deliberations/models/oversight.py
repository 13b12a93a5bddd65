"""监: the resident supervisors, how they were drawn, what they found, and what was sent back."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gongzhi.core import clock
from gongzhi.core.access import ScopedManager
from gongzhi.core.identity import mask_name
from gongzhi.core.sealed import SealedTextField
from gongzhi.core.thing import Thing
from gongzhi.core.units import Unit
from gongzhi.participation.deliberations.rules import flow, oversight

from .matters import Matter
from .tasks import Task


class Supervisor(Thing):
    """A resident who is willing to check, and after the draw one who does. Others read the masked name.

    Without a ``matter`` it is a standing offer for the whole community: the pool from which supervisors are drawn.
    """

    SCOPE = ("unit",)
    FLOW = flow.SUPERVISOR_FLOW
    VIEW = "deliberations.see_supervisor"
    WHOLE = "matter"
    UNJOURNALLED = ("account_id",)

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey(Matter, null=True, on_delete=models.CASCADE, related_name="supervisors")
    account = models.ForeignKey("core.Account", null=True, on_delete=models.PROTECT, related_name="+")
    name = SealedTextField(default="", blank=True, mask=mask_name)
    way = models.TextField(default=oversight.OFFERED)
    ticket = models.IntegerField(null=True)
    state = models.TextField(default=flow.SUPERVISOR_FLOW.initial)
    on_behalf = models.BooleanField(default=False)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "deliberations"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=flow.SUPERVISOR_FLOW.names), name="deliberations_supervisor_state"
            ),
            models.CheckConstraint(
                condition=Q(way__in=list(oversight.WAYS)), name="deliberations_supervisor_way"
            ),
            models.CheckConstraint(
                condition=~Q(state="chosen") | Q(matter__isnull=False),
                name="deliberations_chosen_for_a_matter",
            ),
            models.UniqueConstraint(
                fields=["unit", "matter", "account"],
                condition=Q(account__isnull=False) & ~Q(state="stepped_back"),
                nulls_distinct=False,
                name="deliberations_volunteer_once",
            ),
        ]
        indexes = [models.Index(fields=["account", "state"], name="deliberations_duties_of")]

    @classmethod
    def owned_by(cls, account_id: int) -> Q:
        return Q(account_id=account_id)

    def label(self) -> str:
        return f"监督人 {self.pk}"

    def get_absolute_url(self) -> str:
        return f"/deliberations/supervisors/{self.pk}/"


class Draw(models.Model):
    """A draw as anyone can repeat it: the words said aloud, the number of tickets, and the tickets drawn."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="draws")
    words = models.TextField()
    witnesses = models.TextField(default="", blank=True)
    seed = models.TextField()
    tickets = models.IntegerField()
    drawn = ArrayField(models.IntegerField())
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "deliberations"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.seed[:8]


class Check(models.Model):
    """What one supervisor found of one task, in one round; ``on_behalf`` where the committee wrote it down for him."""

    supervisor = models.ForeignKey(Supervisor, on_delete=models.CASCADE, related_name="checks")
    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="checks")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="checks")
    round = models.IntegerField()
    passed = models.BooleanField()
    score = models.SmallIntegerField(null=True)
    finding = models.TextField(default="", blank=True)
    on_behalf = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "deliberations"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["supervisor", "task", "round"], name="deliberations_checked_once"
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(1, 5)), name="deliberations_check_score"
            ),
            models.CheckConstraint(
                condition=Q(passed=True) | ~Q(finding=""), name="deliberations_check_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.passed}"


class SentBack(models.Model):
    """That supervisors or raisers were not satisfied: sent back to be done again (do) or talked over again (deliberate)."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="returns")
    to = models.TextField()
    by = models.TextField()
    reason = models.TextField()
    tasks = ArrayField(models.BigIntegerField(), default=list)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "deliberations"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(to__in=[flow.DO, flow.DELIBERATE]), name="deliberations_sent_back_to"
            )
        ]

    def __str__(self) -> str:
        return f"{self.to} {self.at:%Y-%m-%d}"
