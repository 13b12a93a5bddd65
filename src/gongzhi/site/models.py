"""What the API remembers: which write was done under which idempotency key."""

from __future__ import annotations

from django.db import models

from gongzhi.core import clock


class IdempotencyKey(models.Model):
    """One write asked for under a key. ``answer`` is what it returned; ``digest`` is of verb, thing and body."""

    post = models.ForeignKey("core.Post", on_delete=models.PROTECT, related_name="+")
    key = models.TextField()
    digest = models.TextField()
    answer = models.JSONField(null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "key"], name="site_key_once")]

    def __str__(self) -> str:
        return self.key
