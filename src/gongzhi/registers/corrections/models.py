"""Requests to correct one field of a register."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from gongzhi.core.access import ScopedManager
from gongzhi.core.models import Thing, Unit
from gongzhi.core.words import Words, say
from gongzhi.registers.corrections import rules


class Correction(Thing):
    """``asker`` asks ``keeper`` to set ``field`` of a register's entry to ``value``, because of ``reason``.

    ``about`` is the entry's label when it was asked (masked for people). The proposed value of a sealed field is
    never asked for here: the reason says what is wrong, the keeper looks at the paper.
    """

    SCOPE = ("keeper", "asker")
    FLOW = rules.FLOW
    VIEW = "corrections.view"
    UNJOURNALLED = ("value",)

    ledger = models.TextField()
    thing_id = models.BigIntegerField()
    about = models.TextField()
    field = models.TextField()
    value = models.TextField()
    reason = models.TextField()
    asker = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    keeper = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(default="")
    state = models.TextField(default=rules.FLOW.initial)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "corrections"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=rules.FLOW.names), name="corrections_state"),
            models.UniqueConstraint(
                fields=["ledger", "thing_id", "field", "asker"],
                condition=Q(state="asked"),
                name="corrections_open_once",
            ),
        ]

    def label(self) -> str:
        return f"更正 {self.about}"

    def todo_about(self, word: str) -> Words:
        return say("答复更正请求：{what}", what=self.about)

    def get_absolute_url(self) -> str:
        return f"/corrections/{self.pk}/"

    def sides(self) -> dict[str, int | None]:
        return {"keeper": self.keeper_id, "asker": self.asker_id}
