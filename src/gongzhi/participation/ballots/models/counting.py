"""Paper ballots counted twice, and the results."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL

from gongzhi.core import clock
from gongzhi.core.journal import AppendOnlyModel
from gongzhi.core.words import Words
from gongzhi.participation.ballots.rules.counting import OUTCOMES, Sheet
from gongzhi.participation.ballots.rules.terms import MOST

from .ballot import Ballot

_SUM = "(" + " + ".join(f"coalesce(counts[{n}], 0)" for n in range(1, MOST + 1)) + ")"
_GREATEST = "greatest(" + ", ".join(f"coalesce(counts[{n}], 0)" for n in range(1, MOST + 1)) + ")"
_LEAST = "least(" + ", ".join(f"coalesce(counts[{n}], 0)" for n in range(1, MOST + 1)) + ")"


def _adds_up(votes: str) -> RawSQL:
    """Σ options + invalid = votes where each voter marks one option; within the bounds of ``most`` marks otherwise."""
    valid = f"({votes} - invalid)"
    condition = (
        f"invalid >= 0 AND {valid} >= 0 AND {_LEAST} >= 0 AND CASE WHEN most = 1 THEN {_SUM} = {valid} "
        f"ELSE {_SUM} BETWEEN {valid} AND most * {valid} AND {_GREATEST} <= {valid} END"
    )
    return RawSQL(condition, [], output_field=models.BooleanField())  # noqa: S611  our own column names


class Batch(models.Model):
    """Papers that are counted together: one box, one table. ``round`` is the count that is going on; the batch is
    ``settled`` when two accounts entered the same sheet in it."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="batches")
    number = models.IntegerField()
    label = models.TextField(default="")
    round = models.IntegerField(default=1)
    settled = models.BooleanField(default=False)
    dropped = models.BooleanField(default=False)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        app_label = "ballots"
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "number"], condition=Q(dropped=False), name="ballots_one_batch"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="ballots_batch_number"),
            models.CheckConstraint(
                condition=~Q(settled=True, dropped=True), name="ballots_dropped_counts_not"
            ),
        ]

    def __str__(self) -> str:
        return self.label or str(self.number)


class Entry(AppendOnlyModel):
    """One person's sheet of a batch in a round. Two equal ones by different accounts settle it. Never changed."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="entries")
    round = models.IntegerField()
    account_id = models.BigIntegerField()
    name = models.TextField()
    at = models.DateTimeField(default=clock.now)
    most = models.SmallIntegerField()
    printed = models.IntegerField()
    issued = models.IntegerField()
    spoiled = models.IntegerField()
    returned = models.IntegerField()
    invalid = models.IntegerField()
    counts = ArrayField(models.IntegerField())

    class Meta:
        app_label = "ballots"
        constraints = [
            models.UniqueConstraint(fields=["batch", "round", "account_id"], name="ballots_one_entry"),
            models.CheckConstraint(
                condition=Q(
                    printed__gte=F("issued"), issued__gte=F("spoiled"), spoiled__gte=0, returned__gte=0
                ),
                name="ballots_entry_papers",
            ),
            models.CheckConstraint(condition=_adds_up("returned"), name="ballots_entry_adds_up"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.round}"

    def sheet(self) -> Sheet:
        """Its figures as the rules read them."""
        return Sheet(self.printed, self.issued, self.spoiled, self.returned, self.invalid, tuple(self.counts))


class Result(AppendOnlyModel):
    """One count of the whole ballot: inputs, the rule's version, and what they mean. A recount adds another;
    it is written once."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="results")
    seq = models.IntegerField()
    at = models.DateTimeField(default=clock.now)
    post_id = models.BigIntegerField(null=True)
    body = models.TextField()
    pack = models.TextField(default="")
    verified = models.BooleanField(default=True)
    source = models.JSONField(null=True)
    most = models.SmallIntegerField()
    eligible = models.IntegerField()
    present = models.IntegerField()
    online = models.IntegerField()
    papers = models.IntegerField()
    issued = models.IntegerField()
    returned = models.IntegerField()
    invalid = models.IntegerField()
    counts = ArrayField(models.IntegerField())
    needed_present = models.IntegerField()
    needed_votes = models.IntegerField()
    outcome = models.TextField()
    chosen = ArrayField(models.SmallIntegerField(), default=list)
    tied = ArrayField(models.SmallIntegerField(), default=list)
    tellers = models.TextField(default="")
    reason = models.TextField(default="")

    class Meta:
        app_label = "ballots"
        constraints = [
            models.UniqueConstraint(fields=["ballot", "seq"], name="ballots_one_result"),
            models.CheckConstraint(condition=Q(outcome__in=list(OUTCOMES)), name="ballots_outcome"),
            models.CheckConstraint(
                condition=Q(present__gte=F("online") + F("papers"), present__lte=F("eligible")),
                name="ballots_result_present",
            ),
            models.CheckConstraint(condition=_adds_up("(online + returned)"), name="ballots_result_adds_up"),
        ]

    def __str__(self) -> str:
        return f"{self.ballot_id} {self.seq}"

    @property
    def votes(self) -> int:
        """Votes cast, valid or not."""
        return self.online + self.returned

    @property
    def valid(self) -> int:
        """Votes that count."""
        return self.votes - self.invalid

    @property
    def label(self) -> Words:
        """The outcome in one word."""
        return OUTCOMES[self.outcome]
