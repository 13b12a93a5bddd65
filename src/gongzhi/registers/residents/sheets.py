"""The table of figures as a workbook: exactly what the page lists."""

from __future__ import annotations

from typing import NoReturn

from gongzhi.core.access import Actor
from gongzhi.core.exchange import Change, Column, Row, Sheet
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say


def _export_only(actor: Actor, rows: list[Row]) -> NoReturn:
    refuse(say("这张表只能导出，数字都来自居住申请"), rule="residents.export_only")


def _nothing_to_revert(actor: Actor, changes: list[Change]) -> NoReturn:
    refuse(say("这张表只能导出"), rule="residents.export_only")


PLACES = Sheet(
    "residents.figures",
    say("居民登记"),
    [
        Column("township", say("镇（街道）")),
        Column("place", say("村（社区）")),
        Column("confirmed", say("已确认"), "int"),
        Column("helped", say("其中代办登记"), "int"),
        Column("waiting", say("等核对"), "int"),
        Column("late", say("其中逾期"), "int"),
        Column("asked", say("等居民补充"), "int"),
    ],
    verb="residents.figures",
    apply=_export_only,
    revert=_nothing_to_revert,
)
