"""The matter: what everybody talks about, from its number to its receipt."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from gongzhi.core import clock
from gongzhi.core.access import Actor, ScopedManager
from gongzhi.core.thing import Thing
from gongzhi.core.units import Unit
from gongzhi.core.words import Words, say
from gongzhi.participation.deliberations.rules import FLOW, flow, sources

NUMBER_DIGITS = 4
ONLOOKER = "onlooker"


class Counter(models.Model):
    """The last number given in a year; taking the next one locks the row, so that no number is left out."""

    year = models.IntegerField(primary_key=True)
    last = models.IntegerField(default=0)

    class Meta:
        app_label = "deliberations"

    def __str__(self) -> str:
        return f"{self.year}-{self.last}"


class Matter(Thing):
    """One matter, in words the committee answers for; what residents said is in its raisings.

    ``unit`` leads it: the committee, or the township or county for a matter of their level; ``origin`` is the committee
    where it was raised; ``receiver`` whoever it is passed to at the moment. ``due`` is the last day of the present
    turn. It is open to everyone from ``published_at`` on; ``withheld`` says why it was taken off again.
    ``raised`` counts its raisings, ``sent_back`` how often supervisors or raisers returned it, ``round`` the round of
    checks. ``satisfied`` is what its raisers said in the end, null where they said nothing.
    """

    SCOPE = ("unit", "origin", "receiver")
    FLOW = FLOW
    VIEW = "deliberations.view"
    OPEN = Q(published_at__isnull=False)
    INSIDE = "deliberations.see_inside"
    UNJOURNALLED = ("text",)
    PUBLIC_EVIDENCE = ("public", "result")

    number = models.TextField(unique=True)
    year = models.IntegerField()
    seq = models.IntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    origin = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    title = models.TextField()
    text = models.TextField(default="", blank=True)
    category = models.TextField()
    source = models.TextField()
    level = models.TextField(default=sources.COMMUNITY)
    location = models.TextField(default="", blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    major = models.BooleanField(default=False)
    state = models.TextField(default=FLOW.initial)
    due = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)
    withheld = models.TextField(default="", blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    raised = models.IntegerField(default=0)
    sent_back = models.IntegerField(default=0)
    round = models.IntegerField(default=1)
    heard_on = models.DateField()
    registered_at = models.DateTimeField(default=clock.now)
    screened_at = models.DateTimeField(null=True)
    adopted_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    conclusion = models.TextField(default="", blank=True)
    satisfied = models.BooleanField(null=True)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "deliberations"
        constraints = [
            models.UniqueConstraint(fields=["year", "seq"], name="deliberations_number_once"),
            models.CheckConstraint(condition=Q(state__in=FLOW.names), name="deliberations_state"),
            models.CheckConstraint(condition=Q(level__in=list(sources.LEVELS)), name="deliberations_level"),
            models.CheckConstraint(
                condition=Q(category__in=list(sources.CATEGORIES)), name="deliberations_category_known"
            ),
            models.CheckConstraint(
                condition=Q(source__in=list(sources.SOURCES)), name="deliberations_source"
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="deliberations_merged",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="deliberations_not_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(state=flow.CLOSED, closed_at__isnull=False)
                | (~Q(state=flow.CLOSED) & Q(closed_at__isnull=True)),
                name="deliberations_closed_at",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="deliberations_point",
            ),
            models.CheckConstraint(condition=Q(raised__gte=0, sent_back__gte=0), name="deliberations_counts"),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "-id"], name="deliberations_of_unit"),
            models.Index(fields=["origin", "-id"], name="deliberations_of_origin"),
            models.Index(
                fields=["-id"], condition=Q(published_at__isnull=False), name="deliberations_public"
            ),
            models.Index(fields=["state", "due"], name="deliberations_due"),
            models.Index(fields=["category", "-id"], name="deliberations_category"),
        ]

    @classmethod
    def owned_by(cls, account_id: int) -> Q:
        """The matters in which the account's own word stands."""
        from .raisings import Raising

        mine = Raising.objects.filter(account_id=account_id).exclude(matter=None).exclude(state="withdrawn")
        return Q(pk__in=mine.values("matter_id"))

    def label(self) -> str:
        """2026-0123 楼道停电动车."""
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return f"/deliberations/{self.pk}/"

    def sides(self) -> dict[str, int | None]:
        return {flow.UNIT: self.unit_id}

    def side_of(self, actor: Actor) -> str | None:
        """Who merely sees it (the committee it came from, the unit it is passed to) has no move of its own."""
        return super().side_of(actor) or (ONLOOKER if actor.unit_id is not None else None)

    def flow_key(self) -> str:
        """A turn comes back after a return or a second meeting."""
        return f"{self.state}:{self.round}"

    def flow_due(self) -> date | None:
        return self.due

    def todo_about(self, word: str) -> Words:
        told = {
            "accept": say("两委商量：{what}", what=self.title),
            "call": say("安排议事：{what}", what=self.title),
            "settle": say("形成共识文本：{what}", what=self.title),
            "submit": say("没有谈拢，请作安排：{what}", what=self.title),
            "decide": say("提交村（居）民会议表决：{what}", what=self.title),
            "adopt": say("公示期满后确认：{what}", what=self.title),
            "assign": say("派任务：{what}", what=self.title),
            "draw": say("产生监督人：{what}", what=self.title),
            "conclude": say("汇总监督人意见：{what}", what=self.title),
            "close": say("请提出人评价并办结：{what}", what=self.title),
        }
        return told.get(word, say("{what}", what=self.title))

    @property
    def step(self) -> str:
        """The key of the step of 问提议干监 in which it stands."""
        return flow.STEP_OF[self.state]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in flow.OPEN_STATES


class Answer(models.Model):
    """What the raisers were told, when, and until when it was owed."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="answers")
    kind = models.TextField()
    text = models.TextField()
    basis = models.TextField(default="", blank=True)
    due = models.DateField(null=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "deliberations"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.text[:20]


class Referral(Thing):
    """A matter passed on: to whoever the duty list names, to a department, or to the level above (``via``).

    ``item_code``, ``item_name`` and ``article`` repeat the list as it was, so that the raiser can read why.
    """

    SCOPE = ("matter__unit", "receiver")
    FLOW = flow.REFERRAL_FLOW
    VIEW = "deliberations.view"
    OPEN = Q(matter__published_at__isnull=False)
    WHOLE = "matter"
    UNJOURNALLED = ("note", "answer")

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="referrals")
    via = models.TextField()
    receiver = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("duties.DutyItem", null=True, on_delete=models.PROTECT, related_name="+")
    item_code = models.TextField(default="", blank=True)
    item_name = models.TextField(default="", blank=True)
    article = models.TextField(default="", blank=True)
    note = models.TextField(default="", blank=True)
    answer = models.TextField(default="", blank=True)
    state = models.TextField(default=flow.REFERRAL_FLOW.initial)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "deliberations"
        constraints = [
            models.CheckConstraint(
                condition=Q(via__in=["duty", "department", "level"]), name="deliberations_referral_via"
            ),
            models.CheckConstraint(
                condition=Q(state__in=flow.REFERRAL_FLOW.names), name="deliberations_referral_state"
            ),
            models.UniqueConstraint(
                fields=["matter"],
                condition=Q(state__in=["offered", "taken"]),
                name="deliberations_one_referral",
            ),
        ]

    @classmethod
    def owned_by(cls, account_id: int) -> Q:
        return Q(matter__in=Matter.objects.filter(Matter.owned_by(account_id)))

    def label(self) -> str:
        return f"转办 {self.matter.label()}"

    def get_absolute_url(self) -> str:
        return f"/deliberations/referrals/{self.pk}/"

    def sides(self) -> dict[str, int | None]:
        return {"receiver": self.receiver_id, flow.UNIT: self.matter.unit_id}

    def todo_about(self, word: str) -> Words:
        if word == "deliberations.take_on":
            return say("请接收：{what}", what=self.matter.title)
        return say("请办理并答复：{what}", what=self.matter.title)


class Gram(models.Model):
    """In how many past matters of a category a pair of characters stands; the empty pair counts the matters."""

    category = models.TextField()
    gram = models.TextField()
    matters = models.IntegerField()

    class Meta:
        app_label = "deliberations"
        constraints = [models.UniqueConstraint(fields=["gram", "category"], name="deliberations_gram_once")]

    def __str__(self) -> str:
        return f"{self.category} {self.gram} {self.matters}"
