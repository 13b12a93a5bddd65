"""Which body decides, how many of it must come and how many must agree. Pure.

Thresholds fixed by law are packs with dates. The organic laws changed on 2026-01-01; the 2026 packs copy the 2018
thresholds and say that they are not verified yet. A result stores its inputs and the pack by which it was counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gongzhi.core import tally
from gongzhi.core.refusal import refuse
from gongzhi.core.words import Words, say

CONSULTATIVE, STAKEHOLDERS, TWO_COMMITTEES = "consultative", "stakeholders", "two_committees"
GROUP, REPRESENTATIVES, ASSEMBLY, HOUSEHOLDS = "group", "representatives", "assembly", "households"
BODIES: dict[str, Words] = {
    CONSULTATIVE: say("征求意见"),
    STAKEHOLDERS: say("利益相关方协商会"),
    GROUP: say("村（居）民小组会议"),
    REPRESENTATIVES: say("村（居）民代表会议"),
    HOUSEHOLDS: say("村（居）民会议（户代表）"),
    ASSEMBLY: say("村（居）民会议"),
    TWO_COMMITTEES: say("村（社区）“两委”联席会议"),
}
VILLAGE, RESIDENTS = "village", "residents"
OVER_HALF = None


@dataclass(frozen=True)
class Rule:
    """Present at least ``quorum`` (p of q) of all, or over half where it is None; then over half of those present
    must agree. ``pack`` is the version that is stored with the result."""

    quorum: tuple[int, int] | None
    source: Words
    pack: str = ""
    verified: bool = True

    def needed_present(self, eligible: int) -> int:
        """The smallest number that may decide."""
        return tally.at_least(eligible, *self.quorum) if self.quorum else tally.over_half(eligible)

    def needed_yes(self, present: int) -> int:
        """The smallest number of votes that decides: 504 of 1,008 is none (过半数不含本数, 民法典第 1259 条)."""
        return tally.over_half(present)


@dataclass(frozen=True)
class Pack:
    """The rules for one kind of committee during a period."""

    id: str
    kind: str
    since: date
    until: date | None
    verified: bool
    rules: dict[str, Rule]


_OWN = Rule(OVER_HALF, say("议事规则：应到人员过半数出席，出席人员过半数同意（本县设定）"))
_VILLAGE = {
    TWO_COMMITTEES: _OWN,
    GROUP: Rule((2, 3), say("村民委员会组织法第二十八条（2018 文本）：三分之二以上参加，到会过半数同意")),
    REPRESENTATIVES: Rule(
        (2, 3), say("村民委员会组织法第二十六条（2018 文本）：三分之二以上参加，到会过半数同意")
    ),
    HOUSEHOLDS: Rule(
        (2, 3), say("村民委员会组织法第二十二条（2018 文本）：三分之二以上的户的代表参加，到会过半数同意")
    ),
    ASSEMBLY: Rule(
        OVER_HALF, say("村民委员会组织法第二十二条（2018 文本）：十八周岁以上村民过半数参加，到会过半数同意")
    ),
}
_CITY = say("城市居民委员会组织法第九条（2018 文本）：过半数出席，出席人过半数通过")
_RESIDENTS = {
    TWO_COMMITTEES: _OWN,
    GROUP: Rule(OVER_HALF, say("居民小组会议比照城市居民委员会组织法第九条：过半数出席，出席人过半数通过（本县设定）")),
    REPRESENTATIVES: Rule(OVER_HALF, _CITY),
    HOUSEHOLDS: Rule(OVER_HALF, _CITY),
    ASSEMBLY: Rule(OVER_HALF, _CITY),
}  # fmt: skip
OLD_LAW, NEW_LAW = date(2018, 12, 29), date(2026, 1, 1)
PACKS: tuple[Pack, ...] = (
    Pack("VILLAGE_2018", VILLAGE, OLD_LAW, date(2025, 12, 31), True, _VILLAGE),
    Pack("VILLAGE_2026", VILLAGE, NEW_LAW, None, False, _VILLAGE),
    Pack("RESIDENT_2018", RESIDENTS, OLD_LAW, date(2025, 12, 31), True, _RESIDENTS),
    Pack("RESIDENT_2026", RESIDENTS, NEW_LAW, None, False, _RESIDENTS),
)


def rule_for(
    body: str, kind: str, on: date, *, stakeholders_percent: int, packs: Sequence[Pack] = PACKS
) -> Rule | None:
    """The rule of a body of a kind of committee on a day; None for a consultation, which binds nobody.

    ``stakeholders_percent`` is the county's figure of that day. Refused where no pack is known.
    """
    if body == CONSULTATIVE:
        return None
    if body == STAKEHOLDERS:
        source = say("利益相关方：{n}% 以上到会，到会过半数同意（本县设定）", n=stakeholders_percent)
        return Rule((stakeholders_percent, 100), source, f"STAKEHOLDERS_{stakeholders_percent}")
    found = next(
        (p for p in packs if p.kind == kind and p.since <= on and (p.until is None or on <= p.until)), None
    )
    if found is None:
        refuse(
            say("{day} 适用的议事规则还没有录入", day=on.isoformat()), rule="ballots.no_pack", field="body"
        )
    rule = found.rules[body]
    return Rule(rule.quorum, rule.source, found.id, found.verified)
