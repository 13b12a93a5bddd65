"""What residents say in their own words: private to them and to their committee."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.core import clock
from gongzhi.core.access import ScopedManager
from gongzhi.core.identity import mask_name, mask_phone
from gongzhi.core.sealed import SealedTextField
from gongzhi.core.thing import Thing
from gongzhi.core.units import Unit
from gongzhi.core.words import Words, say
from gongzhi.participation.deliberations.rules import flow, sources


class Raising(Thing):
    """One person's word: an account's, or (代办, hotline, visit) that of somebody whose name and phone are sealed.

    Nobody above the committee and no auditor reads it. ``unnamed``: the nickname, too, stays hidden from the public
    and from other residents. ``may_publish``: the raiser lets his own words and photos be shown. ``key`` comes from the
    phone that sends it, so that what was written without network arrives once. ``like`` is the matter
    that the raiser held to be the same. ``score`` is the raiser's satisfaction.
    """

    SCOPE = ("unit",)
    FLOW = flow.RAISING_FLOW
    VIEW = "deliberations.see_raising"
    UNJOURNALLED = (
        "text",
        "location",
        "latitude",
        "longitude",
        "account_id",
        "hotline",
        "key",
        "why",
        "score_text",
    )
    WHOLE = "matter"
    PRIVATE_EVIDENCE = True

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    matter = models.ForeignKey(
        "deliberations.Matter", null=True, on_delete=models.PROTECT, related_name="raisings"
    )
    like = models.ForeignKey("deliberations.Matter", null=True, on_delete=models.SET_NULL, related_name="+")
    account = models.ForeignKey("core.Account", null=True, on_delete=models.PROTECT, related_name="+")
    name = SealedTextField(default="", blank=True, mask=mask_name)
    phone = SealedTextField(default="", blank=True, blind=True, mask=mask_phone)
    text = models.TextField()
    location = models.TextField(default="", blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    source = models.TextField()
    hotline = models.TextField(null=True, unique=True)
    heard_on = models.DateField()
    unnamed = models.BooleanField(default=False)
    may_publish = models.BooleanField(default=False)
    on_behalf = models.BooleanField(default=False)
    key = models.TextField(null=True)
    state = models.TextField(default=flow.RAISING_FLOW.initial)
    registered_at = models.DateTimeField(null=True)
    why = models.TextField(default="", blank=True)
    score = models.SmallIntegerField(null=True)
    score_text = models.TextField(default="", blank=True)
    scored_at = models.DateTimeField(null=True)
    scored_for = models.BooleanField(default=False)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "deliberations"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=flow.RAISING_FLOW.names), name="deliberations_raising_state"
            ),
            models.CheckConstraint(
                condition=Q(source__in=list(sources.SOURCES)), name="deliberations_raising_source"
            ),
            models.CheckConstraint(
                condition=~Q(state="registered") | Q(matter__isnull=False),
                name="deliberations_raising_matter",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__range=(1, 5)), name="deliberations_score"
            ),
            models.UniqueConstraint(
                fields=["account", "key"], condition=Q(key__isnull=False), name="deliberations_sent_once"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="deliberations_raised_by"),
            models.Index(fields=["unit", "state", "id"], name="deliberations_waiting"),
        ]

    @classmethod
    def owned_by(cls, account_id: int) -> Q:
        return Q(account_id=account_id)

    def label(self) -> str:
        """Nothing of what was said: this stands in the journal."""
        return f"居民说的事 {self.pk}"

    def get_absolute_url(self) -> str:
        return f"/deliberations/raisings/{self.pk}/"

    def sides(self) -> dict[str, int | None]:
        return {flow.UNIT: self.unit_id}

    def flow_key(self) -> str:
        """Passed on to another committee, it waits anew."""
        return f"{self.state}:{self.unit_id}"

    def todo_about(self, word: str) -> Words:
        """Nothing of what was said: a late to-do is told to the unit above."""
        return say("登记居民说的事（{day}）", day=self.heard_on.isoformat())


class Addition(models.Model):
    """A sentence added to a raising by the raiser, or by the committee for him."""

    raising = models.ForeignKey(Raising, on_delete=models.CASCADE, related_name="additions")
    text = models.TextField()
    on_behalf = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "deliberations"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.text[:20]


class Voice(Thing):
    """What somebody says about a matter to the unit that leads it, and the answer. Who it was stays between them."""

    SCOPE = ("matter__unit",)
    VIEW = "deliberations.see_raising"
    WHOLE = "matter"

    account = models.ForeignKey("core.Account", null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    answer = models.TextField(default="", blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @classmethod
    def owned_by(cls, account_id: int) -> Q:
        return Q(account_id=account_id)

    def sides(self) -> dict[str, int | None]:
        return {flow.UNIT: self.matter.unit_id}  # type: ignore[attr-defined]


class Objection(Voice):
    """An objection to an outcome: in its 公示, or ``late`` after it. Upheld, the matter is talked over again."""

    FLOW = flow.OBJECTION_FLOW
    UNJOURNALLED = ("text", "account_id")

    matter = models.ForeignKey("deliberations.Matter", on_delete=models.CASCADE, related_name="objections")
    name = SealedTextField(default="", blank=True, mask=mask_name)
    late = models.BooleanField(default=False)
    state = models.TextField(default=flow.OBJECTION_FLOW.initial)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "deliberations"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=flow.OBJECTION_FLOW.names), name="deliberations_objection_state"
            ),
            models.CheckConstraint(
                condition=Q(state="raised") | ~Q(answer=""), name="deliberations_objection_answered"
            ),
        ]

    def label(self) -> str:
        return f"异议 {self.pk}：{self.matter.label()}"

    def get_absolute_url(self) -> str:
        return f"/deliberations/objections/{self.pk}/"

    def todo_about(self, word: str) -> Words:
        return say("答复异议：{what}", what=self.matter.title)


class Inquiry(Voice):
    """A resident asks how a matter stands or about what was published (村民委员会组织法第三十一条)."""

    FLOW = flow.INQUIRY_FLOW
    UNJOURNALLED = ("text", "account_id")

    matter = models.ForeignKey("deliberations.Matter", on_delete=models.CASCADE, related_name="inquiries")
    state = models.TextField(default=flow.INQUIRY_FLOW.initial)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "deliberations"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=flow.INQUIRY_FLOW.names), name="deliberations_inquiry_state"
            )
        ]

    def label(self) -> str:
        return f"询问 {self.pk}：{self.matter.label()}"

    def get_absolute_url(self) -> str:
        return f"/deliberations/inquiries/{self.pk}/"

    def todo_about(self, word: str) -> Words:
        return say("答复居民询问：{what}", what=self.matter.title)
