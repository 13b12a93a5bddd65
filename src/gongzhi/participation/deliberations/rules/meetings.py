"""A meeting of those concerned: when it may be held, who must come, what is consensus. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from gongzhi.core import tally
from gongzhi.core.refusal import refuse
from gongzhi.core.words import Words, say

from .screening import OPINION
from .sources import LEVELS, LEVELS_OF_UNIT

TALK, HEARING = "talk", "hearing"
FORMS: dict[str, Words] = {TALK: say("协商会"), HEARING: say("听证会")}
HALL, ONLINE = "hall", "online"
CHANNELS: dict[str, Words] = {HALL: say("到会场"), ONLINE: say("线上参加")}
SHARES: dict[str, Words] = {
    "over_half": say("过半数"),
    "two_thirds": say("三分之二以上"),
    "all": say("全部"),
}
RECONVENED_ONCE = 2
"""A meeting that too few attended is called again once; what fails twice is a matter without a meeting."""


def needed(share: str, of: int) -> int:
    """The smallest number that is ``share`` of ``of``: 过半数 does not include the half, 以上 includes the share."""
    if share == "over_half":
        return tally.over_half(of)
    return tally.at_least(of, 2, 3) if share == "two_thirds" else of


def check_notice(today: date, held_on: date, days: int) -> None:
    """Refuse a meeting to which people could not prepare: the material comes at least ``days`` days before."""
    earliest = today + timedelta(days=days)  # the day of the notice does not count (民法典第 201 条)
    if held_on < earliest:
        refuse(
            say("材料要提前至少 {days} 天送到，最早 {day} 开会", days=days, day=earliest.isoformat()),
            rule="deliberations.notice",
            source=OPINION,
            field="held_at",
        )


def check_level(unit_kind: str, level: str) -> None:
    """Refuse a level at which this unit does not lead; the way up is to ask the unit above."""
    fitting = LEVELS_OF_UNIT.get(unit_kind, ())
    if level not in fitting:
        refuse(
            say("“{level}”层级要由上一级牵头，请先“提请上一级协商”", level=LEVELS[level]),
            rule="deliberations.level",
            source=OPINION,
            field="level",
        )


def check_quorum(share: str, invited: int, came: int) -> None:
    """Refuse to hold a meeting that too few attended."""
    least = needed(share, invited)
    if invited < 1:
        refuse(say("还没有邀请任何人"), rule="deliberations.nobody_invited", field="present", source=OPINION)
    if came < least:
        refuse(
            say("到会 {came} 人，应到 {invited} 人，至少要 {least} 人。请登记“人数不够”，再通知一次", came=came,
                invited=invited, least=least),
            rule="deliberations.quorum",
            source=say("五事协商办法（本县设定）：{share}", share=SHARES[share]),
            field="present",
        )  # fmt: skip


def may_reconvene(shorts: int) -> bool:
    """Whether a meeting may be called again after ``shorts`` meetings that too few attended."""
    return shorts < RECONVENED_ONCE


def check_consensus(share: str, present: int, agree: int, disagree: int, abstain: int) -> int:
    """The number that had to agree; refused where the counts do not add up or there is no consensus."""
    if agree + disagree + abstain != present:
        refuse(
            say("同意、不同意、保留意见合计应等于到会 {present} 人", present=present),
            rule="deliberations.counts",
            field="agree",
        )
    least = needed(share, present)
    if agree < least:
        refuse(
            say(
                "同意 {agree} 人，达成共识至少要 {least} 人。可以再商量，或登记“没有谈拢”",
                agree=agree,
                least=least,
            ),
            rule="deliberations.consensus",
            source=say("五事协商办法（本县设定）：到会者{share}同意", share=SHARES[share]),
            field="agree",
        )
    return least


FOUR_STEPS: dict[str, Words] = {
    "proposal": say("党支部会提议"),
    "consultation": say("“两委”会商议"),
    "review": say("党员大会审议"),
    "decision": say("村民会议或者村民代表会议决议"),
}
"""四议: the four resolutions of a village's major matters, each after the one before it; 两公开 shows the decision and
the result."""


def check_next_resolution(stage: str, passed: Iterable[str]) -> None:
    """Refuse a resolution before the one it builds on."""
    have = set(passed)
    missing = next((k for k in FOUR_STEPS if k not in have), None)
    if stage in have:
        refuse(
            say("“{stage}”已经记过", stage=FOUR_STEPS[stage]),
            rule="deliberations.resolution_twice",
            field="stage",
        )
    if stage != missing:
        refuse(
            say("四议按顺序进行，先要有“{stage}”", stage=FOUR_STEPS[missing or stage]),
            rule="deliberations.resolution_order",
            source=say("“四议两公开”工作法"),
            field="stage",
        )


def resolutions_missing(passed: Iterable[str]) -> list[str]:
    """The resolutions still to come, in order."""
    have = set(passed)
    return [k for k in FOUR_STEPS if k not in have]
