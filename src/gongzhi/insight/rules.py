"""Who sees the county's figures, and how they are cut into steps for the map. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

from gongzhi.core import roles
from gongzhi.core.params import Param
from gongzhi.core.roles import COUNTY, TOWNSHIP, Reach, Rights, grant
from gongzhi.core.words import Words, say

RIGHTS: Rights = {
    "insight.view": {
        **grant(COUNTY, Reach.BELOW),
        **grant(TOWNSHIP, Reach.BELOW),
        roles.AUDITOR: Reach.ALL,
    },
}
PARAMETERS: list[Param] = []


@dataclass(frozen=True)
class Measure:
    """One way to colour the map: its tab, the title of its legend, and its steps from dark (5) to light (1).

    Each step is (number, label, least value): a value belongs to the first step whose least it reaches.
    ``missing`` is the label of the hatched tile that has no value.
    """

    key: str
    label: Words
    title: Words
    steps: Sequence[tuple[int, Words, Decimal]]
    missing: Words


def _scores(key: str, label: Words, title: Words) -> Measure:
    steps = (
        (5, say("90 分及以上"), Decimal(90)),
        (4, say("85 到 90"), Decimal(85)),
        (3, say("80 到 85"), Decimal(80)),
        (2, say("75 到 80"), Decimal(75)),
        (1, say("不到 75"), Decimal(0)),
    )
    return Measure(key, label, title, steps, say("未评或没开封"))


_GAPS = (
    (5, say("相差 12 分及以上"), Decimal(12)),
    (4, say("8 到 12"), Decimal(8)),
    (3, say("5 到 8"), Decimal(5)),
    (2, say("2 到 5"), Decimal(2)),
    (1, say("不到 2"), Decimal(0)),
)
_SIGNING = (
    (5, say("已签署"), Decimal(5)),
    (4, say("等签署"), Decimal(4)),
    (3, say("村（居）内决定"), Decimal(3)),
    (2, say("协商中"), Decimal(2)),
    (1, say("暂停或中止"), Decimal(1)),
)
_SHARES = (
    (5, say("全部按时"), Decimal(100)),
    (4, say("75% 及以上"), Decimal(75)),
    (3, say("50% 到 75%"), Decimal(50)),
    (2, say("不到 50%"), Decimal("0.01")),
    (1, say("没有按时的"), Decimal(0)),
)
_MENDING = (
    (5, say("全部核验"), Decimal(100)),
    (4, say("75% 及以上"), Decimal(75)),
    (3, say("50% 到 75%"), Decimal(50)),
    (2, say("不到 50%"), Decimal("0.01")),
    (1, say("都没核验"), Decimal(0)),
)
MEASURES: dict[str, Measure] = {
    m.key: m
    for m in (
        _scores("b_to_a", say("村居评政府"), say("村居给政府的分")),
        _scores("a_to_b", say("政府评村居"), say("政府给村居的分")),
        Measure("gap", say("分差"), say("双方打分相差"), _GAPS, say("没有双方的分")),
        Measure("signing", say("签署"), say("协议走到哪里"), _SIGNING, say("未签、未同意或终止")),
        Measure("payment", say("付款"), say("按时付款"), _SHARES, say("还没有到期的款")),
        Measure("mending", say("整改"), say("整改核验"), _MENDING, say("没有要整改的")),
    )
}
SIGNING_STEP = {"running": 5, "signing": 4, "deciding": 3, "talking": 2, "paused": 1}
"""Group of an agreement's state → its value on the signing map; "ended" and none have no value."""


def step(measure: Measure, value: Decimal | int | None) -> int:
    """The step of a value, 0 where there is none."""
    if value is None:
        return 0
    return next((number for number, _, least in measure.steps if value >= least), 0)


def scale(values: Sequence[Decimal]) -> tuple[int, int, tuple[int, ...]]:
    """A score axis that holds every value: low and high end (multiples of five), and the ticks between."""
    if not values:
        return 75, 95, (80, 85, 90)
    low, high = floor(min(values) / 5) * 5, ceil(max(values) / 5) * 5
    low, high = min(low, 75), max(high, 95)
    every = 5 if high - low <= 30 else 10
    return low, high, tuple(t for t in range(low + every, high, every))
