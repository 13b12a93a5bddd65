"""议: meetings and who was asked to them, what bodies decided, the consensus in its versions, its 公示."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from gongzhi.core import clock, decisions
from gongzhi.core.access import ScopedManager
from gongzhi.core.identity import mask_name
from gongzhi.core.sealed import SealedTextField
from gongzhi.core.thing import Thing
from gongzhi.core.units import Unit
from gongzhi.core.words import Words, say
from gongzhi.participation.deliberations.rules import flow, meetings, sources

from .matters import Matter

STAKEHOLDERS = "stakeholders"
PARTY_BRANCH, PARTY_MEETING = "party_branch", "party_meeting"
BODIES: dict[str, Words] = {
    **decisions.BODIES,
    STAKEHOLDERS: say("利益相关方协商"),
    PARTY_BRANCH: say("党支部会"),
    PARTY_MEETING: say("党员大会"),
}


class Session(Thing):
    """A meeting of those concerned. ``again`` is the earlier one that too few attended."""

    SCOPE = ("matter__unit",)
    FLOW = flow.SESSION_FLOW
    VIEW = "deliberations.view"
    OPEN = Q(matter__published_at__isnull=False)
    INSIDE = "deliberations.see_inside"
    WHOLE = "matter"
    UNJOURNALLED = ("material", "minutes")
    PUBLIC_EVIDENCE = ("material",)

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="sessions")
    seq = models.IntegerField()
    form = models.TextField(default=meetings.TALK)
    level = models.TextField()
    held_at = models.DateTimeField()
    place = models.TextField()
    online = models.BooleanField(default=False)
    material = models.TextField()
    again = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    invited = models.IntegerField(default=0)
    hall = models.IntegerField(default=0)
    remote = models.IntegerField(default=0)
    minutes = models.TextField(default="", blank=True)
    state = models.TextField(default=flow.SESSION_FLOW.initial)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "deliberations"
        constraints = [
            models.UniqueConstraint(fields=["matter", "seq"], name="deliberations_session_once"),
            models.UniqueConstraint(
                fields=["matter"], condition=Q(state="called"), name="deliberations_one_session_called"
            ),
            models.CheckConstraint(
                condition=Q(state__in=flow.SESSION_FLOW.names), name="deliberations_session_state"
            ),
            models.CheckConstraint(
                condition=Q(form__in=list(meetings.FORMS)), name="deliberations_session_form"
            ),
            models.CheckConstraint(
                condition=Q(level__in=list(sources.LEVELS)), name="deliberations_session_level"
            ),
        ]

    @classmethod
    def owned_by(cls, account_id: int) -> Q:
        """Those of one's own matter, and those one was asked to."""
        asked = Stakeholder.objects.filter(account_id=account_id)
        return Q(matter__in=Matter.objects.filter(Matter.owned_by(account_id))) | Q(
            pk__in=asked.values("session_id")
        )

    def label(self) -> str:
        return f"第 {self.seq} 次{meetings.FORMS[self.form]}：{self.matter.label()}"

    def get_absolute_url(self) -> str:
        return f"/deliberations/sessions/{self.pk}/"

    def sides(self) -> dict[str, int | None]:
        return {flow.UNIT: self.matter.unit_id}

    def flow_due(self) -> date | None:
        from django.utils import timezone

        return timezone.localtime(self.held_at).date()

    def todo_about(self, word: str) -> Words:
        return say("开会并记下经过：{what}", what=self.matter.title)


class Stakeholder(models.Model):
    """One who is concerned and was asked to a meeting. Others read the ``capacity`` ("3 号楼居民代表"), not the name."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="stakeholders")
    capacity = models.TextField()
    name = SealedTextField(default="", blank=True, mask=mask_name)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("core.Account", null=True, on_delete=models.PROTECT, related_name="+")
    invited_on = models.DateField()
    channel = models.TextField(default="", blank=True)
    came = models.BooleanField(default=False)

    class Meta:
        app_label = "deliberations"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["session", "account"],
                condition=Q(account__isnull=False),
                name="deliberations_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["", *meetings.CHANNELS]), name="deliberations_channel"
            ),
        ]

    def __str__(self) -> str:
        return self.capacity


class Decision(models.Model):
    """What a body decided about a matter: its counts and the rule by which they were counted, never only "passed".

    ``about`` says on what: accept, decline, refer, lift, consensus, adopt, or one of the four resolutions of a village.
    """

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="decisions")
    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT, related_name="decisions")
    about = models.TextField()
    body = models.TextField()
    held_on = models.DateField()
    eligible = models.IntegerField()
    present = models.IntegerField()
    yes = models.IntegerField()
    no = models.IntegerField(default=0)
    abstain = models.IntegerField(default=0)
    invalid = models.IntegerField(default=0)
    rule = models.TextField()
    verified = models.BooleanField(default=False)
    needed_present = models.IntegerField()
    needed_yes = models.IntegerField()
    passed = models.BooleanField()
    minutes = models.TextField(default="", blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "deliberations"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=Q(body__in=list(BODIES)), name="deliberations_decision_body"),
            models.CheckConstraint(
                condition=Q(present__lte=F("eligible"), yes__gte=0, no__gte=0, abstain__gte=0, invalid__gte=0)
                & Q(present=F("yes") + F("no") + F("abstain") + F("invalid")),
                name="deliberations_decision_counts",
            ),
            models.CheckConstraint(
                condition=Q(passed=False) | Q(present__gte=F("needed_present"), yes__gte=F("needed_yes")),
                name="deliberations_decision_passed",
            ),
            models.UniqueConstraint(
                fields=["matter", "about"],
                condition=Q(about__in=list(meetings.FOUR_STEPS), passed=True),
                name="deliberations_resolution_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.held_on}"

    @property
    def body_label(self) -> Words:
        """The body in words."""
        return BODIES[self.body]


class Outcome(models.Model):
    """One version of the consensus text. The settled one has its day and the hash of its words."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="outcomes")
    version = models.IntegerField()
    text = models.TextField()
    reason = models.TextField(default="", blank=True)
    settled_on = models.DateField(null=True)
    sha256 = models.TextField(default="", blank=True)
    binds_all = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "deliberations"
        ordering = ("version",)
        constraints = [
            models.UniqueConstraint(fields=["matter", "version"], name="deliberations_version_once"),
            models.CheckConstraint(
                condition=Q(settled_on__isnull=True) | ~Q(sha256=""), name="deliberations_settled_text"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}"


class Publicity(models.Model):
    """公示 of one settled text: where, from when, until when (inclusive)."""

    matter = models.ForeignKey(Matter, on_delete=models.CASCADE, related_name="publicities")
    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="+")
    place = models.TextField()
    since = models.DateField()
    until = models.DateField()

    class Meta:
        app_label = "deliberations"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="deliberations_publicity_dates")
        ]

    def __str__(self) -> str:
        return f"{self.since} {self.until}"
