"""Places, their other names and codes, their successors, and figures about them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length

from gongzhi.core import clock
from gongzhi.core.access import ScopedManager
from gongzhi.core.models import Thing, Unit
from gongzhi.core.words import Words
from gongzhi.registers.places import rules

models.CharField.register_lookup(Length)
models.TextField.register_lookup(Length)


class Place(Thing):
    """One division. ``code`` has twelve digits and carries its own parent, so there is no parent column.

    ``type`` is 村 or 居 (village level only). ``unit`` is the seat in the house, for the county's own places;
    the rest of the country may stand in the table without one. ``initials`` is the pinyin key of ``short``,
    filled in on enrolment. ``verified`` is the day on which someone last confirmed the entry.
    """

    SCOPE = ("unit",)
    VIEW = "places.view"

    code = models.TextField(unique=True, db_collation="C")
    name = models.TextField()
    short = models.TextField()
    level = models.TextField()
    type = models.TextField(null=True)
    initials = models.TextField(default="", db_default="")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    opened = models.DateField(null=True)
    closed = models.DateField(null=True)
    verified = models.DateField(null=True)
    created_at = models.DateTimeField(default=clock.now, db_default=models.functions.Now(), editable=False)
    revision = models.IntegerField(default=0, db_default=0, editable=False)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "places"
        constraints = [
            models.CheckConstraint(condition=Q(code__length=12), name="places_place_code"),
            models.CheckConstraint(condition=Q(level__in=list(rules.LEVELS)), name="places_place_level"),
            models.CheckConstraint(
                condition=Q(type=None) | Q(type__in=list(rules.KINDS)), name="places_place_type"
            ),
            models.CheckConstraint(
                condition=Q(closed=None) | Q(opened=None) | Q(closed__gte=F("opened")),
                name="places_place_dates",
            ),
            models.UniqueConstraint(fields=["unit"], condition=~Q(unit=None), name="places_place_unit"),
        ]

    def label(self) -> str:
        return self.short

    def get_absolute_url(self) -> str:
        return f"/places/{self.pk}/"

    def unit_rows(self) -> models.QuerySet[Unit]:
        """Its seat, as a queryset to change; empty while it has none."""
        return Unit.objects.filter(pk=self.unit_id or 0)

    @property
    def tile(self) -> str:
        """The name on a map tile: 中荷."""
        return rules.tile_name(self.short)

    @property
    def parent_code(self) -> str:
        """The code one level up."""
        return rules.parent_code(self.code)

    @property
    def type_label(self) -> Words | str:
        """村, 社区, or the level's name."""
        if self.type:
            return rules.KINDS[self.type]
        return rules.township_kind(self.code) if self.level == rules.TOWNSHIP else rules.LEVELS[self.level]

    @property
    def legal_name(self) -> str:
        """The full name of its committee or government."""
        if self.level == rules.VILLAGE:
            return rules.committee_name(self.short, self.type)
        return rules.government_name(self.name, self.code) if self.level == rules.TOWNSHIP else self.name


class Alias(models.Model):
    """Another code or name of a place in some system, for a time (both days included)."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="aliases")
    system = models.TextField()
    value = models.TextField()
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        app_label = "places"
        constraints = [
            models.CheckConstraint(condition=Q(system__in=list(rules.SYSTEMS)), name="places_alias_system"),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")), name="places_alias_dates"
            ),
            models.UniqueConstraint(
                fields=["place", "system", "value", "since"], nulls_distinct=False, name="places_alias_once"
            ),
        ]
        indexes = [models.Index(fields=["value"], name="places_alias_value")]

    def __str__(self) -> str:
        return self.value

    @property
    def system_label(self) -> Words:
        """The system in words."""
        return rules.SYSTEMS[self.system]


class Succession(models.Model):
    """``old`` became (part of) ``new`` on ``on``. A merge has several rows with one ``new``, a split the reverse;
    a rename points to itself."""

    kind = models.TextField()
    old = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="became")
    new = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="came_from")
    on = models.DateField()
    basis = models.TextField()

    class Meta:
        app_label = "places"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(rules.SUCCESSIONS)), name="places_succession_kind"
            ),
            models.UniqueConstraint(fields=["kind", "old", "new", "on"], name="places_succession_once"),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"

    @property
    def kind_label(self) -> Words:
        """合并, 分设 or 更名."""
        return rules.SUCCESSIONS[self.kind]


class Figure(models.Model):
    """A number about a place on a day: households or people. The latest day counts, earlier ones stay."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="figures")
    key = models.TextField()
    value = models.IntegerField()
    on = models.DateField()
    source = models.TextField(default="")

    class Meta:
        app_label = "places"
        constraints = [
            models.CheckConstraint(condition=Q(key__in=list(rules.FIGURES)), name="places_figure_key"),
            models.CheckConstraint(condition=Q(value__gte=0), name="places_figure_value"),
            models.UniqueConstraint(fields=["place", "key", "on"], name="places_figure_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.value}"

    @property
    def key_label(self) -> Words:
        """What is counted."""
        return rules.FIGURES[self.key]


class Import(Thing):
    """One import of a divisions file: what was read, what changed, what looked unusual."""

    VIEW = "places.import"

    file = models.TextField()
    counts = models.JSONField()
    warnings = models.JSONField()
    seconds = models.FloatField()

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "places"

    def label(self) -> str:
        return f"区划导入 {self.file}"

    def get_absolute_url(self) -> str:
        return f"/places/imports/{self.pk}/"
