"""One pair: the appraisal of one agreement, its lines, and each side's sealed sheet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from gongzhi.core.access import Actor, ScopedManager
from gongzhi.core.models import Thing, Unit
from gongzhi.core.rows import Row
from gongzhi.core.sealed import SealedTextField
from gongzhi.core.words import Words, say
from gongzhi.lists.appraisals import rules
from gongzhi.lists.appraisals.models.campaign import Campaign
from gongzhi.lists.appraisals.rules import scoring

_SEALED = Q(state__in=rules.SEALED_STATES)
_A_SIDE, _B_SIDE = say("甲方"), say("乙方")
SIDE_LABELS: dict[str, Words] = {"a": _A_SIDE, "b": _B_SIDE}


class Appraisal(Thing):
    """Both sides of one agreement score each other for one year.

    ``a_to_b`` is the total that A gives B, ``b_to_a`` the reverse; both null until the sheets are opened (the
    database refuses anything else), and null for good where that side is 未评. ``tail_fen`` is the agreement's
    tail instalment. Dates named ``…_until``/``…_due`` are last days, inclusive.
    """

    SCOPE = ("party_a", "party_b")
    FLOW = rules.FLOW
    VIEW = "appraisals.view"
    LOADED = ("party_a", "party_b", "campaign")
    UNTOLD = frozenset({"appraisals.keep", "appraisals.keep_report"})

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="appraisals")
    agreement = models.OneToOneField("agreements.Agreement", on_delete=models.PROTECT, related_name="+")
    party_a = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    party_b = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    year = models.IntegerField()
    tail_fen = models.BigIntegerField()
    state = models.TextField(default=rules.FLOW.initial)

    opened_at = models.DateTimeField(null=True)
    a_to_b = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    b_to_a = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    a_silent = models.BooleanField(default=False)
    b_silent = models.BooleanField(default=False)
    objection_until = models.DateField(null=True)
    recheck_until = models.DateField(null=True)
    publicised_on = models.DateField(null=True)
    publicity_until = models.DateField(null=True)
    publicity_place = models.TextField(default="", blank=True)
    disagreed = models.BooleanField(default=False)
    settle_due = models.DateField(null=True)
    settled_on = models.DateField(null=True)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "appraisals"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=rules.FLOW.names), name="appraisals_appraisal_state"
            ),
            models.CheckConstraint(
                condition=~_SEALED | Q(a_to_b=None, b_to_a=None, opened_at=None),
                name="appraisals_appraisal_sealed",
            ),
            models.CheckConstraint(
                condition=(Q(a_to_b=None) | Q(a_silent=False)) & (Q(b_to_a=None) | Q(b_silent=False)),
                name="appraisals_appraisal_silent",
            ),
            models.CheckConstraint(
                condition=(Q(a_to_b=None) | Q(a_to_b__gte=0, a_to_b__lte=100))
                & (Q(b_to_a=None) | Q(b_to_a__gte=0, b_to_a__lte=100)),
                name="appraisals_appraisal_bounds",
            ),
            models.CheckConstraint(condition=Q(tail_fen__gte=0), name="appraisals_appraisal_tail"),
        ]
        indexes = [
            models.Index(fields=["year", "party_a", "id"], name="appraisals_by_township"),
            models.Index(fields=["party_b", "year"], name="appraisals_by_place"),
            models.Index(fields=["campaign", "state"], name="appraisals_by_state"),
        ]

    def label(self) -> str:
        return f"{self.party_b.short} {self.year} 年度双向评估"

    def get_absolute_url(self) -> str:
        return f"/appraisals/{self.pk}/"

    def sides(self) -> dict[str, int | None]:
        return {"a": self.party_a_id, "b": self.party_b_id}

    def unit_of(self, side: str) -> Unit:
        """The unit that acts as ``side``."""
        return self.party_a if side == "a" else self.party_b

    @property
    def is_open(self) -> bool:
        """Whether scores may be seen by those in scope."""
        return self.state not in rules.SEALED_STATES

    @property
    def gap(self) -> Decimal | None:
        """The distance between both totals."""
        return scoring.gap(self.a_to_b, self.b_to_a)


class Line(Row):
    """One scored line. ``about`` is the side whose performance it is; the other side scores it.

    ``score``, ``text`` and ``self_score`` are empty until the sheets are opened; ``rechecked`` replaces
    ``score`` after a joint re-check. ``department`` is the lead department of an assisted item.
    """

    appraisal = models.ForeignKey(Appraisal, on_delete=models.CASCADE, related_name="lines")
    about = models.TextField()
    key = models.TextField()
    label = models.TextField()
    department = models.TextField(default="", blank=True)
    weight = models.IntegerField()
    seq = models.IntegerField()
    detail = models.TextField(default="", blank=True)
    opened = models.BooleanField(default=False)
    report = models.TextField(default="", blank=True)
    self_score = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    score = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    text = models.TextField(default="", blank=True)
    rechecked = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    final = models.GeneratedField(
        expression=Coalesce("rechecked", "score"),
        output_field=models.DecimalField(max_digits=4, decimal_places=1, null=True),
        db_persist=True,
    )

    class Meta:
        app_label = "appraisals"
        ordering = ["appraisal_id", "-about", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "about", "key"], name="appraisals_line_once"),
            models.CheckConstraint(condition=Q(about__in=["a", "b"]), name="appraisals_line_about"),
            models.CheckConstraint(
                condition=Q(weight__gte=0, weight__lte=100), name="appraisals_line_weight"
            ),
            models.CheckConstraint(
                condition=Q(opened=True) | Q(score=None, self_score=None, rechecked=None, text=""),
                name="appraisals_line_sealed",
            ),
            models.CheckConstraint(
                condition=(Q(score=None) | Q(score__gte=0, score__lte=100))
                & (Q(self_score=None) | Q(self_score__gte=0, self_score__lte=100))
                & (Q(rechecked=None) | Q(rechecked__gte=0, rechecked__lte=100)),
                name="appraisals_line_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def of_rules(self) -> scoring.Line:
        """As the rules know it."""
        return scoring.Line(self.key, self.label, self.weight)


class Sheets(models.QuerySet[Any]):
    """Sheets by what they are: one side's own."""

    def in_reach(self, actor: Actor, verb: str) -> Self:
        """The sheets of the actor's own side, for whoever has the right to write them."""
        if actor.may(verb) is None or actor.unit_id is None:
            return self.none()
        of_a, of_b = Q(appraisal__party_a=actor.unit_id), Q(appraisal__party_b=actor.unit_id)
        return self.filter(Q(of_a, side="a") | Q(of_b, side="b"))


class Sheet(Row):
    """What one side writes: its report about itself and its scores for the other, encrypted while sealed.

    ``commitment`` is SHA-256 over salt and content (see ``rules.sealing``); ``salt`` is published at opening.
    ``report_sealed`` is a draft until ``reported_at``; ``overall`` is the report's general part, open to the other
    side once both reports are in. Material named in it is its side's until that is laid open.
    """

    VIEW = "appraisals.keep"
    PRIVATE_EVIDENCE = True

    appraisal = models.ForeignKey(Appraisal, on_delete=models.CASCADE, related_name="sheets")
    side = models.TextField()
    report_sealed = SealedTextField(default="", blank=True)
    reported_at = models.DateTimeField(null=True)
    overall = models.TextField(default="", blank=True)
    sealed = SealedTextField(default="", blank=True)
    commitment = models.TextField(default="", blank=True)
    submitted_at = models.DateTimeField(null=True)
    salt = models.TextField(default="", blank=True)
    opened = models.BooleanField(default=False)
    remark = models.TextField(default="", blank=True)

    objects: ClassVar[Any] = models.Manager.from_queryset(Sheets)()

    class Meta:
        app_label = "appraisals"
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "side"], name="appraisals_sheet_once"),
            models.CheckConstraint(condition=Q(side__in=["a", "b"]), name="appraisals_sheet_side"),
            models.CheckConstraint(
                condition=Q(submitted_at=None, commitment="") | ~Q(submitted_at=None) & ~Q(commitment=""),
                name="appraisals_sheet_committed",
            ),
            models.CheckConstraint(
                condition=Q(opened=True) | Q(salt="", remark=""), name="appraisals_sheet_sealed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.appraisal_id}"
