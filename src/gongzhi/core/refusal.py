"""Saying no: every refusal names the field, the rule and its source, in words for the person who asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from gongzhi.core.words import Words, joined


@dataclass(frozen=True)
class Problem:
    """One reason why something cannot be done.

    ``rule`` is the stable code ``room.rule``; ``source`` the law and article, or the county's setting;
    ``field`` the input it is about ("" for the whole); ``way_out`` a URL path that mends it, if there is one.
    """

    message: str | Words
    rule: str
    source: str | Words = ""
    field: str = ""
    way_out: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The JSON form used by problem+json answers and by import workbooks."""
        return {
            "message": str(self.message),
            "rule": self.rule,
            "source": str(self.source),
            "field": self.field,
            "way_out": self.way_out,
        }


class Refused(Exception):
    """The act is not allowed or its input is wrong. Nothing was done."""

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("a refusal needs a reason")
        self.problems = problems
        super().__init__(*problems)

    def __str__(self) -> str:
        return joined((str(p.message) for p in self.problems), "；")

    @property
    def rule(self) -> str:
        """The first problem's rule code."""
        return self.problems[0].rule


class NotFound(Exception):
    """No such thing within the actor's scope. The same answer whether it exists or not."""


def refuse(
    message: str | Words, *, rule: str, source: str | Words = "", field: str = "", way_out: str = ""
) -> NoReturn:
    """Raise :class:`Refused` for one reason."""
    raise Refused(Problem(message, rule, source, field, way_out))


def check_all(problems: Iterable[Problem | None]) -> None:
    """Raise :class:`Refused` with every problem found, so that a user mends all of them at once."""
    found = [p for p in problems if p is not None]
    if found:
        raise Refused(*found)
