"""What a clause says, as data, and the sentence made from it. Pure.

Four kinds of clause: an assisted item, a duty of the government, the payment clause, and plain text. Parties
negotiate the data; the text is always made from it, so that numbers in the sentence and sums cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from gongzhi.core.money import capitals, yuan
from gongzhi.core.words import Words, say

from .numerals import instalment_name, numeral

ITEM, DUTY, PAYMENT, TEXT = "item", "duty", "payment", "text"
KIND_LABELS: dict[str, Words] = {
    ITEM: say("协助事项"),
    DUTY: say("甲方义务"),
    PAYMENT: say("付款"),
    TEXT: say("一般条款"),
}
DUTY_KINDS: dict[str, Words] = {
    "guidance": say("行政指导"),
    "payment": say("经费保障"),
    "training": say("培训"),
    "data": say("数据支持"),
}


def chinese_date(day: date) -> str:
    """2026 年 4 月 30 日, as in official papers."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def plain_number(value: Decimal) -> str:
    """480, 12.5: thousands grouped, no trailing zeros."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class ItemTerms:
    """One task from the list of assisted items. ``amount_fen`` is for the year; ``weight`` counts in the evaluation."""

    heading: str
    standard: str
    quantity: Decimal = Decimal(0)
    unit: str = ""
    unit_price_fen: int | None = None
    deadline: date | None = None
    weight: int = 0
    amount_fen: int = 0
    code: str = ""
    lead: str = ""
    duty_item_id: int | None = None

    kind = ITEM

    def text(self) -> str:
        """The clause's sentence."""
        parts = [self.standard.rstrip("。；，")]
        if self.quantity:
            parts.append(f"全年 {plain_number(self.quantity)} {self.unit}".rstrip())
        if self.unit_price_fen is not None:
            parts.append(f"每{self.unit or '项'} {yuan(self.unit_price_fen)} 元")
        parts.append(f"计 {yuan(self.amount_fen)} 元")
        if self.deadline:
            parts.append(f"{chinese_date(self.deadline)}前完成")
        return "，".join(parts) + f"。评估权重 {self.weight}。"


@dataclass(frozen=True)
class DutyTerms:
    """What the government owes: guidance, payment conditions, training or data; ``times`` a year, or by ``due``."""

    heading: str
    body: str
    duty_kind: str = "guidance"
    times: int = 1
    due: date | None = None

    kind = DUTY

    def text(self) -> str:
        """The clause's sentence."""
        parts = [self.body.rstrip("。；，")]
        if self.times > 1:
            parts.append(f"全年不少于 {self.times} 次")
        if self.due:
            parts.append(f"{chinese_date(self.due)}前完成")
        return "，".join(parts) + "。"


@dataclass(frozen=True)
class InstalmentTerms:
    """One payment: ``tail`` waits for the evaluation."""

    due: date
    amount_fen: int
    tail: bool = False


@dataclass(frozen=True)
class PaymentTerms:
    """The payment clause. The agreement's total is the sum of its items; here it is divided into instalments."""

    heading: str
    total_fen: int
    instalments: tuple[InstalmentTerms, ...] = ()
    daily_interest: Decimal = Decimal("0.0005")

    kind = PAYMENT

    def text(self) -> str:
        """The clause's sentence, with the total in figures and in capitals."""
        count = numeral(len(self.instalments)) if self.instalments else "零"
        parts = [
            f"协议总额 {yuan(self.total_fen)} 元（大写：{capitals(self.total_fen)}），"
            f"等于各协助事项金额之和，甲方分{count}期支付"
        ]
        for seq, part in enumerate(self.instalments, start=1):
            when = "双向评估后，按评估结果结算，不晚于 " if part.tail else ""
            parts.append(
                f"{instalment_name(seq, part.tail)} {yuan(part.amount_fen)} 元，{when}{chinese_date(part.due)}"
            )
        percent = plain_number(self.daily_interest * 100)
        return "；".join(parts) + f"。甲方逾期支付的，每日按逾期金额的 {percent}% 向乙方支付迟延利息。"

    @property
    def instalments_fen(self) -> int:
        """Sum of the instalments."""
        return sum(p.amount_fen for p in self.instalments)


@dataclass(frozen=True)
class TextTerms:
    """A clause that is only words; ``code`` names the template clause it came from."""

    heading: str
    body: str
    code: str = ""

    kind = TEXT

    def text(self) -> str:
        """The words themselves."""
        return self.body


Terms = ItemTerms | DutyTerms | PaymentTerms | TextTerms
_KINDS: dict[str, type[Any]] = {ITEM: ItemTerms, DUTY: DutyTerms, PAYMENT: PaymentTerms, TEXT: TextTerms}


def to_json(terms: Terms) -> dict[str, Any]:
    """The stored form: plain JSON values, with the kind."""
    out: dict[str, Any] = {"kind": terms.kind}
    for name in terms.__dataclass_fields__:
        value = getattr(terms, name)
        if isinstance(value, date):
            value = value.isoformat()
        elif isinstance(value, Decimal):
            value = format(value.normalize(), "f")
        elif isinstance(value, tuple):
            value = [{"due": p.due.isoformat(), "amount_fen": p.amount_fen, "tail": p.tail} for p in value]
        out[name] = value
    return out


def from_json(data: Mapping[str, Any]) -> Terms:
    """Read back :func:`to_json`. Raises KeyError for an unknown kind."""
    kind = _KINDS[data["kind"]]
    values: dict[str, Any] = {k: data[k] for k in kind.__dataclass_fields__ if k in data}
    for key in ("deadline", "due"):
        if values.get(key):
            values[key] = date.fromisoformat(values[key])
    for key in ("quantity", "daily_interest"):
        if key in values:
            values[key] = Decimal(values[key])
    if "instalments" in values:
        values["instalments"] = tuple(
            InstalmentTerms(date.fromisoformat(p["due"]), int(p["amount_fen"]), bool(p["tail"]))
            for p in values["instalments"]
        )
    terms: Terms = kind(**values)
    return terms


LABELS: dict[str, Words] = {
    "heading": say("标题"),
    "standard": say("要求"),
    "quantity": say("数量"),
    "unit": say("单位"),
    "unit_price_fen": say("单价"),
    "deadline": say("期限"),
    "weight": say("权重"),
    "amount_fen": say("金额"),
    "body": say("内容"),
    "duty_kind": say("类别"),
    "times": say("次数"),
    "due": say("期限"),
    "instalments": say("分期"),
    "total_fen": say("总额"),
}


def changed_fields(old: Terms | None, new: Terms | None) -> list[str]:
    """Names of the fields in which two versions of a clause differ; every field for a new or struck clause."""
    if old is None or new is None or old.kind != new.kind:
        return sorted((new or old).__dataclass_fields__) if (new or old) else []  # type: ignore[union-attr]
    return [n for n in old.__dataclass_fields__ if getattr(old, n) != getattr(new, n)]


@dataclass(frozen=True)
class Line:
    """A clause as it stands: its key, its terms, whether it was struck."""

    key: str
    terms: Terms
    struck: bool = False
    number: int = field(default=0, compare=False)


def numbered(lines: Sequence[Line]) -> list[Line]:
    """The lines with their clause numbers: struck clauses have none."""
    out, n = [], 0
    for line in lines:
        n += 0 if line.struck else 1
        out.append(replace(line, number=0 if line.struck else n))
    return out


def with_total(lines: Sequence[Line]) -> list[Line]:
    """The lines with the payment clause's total set to the sum of the items that stand."""
    total = sum(x.terms.amount_fen for x in lines if isinstance(x.terms, ItemTerms) and not x.struck)
    return [
        replace(x, terms=replace(x.terms, total_fen=total)) if isinstance(x.terms, PaymentTerms) else x
        for x in lines
    ]
