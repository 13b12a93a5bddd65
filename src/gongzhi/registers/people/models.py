"""People, sealed, and merges of entries that are one person."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from gongzhi.core import identity
from gongzhi.core.access import ScopedManager
from gongzhi.core.models import Thing, Unit
from gongzhi.core.sealed import SealedTextField
from gongzhi.core.words import Words
from gongzhi.registers.people import rules


class Person(Thing):
    """The minimum about a person. ``unit`` is the committee that keeps the entry, ``destination`` the one it is
    being handed to. ``name`` is stored plainly (sorted and searched by) and shown masked."""

    SCOPE = ("unit", "destination")
    FLOW = rules.FLOW
    VIEW = "people.view"
    UNJOURNALLED = ("name", "initials")  # with the initials a masked name is soon guessed

    name = models.TextField()
    sex = models.TextField(default="")
    birth_year = models.IntegerField(null=True)
    citizen_id = SealedTextField(blind=True, default="", mask=identity.mask_id)
    phone = SealedTextField(blind=True, default="", mask=identity.mask_phone)
    education = models.TextField(default="")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    destination = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged_from")
    ended = models.DateField(null=True)
    verified = models.DateField(null=True)
    initials = models.TextField(default="")
    state = models.TextField(default=rules.FLOW.initial)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "people"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=rules.FLOW.names), name="people_person_state"),
            models.CheckConstraint(condition=Q(sex__in=["", *rules.SEXES]), name="people_person_sex"),
            models.CheckConstraint(
                condition=Q(education__in=["", *rules.EDUCATION]), name="people_person_education"
            ),
            models.CheckConstraint(
                condition=Q(birth_year=None) | Q(birth_year__gte=1900), name="people_person_birth_year"
            ),
            models.CheckConstraint(
                condition=(Q(state="merged") & Q(into__isnull=False)) | (~Q(state="merged") & Q(into=None)),
                name="people_person_into",
            ),
            models.CheckConstraint(
                condition=(Q(state="moving") & Q(destination__isnull=False))
                | (~Q(state="moving") & Q(destination=None)),
                name="people_person_destination",
            ),
            models.UniqueConstraint(
                fields=["citizen_id_index"],
                condition=~Q(citizen_id_index=None) & ~Q(state="merged"),
                name="people_person_citizen_id",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "initials", "id"], name="people_person_by_unit"),
            models.Index(fields=["name", "id"], name="people_person_by_name"),
        ]

    def label(self) -> str:
        """The masked name: a label goes into the journal and into lists."""
        return identity.mask_name(self.name)

    def get_absolute_url(self) -> str:
        return f"/people/{self.pk}/"

    def sides(self) -> dict[str, int | None]:
        return {"from": self.unit_id, "to": self.destination_id}

    @property
    def masked(self) -> str:
        """张*"""
        return identity.mask_name(self.name)

    @property
    def sex_label(self) -> Words | str:
        """男, 女 or nothing."""
        return rules.SEXES.get(self.sex, "")

    @property
    def education_label(self) -> Words | str:
        """学历 in words."""
        return rules.EDUCATION.get(self.education, "")


class Merge(Thing):
    """Two entries held to be one person: ``drop`` goes into ``keep`` once a second person confirms.

    ``before`` keeps what the merge changed (ciphers, never plain text) so that it can be undone: the columns of
    ``keep`` that were filled, the state of ``drop``, and each reference moved as [model, column, key].
    """

    SCOPE = ("unit", "drop__unit")
    FLOW = rules.MERGE_FLOW
    VIEW = "people.view"
    UNJOURNALLED = ("before",)

    keep = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges_kept")
    drop = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges_dropped")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    ground = models.TextField()
    reason = models.TextField(default="")
    proposed_by = models.BigIntegerField(null=True)
    decided_by = models.BigIntegerField(null=True)
    before = models.JSONField(default=dict)
    state = models.TextField(default=rules.MERGE_FLOW.initial)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "people"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=rules.MERGE_FLOW.names), name="people_merge_state"),
            models.CheckConstraint(condition=Q(ground__in=list(rules.GROUNDS)), name="people_merge_ground"),
            models.CheckConstraint(condition=~Q(keep=F("drop")), name="people_merge_two"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(state="rejected") | ~Q(decided_by=F("proposed_by")),
                name="people_merge_second_person",
            ),
            models.UniqueConstraint(
                fields=["drop"], condition=Q(state__in=["proposed", "confirmed"]), name="people_merge_once"
            ),
        ]

    def label(self) -> str:
        return f"{self.keep.label()} 与 {self.drop.label()} 合并"

    def get_absolute_url(self) -> str:
        return f"/people/merges/{self.pk}/"

    @property
    def ground_label(self) -> Words:
        """Why they are held to be one."""
        return rules.GROUNDS[self.ground]
