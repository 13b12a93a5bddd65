"""The lines of a version: what, whose, on which article, and what the legality review said of each."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from gongzhi.core import clock
from gongzhi.core.models import Unit
from gongzhi.core.words import Words
from gongzhi.lists.duties import rules
from gongzhi.lists.duties.models.lists import DutyList

STANDINGS = ("offered", "accepted", "returned", "dropped")


class DutyItem(models.Model):
    """One entry. A line of the negative list (what nobody may ask of a committee) is one whose list is NEGATIVE.

    ``lineage`` is the id of the item it descends from through the yearly revisions, its own where it is new.
    Only ``accepted`` ones belong to the list; offered, returned and dropped ones are kept as they were.
    ``words`` are what residents call it; ``question`` how they usually ask; ``instead`` where else to go.
    ``mark`` repeats the weakest basis; ``legality`` is the last word of the review ("" until it has spoken).
    """

    version = models.ForeignKey(DutyList, on_delete=models.CASCADE, related_name="items")
    lineage = models.BigIntegerField(null=True)
    code = models.TextField()
    list_type = models.TextField()
    applies_to = models.TextField(default="both")
    name = models.TextField()
    normal_name = models.TextField()
    question = models.TextField(default="", blank=True)
    plain = models.TextField(default="", blank=True)
    words = ArrayField(models.TextField(), default=list, blank=True)
    lead = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    joint = models.TextField(default="", blank=True)
    lead_does = models.TextField(default="", blank=True)
    committee_does = models.TextField(default="", blank=True)
    payer = models.TextField(default="", blank=True)
    funding_rule = models.TextField(default="", blank=True)
    funding_basis = models.TextField(default="", blank=True)
    cycle = models.TextField(default="standing")
    standard = models.TextField(default="", blank=True)
    instead = models.TextField(default="", blank=True)
    note = models.TextField(default="", blank=True)
    featured = models.SmallIntegerField(default=0)
    mark = models.TextField(default=rules.VERIFY)
    standing = models.TextField(default="accepted")
    standing_reason = models.TextField(default="", blank=True)
    offered_by = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    legality = models.TextField(default="", blank=True)
    legality_reason = models.TextField(default="", blank=True)
    search = SearchVectorField(null=True)

    VIEW = "duties.view"  # what the search box of the whole house asks before it shows an item

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "code"], condition=Q(standing="accepted"), name="duties_item_code"
            ),
            models.UniqueConstraint(
                fields=["version", "normal_name"],
                condition=Q(standing="accepted"),
                name="duties_item_in_one_list",
            ),
            models.CheckConstraint(
                condition=~Q(list_type=rules.ASSIST) | Q(lead__isnull=False) | ~Q(standing="accepted"),
                name="duties_assist_has_lead",
            ),
            models.CheckConstraint(
                condition=Q(list_type__in=list(rules.LIST_TYPES)), name="duties_item_list_type"
            ),
            models.CheckConstraint(
                condition=Q(applies_to__in=list(rules.APPLIES)), name="duties_item_applies"
            ),
            models.CheckConstraint(condition=Q(cycle__in=list(rules.CYCLES)), name="duties_item_cycle"),
            models.CheckConstraint(condition=Q(payer__in=["", *rules.PAYERS]), name="duties_item_payer"),
            models.CheckConstraint(condition=Q(standing__in=STANDINGS), name="duties_item_standing"),
            models.CheckConstraint(condition=Q(mark__in=list(rules.MARKS)), name="duties_item_mark"),
            models.CheckConstraint(
                condition=Q(legality__in=["", "passed", "returned"]), name="duties_item_legality"
            ),
        ]
        indexes = [GinIndex(fields=["search"], name="duties_item_search")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def list_label(self) -> Words:
        """The list it stands in, in words."""
        return rules.LIST_TYPES[self.list_type]

    @property
    def applies_label(self) -> Words:
        """Where it applies, in words."""
        return rules.APPLIES[self.applies_to]

    @property
    def mark_label(self) -> Words:
        """How sure the basis is, in words."""
        return rules.MARKS[self.mark]

    @property
    def cycle_label(self) -> Words:
        """How often, in words."""
        return rules.CYCLES[self.cycle]

    @property
    def payer_label(self) -> Words | str:
        """Who pays, in words."""
        return rules.PAYERS[self.payer] if self.payer else ""

    @property
    def answer(self) -> rules.Answer:
        """Whose duty it is, in one sentence; needs ``lead`` loaded."""
        return rules.answer_for(
            self.list_type, self.applies_to, self.lead.short if self.lead else "", self.instead
        )

    def get_absolute_url(self) -> str:
        """Its public page."""
        return f"/duties/items/{self.pk}/"


class LegalBasis(models.Model):
    """One article an item rests on. ``quote`` is a short literal quotation, only where the text was certain."""

    item = models.ForeignKey(DutyItem, on_delete=models.CASCADE, related_name="bases")
    position = models.SmallIntegerField(default=0)
    law = models.TextField()
    article = models.TextField(default="", blank=True)
    text_year = models.IntegerField(null=True)
    mark = models.TextField(default=rules.VERIFY)
    quote = models.TextField(default="", blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(mark__in=list(rules.MARKS)), name="duties_basis_mark"),
            models.UniqueConstraint(fields=["item", "law", "article"], name="duties_basis_once"),
        ]

    def __str__(self) -> str:
        return str(self.plain())

    def plain(self) -> rules.Basis:
        """The basis as a plain value."""
        return rules.Basis(self.law, self.article, self.text_year, self.mark, self.quote)

    @property
    def mark_label(self) -> Words:
        """How sure it is, in words."""
        return rules.MARKS[self.mark]


class RepealFlag(models.Model):
    """A basis was repealed or amended: shown to everybody beside the item, which itself stays as issued."""

    item = models.ForeignKey(DutyItem, on_delete=models.CASCADE, related_name="repeals")
    law = models.TextField()
    since = models.DateField()
    document = models.TextField()
    note = models.TextField(default="", blank=True)
    by = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "law", "since"], name="duties_repeal_once")]

    def __str__(self) -> str:
        return f"{self.law} {self.since}"


class LegalityReview(models.Model):
    """What the legality review said, of one item or (item empty) of the whole version."""

    version = models.ForeignKey(DutyList, on_delete=models.CASCADE, related_name="reviews")
    item = models.ForeignKey(DutyItem, null=True, on_delete=models.CASCADE, related_name="reviews")
    passed = models.BooleanField()
    reason = models.TextField(default="", blank=True)
    by = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(passed=True) | Q(reason__gt=""), name="duties_return_has_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.item_id} {self.passed}"
