"""Parameters: the numbers and words a county may set, each with dates and a source. Pure.

A room declares its parameters in ``rules.PARAMETERS``; the declared value is in force from ``since`` until the
county fixes another one (see ``dated``). A parameter marked ``assumption`` is our proposal, not law.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib import import_module
from typing import Any

from gongzhi.core.refusal import refuse
from gongzhi.core.words import Words, joined, say

KINDS = ("int", "decimal", "text", "bool", "date", "json")
CORE = "gongzhi.core"


@dataclass(frozen=True)
class Param:
    """One parameter as a room declares it.

    ``value`` is the text form; :meth:`parse` makes it typed. ``least``/``most`` bound numbers, ``choices`` a closed
    set with its labels; ``names`` are the words for keys inside a JSON value; ``show`` says a value in words, in one
    line or several, where its plain form does not. ``security`` marks what only the security administrator may change.
    """

    key: str
    value: str
    kind: str = "int"
    label: Words | str = ""
    unit: Words | str = ""
    source: Words | str = ""
    assumption: bool = False
    since: str = "2000-01-01"
    help: Words | str = ""
    least: int | Decimal | None = None
    most: int | Decimal | None = None
    choices: Mapping[str, Words | str] = field(default_factory=dict)
    names: Mapping[str, Words | str] = field(default_factory=dict)
    show: Callable[[Any], Words | str | Sequence[Words | str]] | None = None
    security: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.key}: unknown kind {self.kind}")
        date.fromisoformat(self.since)
        self.parse(self.value)

    @property
    def room(self) -> str:
        """The room the parameter belongs to: the part of the key before the first dot."""
        return self.key.partition(".")[0]

    @property
    def start(self) -> date:
        """The first day of the declared value."""
        return date.fromisoformat(self.since)

    def parse(self, text: str, field: str = "value") -> Any:
        """The typed value of ``text``; raises Refused ``core.parameter_kind`` naming ``field``."""
        try:
            value = _typed(self.kind, str(text).strip())
        except (ValueError, InvalidOperation):
            refuse(
                say("“{label}”要填{kind}，现在是“{text}”", label=self.label, kind=_SAY[self.kind], text=text),
                rule="core.parameter_kind",
                field=field,
            )
        low, high = self.least, self.most
        if (low is not None and value < low) or (high is not None and value > high):
            refuse(
                say(
                    "“{label}”应在 {low} 到 {high} 之间", label=self.label, low=_bound(low), high=_bound(high)
                ),
                rule="core.parameter_range",
                field=field,
            )
        if self.choices and value not in self.choices:
            refuse(
                say("“{label}”只能是：{choices}", label=self.label, choices=joined(self.choices.values())),
                rule="core.parameter_range",
                field=field,
            )
        self._check_shape(value, field)
        return value

    def _check_shape(self, value: Any, field: str) -> None:
        """A value that cannot be said in words is not of the shape that the room reads."""
        if self.kind != "json":
            return
        try:
            self.lines(value)
        except (ArithmeticError, AttributeError, KeyError, IndexError, TypeError, ValueError):
            refuse(
                say("“{label}”要照原来的格式填写", label=self.label), rule="core.parameter_kind", field=field
            )

    def lines(self, value: Any) -> list[str]:
        """A typed value in words, with its unit, as one line or several."""
        if self.show is not None:
            said = self.show(value)
            return [str(said)] if isinstance(said, Words | str) else [str(line) for line in said]
        if self.kind == "bool":
            return [str(say("是") if value else say("否"))]
        if self.kind == "json":
            return self._parts(value)
        text = str(self.choices.get(value, value))
        return [f"{text}{self.unit}" if str(self.unit) in ("%", "‰") else f"{text} {self.unit}".rstrip()]

    def _parts(self, value: Any) -> list[str]:
        if isinstance(value, dict):
            return [
                f"{self._named(k)} {joined(map(self._named, v)) if isinstance(v, list) else v}"
                for k, v in value.items()
            ]
        unit = str(self.unit)
        if unit in ("%", "‰"):
            return [joined(f"{self._named(v)}{unit}" for v in value)]
        return [f"{joined(map(self._named, value))} {unit}".rstrip()]

    def _named(self, key: Any) -> str:
        return str(self.names.get(key, key)) if isinstance(key, str) else str(key)

    def shown(self, value: Any, most: int = 60) -> str:
        """The same in one line: the whole where it fits, else how many lines there are."""
        lines = self.lines(value)
        text = joined(lines, "；")
        if len(text) <= most:
            return text
        return str(say("{n} 项", n=len(lines))) if len(lines) > 1 else f"{text[:most]}…"


def percent(value: Decimal) -> str:
    """A share of one as per cent: 0.0005 is 0.05%."""
    return f"{(value * 100).normalize():f}%"


def collect(rooms: Iterable[str]) -> dict[str, Param]:
    """Every room's PARAMETERS by key, the core's first; ValueError when a key is declared twice or
    does not begin with the name of its room."""
    found: dict[str, Param] = {}
    for room in dict.fromkeys([CORE, *rooms]):
        name = room.rpartition(".")[2]
        for param in getattr(import_module(f"{room}.rules"), "PARAMETERS", ()):
            if param.key in found:
                raise ValueError(f"parameter {param.key} is declared twice")
            if param.room != name:
                raise ValueError(f"parameter {param.key} is declared by {room}")
            found[param.key] = param
    return found


_SAY: dict[str, Words] = {
    "int": say("整数"),
    "decimal": say("数"),
    "text": say("文字"),
    "bool": say("“是”或“否”"),
    "date": say("日期（2026-03-16）"),
    "json": say("JSON"),
}
_YES, _NO = ("true", "1", "是"), ("false", "0", "否")


def _typed(kind: str, text: str) -> Any:
    if kind == "int":
        return int(text)
    if kind == "decimal":
        number = Decimal(text)
        if not number.is_finite():
            raise ValueError(text)
        return number
    if kind == "bool":
        if text.lower() in _YES:
            return True
        if text.lower() in _NO:
            return False
        raise ValueError(text)
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "json":
        return json.loads(text)
    return text


def _bound(value: int | Decimal | None) -> str:
    return "…" if value is None else str(value)
