"""Workbooks of this room: they are exported, never imported, for scores come in through their verbs only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gongzhi.core.exchange import Column, outgoing
from gongzhi.core.words import joined, say
from gongzhi.lists.appraisals import rules
from gongzhi.lists.appraisals.models.pair import SIDE_LABELS

PAIRS = outgoing(
    "appraisals.pairs",
    say("双向评估"),
    [
        Column("year", say("年度"), "int", width=8),
        Column("township", say("镇（街道）")),
        Column("place", say("村（社区）")),
        Column("state", say("进度"), width=24),
        Column("a_to_b", say("政府评村居"), "decimal", places=3),
        Column("b_to_a", say("村居评政府"), "decimal", places=3),
        Column("gap", say("分差"), "decimal", places=3),
        Column("silent", say("未评")),
        Column("unmet", say("整改未完"), "bool"),
        Column("settled_on", say("尾款结算日期"), "date"),
    ],
    verb="appraisals.export",
)
MENDINGS = outgoing(
    "appraisals.mendings",
    say("整改清单"),
    [
        Column("year", say("年度"), "int", width=8),
        Column("township", say("镇（街道）")),
        Column("place", say("村（社区）")),
        Column("side", say("由谁整改"), "choice", choices=SIDE_LABELS),
        Column("line", say("针对事项"), width=20),
        Column("problem", say("问题"), width=36),
        Column("measure", say("措施"), width=36),
        Column("due", say("期限"), "date"),
        Column(
            "state",
            say("状态"),
            "choice",
            choices={"open": say("等回报"), "reported": say("等核验"), "verified": say("已核验")},
        ),
        Column("reported_on", say("回报日期"), "date"),
        Column("verdict", say("核验意见"), width=36),
    ],
    verb="appraisals.export",
)


def pair_rows(pairs: Any) -> Iterator[dict[str, Any]]:
    """Rows of :data:`PAIRS`; sealed pairs have no scores to give."""
    for pair in pairs.iterator(chunk_size=500):
        silent = [str(SIDE_LABELS[s]) for s, out in (("a", pair.a_silent), ("b", pair.b_silent)) if out]
        yield {
            "year": pair.year,
            "township": pair.party_a.short,
            "place": pair.party_b.short,
            "state": str(rules.FLOW.state(pair.state).label),
            "a_to_b": pair.a_to_b,
            "b_to_a": pair.b_to_a,
            "gap": pair.gap,
            "silent": joined(silent),
            "unmet": pair.unmet,
            "settled_on": pair.settled_on,
        }


def mending_rows(mendings: Any) -> Iterator[dict[str, Any]]:
    """Rows of :data:`MENDINGS`."""
    for row in mendings.iterator(chunk_size=500):
        pair = row.appraisal
        yield {
            "year": pair.year,
            "township": pair.party_a.short,
            "place": pair.party_b.short,
            "side": row.side,
            "line": row.line.label if row.line else "",
            "problem": row.problem,
            "measure": row.measure,
            "due": row.due,
            "state": row.state,
            "reported_on": row.reported_on,
            "verdict": row.verdict,
        }
