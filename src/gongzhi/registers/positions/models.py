"""Positions, certificates, and hours of continuing education."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from gongzhi.core import clock, identity
from gongzhi.core.access import ScopedManager
from gongzhi.core.models import Thing, Unit
from gongzhi.core.words import Words
from gongzhi.registers.positions import rules


class Position(Thing):
    """One person in one post, from a day to a day (both included; ``until`` null while it lasts).

    ``unit`` is the organisation's own unit, or the one that looks after it. ``area`` names the group or
    building; ``basis`` how the person came to it, ``note`` the document.
    """

    SCOPE = ("unit",)
    VIEW = "positions.view"

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    type = models.TextField()
    area = models.TextField(default="")
    part_time = models.BooleanField(default=False)
    basis = models.TextField()
    note = models.TextField(default="")
    since = models.DateField()
    until = models.DateField(null=True)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "positions"
        constraints = [
            models.CheckConstraint(condition=Q(type__in=list(rules.KINDS)), name="positions_position_type"),
            models.CheckConstraint(condition=Q(basis__in=list(rules.BASES)), name="positions_position_basis"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="positions_position_dates"
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "type", "area"],
                condition=Q(until=None),
                name="positions_position_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "type"],
                condition=Q(until=None, type__in=list(rules.SINGLE)),
                name="positions_position_single",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "type", "id"], name="positions_by_unit"),
            models.Index(fields=["type", "id"], name="positions_by_type"),
        ]

    def label(self) -> str:
        return f"{self.name} {self.title}"

    def get_absolute_url(self) -> str:
        return f"/positions/{self.pk}/"

    @property
    def name(self) -> str:
        """The holder's name: in full for those whom the residents elected, masked for all others."""
        name: str = self.person.name
        return name if self.type in rules.PUBLIC_KINDS else identity.mask_name(name)

    @property
    def title(self) -> str:
        """主任; 第 3 组 村（居）民小组长."""
        return f"{self.area} {rules.KINDS[self.type]}".strip()

    @property
    def type_label(self) -> Words:
        """What post it is."""
        return rules.KINDS[self.type]

    @property
    def basis_label(self) -> Words:
        """How the person came to it."""
        return rules.BASES[self.basis]

    @property
    def current(self) -> bool:
        """Whether it is held today."""
        return self.held_on(clock.today())

    def held_on(self, day: date) -> bool:
        """Whether it is held on ``day``."""
        return self.since <= day and (self.until is None or day <= self.until)


class Certificate(Thing):
    """A social worker's certificate. ``valid_to`` is the end of the registration period that runs now.

    It is in the reach of whoever keeps its holder's entry, and moves along when the holder moves.
    """

    SCOPE = ("person__unit",)
    VIEW = "positions.view_certificates"

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    level = models.TextField()
    number = models.TextField(unique=True)
    issued = models.DateField()
    period_since = models.DateField()
    valid_to = models.DateField()
    revoked = models.DateField(null=True)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "positions"
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=list(rules.LEVELS)), name="positions_certificate_level"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("period_since")) & Q(period_since__gte=F("issued")),
                name="positions_certificate_dates",
            ),
        ]
        indexes = [models.Index(fields=["valid_to", "id"], name="positions_cert_valid_to")]

    def label(self) -> str:
        return f"{identity.mask_name(self.person.name)} {self.level_label}证书"

    def get_absolute_url(self) -> str:
        return f"/positions/certificates/{self.pk}/"

    @property
    def level_label(self) -> Words:
        """助理社会工作师, 社会工作师 or 高级社会工作师."""
        return rules.LEVELS[self.level]

    @property
    def valid(self) -> bool:
        """Whether it is valid today."""
        return self.revoked is None and self.valid_to >= clock.today()


class Education(models.Model):
    """Hours of continuing education, logged on a certificate."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="education")
    on = models.DateField()
    hours = models.DecimalField(max_digits=5, decimal_places=1)
    topic = models.TextField()
    provider = models.TextField(default="")

    class Meta:
        app_label = "positions"
        constraints = [models.CheckConstraint(condition=Q(hours__gt=0), name="positions_education_hours")]
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return self.topic
