"""The table of places as a workbook: exactly what the page lists, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gongzhi.core.exchange import Column, outgoing
from gongzhi.core.words import say
from gongzhi.insight.queries import PlaceLine

PLACES = outgoing(
    "insight.places",
    say("县情"),
    [
        Column("township", say("镇（街道）")),
        Column("place", say("村（社区）")),
        Column("agreement", say("协议"), width=20),
        Column("a_to_b", say("政府评村居"), "decimal", places=3),
        Column("b_to_a", say("村居评政府"), "decimal", places=3),
        Column("gap", say("分差"), "decimal", places=3),
        Column("change", say("比去年"), "decimal", places=3),
        Column("payments", say("到期付款（笔）"), "int"),
        Column("in_time", say("按时（笔）"), "int"),
        Column("late", say("逾期未付（笔）"), "int"),
        Column("mendings", say("没完成的整改（项）"), "int"),
    ],
    verb="insight.view",
)


def rows(lines: Iterable[PlaceLine]) -> Iterator[dict[str, Any]]:
    """The rows of :data:`PLACES`."""
    for line in lines:
        contract, score = line.contract, line.score
        yield {
            "township": line.unit.parent.short if line.unit.parent else "",
            "place": line.unit.short,
            "agreement": str(contract.label) if contract else "",
            "a_to_b": score.a_to_b if score else None,
            "b_to_a": score.b_to_a if score else None,
            "gap": score.gap if score else None,
            "change": line.change,
            "payments": contract.payments if contract else None,
            "in_time": contract.in_time if contract else None,
            "late": contract.late if contract else None,
            "mendings": len(line.mendings),
        }
