"""The nouns of a duty list as plain values: list types, marks, a line and its legal bases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gongzhi.core.words import Words, say

SELF_DUTY, ASSIST, MAIN_RESP, NEGATIVE = "SELF_DUTY", "ASSIST", "MAIN_RESP", "NEGATIVE"

LIST_TYPES: dict[str, Words] = {
    SELF_DUTY: say("依法履行职责事项"),
    ASSIST: say("协助政府工作事项"),
    MAIN_RESP: say("主体责任事项"),
    NEGATIVE: say("不得要求村（居）承担的事项"),
}

# The 2010 practice names two lists, the later one three; residents' committees may use either.
KINDS: dict[str, Words] = {"two": say("两份清单"), "three": say("三份权责清单")}
LISTS_OF_KIND: dict[str, tuple[str, ...]] = {
    "two": (SELF_DUTY, ASSIST, NEGATIVE),
    "three": (MAIN_RESP, ASSIST, SELF_DUTY, NEGATIVE),
}

APPLIES: dict[str, Words] = {"village": say("村"), "residents": say("社区"), "both": say("村和社区")}

# How sure we are of a basis. "checked": the article was read; "knowledge": believed right, the article number
# must be checked before it is printed; "verify": the law applies but the article is not yet established.
CHECKED, KNOWLEDGE, VERIFY = "checked", "knowledge", "verify"
MARKS: dict[str, Words] = {
    CHECKED: say("条文已核"),
    KNOWLEDGE: say("条号待复核"),
    VERIFY: say("依据待核实"),
}
_SURENESS = (CHECKED, KNOWLEDGE, VERIFY)

PAYERS: dict[str, Words] = {
    "lead": say("委托部门承担"),
    "township": say("镇政府（街道）承担"),
    "county": say("市级财政承担"),
    "committee": say("村（居）办公经费和公益经费"),
    "collective": say("村集体或者全体村民议定筹集"),
    "nobody": say("不产生费用"),
}

CYCLES: dict[str, Words] = {
    "standing": say("常年"),
    "monthly": say("每月"),
    "quarterly": say("每季度"),
    "yearly": say("每年"),
    "term": say("每届"),
    "as_needed": say("有事即办"),
}


@dataclass(frozen=True)
class Basis:
    """One article that a line rests on. ``text_year`` is the year of the text that was used, None if unknown."""

    law: str
    article: str = ""
    text_year: int | None = None
    mark: str = VERIFY
    quote: str = ""

    def __str__(self) -> str:
        year = f"（{self.text_year} 文本）" if self.text_year else ""
        return f"{self.law}{self.article}{year}"


@dataclass(frozen=True)
class Line:
    """One entry of one version, as the rules see it. ``lineage`` is the same for an item through all versions."""

    code: str
    list_type: str
    name: str
    applies_to: str = "both"
    lead: str = ""
    joint: str = ""
    payer: str = ""
    funding_rule: str = ""
    cycle: str = ""
    standard: str = ""
    plain: str = ""
    bases: tuple[Basis, ...] = ()
    lineage: str = ""


def worst_mark(bases: Iterable[Basis]) -> str:
    """The least sure mark among the bases: a line is as reliable as its weakest article. No basis: "verify"."""
    marks = [b.mark for b in bases]
    return max(marks, key=_SURENESS.index) if marks else VERIFY
