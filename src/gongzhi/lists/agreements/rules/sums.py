"""The sums of an agreement: weights to 100, items = total = instalments; what is wrong, why, and how to mend it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gongzhi.core import tally
from gongzhi.core.money import Fen, yuan
from gongzhi.core.refusal import Problem
from gongzhi.core.words import Words, say

from .numerals import instalment_name
from .terms import InstalmentTerms, ItemTerms, Line, PaymentTerms

WEIGHTS = 100
SOURCE = say("本系统算术规则：权重合计 100，各项金额之和 = 协议总额 = 各期付款之和")


@dataclass(frozen=True)
class Totals:
    """The four sums of one version of the text; money in fen."""

    weights: int
    items_fen: int
    total_fen: int
    instalments_fen: int
    items: int = 0

    @property
    def weights_ok(self) -> bool:
        return self.weights == WEIGHTS

    @property
    def total_ok(self) -> bool:
        return self.items_fen == self.total_fen

    @property
    def instalments_ok(self) -> bool:
        return self.instalments_fen == self.total_fen

    @property
    def balanced(self) -> bool:
        """Whether everything holds."""
        return self.weights_ok and self.total_ok and self.instalments_ok


def totals(lines: Sequence[Line]) -> Totals:
    """Add up the clauses that stand."""
    items = [x.terms for x in lines if isinstance(x.terms, ItemTerms) and not x.struck]
    pay = [x.terms for x in lines if isinstance(x.terms, PaymentTerms) and not x.struck]
    items_fen = sum(i.amount_fen for i in items)
    return Totals(
        weights=sum(i.weight for i in items),
        items_fen=items_fen,
        total_fen=pay[0].total_fen if pay else items_fen,
        instalments_fen=sum(p.instalments_fen for p in pay),
        items=len(items),
    )


def problems(sums: Totals) -> list[Problem]:
    """What keeps the text from being agreed, one problem a sum."""
    out = []
    if not sums.items:
        out.append(Problem(say("协议至少要有一个协助事项"), "agreements.no_items", SOURCE, "items"))
    if not sums.weights_ok:
        msg = say("权重合计 {total}，应当是 100", total=sums.weights)
        out.append(Problem(msg, "agreements.weights", SOURCE, "weights"))
    if not sums.total_ok:
        msg = say("各项金额合计 {items} 元，协议总额 {total} 元，应当相等",
                  items=yuan(sums.items_fen), total=yuan(sums.total_fen))  # fmt: skip
        out.append(Problem(msg, "agreements.total", SOURCE, "total"))
    if not sums.instalments_ok:
        gap = sums.instalments_fen - sums.total_fen
        text = (
            say("付款比总额少 {gap} 元", gap=yuan(-gap))
            if gap < 0
            else say("付款比总额多 {gap} 元", gap=yuan(gap))
        )
        out.append(Problem(text, "agreements.instalments", SOURCE, "payment"))
    return out


@dataclass(frozen=True)
class Cause:
    """A clause whose change moved a sum: by how much."""

    key: str
    number: int
    heading: str
    delta: int


def causes(base: Sequence[Line], now: Sequence[Line], what: str) -> list[Cause]:
    """Which clauses moved the sum of ``what`` ("weight" or "amount_fen") between two versions, largest first."""

    def worth(line: Line | None) -> int:
        if line is None or line.struck or not isinstance(line.terms, ItemTerms):
            return 0
        return int(getattr(line.terms, what))

    before = {x.key: x for x in base}
    out = []
    for line in now:
        delta = worth(line) - worth(before.get(line.key))
        if delta:
            old = before.get(line.key)
            number = old.number if old and old.number else line.number
            out.append(Cause(line.key, number, line.terms.heading, delta))
    return sorted(out, key=lambda c: -abs(c.delta))


@dataclass(frozen=True)
class Mend:
    """A one-click repair: the clause to change and the terms it would get, said in ``label``."""

    what: str
    key: str
    label: Words
    terms: ItemTerms | PaymentTerms


def mends(lines: Sequence[Line]) -> list[Mend]:
    """Offers that bring the sums into balance: the tail takes the missing money, the heaviest item the missing weight."""
    sums, out = totals(lines), []
    for line in lines:
        if isinstance(line.terms, PaymentTerms) and not line.struck and not sums.instalments_ok:
            mend = _mend_payment(line, line.terms, sums)
            out += [mend] if mend else []
    if not sums.weights_ok:
        standing = [x for x in lines if isinstance(x.terms, ItemTerms) and not x.struck]
        if standing:
            line = max(standing, key=lambda x: x.terms.weight)  # type: ignore[union-attr]
            assert isinstance(line.terms, ItemTerms)
            weight = line.terms.weight + WEIGHTS - sums.weights
            if 1 <= weight <= WEIGHTS:
                label = say("把“{heading}”的权重改为 {weight}", heading=line.terms.heading, weight=weight)
                out.append(Mend("weights", line.key, label, replace(line.terms, weight=weight)))
    return out


def _mend_payment(line: Line, terms: PaymentTerms, sums: Totals) -> Mend | None:
    """The payment clause with the last instalment changed so that everything adds up; None if it would be negative."""
    if not terms.instalments:
        return None
    last = terms.instalments[-1]
    amount = last.amount_fen + sums.total_fen - sums.instalments_fen
    if amount < 0:
        return None
    parts = (*terms.instalments[:-1], replace(last, amount_fen=amount))
    name = instalment_name(len(parts), last.tail)
    label = say("加到{name}：{amount}", name=name, amount=yuan(amount))
    if amount < last.amount_fen:
        label = say("从{name}减：{amount}", name=name, amount=yuan(amount))
    return Mend("payment", line.key, label, replace(terms, instalments=parts, total_fen=sums.total_fen))


def split_instalments(
    total_fen: int, shares: Sequence[int], dues: Sequence[InstalmentTerms]
) -> tuple[InstalmentTerms, ...]:
    """Divide the total by ``shares`` into the given instalments: whole yuan, the rest to the last one."""
    parts = [p // 100 * 100 for p in tally.split(total_fen, list(shares))]
    parts[-1] = Fen(total_fen - sum(parts[:-1]))
    return tuple(replace(d, amount_fen=p) for d, p in zip(dues, parts, strict=True))
