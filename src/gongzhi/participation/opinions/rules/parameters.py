"""The room's figures: all of them the county's to set. Pure."""

from __future__ import annotations

from gongzhi.core.params import Param
from gongzhi.core.words import say

OWN = say("本县设定")
METHOD = say("Small 等《Polis: Scaling Deliberation by Mapping High Dimensional Opinion Spaces》（2021）")


def _own(key: str, value: str, label: str, unit: str = "", *, kind: str = "int", least: int | None = None,
         most: int | None = None, source: object = OWN, help: str = "") -> Param:  # fmt: skip
    return Param(
        f"opinions.{key}",
        value,
        kind=kind,
        label=say(label),
        unit=say(unit) if unit else "",
        source=source,  # type: ignore[arg-type]
        assumption=True,
        least=least,
        most=most,
        help=say(help) if help else "",
    )


PARAMETERS = [
    _own("statement_length", "60", "一句看法最多多少字", "字", least=10, most=200),
    _own("statements_each", "5", "每人在一次征集里最多提几句", "句", least=1, most=50),
    _own("statements_in_all", "300", "一次征集最多收多少句", "句", least=10, most=1000),
    _own("hold", "true", "居民提的看法先审核再公开", kind="bool"),
    _own("days_to_approve", "2", "审核看法的期限", "个工作日", least=1, most=10),
    _own("map_votes", "7", "表态满几句才进意见图", "句", least=1, most=50, source=METHOD),
    _own("map_people", "15", "满几人才分群", "人", least=10, most=1000),
    _own(
        "map_group", "5", "几人以下的群和数不显示", "人", least=5, most=100,
        help="人数少于这个数的群并入“其他”，少于这个数的计数不公布，免得认出是谁",
    ),
    _own(
        "map_changed", "5", "满几人有新表态才重画", "人", least=1, most=1000,
        help="每分钟看一次；征集结束时总要重画",
    ),
    _own("map_shared", "60", "各群都有这么多人赞成（反对），算共识", "%", least=50, most=100),
    _own("map_apart", "40", "两群赞成率相差这么多，算分歧", "个百分点", least=10, most=100),
]  # fmt: skip
