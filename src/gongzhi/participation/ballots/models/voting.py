"""Who voted, and apart from it what was chosen.

While voting runs there are two rows: ``Voter`` says that somebody voted and by which channel; ``Envelope`` holds
the marks, enciphered (SM4-GCM) with a key outside the database and bound to this ballot and this voter, so that it opens
nowhere else. All envelopes of a ballot have the same length. When voting ends the envelopes are opened and deleted in one
transaction and their contents are laid down as ``Slip`` rows: new random keys, shuffled, all written at once.

Guaranteed against whoever reads the database, its order of rows and its transaction numbers, but has no keys: during the
vote he sees who voted and not what; afterwards no row, order, number or time leads from a slip to a voter. Guaranteed by
the database: one row a voter, one envelope a voter, one vote a household where households vote.

Not guaranteed: the server itself sees the marks while it seals them, and whoever holds the keys *and* a copy of the
database from the days of voting can open the envelopes in it; a result in which all agree tells what each of them
chose; nobody can be kept from showing his screen (which is why changes are allowed unless the ballot says otherwise, and
why there is paper in a booth).
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gongzhi.core import sealed
from gongzhi.core.journal import AppendOnlyModel
from gongzhi.participation.ballots.rules import voting

from .ballot import Ballot

CHANNELS = ("", voting.ONLINE, voting.PAPER)


class Voter(models.Model):
    """Somebody who may vote or has voted: on a list from the beginning (``seat`` is the place on it), else made by
    voting. ``account_id`` is null for people of a list who vote on paper only; ``household`` is given where each
    household has one vote. ``channel`` is "" until he votes."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="voters")
    account_id = models.BigIntegerField(null=True)
    seat = models.IntegerField(null=True)
    name = models.TextField(default="")
    household = models.TextField(default="")
    channel = models.TextField(default="")

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        app_label = "ballots"
        constraints = [
            models.UniqueConstraint(
                fields=["ballot", "account_id"],
                condition=Q(account_id__isnull=False),
                name="ballots_one_person",
            ),
            models.UniqueConstraint(
                fields=["ballot", "household"], condition=~Q(household=""), name="ballots_one_household"
            ),
            models.UniqueConstraint(fields=["ballot", "seat"], name="ballots_one_seat"),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="ballots_channel"),
            models.CheckConstraint(
                condition=~Q(channel=voting.ONLINE) | Q(account_id__isnull=False),
                name="ballots_online_is_somebody",
            ),
        ]
        indexes = [models.Index(fields=["account_id", "ballot"], name="ballots_of_account")]

    def __str__(self) -> str:
        return self.name


class Envelope(models.Model):
    """The sealed marks of one voter, until voting ends."""

    voter = models.OneToOneField(Voter, primary_key=True, on_delete=models.PROTECT, related_name="envelope")
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="envelopes")
    content = models.TextField()

    class Meta:
        app_label = "ballots"

    def __str__(self) -> str:
        return f"envelope of {self.voter_id}"

    def put(self, marks: str) -> None:
        """Seal the marks into it."""
        self.content = sealed.seal(marks, self._purpose())

    def open(self) -> str:
        """The marks; raises :class:`sealed.Broken` where the envelope was altered or belongs to somebody else."""
        return sealed.unseal(self.content, self._purpose())

    def _purpose(self) -> str:
        return f"ballots.envelope:{self.ballot_id}:{self.voter_id}"


class Slip(AppendOnlyModel):
    """One anonymous online vote after the end: a random key and the options marked. Written once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="slips")
    choices = ArrayField(models.SmallIntegerField())

    class Meta:
        app_label = "ballots"
        constraints = [models.CheckConstraint(condition=Q(choices__len__gte=1), name="ballots_slip_marked")]

    def __str__(self) -> str:
        return str(self.pk)
