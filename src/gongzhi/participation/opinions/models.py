"""Polls, statements, votes, and what the opinion map is drawn from."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from gongzhi.core import clock
from gongzhi.core.access import Actor, ScopedManager, ScopedQuerySet
from gongzhi.core.journal import AppendOnlyModel
from gongzhi.core.models import Thing, Unit
from gongzhi.participation.opinions import rules


class Poll(Thing):
    """What people think of one thing (``thing_type``, ``thing_id``). ``public``: everybody may look, not only the
    community; ``stating``: who adds statements; ``hold``: residents' statements wait for approval; ``closes``: its last day.
    """

    SCOPE = ("unit",)
    FLOW = rules.POLL_FLOW
    VIEW = "opinions.view"
    OPEN = Q(public=True)

    thing_type = models.TextField()
    thing_id = models.BigIntegerField()
    about = models.TextField()
    about_url = models.TextField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    public = models.BooleanField()
    stating = models.TextField(default="residents")
    hold = models.BooleanField()
    closes = models.DateField(null=True)
    closed = models.DateTimeField(null=True)
    state = models.TextField(default=rules.POLL_FLOW.initial)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "opinions"
        constraints = [
            models.UniqueConstraint(fields=["thing_type", "thing_id"], name="opinions_one_poll_a_thing"),
            models.CheckConstraint(condition=Q(state__in=rules.POLL_FLOW.names), name="opinions_poll_state"),
            models.CheckConstraint(
                condition=Q(stating__in=list(rules.STATING)), name="opinions_poll_stating"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed=None) | Q(state="closed", closed__isnull=False),
                name="opinions_poll_closed",
            ),
        ]

    def label(self) -> str:
        return f"大家怎么看：{self.about}"

    def get_absolute_url(self) -> str:
        return f"/opinions/{self.pk}/"


class Statements(ScopedQuerySet):
    """Residents and the public reach statements that are shown, and their own."""

    def visible_to(self, actor: Actor, verb: str) -> Self:
        rows = super().visible_to(actor, verb)
        if not actor.is_outside:
            return rows
        own = Q(author_id=actor.account_id) if actor.account_id is not None else Q()
        return rows.filter(Q(state="shown") | own if own else Q(state="shown"))


class Statement(Thing):
    """One sentence that others answer. ``number`` counts within the poll and is never used again; ``into`` is the
    statement that says the same; ``agrees`` … are kept by the votes; ``extremity`` (thousandths) by the map.
    """

    SCOPE = ("unit",)
    FLOW = rules.STATEMENT_FLOW
    VIEW = "opinions.view"
    OPEN = Q(poll__public=True, state="shown")
    UNJOURNALLED = ("author_id", "agrees", "disagrees", "passes", "extremity")

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="statements")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.IntegerField()
    text = models.TextField()
    author = models.ForeignKey("core.Account", on_delete=models.PROTECT, related_name="+")
    staff = models.BooleanField(default=False)
    assisted = models.BooleanField(default=False)
    into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="same")
    reason = models.TextField(default="")
    agrees = models.IntegerField(default=0)
    disagrees = models.IntegerField(default=0)
    passes = models.IntegerField(default=0)
    extremity = models.IntegerField(default=0)
    state = models.TextField(default=rules.STATEMENT_FLOW.initial)
    mine: int | None
    """The asking account's own answer, where ``queries.statements`` has read it."""

    objects: ClassVar[Any] = models.Manager.from_queryset(Statements)()

    class Meta:
        app_label = "opinions"
        constraints = [
            models.UniqueConstraint(fields=["poll", "number"], name="opinions_statement_number"),
            models.UniqueConstraint(
                fields=["poll", "text"], condition=Q(state__in=["held", "shown"]), name="opinions_said_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=rules.STATEMENT_FLOW.names), name="opinions_statement_state"
            ),
            models.CheckConstraint(
                condition=Q(state="merged", into__isnull=False) | (~Q(state="merged") & Q(into=None)),
                name="opinions_statement_merged",
            ),
            models.CheckConstraint(
                condition=Q(agrees__gte=0, disagrees__gte=0, passes__gte=0), name="opinions_statement_counts"
            ),
        ]

    def label(self) -> str:
        return f"第 {self.number} 句"

    def get_absolute_url(self) -> str:
        return f"/opinions/statements/{self.pk}/"


class Vote(models.Model):
    """One account's answer to one statement: 1 agrees, -1 disagrees, 0 passes. ``assisted``: given at the office."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="+", db_index=False)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("core.Account", on_delete=models.PROTECT, related_name="+", db_index=False)
    value = models.SmallIntegerField()
    assisted = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "opinions"
        constraints = [
            models.UniqueConstraint(fields=["statement", "account"], name="opinions_one_vote"),
            models.CheckConstraint(condition=Q(value__in=[-1, 0, 1]), name="opinions_vote_value"),
        ]
        indexes = [models.Index(fields=["account", "poll"], name="opinions_votes_of_account")]

    def __str__(self) -> str:
        return f"{self.statement_id} {self.value:+d}"


class Participant(models.Model):
    """Somebody who voted in a poll: how often, how the map has counted it (one byte a statement), in which group.

    ``fresh``: has answered anew since the map last counted. The group is nobody's to see but the account's own.
    """

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("core.Account", on_delete=models.PROTECT, related_name="+")
    votes = models.IntegerField(default=0)
    fresh = models.BooleanField(default=True)
    counted = models.BinaryField(default=b"")
    group = models.SmallIntegerField(default=0)

    class Meta:
        app_label = "opinions"
        constraints = [
            models.UniqueConstraint(fields=["poll", "account"], name="opinions_one_participant"),
            models.CheckConstraint(condition=Q(votes__gte=0), name="opinions_participant_votes"),
        ]
        indexes = [models.Index(fields=["poll"], condition=Q(fresh=True), name="opinions_fresh")]

    def __str__(self) -> str:
        return f"{self.poll_id} {self.votes}"


class Moments(models.Model):
    """The sums over all participants from which the map's axes follow: integers, changed by each new vote.

    ``wanted`` counts what calls for a last map besides votes, the close; ``drawn`` is how far the newest map has followed.
    """

    poll = models.OneToOneField(Poll, on_delete=models.PROTECT, related_name="+")
    size = models.IntegerField(default=0)
    sums = models.BinaryField(default=b"")
    wanted = models.IntegerField(default=0)
    drawn = models.IntegerField(default=0)

    class Meta:
        app_label = "opinions"

    def __str__(self) -> str:
        return f"{self.poll_id}: {self.size}"


class OpinionMap(AppendOnlyModel):
    """One version of a poll's map, never changed. ``result`` holds integers and words only; ``inputs`` (without any
    account) is what it was computed from, ``inputs_hash`` its SHA-256: whoever has both can compute it again.
    """

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="maps")
    version = models.IntegerField()
    at = models.DateTimeField(default=clock.now)
    people = models.IntegerField()
    votes = models.IntegerField()
    final = models.BooleanField(default=False)
    result = models.JSONField()
    inputs = models.BinaryField()
    inputs_hash = models.TextField()
    result_hash = models.TextField()

    class Meta:
        app_label = "opinions"
        constraints = [
            models.UniqueConstraint(fields=["poll", "version"], name="opinions_map_version"),
            models.CheckConstraint(
                condition=Q(people__gte=0, votes__gte=F("people")), name="opinions_map_counts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id} 第 {self.version} 版"
