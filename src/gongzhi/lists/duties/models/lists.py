"""A version of the county's duty lists, and the times it was shown to the public."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from gongzhi.core import clock
from gongzhi.core.access import Actor, ScopedQuerySet
from gongzhi.core.models import Thing, Unit
from gongzhi.core.words import Words, say
from gongzhi.lists.duties import rules


class _Span(Func):
    """The days of a version as a range, both ends included."""

    function = "daterange"
    output_field = DateRangeField()


class Versions(ScopedQuerySet):
    """Versions within an actor's scope: outside, only what was shown to the public."""

    def visible_to(self, actor: Actor, verb: str) -> Self:
        """Only the rows that ``actor`` may reach with ``verb``."""
        rows = super().visible_to(actor, verb)
        return rows.filter(state__in=rules.PUBLIC) if actor.is_outside else rows

    def in_force(self, day: date) -> Self:
        """The versions in force on ``day``: one for each kind at most."""
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=day), state__in=rules.ISSUED, valid_from__lte=day
        )


class DutyList(Thing):
    """One version of one kind of list. Issued versions are superseded, never edited, never deleted.

    ``valid_from``/``valid_to`` are the first and last day in force (both count, no end: until superseded).
    ``scheme`` is "two" or "three" lists. ``office`` draws it up, ``reviewer`` checks its legality, ``signer`` issues it. ``text_hash`` is
    the SHA-256 of the whole text, taken when it is issued.
    """

    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    signer = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    scheme = models.TextField(choices=[(k, str(v)) for k, v in rules.KINDS.items()])
    year = models.IntegerField()
    state = models.TextField(default=rules.FLOW.initial)
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="successors")
    number = models.TextField(null=True)
    issued_on = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    round = models.IntegerField(default=0)
    consult_until = models.DateField(null=True)
    public_until = models.DateField(null=True)
    remark = models.TextField(default="", blank=True)
    text_hash = models.TextField(default="", blank=True)

    @classmethod
    def told_to(cls, actor: Actor) -> Q | None:
        """Before it is first sent out for consultation a version is known where it is made."""
        return None if actor.may("duties.drafts") else Q(round__gt=0) | Q(state__in=rules.PUBLIC)

    SCOPE: ClassVar = ("owner",)
    FLOW: ClassVar = rules.FLOW
    VIEW: ClassVar = "duties.view"
    objects: ClassVar[Any] = models.Manager.from_queryset(Versions)()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=rules.FLOW.names), name="duties_list_state"),
            models.CheckConstraint(condition=Q(scheme__in=list(rules.KINDS)), name="duties_list_scheme"),
            models.CheckConstraint(
                condition=~Q(state__in=rules.ISSUED)
                | Q(
                    number__isnull=False, issued_on__isnull=False, valid_from__isnull=False, text_hash__gt=""
                ),
                name="duties_list_issued_whole",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="duties_list_dates"
            ),
            models.UniqueConstraint(fields=["number"], name="duties_list_number"),
            models.UniqueConstraint(
                fields=["owner", "scheme", "year"],
                condition=~Q(state="withdrawn"),
                name="duties_list_once_a_year",
            ),
            models.UniqueConstraint(
                fields=["owner", "scheme"], condition=Q(state__in=rules.OPEN), name="duties_list_one_in_work"
            ),
            # One version of a kind on any day. One constraint per kind, for a range index alone needs no extension.
            *(
                ExclusionConstraint(
                    name=f"duties_list_one_in_force_{kind}",
                    expressions=[
                        (_Span(F("valid_from"), F("valid_to"), Value("[]")), RangeOperators.OVERLAPS),
                    ],
                    condition=Q(scheme=kind, state__in=rules.ISSUED),
                )
                for kind in rules.KINDS
            ),
        ]

    def label(self) -> str:
        return f"{self.owner.short} {self.year} 年{self.scheme_label}"

    @property
    def scheme_label(self) -> Words:
        """两份清单 or 三份权责清单."""
        return rules.KINDS[self.scheme]

    def get_absolute_url(self) -> str:
        return f"/duties/{self.pk}/"

    def sides(self) -> dict[str, int | None]:
        return {"office": self.office_id, "legal": self.reviewer_id, "signer": self.signer_id}

    def side_of(self, actor: Actor) -> str | None:
        # Who does what is decided by rights here, not by opposing sides.
        return None

    def flow_key(self) -> str:
        return f"{self.state}:{self.round}"

    @property
    def editable(self) -> bool:
        """Whether its items may be changed now."""
        return self.state in rules.EDITABLE

    @property
    def issued(self) -> bool:
        """Whether it was issued; from then on it is never edited."""
        return self.state in rules.ISSUED

    def todo_about(self, word: str) -> Words:
        if word == "issue":
            return say("{what}：公示期满后印发", what=self.label())
        return say("{what}：{state}", what=self.label(), state=self.state_label)


class Publicity(models.Model):
    """One showing of a version to the public (公示): from ``start`` to ``end``, both included.

    Its photographs are evidence used by the version under the key ``publicity:<round>``.
    """

    version = models.ForeignKey(DutyList, on_delete=models.CASCADE, related_name="publicities")
    round = models.IntegerField()
    start = models.DateField()
    end = models.DateField()
    place = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="duties_publicity_dates"),
            models.UniqueConstraint(fields=["version", "round"], name="duties_publicity_once_a_round"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.start}–{self.end}"
