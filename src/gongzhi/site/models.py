"""What the shell remembers: writes done under an idempotency key, and what one administrator has proposed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gongzhi.core import clock
from gongzhi.core.words import Words
from gongzhi.site import rules


class IdempotencyKey(models.Model):
    """One write asked for under a key by a ``holder`` ("post:7", or "account:9" of a resident).

    ``answer`` is what it returned; ``digest`` is of verb, thing and body.
    """

    holder = models.TextField()
    key = models.TextField()
    digest = models.TextField()
    answer = models.JSONField(null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["holder", "key"], name="site_key_once")]

    def __str__(self) -> str:
        return self.key


class AdministratorChange(models.Model):
    """What one administrator has proposed about an administrator's account, waiting for another one.

    ``half`` is the sealed first half of a temporary password, so that neither of the two knows it alone; it is
    erased when the matter is over. ``day`` is the first day of a post or the last.
    """

    account = models.ForeignKey("core.Account", on_delete=models.PROTECT, related_name="changes")
    matter = models.TextField()
    role = models.TextField(default="")
    unit = models.ForeignKey("core.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(null=True)
    half = models.TextField(default="")
    reason = models.TextField(default="")
    state = models.TextField(default=rules.OPEN)
    by = models.ForeignKey("core.Post", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    expires = models.DateTimeField()
    second = models.ForeignKey("core.Post", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(matter__in=list(rules.MATTERS)), name="site_change_matter"),
            models.CheckConstraint(condition=Q(state__in=rules.PROPOSAL_STATES), name="site_change_state"),
            models.CheckConstraint(
                condition=Q(state=rules.OPEN) | Q(half=""), name="site_change_half_erased"
            ),
            models.CheckConstraint(
                condition=~Q(state=rules.CONFIRMED) | (Q(second__isnull=False) & ~Q(second=F("by"))),
                name="site_change_two_persons",
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(state=rules.OPEN), name="site_change_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter} {self.account_id}"

    @property
    def label(self) -> Words:
        """What it is about, in words."""
        return rules.MATTERS[self.matter]
