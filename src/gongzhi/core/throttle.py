"""Slowing down whoever tries too often: so many tries within so many minutes, then a pause of as many.

Counted per key (an address, a phone number, a login) in PostgreSQL, so that every web process knows of every try;
of a key only its blind hash is kept. A try is counted *before* what it guards, so that a hundred at once are
a hundred, and given back when it turns out to be a good one:

    LIMIT = throttle.Limit("sign_in.address", "core.address_failures", "core.address_minutes", say("…{n}…"))
    throttle.take(LIMIT, address)        # Refused while it is paused
    …                                    # the password, the code, the message to a phone
    throttle.give_back(LIMIT, address)   # only where good tries do not count
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import models, transaction

from gongzhi.core import clock, dated, keys
from gongzhi.core.refusal import Problem, Refused
from gongzhi.core.words import Words

RULE = "core.throttled"
KEPT = timedelta(days=2)
"""What has rested so long is forgotten."""


@dataclass(frozen=True)
class Limit:
    """What is counted: ``tries`` and ``minutes`` are keys of dated parameters, ``said`` takes {n} minutes.

    Where ``lapses`` is false a count stands until a good try or the pause, however slowly it came together.
    """

    kind: str
    tries: str
    minutes: str
    said: Words
    source: Words | str = ""
    rule: str = RULE
    lapses: bool = True


class Throttle(models.Model):
    """The tries of one key."""

    kind = models.TextField()
    key = models.TextField()
    count = models.IntegerField(default=0)
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="core_throttle_once")]
        indexes = [models.Index(fields=["since"], name="core_throttle_oldest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.count}"


def take(limit: Limit, key: str) -> bool:
    """Count one try; returns whether the pause begins with it. Raises Refused while it is paused.

    Must not run inside a transaction: what a failed try counted has to stay.
    """
    minutes = timedelta(minutes=int(dated.value(limit.minutes)))
    with transaction.atomic(durable=True):
        row, now = _locked(limit, key), clock.now()
        if row.until is not None and row.until > now:
            raise Refused(Problem(_paused(limit, row.until - now), limit.rule, limit.source))
        if row.until is not None or (limit.lapses and row.since + minutes <= now):
            row.count = 0
        if not row.count:
            row.since, row.until = now, None
        row.count += 1
        if row.count >= int(dated.value(limit.tries)):
            row.until = now + minutes
        row.save(update_fields=["count", "since", "until"])
    return row.until is not None


def give_back(limit: Limit, key: str) -> None:
    """The last try was a good one: it does not count, and the pause it began is over."""
    with transaction.atomic():
        row = _locked(limit, key)
        row.count, row.until = max(0, row.count - 1), None
        row.save(update_fields=["count", "until"])


def forget_old() -> int:
    """Forget keys that have rested for days; returns how many. Run daily."""
    now = clock.now()
    rows = Throttle.objects.filter(since__lt=now - KEPT).exclude(until__gt=now)
    return int(rows.delete()[0])


def _locked(limit: Limit, key: str) -> Any:
    mark = keys.blind_hash(f"throttle:{limit.kind}", key)
    Throttle.objects.bulk_create([Throttle(kind=limit.kind, key=mark)], ignore_conflicts=True)
    return Throttle.objects.select_for_update().get(kind=limit.kind, key=mark)


def _paused(limit: Limit, rest: timedelta) -> Words:
    return replace(limit.said, params={"n": max(1, -(-int(rest.total_seconds()) // 60))})
