"""What comes after signing: supplementary agreements, and the passing of rights to a successor."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongzhi.core import clock
from gongzhi.core.rows import Row
from gongzhi.lists.agreements import rules
from gongzhi.lists.agreements.rules import flow


class Supplement(Row):
    """补充协议: a change of a signed agreement, negotiated and signed like it. One is open at a time."""

    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.CASCADE, related_name="supplements"
    )
    seq = models.IntegerField()
    side = models.TextField()
    cause = models.TextField()
    reason = models.TextField()
    state = models.TextField()
    round = models.IntegerField(default=0)
    frozen_text = models.TextField(default="")
    text_sha256 = models.TextField(default="")
    opened_on = models.DateField(default=clock.today)
    signed_on = models.DateField(null=True)

    class Meta:
        app_label = "agreements"
        ordering = ("seq",)
        constraints = [
            models.UniqueConstraint(fields=["agreement", "seq"], name="agreements_supplement_seq"),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=~Q(state__in=("signed", "dropped")),
                name="agreements_one_supplement",
            ),
            models.CheckConstraint(
                condition=Q(state__in=rules.SUPPLEMENT_FLOW.names), name="agreements_supplement_state"
            ),
            models.CheckConstraint(condition=Q(side__in=flow.SIDES), name="agreements_supplement_side"),
            models.CheckConstraint(
                condition=Q(state__in=("with_a", "with_b", "dropped")) | ~Q(text_sha256=""),
                name="agreements_supplement_frozen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}:{self.seq}"

    @property
    def state_label(self) -> object:
        """The state in words."""
        return rules.SUPPLEMENT_FLOW.state(self.state).label

    @property
    def turn(self) -> str:
        """The side whose turn it is: a, b, both or ""."""
        return rules.SUPPLEMENT_FLOW.state(self.state).turn


class Succession(Row):
    """A party's rights and duties passed to its successor (merge, split, renaming, village to community)."""

    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.CASCADE, related_name="successions"
    )
    side = models.TextField()
    frm = models.ForeignKey("core.Unit", on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey("core.Unit", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    basis = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "agreements"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.frm_id} → {self.to_id}"
