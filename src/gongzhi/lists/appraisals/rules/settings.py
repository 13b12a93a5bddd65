"""The county's settings that one appraisal follows, gathered once: those in force when the year was opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gongzhi.lists.appraisals.rules.scoring import Bounds, Line, aspect_lines
from gongzhi.lists.appraisals.rules.tail import TailPolicy


@dataclass(frozen=True)
class Settings:
    """Fixed at the opening, so that nobody changes the yardstick while it is used."""

    bounds: Bounds
    grades: Sequence[Sequence[str]]
    aspects: Sequence[Line]
    tail: TailPolicy
    mend_below: Decimal
    days: dict[str, int]


_DAYS = ("report", "score", "meet", "objection", "recheck", "publicity", "settle")


def gather(value: Callable[[str], Any]) -> Settings:
    """Read every setting through ``value(key)`` (the dated parameters of one day)."""
    return Settings(
        bounds=Bounds(value("text_below"), value("text_above")),
        grades=value("grades"),
        aspects=aspect_lines(value("weights_b_to_a")),
        tail=TailPolicy(
            value("tail_full_from"),
            value("tail_scaled_from"),
            value("tail_rectified_score"),
            value("tail_when_a_silent"),
        ),
        mend_below=value("mend_below"),
        days={name: value(f"{name}_days") for name in _DAYS} | {"mend_most": value("mend_days_most")},
    )
