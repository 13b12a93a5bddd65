"""The room's figures: all of them the county's to set. Pure."""

from __future__ import annotations

from gongzhi.core.params import Param
from gongzhi.core.words import Words, say

OWN = say("本县设定")
METHOD = say("公开发表的意见聚类方法（2021）")  # Small and others: Polis, Recerca 26(2)


def _own(key: str, value: str, label: Words, unit: Words | str = "", *, kind: str = "int", least: int | None = None,
         most: int | None = None, source: Words = OWN, help: Words | str = "") -> Param:  # fmt: skip
    return Param(
        f"opinions.{key}",
        value,
        kind=kind,
        label=label,
        unit=unit,
        source=source,
        assumption=True,
        least=least,
        most=most,
        help=help,
    )


PARAMETERS = [
    _own("statement_length", "60", say("一句看法最多多少字"), say("字"), least=10, most=200),
    _own("statements_each", "5", say("每人在一次征集里最多提几句"), say("句"), least=1, most=50),
    _own("statements_in_all", "300", say("一次征集最多收多少句"), say("句"), least=10, most=1000),
    _own("hold", "true", say("居民提的看法先审核再公开"), kind="bool"),
    _own("days_to_approve", "2", say("审核看法的期限"), say("个工作日"), least=1, most=10),
    _own("map_votes", "7", say("表态满几句才进意见图"), say("句"), least=1, most=50, source=METHOD),
    _own("map_people", "15", say("满几人才分组"), say("人"), least=10, most=1000),
    _own(
        "map_group", "5", say("几人以下的组和数不显示"), say("人"), least=5, most=100,
        help=say("人数少于这个数的组并入“其他”，少于这个数的计数不公布，免得认出是谁"),
    ),
    _own(
        "map_changed", "5", say("满几人有新表态才重画"), say("人"), least=1, most=1000,
        help=say("每分钟看一次；征集结束时总要重画"),
    ),
    _own("map_shared", "60", say("各组都有这么多人赞成（反对），算共识"), "%", least=50, most=100),
    _own("map_apart", "40", say("两组赞成率相差这么多，算分歧"), say("个百分点"), least=10, most=100),
]  # fmt: skip
