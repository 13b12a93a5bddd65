"""Organisations and the history of how they stand."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from gongzhi.core.access import ScopedManager
from gongzhi.core.models import Thing, Unit
from gongzhi.core.words import Words
from gongzhi.registers.organisations import rules


class Organisation(Thing):
    """One organisation. ``under`` is the unit that looks after it (its township or committee; its own unit for a
    department, government or committee); ``unit`` its own seat, where it has one. ``verified`` is the day on which
    someone last confirmed the entry."""

    SCOPE = ("under", "unit")
    FLOW = rules.FLOW
    VIEW = "organisations.view"
    UNJOURNALLED = ("leader", "phone")  # personal data do not go where nothing can be erased

    type = models.TextField()
    name = models.TextField()
    short = models.TextField(default="")
    uscc = models.TextField(null=True)
    record_no = models.TextField(null=True)
    township = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    service = models.TextField(default="")
    form = models.TextField(default="")
    place = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")
    under = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    authority = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    leader = models.TextField(default="")
    address = models.TextField(default="")
    phone = models.TextField(default="")
    established = models.DateField(null=True)
    verified = models.DateField(null=True)
    initials = models.TextField(default="")
    state = models.TextField(default=rules.FLOW.initial)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "organisations"
        constraints = [
            models.CheckConstraint(condition=Q(type__in=list(rules.KINDS)), name="organisations_type"),
            models.CheckConstraint(condition=Q(state__in=rules.FLOW.names), name="organisations_state"),
            models.CheckConstraint(
                condition=Q(service__in=["", *rules.SERVICES]), name="organisations_service"
            ),
            models.CheckConstraint(condition=Q(form__in=["", *rules.FORMS]), name="organisations_form"),
            models.CheckConstraint(
                condition=~Q(type=rules.REGISTERED) | Q(uscc__isnull=False),
                name="organisations_registered_uscc",
            ),
            models.CheckConstraint(
                condition=~Q(type=rules.RECORDED) | (Q(record_no__isnull=False) & Q(township__isnull=False)),
                name="organisations_recorded_no",
            ),
            models.CheckConstraint(
                condition=~Q(type=rules.RECORDED) | Q(uscc__isnull=True),
                name="organisations_recorded_no_uscc",
            ),
            models.UniqueConstraint(fields=["uscc"], condition=~Q(uscc=None), name="organisations_uscc"),
            models.UniqueConstraint(
                fields=["township", "record_no"], condition=~Q(record_no=None), name="organisations_record_no"
            ),
            models.UniqueConstraint(fields=["unit"], condition=~Q(unit=None), name="organisations_unit"),
        ]
        indexes = [
            models.Index(fields=["type", "name", "id"], name="organisations_by_type"),
            models.Index(fields=["name", "id"], name="organisations_by_name"),
        ]

    def label(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/organisations/{self.pk}/"

    @property
    def type_label(self) -> Words:
        """What kind it is."""
        return rules.KINDS[self.type]

    @property
    def service_label(self) -> Words | str:
        """公益类 …, "" for what is not a social organisation."""
        return rules.SERVICES.get(self.service, "")

    @property
    def form_label(self) -> Words | str:
        """社会团体 …, "" where it has none."""
        return rules.FORMS.get(self.form, "")

    @property
    def number(self) -> str:
        """Its credit code, or else its record number."""
        return self.uscc or self.record_no or ""


class Status(models.Model):
    """How an organisation stood from a day on; the latest row agrees with the organisation's own columns."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="history")
    type = models.TextField()
    state = models.TextField()
    since = models.DateField()
    basis = models.TextField(default="")

    class Meta:
        app_label = "organisations"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=rules.FLOW.names), name="organisations_status_state"
            ),
            models.CheckConstraint(condition=Q(type__in=list(rules.KINDS)), name="organisations_status_type"),
        ]
        ordering = [F("since").desc(), F("id").desc()]

    def __str__(self) -> str:
        return f"{self.state} {self.since}"

    @property
    def state_label(self) -> Words:
        """The state in words."""
        return rules.FLOW.state(self.state).label

    @property
    def type_label(self) -> Words:
        """The kind it then had."""
        return rules.KINDS[self.type]
