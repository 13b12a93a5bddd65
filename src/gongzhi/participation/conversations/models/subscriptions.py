"""What an account follows, what happened, and what was sent about it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from gongzhi.core import clock
from gongzhi.core.access import ScopedManager
from gongzhi.core.models import Thing, Unit
from gongzhi.core.words import Words

SORTS = ("thing", "place", "category")


class Subscription(Thing):
    """That an account wants to hear of a topic: "thing:deliberations.matter:7", "place:31", "category:roads".

    Who follows no more leaves an ``active`` that is false, and may come back.
    """

    VIEW = "conversations.subscriptions"
    UNJOURNALLED = ("account_id",)

    account_id = models.BigIntegerField()
    sort = models.TextField()
    topic = models.TextField()
    about = models.TextField()
    url = models.TextField(default="")
    active = models.BooleanField(default=True)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "conversations"
        constraints = [
            models.UniqueConstraint(fields=["account_id", "topic"], name="conversations_follows_once"),
            models.CheckConstraint(condition=Q(sort__in=SORTS), name="conversations_follows_sort"),
        ]
        indexes = [
            models.Index(
                fields=["topic", "account_id"], condition=Q(active=True), name="conversations_followers"
            )
        ]

    @classmethod
    def owned_by(cls, account_id: int) -> Q:
        return Q(account_id=account_id)

    def label(self) -> str:
        return f"关注 {self.pk}"

    def get_absolute_url(self) -> str:
        return f"/conversations/subscriptions/{self.pk}/"


class Event(models.Model):
    """Something that happened, once, whoever follows it: its topics find its readers when they look.

    What is not ``public`` reaches only those to whom it was told by account, and followers who live under ``unit``.
    ``by_account_id`` is whoever caused it and need not be told.
    """

    topics = ArrayField(models.TextField())
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    public = models.BooleanField(default=False)
    about = models.JSONField()
    url = models.TextField()
    by_account_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "conversations"
        indexes = [
            GinIndex(fields=["topics"], name="conversations_event_topics"),
            models.Index(fields=["at"], name="conversations_event_at"),
        ]

    def __str__(self) -> str:
        return str(Words.from_json(self.about))


class Reader(Thing):
    """How far an account has read its news on the page, how far it was told by digest, and whether it wants one.

    A digest is sent only to those who also agreed to be sent messages: that consent is kept by ``residents``.
    """

    VIEW = "conversations.subscriptions"
    UNJOURNALLED = ("account_id", "seen_id", "told_id")

    account_id = models.BigIntegerField(unique=True)
    seen_id = models.BigIntegerField(default=0)
    told_id = models.BigIntegerField(default=0)
    wants_digest = models.BooleanField(default=True)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "conversations"

    @classmethod
    def owned_by(cls, account_id: int) -> Q:
        return Q(account_id=account_id)

    def label(self) -> str:
        return f"每日摘要 {self.pk}"

    def get_absolute_url(self) -> str:
        return f"/conversations/readers/{self.pk}/"


class Digest(models.Model):
    """One person's digest of one day: written before it is sent, so that a killed run sends nobody a second one."""

    account_id = models.BigIntegerField()
    day = models.DateField()
    state = models.TextField(default="sending")
    upto_id = models.BigIntegerField()
    lines = models.IntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "conversations"
        constraints = [
            models.UniqueConstraint(fields=["account_id", "day"], name="conversations_digest_once_a_day"),
            models.CheckConstraint(
                condition=Q(state__in=["sending", "sent", "failed"]), name="conversations_digest_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.state}"
