"""The comparison of two texts as a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gongzhi.core.exchange import Column, outgoing
from gongzhi.core.words import joined, say

from .queries.figures import Figures, total
from .queries.versions import Entry
from .rules.compare import KINDS
from .rules.numerals import article
from .rules.terms import ItemTerms, Line

COMPARISON = outgoing(
    "agreements.comparison",
    say("条款对照"),
    [
        Column("kind", say("变化"), "choice", choices=KINDS, width=9),
        Column("old_no", say("原条款"), width=10),
        Column("new_no", say("新条款"), width=10),
        Column("heading", say("标题"), width=24, wrap=True),
        Column("old", say("原来的文字"), width=52, wrap=True),
        Column("new", say("现在的文字"), width=52, wrap=True),
        Column("fields", say("改了什么"), width=16, wrap=True),
        Column("old_weight", say("原权重"), "int", width=8),
        Column("new_weight", say("新权重"), "int", width=8),
        Column("old_amount", say("原金额（元）"), "money", width=14),
        Column("new_amount", say("新金额（元）"), "money", width=14),
        Column("who", say("谁提出"), width=10),
        Column("why", say("理由"), width=36, wrap=True),
    ],
    verb="agreements.view",
)


STATISTICS = outgoing(
    "agreements.statistics",
    say("协议统计"),
    [
        Column("name", say("镇街"), width=16),
        Column("places", say("村居"), "int", width=8),
        Column("signed", say("已签"), "int", width=8),
        Column("signing_rate", say("签署率（%）"), "decimal", width=11),
        Column("talking", say("协商中"), "int", width=8),
        Column("refused", say("未同意"), "int", width=8),
        Column("payments_due", say("到期付款（期）"), "int", width=12),
        Column("payments_in_time", say("按时（期）"), "int", width=10),
        Column("in_time_rate", say("按时付款率（%）"), "decimal", width=13),
        Column("payments_open_late", say("现在逾期（期）"), "int", width=12),
        Column("interest_fen", say("迟延利息（元）"), "money", width=13),
        Column("disputes", say("履约异议"), "int", width=10),
        Column("breaches_a", say("甲方违约"), "int", width=10),
        Column("breaches_b", say("乙方违约"), "int", width=10),
    ],
    verb="agreements.view",
)


def statistic_rows(found: Iterable[Figures]) -> Iterator[dict[str, Any]]:
    """One line a township, the whole at the end."""
    lines = list(found)
    for f in [*lines, total(lines, str(say("合计")))] if len(lines) > 1 else lines:
        yield {c.key: getattr(f, c.key) for c in STATISTICS.columns}


def rows(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    """Every clause of both texts, unchanged ones too: a filter on 变化 leaves what is wanted."""
    for e in entries:
        yield {
            "kind": e.pair.kind,
            "heading": e.pair.line.terms.heading,
            "fields": joined(map(str, e.pair.fields)),
            "who": joined(e.who),
            "why": joined(e.why, "；"),
            **_side("old", e.pair.old),
            **_side("new", e.pair.new),
        }


def _side(name: str, line: Line | None) -> dict[str, Any]:
    if line is None:
        return {}
    numbers = {}
    if isinstance(line.terms, ItemTerms):
        numbers = {f"{name}_weight": line.terms.weight, f"{name}_amount": line.terms.amount_fen}
    return {f"{name}_no": article(line.number), name: line.terms.text(), **numbers}
