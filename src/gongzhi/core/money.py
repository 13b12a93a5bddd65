"""Money in whole fen. Pure.

A sum is an ``int`` of fen everywhere in code, in the database and in the API; yuan with two decimals and the
capital figures of 《正确填写票据和结算凭证的基本规定》 are only ways of printing it. Floats are never accepted.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import NewType

from gongzhi.core.refusal import refuse
from gongzhi.core.words import say

Fen = NewType("Fen", int)

LIMIT = Fen(10**18 - 1)
"""The largest sum: 9,999 万亿 yuan and some; it fits a BIGINT and can be written in capitals."""

_SHAPE = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")


def yuan(fen: int) -> str:
    """``yuan(8400000) == "84,000.00"``: yuan with thousands separators and two decimals."""
    sign, whole, part = "-" if fen < 0 else "", *divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{part:02d}"


def plain_yuan(fen: int) -> str:
    """``"84000.00"``: yuan without separators, for spreadsheets and form fields."""
    return yuan(fen).replace(",", "")


def parse_yuan(value: str | int | Decimal, *, field: str = "", negative: bool = False) -> Fen:
    """Fen from yuan as people write it: ``"84,000.00"``, ``"￥84000"``, ``84000``, ``Decimal("0.5")``.

    Raises Refused ``core.money`` on ``field`` for floats, more than two decimals, misplaced separators,
    negative sums (unless ``negative``) and sums beyond :data:`LIMIT`.
    """
    if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal):
        refuse(say("金额请按“元”填写，例如 84,000.00"), rule="core.money", field=field)
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    text = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元").strip()
    shape = _SHAPE.fullmatch(text)
    if not shape:
        refuse(say("“{text}”不是金额，请写成 84,000.00 这样的数", text=text), rule="core.money", field=field)
    sign, whole, part = shape.group(1), shape.group(2).replace(",", ""), shape.group(3) or ""
    if isinstance(value, Decimal):
        part = part.rstrip("0")
    if len(part) > 2:
        refuse(say("金额最多两位小数（精确到分），现在是“{text}”", text=text), rule="core.money", field=field)
    if sign and not negative:
        refuse(say("金额不能是负数"), rule="core.money", field=field)
    if len(whole.lstrip("0")) > 16:
        refuse(say("金额太大，请核对位数"), rule="core.money", field=field)
    fen = int(whole) * 100 + int(part.ljust(2, "0"))
    return Fen(-fen if sign else fen)


def capitals(fen: int) -> str:
    """The sum in capital figures: ``capitals(8400000) == "捌万肆仟元整"``, ``capitals(5) == "伍分"``.

    Up to :data:`LIMIT`; a negative sum raises Refused ``core.money`` (it has no capital form).
    《正确填写票据和结算凭证的基本规定》: 整 closes a sum without fen; a zero inside is read once; a zero
    at the yuan place is read before jiao.
    """
    if fen < 0:
        refuse(say("负数没有大写金额"), rule="core.money")
    if fen > LIMIT:
        refuse(say("金额太大，请核对位数"), rule="core.money")
    whole, part = divmod(fen, 100)
    jiao, cent = divmod(part, 10)
    text = _count(whole) + "元" if whole else ""
    if not part:
        return (text or "零元") + "整"
    if whole and (not jiao or whole % 10 == 0):
        text += "零"
    if jiao:
        text += _DIGITS[jiao] + "角"
    return text + (_DIGITS[cent] + "分" if cent else "整")


def _count(number: int) -> str:
    """A positive whole number in capital figures, in groups of four below 亿 and 万."""
    for size, unit in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            high, low = divmod(number, size)
            gap = "零" if 0 < low < size // 10 else ""
            return _count(high) + unit + gap + (_count(low) if low else "")
    text, zero = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + _PLACES[place]
        zero = not digit
    return text
