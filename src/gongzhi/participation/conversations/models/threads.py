"""Threads: where people talk about one thing."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gongzhi.core.access import ScopedManager
from gongzhi.core.models import Thing, Unit
from gongzhi.participation.conversations import rules


class Thread(Thing):
    """The conversation about the thing ``(thing_type, thing_id)``, kept in order by ``unit``.

    ``about`` and ``url`` are the thing's name and page. ``shown`` counts the comments that everybody reads, and nothing
    else. ``unnamed`` are accounts that raised the thing without their name: see ``queries.names``. ``revision`` grows
    with everything that changes what a reader sees.
    """

    SCOPE = ("unit",)
    VIEW = "conversations.view"
    OPEN = Q(public=True)
    UNJOURNALLED = ("unnamed",)

    thing_type = models.TextField()
    thing_id = models.BigIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    public = models.BooleanField()
    about = models.TextField()
    url = models.TextField()
    state = models.TextField(default=rules.OPEN)
    unnamed = ArrayField(models.BigIntegerField(), default=list)
    shown = models.IntegerField(default=0)
    last_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "conversations"
        constraints = [
            models.UniqueConstraint(fields=["thing_type", "thing_id"], name="conversations_thread_of_thing"),
            models.CheckConstraint(
                condition=Q(state__in=list(rules.THREAD_STATES)), name="conversations_thread_state"
            ),
            models.CheckConstraint(condition=Q(shown__gte=0), name="conversations_thread_shown"),
        ]

    def label(self) -> str:
        return f"讨论：{self.about}"

    def get_absolute_url(self) -> str:
        return f"/conversations/{self.pk}/"

    @property
    def topic(self) -> str:
        """How the thing is named where it is followed: "deliberations.matter:7"."""
        return f"{self.thing_type}:{self.thing_id}"

    @property
    def is_open(self) -> bool:
        """Whether comments may be written."""
        return bool(self.state == rules.OPEN)
