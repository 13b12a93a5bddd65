"""What committees and people say about a version: consultation opinions and objections."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.core import clock
from gongzhi.core.models import Thing, Unit
from gongzhi.core.sealed import SealedTextField
from gongzhi.core.words import Words, say
from gongzhi.lists.duties import rules
from gongzhi.lists.duties.models.items import DutyItem
from gongzhi.lists.duties.models.lists import DutyList

CHANNELS: dict[str, Words] = {
    "online": say("网上"),
    "paper": say("书面"),
    "phone": say("电话"),
    "visit": say("当面"),
}


class Consultation(Thing):
    """One committee's opinion on one version in one round; ``proxy`` where somebody wrote it down for them."""

    version = models.ForeignKey(DutyList, on_delete=models.CASCADE, related_name="consultations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    round = models.IntegerField()
    state = models.TextField(default=rules.CONSULTATION_FLOW.initial)
    text = models.TextField(default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    proxy = models.BooleanField(default=False)
    proxy_how = models.TextField(default="", blank=True)
    adopted = models.BooleanField(null=True)
    reply = models.TextField(default="", blank=True)

    SCOPE: ClassVar = ("unit",)
    FLOW: ClassVar = rules.CONSULTATION_FLOW
    VIEW: ClassVar = "duties.consultation"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=rules.CONSULTATION_FLOW.names), name="duties_consultation_state"
            ),
            models.UniqueConstraint(fields=["version", "unit", "round"], name="duties_consulted_once"),
            models.CheckConstraint(
                condition=~Q(state="dissented") | Q(text__gt=""), name="duties_dissent_has_text"
            ),
        ]
        indexes = [models.Index(fields=["version", "round", "state"], name="duties_consultation_count")]

    def label(self) -> str:
        return f"{self.unit.short}对{self.version.label()}的意见"

    def get_absolute_url(self) -> str:
        return f"/duties/consultations/{self.pk}/"

    def sides(self) -> dict[str, int | None]:
        return {"committee": self.unit_id}

    def side_of(self, actor: object) -> str | None:
        return None

    def todo_about(self, word: str) -> Words:
        return say("对{what}提意见", what=self.version.label())


class Dissent(models.Model):
    """The part of a dissent that is about one item."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="points")
    item = models.ForeignKey(DutyItem, on_delete=models.CASCADE, related_name="dissents")
    text = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation", "item"], name="duties_dissent_once_an_item")
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.item_id}"


class Objection(Thing):
    """Anybody's objection to a version or an item: during publicity it can return the list to the consultation,
    against a version in force it is answered and kept for the next revision.

    ``key`` opens the reply's page for whoever objected; ``contact`` is sealed and may be left out.
    """

    version = models.ForeignKey(DutyList, on_delete=models.CASCADE, related_name="objections")
    item = models.ForeignKey(DutyItem, null=True, on_delete=models.CASCADE, related_name="objections")
    key = models.TextField(unique=True)
    state = models.TextField(default=rules.OBJECTION_FLOW.initial)
    text = models.TextField()
    name = models.TextField(default="", blank=True)
    contact = SealedTextField(null=True)
    channel = models.TextField(default="online")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    source = models.TextField(default="", blank=True)
    due = models.DateField()
    reply = models.TextField(default="", blank=True)
    replied_at = models.DateTimeField(null=True)

    SCOPE: ClassVar = ("version__owner",)
    FLOW: ClassVar = rules.OBJECTION_FLOW
    VIEW: ClassVar = "duties.objection"
    UNJOURNALLED: ClassVar = ("name", "contact", "source", "key", "text")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=rules.OBJECTION_FLOW.names), name="duties_objection_state"
            ),
            models.CheckConstraint(condition=Q(channel__in=list(CHANNELS)), name="duties_objection_channel"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(reply__gt=""), name="duties_objection_answered"
            ),
        ]
        indexes = [
            models.Index(fields=["version", "state"], name="duties_objection_count"),
            models.Index(fields=["source", "created_at"], name="duties_objection_rate"),
        ]

    def label(self) -> str:
        return f"对{self.version.label()}的异议（第 {self.pk} 号）"

    def get_absolute_url(self) -> str:
        return f"/duties/objections/{self.pk}/"

    def sides(self) -> dict[str, int | None]:
        return {"office": self.version.office_id}

    def side_of(self, actor: object) -> str | None:
        return None

    def todo_about(self, word: str) -> Words:
        return say("答复{what}", what=self.label())

    @property
    def channel_label(self) -> Words:
        """How it came, in words."""
        return CHANNELS[self.channel]

    @property
    def late(self) -> bool:
        """Whether it should have been answered by now."""
        return self.state == "open" and clock.today() > self.due
