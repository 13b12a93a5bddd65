"""Which body decides, how many of it must come and how many must agree. Pure.

The thresholds of self-governing bodies are ``core.decisions``: packs with dates, chosen by the day on which voting
ends. A consultation binds nobody and has none; that of invited stakeholders is the county's own figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongzhi.core import decisions
from gongzhi.core.decisions import GROUP, HOUSEHOLDS, RESIDENTS, VILLAGE, Threshold
from gongzhi.core.words import Words, say

CONSULTATIVE, STAKEHOLDERS = "consultative", "stakeholders"
BODIES: dict[str, Words] = {
    CONSULTATIVE: say("征求意见"),
    STAKEHOLDERS: say("利益相关方协商会"),
    **decisions.GATHERINGS,
}


@dataclass(frozen=True)
class Rule:
    """A threshold with the version that is stored beside the result."""

    threshold: Threshold
    pack: str
    verified: bool = True

    @property
    def source(self) -> Words:
        """Where it stands."""
        return self.threshold.source


def rule_for(body: str, kind: str, on: date, *, stakeholders_percent: int) -> Rule | None:
    """The rule of a body of a kind of committee on a day; None for a consultation.

    ``stakeholders_percent`` is the county's figure of that day. Refused where no pack is known.
    """
    if body == CONSULTATIVE:
        return None
    if body == STAKEHOLDERS:
        source = say("利益相关方：{n}% 以上到会，到会过半数同意（本县设定）", n=stakeholders_percent)
        return Rule(Threshold((stakeholders_percent, 100), source), f"STAKEHOLDERS_{stakeholders_percent}")
    pack = decisions.pack_for(kind, on)
    return Rule(pack.thresholds[body], pack.id, pack.verified)


__all__ = [
    "BODIES",
    "CONSULTATIVE",
    "GROUP",
    "HOUSEHOLDS",
    "RESIDENTS",
    "STAKEHOLDERS",
    "VILLAGE",
    "Rule",
    "rule_for",
]
