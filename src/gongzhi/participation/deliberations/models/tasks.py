"""干: the tasks, each with its owner, its money and its day."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.core.access import ScopedManager
from gongzhi.core.thing import Thing
from gongzhi.core.units import Unit
from gongzhi.core.words import Words, say
from gongzhi.participation.deliberations.rules import flow, sources

from .matters import Matter


class Task(Thing):
    """One task. An owner with a seat (``owner_unit``) accepts and reports itself; the committee records the word of
    the others (``owner_name``). ``returned`` counts how often supervisors or raisers sent it back."""

    SCOPE = ("matter__unit", "owner_unit")
    FLOW = flow.TASK_FLOW
    VIEW = "deliberations.view"
    OPEN = Q(matter__published_at__isnull=False)
    INSIDE = "deliberations.see_inside"
    WHOLE = "matter"
    PUBLIC_EVIDENCE = ("before", "after")

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="tasks")
    seq = models.IntegerField()
    title = models.TextField()
    text = models.TextField(default="", blank=True)
    owner_kind = models.TextField()
    owner_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    owner_name = models.TextField(default="", blank=True)
    budget_fen = models.BigIntegerField(default=0)
    spent_fen = models.BigIntegerField(null=True)
    due = models.DateField()
    state = models.TextField(default=flow.TASK_FLOW.initial)
    accepted_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    result = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)
    returned = models.IntegerField(default=0)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "deliberations"
        constraints = [
            models.UniqueConstraint(fields=["matter", "seq"], name="deliberations_task_once"),
            models.CheckConstraint(
                condition=Q(state__in=flow.TASK_FLOW.names), name="deliberations_task_state"
            ),
            models.CheckConstraint(
                condition=Q(owner_kind__in=sources.WITH_UNIT, owner_unit__isnull=False)
                | (~Q(owner_kind__in=sources.WITH_UNIT) & Q(owner_unit__isnull=True) & ~Q(owner_name="")),
                name="deliberations_task_owner",
            ),
            models.CheckConstraint(condition=Q(budget_fen__gte=0), name="deliberations_task_budget"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_on__isnull=False), name="deliberations_task_done"
            ),
        ]
        indexes = [models.Index(fields=["owner_unit", "state", "due"], name="deliberations_tasks_of")]

    @classmethod
    def owned_by(cls, account_id: int) -> Q:
        return Q(matter__in=Matter.objects.filter(Matter.owned_by(account_id)))

    def label(self) -> str:
        return f"{self.title}（{self.matter.number}）"

    def get_absolute_url(self) -> str:
        return f"/deliberations/tasks/{self.pk}/"

    def sides(self) -> dict[str, int | None]:
        """The committee acts for owners that have no seat here."""
        return {flow.OWNER: self.owner_unit_id or self.matter.unit_id, flow.UNIT: self.matter.unit_id}

    def flow_key(self) -> str:
        return f"{self.state}:{self.returned}"

    def flow_due(self) -> date | None:
        return self.due if self.state in ("accepted", "returned") else None

    def todo_about(self, word: str) -> Words:
        told = {
            "deliberations.accept_task": say("请接下任务：{what}", what=self.title),
            "deliberations.finish_task": say("请办理：{what}", what=self.title),
            "deliberations.reassign": say("承办方不接，请另派：{what}", what=self.title),
        }
        return told[word]

    @property
    def owner(self) -> str:
        """Whose it is, in words."""
        return self.owner_unit.short if self.owner_unit is not None else self.owner_name
