"""Talks: rounds, changes, comments, minutes; then the committee's decision and the signatures."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongzhi.core import clock, decisions
from gongzhi.core.rows import Row
from gongzhi.lists.agreements.rules import flow, talks, terms
from gongzhi.lists.agreements.rules.talks import ChangeView


class Round(Row):
    """One sending: the text or the answers went from ``side`` to the other. ``seq`` 0 is the first proposal."""

    agreement = models.ForeignKey("agreements.Agreement", on_delete=models.CASCADE, related_name="rounds")
    supplement = models.ForeignKey(
        "agreements.Supplement", null=True, on_delete=models.CASCADE, related_name="rounds"
    )
    seq = models.IntegerField()
    side = models.TextField()
    kind = models.TextField(default="respond")
    sent_at = models.DateTimeField(default=clock.now)
    sent_by = models.TextField(default="")
    proposed = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    countered = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    note = models.TextField(default="", blank=True)

    class Meta:
        app_label = "agreements"
        ordering = ("seq",)
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "supplement", "seq"], nulls_distinct=False, name="agreements_round_seq"
            ),
            models.CheckConstraint(condition=Q(side__in=flow.SIDES), name="agreements_round_side"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}:{self.seq}"

    @property
    def number(self) -> int:
        """The round as people count: one proposal of changes and the answer to it."""
        return (self.seq + 1) // 2


class Change(Row):
    """A proposed change of one clause: who, what, why, and what became of it. Never deleted once sent."""

    agreement = models.ForeignKey("agreements.Agreement", on_delete=models.CASCADE, related_name="changes")
    supplement = models.ForeignKey(
        "agreements.Supplement", null=True, on_delete=models.CASCADE, related_name="changes"
    )
    clause = models.ForeignKey(
        "agreements.Clause", null=True, on_delete=models.CASCADE, related_name="changes"
    )
    key = models.TextField()
    side = models.TextField()
    op = models.TextField()
    kind = models.TextField()
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    reason = models.TextField(default="", blank=True)
    status = models.TextField(default="draft")
    counters = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="countered_by")
    reply = models.TextField(default="", blank=True)
    reply_reason = models.TextField(default="", blank=True)
    reply_by = models.TextField(default="", blank=True)
    reply_at = models.DateTimeField(null=True)
    by = models.TextField(default="")
    drafted_at = models.DateTimeField(default=clock.now)
    round = models.ForeignKey(Round, null=True, on_delete=models.CASCADE, related_name="changes")
    closed_in = models.ForeignKey(Round, null=True, on_delete=models.CASCADE, related_name="closed_changes")

    class Meta:
        app_label = "agreements"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=Q(side__in=flow.SIDES), name="agreements_change_side"),
            models.CheckConstraint(condition=Q(op__in=list(talks.OPS)), name="agreements_change_op"),
            models.CheckConstraint(
                condition=Q(status__in=flow.CHANGE_STATES), name="agreements_change_status"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(terms.KIND_LABELS)), name="agreements_change_kind"
            ),
            models.CheckConstraint(
                condition=Q(op=talks.STRIKE, new=None) | ~Q(op=talks.STRIKE), name="agreements_change_new"
            ),
            # A clause has at most one live change of each side on the table.
            models.UniqueConstraint(
                fields=["agreement", "key", "side"],
                condition=Q(status__in=talks.LIVE),
                name="agreements_one_live_change",
            ),
        ]
        indexes = [models.Index(fields=["agreement", "status"], name="agreements_changes")]

    def __str__(self) -> str:
        return f"{self.side} {self.op} {self.key}"

    @property
    def of_nothing(self) -> bool:
        """Whether it strikes what the other side had only just added: accepted, it leaves the text as it was."""
        return self.op == talks.STRIKE and self.old is None

    def view(self) -> ChangeView:
        """The change for the rules."""
        return ChangeView(
            id=self.pk, key=self.key, side=self.side, op=self.op, new=terms.from_json(self.new) if self.new else None,
            status=self.status, reason=self.reason, reply=self.reply, reply_reason=self.reply_reason,
            counters=self.counters_id, kind=self.kind,
        )  # fmt: skip


class Comment(Row):
    """A remark or a question in the margin of a clause, seen by both sides."""

    agreement = models.ForeignKey("agreements.Agreement", on_delete=models.CASCADE, related_name="comments")
    key = models.TextField(default="", blank=True)
    side = models.TextField()
    text = models.TextField()
    question = models.BooleanField(default=False)
    by = models.TextField(default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "agreements"
        ordering = ("id",)

    def __str__(self) -> str:
        return self.text[:20]


class Minutes(Row):
    """Minutes of a meeting of both sides."""

    agreement = models.ForeignKey("agreements.Agreement", on_delete=models.CASCADE, related_name="minutes")
    round = models.IntegerField(default=0)
    side = models.TextField()
    held_on = models.DateField()
    place = models.TextField(default="", blank=True)
    present = models.TextField(default="", blank=True)
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "agreements"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.held_on}"


class Decision(Row):
    """A decision of one of the committee's bodies: its counts, the pack it was counted by, and the result."""

    agreement = models.ForeignKey("agreements.Agreement", on_delete=models.CASCADE, related_name="decisions")
    body = models.TextField()
    held_on = models.DateField()
    eligible = models.IntegerField()
    present = models.IntegerField()
    yes = models.IntegerField()
    no = models.IntegerField(default=0)
    abstain = models.IntegerField(default=0)
    invalid = models.IntegerField(default=0)
    pack = models.TextField()
    verified = models.BooleanField()
    needed_present = models.IntegerField()
    needed_yes = models.IntegerField()
    passed = models.BooleanField()
    text_sha256 = models.TextField()
    note = models.TextField(default="", blank=True)
    at = models.DateTimeField(default=clock.now)
    superseded = models.BooleanField(default=False)

    class Meta:
        app_label = "agreements"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(body__in=list(decisions.BODIES)), name="agreements_decision_body"
            ),
            models.CheckConstraint(
                condition=Q(
                    present__lte=models.F("eligible"), yes__gte=0, no__gte=0, abstain__gte=0, invalid__gte=0
                )
                & Q(present=models.F("yes") + models.F("no") + models.F("abstain") + models.F("invalid")),
                name="agreements_decision_counts",
            ),
            models.CheckConstraint(
                condition=Q(passed=False)
                | Q(present__gte=models.F("needed_present"), yes__gte=models.F("needed_yes")),
                name="agreements_decision_passed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.held_on}"

    @property
    def body_label(self) -> object:
        """The body in words."""
        return decisions.BODIES[self.body]


class Signature(Row):
    """One party's signature under one text, named by its hash. A side signs a text once."""

    agreement = models.ForeignKey("agreements.Agreement", on_delete=models.CASCADE, related_name="signatures")
    supplement = models.ForeignKey(
        "agreements.Supplement", null=True, on_delete=models.CASCADE, related_name="signatures"
    )
    side = models.TextField()
    post = models.ForeignKey("core.Post", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.TextField()
    role = models.TextField()
    text_sha256 = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "agreements"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "supplement", "side"], nulls_distinct=False, name="agreements_sign_once"
            ),
            models.CheckConstraint(condition=Q(side__in=flow.SIDES), name="agreements_signature_side"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.name}"
