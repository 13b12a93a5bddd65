"""Reading a cell: what people and Excel make of dates, numbers and identifiers, and what is refused and why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from gongzhi.core import identity, money
from gongzhi.core.exchange.sheet import Column
from gongzhi.core.refusal import Refused, refuse
from gongzhi.core.words import Words, say

Cell = Any
"""What the reader hands over: str, float, int, bool, date, datetime, time, timedelta, or None."""

SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?[eE]\+?\d+")
DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00?:00(?::00)?)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
EXCEL_EPOCH = date(1899, 12, 30)
EXACT = 10**15  # a double keeps integers of 15 digits; Excel silently zeroes the rest
YES = {"是", "有", "对", "√", "y", "yes", "true", "1"}
NO = {"否", "无", "不", "×", "x", "n", "no", "false", "0"}
NUMBERLIKE = ("id", "uscc", "phone", "code")


def text_of(cell: Cell) -> str:
    """A cell as text: half-width, trimmed, whole numbers without ".0"."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < EXACT else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str) and cell.isascii():
        return cell.strip()
    return unicodedata.normalize("NFKC", str(cell)).strip()


def _no(message: Words, column: Column) -> Any:
    refuse(message, rule="exchange.cell", field=column.key)


def _text(cell: Cell, column: Column) -> str:
    # NFKC would also turn Chinese punctuation into Latin; free text keeps its own.
    text = cell.strip() if isinstance(cell, str) else text_of(cell)
    if isinstance(cell, float) and abs(cell) >= EXACT:
        _lost(column)
    if len(text) > column.max:
        _no(say("最多 {max} 个字，现在是 {n} 个字", max=column.max, n=len(text)), column)
    return text


def _lost(column: Column) -> None:
    _no(say("Excel 已把这个号码变成数字并丢掉了后几位，请先把这一列设为“文本”格式，再重新填写"), column)


def _digits(cell: Cell, column: Column) -> str:
    """The characters of an identifier; refused where Excel has already destroyed it."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= EXACT:
        _lost(column)
    if isinstance(cell, date):
        _no(say("这个号码被 Excel 变成了日期，请先把这一列设为“文本”格式，再重新填写"), column)
    text = identity.tidy(text_of(cell))
    if SCIENTIFIC.fullmatch(text):
        _lost(column)
    return text


def _id(cell: Cell, column: Column) -> str:
    return identity.citizen_id(_digits(cell, column), field=column.key).number


def _phone(cell: Cell, column: Column) -> str:
    return identity.phone(_digits(cell, column), field=column.key)


def _uscc(cell: Cell, column: Column) -> str:
    return identity.uscc(_digits(cell, column), field=column.key)


def _number(cell: Cell, column: Column) -> Decimal:
    if isinstance(cell, bool | date | timedelta):
        _no(say("这里应当填数字"), column)
    text = text_of(cell).replace(",", "").replace(" ", "")
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        _no(say("“{text}”不是数字", text=text_of(cell)), column)
    if abs(value) >= EXACT:
        _no(say("数字太大，请核对位数"), column)
    return value


def _int(cell: Cell, column: Column) -> int:
    value = _number(cell, column)
    if value != value.to_integral_value():
        _no(say("这里应当填整数，现在是 {value}", value=value), column)
    return int(value)


def _decimal(cell: Cell, column: Column) -> Decimal:
    value = _number(cell, column)
    rounded = round(value, column.places)
    # A spreadsheet's binary number may carry noise far behind the point; a person's third decimal may not.
    if abs(value - rounded) > Decimal("1e-9"):
        _no(say("最多 {places} 位小数，现在是 {value}", places=column.places, value=value), column)
    return rounded


def _money(cell: Cell, column: Column) -> int:
    if isinstance(cell, float):
        cell = _decimal(cell, column)
    return int(money.parse_yuan(cell if isinstance(cell, int | Decimal) else text_of(cell), field=column.key))


def _date(cell: Cell, column: Column) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell)
    shape = DATE.fullmatch(text) or COMPACT.fullmatch(text)
    if not shape:
        if text.isdigit() and 18_000 < int(text) < 80_000:
            guess = EXCEL_EPOCH + timedelta(days=int(text))
            _no(say("单元格里是数字 {n}，不是日期。如果是 {guess}，请写成这样", n=text, guess=guess), column)
        _no(say("“{text}”不是日期，请写成 2026-03-16 这样", text=text), column)
    try:
        return date(*(int(part) for part in shape.groups()))  # type: ignore[union-attr]
    except ValueError:
        _no(say("没有 {text} 这一天", text=text), column)
        raise


def _bool(cell: Cell, column: Column) -> bool:
    text = text_of(cell).lower()
    if text not in YES | NO:
        _no(say("请填“是”或“否”"), column)
    return text in YES


READERS: dict[str, Callable[[Cell, Column], Any]] = {
    "text": _text,
    "int": _int,
    "decimal": _decimal,
    "money": _money,
    "date": _date,
    "bool": _bool,
    "id": _id,
    "phone": _phone,
    "uscc": _uscc,
    "code": _digits,
}


def reader(column: Column) -> Callable[[Cell], Any]:
    """A function from cell to value for one column; raises Refused with the reason. Empty cells give None."""
    read = _choice(column) if column.kind == "choice" else READERS[column.kind]
    check, required = column.check, column.required

    def parse(cell: Cell) -> Any:
        if cell is None or cell == "" or (isinstance(cell, str) and not cell.strip()):
            if required:
                _no(say("这一格必须填写"), column)
            return None
        value = read(cell, column)
        return check(value) if check is not None else value

    return parse


def _choice(column: Column) -> Callable[[Cell, Column], Any]:
    labels = column.labels()
    known = {unicodedata.normalize("NFKC", label).strip().lower(): key for key, label in labels.items()}
    known.update({key.lower(): key for key in labels if key.lower() not in known})
    offer = "、".join(list(labels.values())[:8]) + ("……" if len(labels) > 8 else "")

    def choose(cell: Cell, column: Column) -> str:
        text = text_of(cell)
        key = known.get(text.lower())
        if key is None:
            _no(say("没有“{text}”这一项，可以填：{offer}", text=text, offer=offer), column)
        return str(key)

    return choose


def reasons(refused: Refused, key: str, hide: str = "") -> list[dict[str, str]]:
    """A refusal as problems of one column; ``hide`` is a sealed cell's text, which no reason may quote."""
    messages = [str(p.message) for p in refused.problems]
    return [{"column": key, "message": m.replace(hide, "……") if hide else m} for m in messages]


def to_json(value: Any) -> Any:
    """The stored form of a value."""
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def from_json(value: Any, column: Column) -> Any:
    """A stored value as :func:`reader` gave it."""
    if value is None:
        return None
    if column.kind == "date":
        return date.fromisoformat(value)
    return Decimal(value) if column.kind == "decimal" else value


def shown(value: Any, column: Column, labels: dict[str, str]) -> Any:
    """A value as it is written into a workbook: the label of a choice, yuan for fen."""
    if value is None:
        return None
    if column.kind == "choice":
        return labels.get(value, value)
    if column.kind == "bool":
        return "是" if value else "否"
    if column.kind == "money":
        return Decimal(value) / 100
    return value
