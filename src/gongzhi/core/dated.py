"""Parameters in force on a day: what rooms declare, and what the county has fixed since, with its source.

``value("agreements.late_interest_per_day", on=day)`` is the declared value until the county's first change,
then each change from its own ``since`` on. Unknown keys and days without a value are errors. Changes are kept
for ever; only one that is not in force yet may be corrected.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar

from django.conf import settings
from django.core.signals import request_started
from django.db import connection, models, transaction

from gongzhi.core import clock, params
from gongzhi.core.access import Actor
from gongzhi.core.params import Param
from gongzhi.core.refusal import NotFound, refuse
from gongzhi.core.thing import Thing
from gongzhi.core.words import Words, say

T = TypeVar("T")


class Remembered(Generic[T]):
    """Something read from the database and kept in the process until its version changes.

    ``version`` is an expression of SQL. All of them are asked in one small query, once after each start of a request
    and, outside requests, at most every ``settings.PARAMETER_TTL`` seconds (default 10); whoever asks the database
    something at the start of each request anyway adds :func:`versions` to it and hands the answer to :func:`told`.
    A transaction that has written keeps a reading of its own, so that nothing rolled back is ever remembered.
    """

    every: ClassVar[list[Remembered[Any]]] = []

    def __init__(self, name: str, load: Callable[[], T], version: str) -> None:
        self._name = f"_gongzhi_{name}"
        self._load, self.version = load, version
        self._lock = threading.Lock()
        self._kept: tuple[Any, T] | None = None
        self._told: Any = None
        self._checked = 0.0
        self.every.append(self)
        request_started.connect(self._recheck, weak=False, dispatch_uid=self._name)

    def get(self) -> T:
        """What is in force for this connection now."""
        if writes := self._writes():
            return self._own(writes)
        if time.monotonic() >= self._checked + getattr(settings, "PARAMETER_TTL", 10.0):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {versions()}")
                told(cursor.fetchone())
        kept = self._kept
        if kept is not None and kept[0] == self._told:
            return kept[1]
        return self._refresh()

    def _refresh(self) -> T:
        """Read again, together with the version that was read."""
        with self._lock:
            if self._kept is None or self._kept[0] != self._told:
                version = self._told
                self._kept = (version, self._load())
            return self._kept[1]

    def is_at(self, version: Any) -> None:
        """The version in the database at this moment."""
        self._told, self._checked = version, time.monotonic()

    def wrote(self) -> None:
        """The current transaction has changed what :meth:`get` reads. Its hook vanishes if it is rolled back."""
        transaction.on_commit(_Write(self))
        setattr(connection, f"{self._name}_wrote", True)

    def forget(self) -> None:
        """Read again at the next :meth:`get`."""
        self._kept = None

    def _writes(self) -> list[_Write]:
        """The writes of this connection that are neither committed nor rolled back."""
        if not getattr(connection, f"{self._name}_wrote", False):
            return []  # nearly always: a long transaction has thousands of other hooks
        hooks = (hook[1] for hook in connection.run_on_commit)
        found = [hook for hook in hooks if isinstance(hook, _Write) and hook.of is self]
        setattr(connection, f"{self._name}_wrote", bool(found))
        return found

    def _own(self, writes: list[_Write]) -> T:
        own: tuple[list[_Write], T] | None = getattr(connection, self._name, None)
        if own is None or own[0] != writes:
            own = (writes, self._load())
            setattr(connection, self._name, own)
        return own[1]

    def _recheck(self, **_: Any) -> None:
        self._checked = 0.0


def versions() -> str:
    """The columns of a statement that asks for the version of everything remembered; see :func:`told`."""
    return ", ".join(f"({each.version})::text" for each in Remembered.every)


def told(found: Sequence[Any]) -> None:
    """What the columns of :func:`versions` said just now."""
    for each, version in zip(Remembered.every, found, strict=True):
        each.is_at(version)


class _Write:
    """The mark of one write in its transaction's list of hooks."""

    def __init__(self, of: Remembered[Any]) -> None:
        self.of = of

    def __call__(self) -> None:
        self.of.forget()


class Parameter(Thing):
    """One value the county has fixed from ``since`` on; it lasts until the next row of the same key.

    A null ``value`` says that from ``since`` on there is none.
    """

    key = models.TextField()
    value = models.JSONField(null=True)
    since = models.DateField()
    source = models.TextField()
    document = models.TextField(default="", blank=True)
    assumption = models.BooleanField(default=False)
    set_by = models.BigIntegerField(null=True)  # the post; a plain number, for posts may be archived

    VIEW = "settings.view"

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["key", "since"], name="core_parameter_once_a_day")]

    def label(self) -> str:
        return str(registry()[self.key].label or self.key) if self.key in registry() else self.key

    def get_absolute_url(self) -> str:
        return f"/settings/{self.key}"


@dataclass(frozen=True)
class Period:
    """One line of a parameter's history. ``until`` is the last day, None while it lasts."""

    value: Any
    since: date
    until: date | None
    source: Words | str
    document: str
    assumption: bool
    declared: bool


@cache
def registry() -> dict[str, Param]:
    """Every declared parameter of every room, by key."""
    return params.collect(settings.ROOMS)


def param(key: str) -> Param:
    """The declaration of ``key``; KeyError when no room declares it."""
    try:
        return registry()[key]
    except KeyError:
        raise KeyError(f"no room declares the parameter {key}") from None


Timeline = tuple[list[date], list[Any]]


def _load() -> dict[str, Timeline]:
    lines: dict[str, dict[date, Any]] = {k: {p.start: p.parse(p.value)} for k, p in registry().items()}
    for key, since, text in Parameter.objects.order_by("since").values_list("key", "since", "value"):
        if key in lines:  # a room that was left out keeps its rows
            lines[key][since] = None if text is None else registry()[key].parse(text)
    return {key: (sorted(line), [line[d] for d in sorted(line)]) for key, line in lines.items()}


remembered: Remembered[dict[str, Timeline]] = Remembered(
    "parameters", _load, "SELECT (max(id), sum(revision)) FROM core_parameter"
)


def value(key: str, on: date | None = None) -> Any:
    """The typed value of ``key`` in force on a day (today).

    Raises KeyError for a key no room declares, Refused ``core.parameter_gap`` for a day without a value.
    """
    declared = param(key)
    day = on or clock.today()
    days, values = remembered.get()[key]
    at = bisect_right(days, day) - 1
    if at < 0 or values[at] is None:
        refuse(
            say(
                "{day} 没有生效的“{label}”，请先在设置里补上",
                day=day.isoformat(),
                label=declared.label or key,
            ),
            rule="core.parameter_gap",
            field=key,
            way_out=f"/settings/{key}",
        )
    return values[at]


def since(key: str, on: date | None = None) -> date:
    """The day from which the value of ``key`` that is in force on a day (today) applies: its version."""
    value(key, on)
    days, _ = remembered.get()[key]
    return days[bisect_right(days, on or clock.today()) - 1]


def all_on(on: date | None = None) -> dict[str, Any]:
    """Every parameter that has a value on a day (today), by key."""
    day = on or clock.today()
    found = {}
    for key, (days, values) in remembered.get().items():
        at = bisect_right(days, day) - 1
        if at >= 0 and values[at] is not None:
            found[key] = values[at]
    return found


@dataclass(frozen=True)
class Line:
    """A parameter and the period of it that contains a certain day."""

    param: Param
    period: Period


def history(key: str) -> list[Period]:
    """Every value ``key`` has had or will have, oldest first: the declared one, then the county's."""
    return _periods(param(key), Parameter.objects.filter(key=key).order_by("since"))


def in_force(on: date | None = None) -> list[Line]:
    """Every parameter with the period that contains a day (today), in the order of declaration. One query."""
    day = on or clock.today()
    rows: dict[str, list[Parameter]] = {}
    for row in Parameter.objects.order_by("since"):
        rows.setdefault(row.key, []).append(row)
    lines = []
    for key, declared in registry().items():
        period = next((p for p in reversed(_periods(declared, rows.get(key, []))) if p.since <= day), None)
        if period is not None and period.value is not None:
            lines.append(Line(declared, period))
    return lines


def _periods(declared: Param, rows: Iterable[Parameter]) -> list[Period]:
    """The declared value and the county's ``rows`` (oldest first) as periods without overlap."""
    first = Period(
        declared.parse(declared.value),
        declared.start,
        None,
        declared.source,
        "",
        declared.assumption,
        declared=True,
    )
    found = {first.since: first}
    for row in rows:
        typed = None if row.value is None else declared.parse(row.value)
        found[row.since] = Period(
            typed, row.since, None, row.source, row.document, row.assumption, declared=False
        )
    periods = [found[since] for since in sorted(found)]
    ends = [p.since - date.resolution for p in periods[1:]]
    return [replace(p, until=end) for p, end in zip(periods, [*ends, None], strict=True)]


def change(
    actor: Actor,
    key: str,
    value: str | None,
    since: date,
    source: str,
    *,
    document: str = "",
    assumption: bool = False,
) -> Parameter:
    """Fix ``key`` to ``value`` (its text form; None ends it) from ``since`` on.

    ``source`` names the document or meeting. Security parameters need ``settings.secure``, others
    ``settings.change``; without the right NotFound. Raises Refused for an unknown key, a value of the wrong
    kind, a missing source, a day not after the last change, or a past day without the document's number.
    """
    if key not in registry():
        refuse(say("没有“{key}”这个参数", key=key), rule="core.parameter_unknown", field="key")
    declared = param(key)
    if actor.may("settings.secure" if declared.security else "settings.change") is None:
        raise NotFound(key)
    if value is not None:
        declared.parse(value)
    if not source.strip():
        refuse(say("请写明依据（文件或会议）"), rule="core.parameter_source", field="source")
    if since < clock.today() and not document.strip():
        refuse(say("从过去的日子起生效，必须写明文号"), rule="core.parameter_past", field="document")
    with transaction.atomic():
        row = _place(key, declared, since)
        row.value, row.source, row.document = value, source.strip(), document.strip()
        row.assumption, row.set_by = assumption, actor.post_id
        row.save()
    remembered.wrote()
    return row


def _place(key: str, declared: Param, since: date) -> Parameter:
    """The row to write: a new one after the last, or the last itself while it is not in force yet."""
    last: Parameter | None = Parameter.objects.select_for_update().filter(key=key).order_by("-since").first()
    if last is not None and last.since == since > clock.today():
        last.revision += 1
        return last
    after = last.since if last else declared.start
    if since < after or (last is not None and since == after):
        refuse(
            say("生效日期要晚于上一次设定的 {day}", day=after.isoformat()),
            rule="core.parameter_order",
            field="since",
        )
    return Parameter(key=key, since=since)
