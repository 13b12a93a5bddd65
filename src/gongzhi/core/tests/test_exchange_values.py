"""Reading cells: what people and Excel make of dates, numbers and identifiers, and what is refused."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from gongzhi.core.exchange.sheet import Column
from gongzhi.core.exchange.values import from_json, reader, shown, to_json
from gongzhi.core.refusal import Refused
from gongzhi.core.words import say

ID = "320522198501011231"


def read(kind: str, cell: Any, **more: Any) -> Any:
    return reader(Column("x", say("列"), kind, **more))(cell)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("text", "  顾勤 ", "顾勤"),
        ("text", 12.0, "12"),
        ("text", "说“是”，（对）", "说“是”，（对）"),
        ("int", "１，２００", 1200),
        ("int", 3.0, 3),
        ("decimal", "66.50", Decimal("66.50")),
        ("decimal", 0.1 + 0.2, Decimal("0.30")),
        ("money", "84,000.00", 8_400_000),
        ("money", 84000.1, 8_400_010),
        ("money", "￥84000元", 8_400_000),
        ("date", date(2026, 3, 16), date(2026, 3, 16)),
        ("date", datetime(2026, 3, 16), date(2026, 3, 16)),
        ("date", "2026年3月16日", date(2026, 3, 16)),
        ("date", "２０２６／３／１６", date(2026, 3, 16)),
        ("date", "2026.3.16", date(2026, 3, 16)),
        ("date", 20260316.0, date(2026, 3, 16)),
        ("bool", "是", True),
        ("bool", "×", False),
        ("bool", True, True),
        ("id", ID, ID),
        ("id", "３２０５２２１９８５０１０１１２３１", ID),
        ("id", "320522850101123", ID),
        ("id", " 11010519491231002x ", "11010519491231002X"),
        ("phone", 13800005678.0, "13800005678"),
        ("phone", "+86 138-0000-5678", "13800005678"),
        ("uscc", "51320585509000011n", "51320585509000011N"),
        ("code", 320585101204.0, "320585101204"),
        ("code", "0012", "0012"),
    ],
)
def test_what_is_meant_is_read(kind: str, cell: Any, value: Any) -> None:
    assert read(kind, cell) == value


@pytest.mark.parametrize(
    ("kind", "cell", "word"),
    [
        ("id", 3.20522198501011e17, "文本"),  # Excel keeps 15 digits and zeroes the rest
        ("id", "3.20522E+17", "文本"),
        ("id", "320585201502290025", "出生日期"),
        ("id", "320585199003070010", "校验位"),
        ("uscc", 5.1e17, "文本"),
        ("text", 1.23e16, "文本"),
        ("code", date(2026, 3, 16), "文本"),
        ("phone", "1380000567", "11 位"),
        ("int", "3.5", "整数"),
        ("int", "三", "不是数字"),
        ("int", True, "数字"),
        ("decimal", "1.234", "2 位小数"),
        ("decimal", "NaN", "不是数字"),
        ("decimal", "1e400", "数字"),
        ("money", "84,00", "不是金额"),
        ("money", 0.001, "小数"),
        ("money", "-5", "负数"),
        ("date", 46097.0, "2026-03-16"),
        ("date", "2026-02-30", "没有"),
        ("date", "下个月", "不是日期"),
        ("bool", "也许", "是"),
    ],
)
def test_what_is_wrong_is_refused_in_words(kind: str, cell: Any, word: str) -> None:
    with pytest.raises(Refused) as refused:
        read(kind, cell)
    assert word in str(refused.value)
    assert refused.value.problems[0].field == "x"


def test_choices_by_label_or_key_and_the_offer_when_neither() -> None:
    choices = {"director": "主任", "worker": say("社区工作者")}
    assert read("choice", "主 任".replace(" ", ""), choices=choices) == "director"
    assert read("choice", "worker", choices=lambda: choices) == "worker"
    with pytest.raises(Refused, match=r"可以填：主任、社区工作者"):
        read("choice", "书记", choices=choices)


@pytest.mark.parametrize("empty", [None, "", "  ", "\u3000"])
def test_empty_cells(empty: Any) -> None:
    assert read("int", empty) is None
    with pytest.raises(Refused, match="必须填写"):
        read("int", empty, required=True)


def test_a_rooms_own_check_may_refuse_or_better_a_value() -> None:
    assert read("text", "abc", check=str.upper) == "ABC"


def test_too_long() -> None:
    with pytest.raises(Refused, match="最多 3 个字"):
        read("text", "四个字了", max=3)


@pytest.mark.parametrize(
    ("kind", "value", "cell"),
    [("date", date(2026, 3, 16), date(2026, 3, 16)), ("decimal", Decimal("1.50"), Decimal("1.50")),
     ("money", 8_400_000, Decimal(84000)), ("bool", False, "否"), ("text", None, None)],
)  # fmt: skip
def test_values_survive_staging_and_are_shown_as_they_are_read(kind: Any, value: Any, cell: Any) -> None:
    column = Column("x", say("列"), kind)
    assert from_json(to_json(value), column) == value
    assert shown(value, column, {}) == cell
    if cell is not None:
        assert read(kind, cell) == value
