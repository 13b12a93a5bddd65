"""Money: printed, read back, and in capital figures."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.core.money import LIMIT, Fen, capitals, parse_yuan, plain_yuan, yuan
from gongzhi.core.refusal import Refused

DIGIT = {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNIT = {"拾": 10, "佰": 100, "仟": 1000}


def read_capitals(text: str) -> int:
    """An independent reader of capital figures: units multiply what stands before them."""

    def count(words: str) -> int:
        for big, size in (("亿", 10**8), ("万", 10**4)):
            if big in words:
                high, low = words.rsplit(big, 1) if big == "亿" else words.split(big, 1)
                return count(high) * size + count(low)
        total = digit = 0
        for c in words:
            if c in DIGIT:
                digit = DIGIT[c]
            else:
                total, digit = total + digit * UNIT[c], 0
        return total + digit

    whole, _, rest = (
        text.removesuffix("整").partition("元") if "元" in text else ("", "", text.removesuffix("整"))
    )
    rest = rest.removeprefix("零")
    jiao = DIGIT[rest[rest.index("角") - 1]] if "角" in rest else 0
    fen = DIGIT[rest[rest.index("分") - 1]] if "分" in rest else 0
    return count(whole) * 100 + jiao * 10 + fen


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (50, "伍角整"),
        (105, "壹元零伍分"),
        (8_400_000, "捌万肆仟元整"),
        # the examples of 《正确填写票据和结算凭证的基本规定》; 整 after 角 is the optional closing
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (168_032, "壹仟陆佰捌拾元零叁角贰分"),
        (10_700_053, "壹拾万柒仟元零伍角叁分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (1_000_000_010_000, "壹佰亿零壹佰元整"),
        (100_000_000_000_000, "壹万亿元整"),
        (4_000_000_000, "肆仟万元整"),
    ],
)
def test_capitals(fen, text):
    assert capitals(fen) == text
    assert read_capitals(text) == fen


@given(st.integers(0, LIMIT))
def test_capitals_can_be_read_back(fen):
    text = capitals(fen)
    assert read_capitals(text) == fen
    assert "零零" not in text
    assert not text.startswith("零") or fen == 0


@given(st.integers(0, 10**12).map(lambda n: n * 10**4), st.integers(0, 10**4 - 1))
def test_capitals_of_round_sums(high, low):
    fen = min((high + low) * 100, LIMIT)
    assert read_capitals(capitals(fen)) == fen


def test_what_has_no_capitals():
    for fen in (-1, LIMIT + 1):
        with pytest.raises(Refused) as refused:
            capitals(fen)
        assert refused.value.rule == "core.money"


@given(st.integers(-LIMIT, LIMIT))
def test_yuan_is_read_back(fen):
    assert parse_yuan(yuan(fen), negative=True) == fen
    assert parse_yuan(plain_yuan(fen), negative=True) == fen
    assert parse_yuan(Decimal(plain_yuan(fen)), negative=True) == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("84,000.00", 8_400_000),
        ("￥84000", 8_400_000),
        ("８４０００．５元", 8_400_050),
        (84000, 8_400_000),
        (Decimal("0.50"), 50),
        (Decimal("1E+3"), 100_000),
        (Decimal("1.2300"), 123),
        (" 0.07 ", 7),
        ("007", 700),
    ],
)
def test_ways_people_write_money(text, fen):
    assert parse_yuan(text) == Fen(fen)


@pytest.mark.parametrize(
    "text",
    [1.5, True, None, "", "abc", "1.234", "1,00", "1.2.3", "-1", "1e3", "１２３４５６７８９０１２３４５６７", Decimal("1.005"),
     Decimal("NaN"), "8,4000", ".5", "5."],
)  # fmt: skip
def test_what_is_no_money_is_refused_on_its_field(text):
    with pytest.raises(Refused) as refused:
        parse_yuan(text, field="total")
    assert refused.value.problems[0].field == "total"
    assert refused.value.rule == "core.money"
