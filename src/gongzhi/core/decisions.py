"""What a self-governing body decides: who must come, how many must agree. Pure.

Thresholds are packs with dates. The organic laws changed on 2026-01-01; the 2026 packs copy the 2018 thresholds
and say that they are not verified yet. A decision stores its inputs and the pack by which it was counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gongzhi.core import tally
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import Words, say

TWO_COMMITTEES, REPRESENTATIVES, ASSEMBLY = "two_committees", "representatives", "assembly"
BODIES: dict[str, Words] = {
    TWO_COMMITTEES: say("村（社区）“两委”联席会议"),
    REPRESENTATIVES: say("村（居）民代表会议"),
    ASSEMBLY: say("村（居）民会议"),
}
GROUP, HOUSEHOLDS = "group", "households"
GATHERINGS: dict[str, Words] = {
    **BODIES,
    GROUP: say("村（居）民小组会议"),
    HOUSEHOLDS: say("村（居）民会议（户代表）"),
}
"""Every body that votes, with the villagers' group and the assembly to which each household sends one."""
VILLAGE, RESIDENTS = "village", "residents"


@dataclass(frozen=True)
class Threshold:
    """A body's rule: present at least ``quorum`` (p, q) of all, or over half where it is None; then over half of those
    present must agree."""

    quorum: tuple[int, int] | None
    source: Words

    def needed_present(self, eligible: int) -> int:
        """The smallest number that may open the meeting."""
        return tally.at_least(eligible, *self.quorum) if self.quorum else tally.over_half(eligible)

    def needed_yes(self, present: int) -> int:
        """The smallest number of yes votes that decides."""
        return tally.over_half(present)


@dataclass(frozen=True)
class Pack:
    """The thresholds for one kind of committee during a period."""

    id: str
    kind: str
    since: date
    until: date | None
    verified: bool
    thresholds: dict[str, Threshold]


_OWN = Threshold(None, say("议事规则：应到人员过半数出席，出席人员过半数同意（本县设定）"))
_VILLAGE = {
    TWO_COMMITTEES: _OWN,
    REPRESENTATIVES: Threshold(
        (2, 3), say("村民委员会组织法第二十六条（2018 文本）：三分之二以上参加，到会过半数同意")
    ),
    ASSEMBLY: Threshold(
        None, say("村民委员会组织法第二十二条（2018 文本）：十八周岁以上村民过半数参加，到会过半数同意")
    ),
    HOUSEHOLDS: Threshold(
        (2, 3), say("村民委员会组织法第二十二条（2018 文本）：三分之二以上的户的代表参加，到会过半数同意")
    ),
    GROUP: Threshold(
        (2, 3), say("村民委员会组织法第二十八条（2018 文本）：三分之二以上参加，到会过半数同意")
    ),
}
_OF_RESIDENTS = say("城市居民委员会组织法第九条（2018 文本）：过半数出席，出席人过半数通过")
_RESIDENTS = {
    TWO_COMMITTEES: _OWN,
    REPRESENTATIVES: Threshold(None, _OF_RESIDENTS),
    ASSEMBLY: Threshold(None, _OF_RESIDENTS),
    HOUSEHOLDS: Threshold(None, _OF_RESIDENTS),
    GROUP: Threshold(None, say("比照城市居民委员会组织法第九条：过半数出席，出席人过半数通过（本县设定）")),
}
NEW_LAW = date(2026, 1, 1)
PACKS: tuple[Pack, ...] = (
    Pack("VILLAGE_2018", VILLAGE, date(2018, 12, 29), date(2025, 12, 31), True, _VILLAGE),
    Pack("VILLAGE_2026", VILLAGE, NEW_LAW, None, False, _VILLAGE),
    Pack("RESIDENT_2018", RESIDENTS, date(2018, 12, 29), date(2025, 12, 31), True, _RESIDENTS),
    Pack("RESIDENT_2026", RESIDENTS, NEW_LAW, None, False, _RESIDENTS),
)


def pack_for(kind: str, on: date, packs: Sequence[Pack] = PACKS) -> Pack:
    """The pack in force for a kind of committee on the day of the meeting; refused where none is known."""
    found = next(
        (p for p in packs if p.kind == kind and p.since <= on and (p.until is None or on <= p.until)), None
    )
    if found is None:
        refuse(
            say("{day} 适用的议事规则还没有录入", day=on.isoformat()),
            rule="core.no_pack",
            field="held_on",
        )
    return found


@dataclass(frozen=True)
class Votes:
    """The counts of one meeting."""

    eligible: int
    present: int
    yes: int
    no: int = 0
    abstain: int = 0
    invalid: int = 0


@dataclass(frozen=True)
class Outcome:
    """What the counts mean under a pack."""

    passed: bool
    quorate: bool
    needed_present: int
    needed_yes: int
    pack: str
    verified: bool
    source: Words


def check_votes(votes: Votes) -> None:
    """Refuse counts that cannot be: more present than eligible, more votes than people."""
    check_all(
        [
            Problem(say("应到人数至少 1 人"), "core.eligible", field="eligible") if votes.eligible < 1 else None,
            Problem(say("实到 {present} 人超过应到 {eligible} 人", present=votes.present, eligible=votes.eligible),
                    "core.present", field="present") if votes.present > votes.eligible else None,
            Problem(say("同意、反对、弃权、无效合计应等于实到 {present} 人", present=votes.present),
                    "core.votes", field="yes")
            if votes.yes + votes.no + votes.abstain + votes.invalid != votes.present else None,
        ]
    )  # fmt: skip


def outcome(body: str, kind: str, votes: Votes, held_on: date, packs: Sequence[Pack] = PACKS) -> Outcome:
    """Whether a body decided for the motion, by the pack in force on the day of the meeting."""
    check_votes(votes)
    pack = pack_for(kind, held_on, packs)
    rule = pack.thresholds[body]
    present, yes = rule.needed_present(votes.eligible), rule.needed_yes(votes.present)
    quorate = votes.present >= present
    return Outcome(quorate and votes.yes >= yes, quorate, present, yes, pack.id, pack.verified, rule.source)
