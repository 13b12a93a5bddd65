"""The ballot: what is asked, of whom, until when, and where it stands."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from gongzhi.core import clock, roles
from gongzhi.core.access import ScopedManager
from gongzhi.core.accounts import Post
from gongzhi.core.models import Thing, Unit
from gongzhi.core.words import Words, say
from gongzhi.participation.ballots.rules import FLOW, flow
from gongzhi.participation.ballots.rules.bodies import BODIES, CONSULTATIVE
from gongzhi.participation.ballots.rules.terms import FEWEST, MOST, Terms


class Ballot(Thing):
    """A question to confirmed residents of ``unit`` and below, or to the people of a list.

    ``thing_*`` is what it belongs to ("" for a consultation of its own). ``online`` and ``papers`` count who voted
    by which channel: turnout, never choices. What is chosen is known only after the end, see :mod:`voting`.
    ``eligible`` is as of the opening until voting ends.
    """

    SCOPE = ("unit",)
    FLOW = FLOW
    VIEW = "ballots.view"
    # Who voted is no news for the ballot's page, and hundreds of entries would hide what is.
    UNTOLD = frozenset({"ballots.vote", "ballots.hand_out", "ballots.take_back"})
    OPEN = Q(public=True)

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    thing_type = models.TextField(default="")
    thing_id = models.BigIntegerField(null=True)
    about = models.TextField(default="")
    about_url = models.TextField(default="")
    question = models.TextField()
    note = models.TextField(default="")
    options = ArrayField(models.TextField())
    most = models.SmallIntegerField(default=1)
    places = models.SmallIntegerField(default=1)
    body = models.TextField(default=CONSULTATIVE)
    listed = models.BooleanField(default=False)
    public = models.BooleanField(default=True)
    changeable = models.BooleanField(default=True)
    opens = models.DateTimeField()
    closes = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    eligible = models.IntegerField(default=0)
    online = models.IntegerField(default=0)
    papers = models.IntegerField(default=0)
    after = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="run_offs")
    reason = models.TextField(default="")  # why it was cancelled or is counted again
    state = models.TextField(default=FLOW.initial)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "ballots"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FLOW.names), name="ballots_state"),
            models.CheckConstraint(condition=Q(body__in=list(BODIES)), name="ballots_body"),
            models.CheckConstraint(
                condition=Q(body=CONSULTATIVE) | Q(listed=True), name="ballots_bodies_have_a_list"
            ),
            models.CheckConstraint(
                condition=Q(options__len__gte=FEWEST, options__len__lte=MOST), name="ballots_options"
            ),
            models.CheckConstraint(
                condition=Q(
                    most__gte=1, most__lte=F("options__len"), places__gte=1, places__lt=F("options__len")
                ),
                name="ballots_marks",
            ),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="ballots_hours"),
            models.CheckConstraint(condition=Q(online__gte=0, papers__gte=0), name="ballots_turnout"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | ~Q(state="open") & Q(ended_at__isnull=False),
                name="ballots_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="ballots_of_unit"),
            models.Index(fields=["thing_type", "thing_id"], name="ballots_of_thing"),
            models.Index(fields=["closes"], condition=Q(state="open"), name="ballots_running"),
        ]

    @classmethod
    def owned_by(cls, account_id: int) -> Q:
        """The ballots in which the account has a vote: it stands on the list, or its confirmed residence lies in the
        unit that asks. A resident's reach SELF."""
        from .voting import Voter

        today = clock.today()
        listed = Voter.objects.filter(ballot=OuterRef("pk"), account_id=account_id)
        homes = Post.objects.filter(
            Q(until=None) | Q(until__gt=today),  # who moved out today has no vote here today
            account_id=account_id,
            role=roles.RESIDENT,
            since__lte=today,
            unit__path__startswith=OuterRef("unit__path"),
        )
        return Q(Exists(listed)) | Q(listed=False) & Q(Exists(homes))

    def label(self) -> str:
        return self.question

    def get_absolute_url(self) -> str:
        return f"/ballots/{self.pk}/"

    def sides(self) -> dict[str, int | None]:
        return {flow.HOST: self.unit_id}

    def flow_key(self) -> str:
        return f"{self.state}:{self.revision}"

    def todo_about(self, word: str) -> Words:
        return say("计票并公布：{what}", what=self.question)

    def terms(self) -> Terms:
        """The question as the rules read it."""
        return Terms(self.question, tuple(self.options), self.body, self.most, self.places, self.listed)

    @property
    def body_label(self) -> Words:
        """Who decides, in words."""
        return BODIES[self.body]

    @property
    def local_opens(self) -> Any:
        """The opening in the county's time."""
        return timezone.localtime(self.opens)

    @property
    def local_closes(self) -> Any:
        """The end in the county's time."""
        return timezone.localtime(self.closes)
