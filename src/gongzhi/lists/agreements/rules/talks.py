"""Negotiating clause by clause: changes, replies, and what still keeps a round from being sent. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gongzhi.core.redline import Part, redline
from gongzhi.core.refusal import Problem, refuse
from gongzhi.core.words import Words, say

from . import sums
from .flow import other
from .terms import ITEM, ItemTerms, Line, Terms, numbered, with_total

ADD, ALTER, STRIKE = "add", "alter", "strike"
OPS: dict[str, Words] = {ADD: say("新增"), ALTER: say("修改"), STRIKE: say("删去")}
ACCEPT, COUNTER, REFUSE = "accept", "counter", "refuse"
LIVE = ("draft", "open")

UNSENT = frozenset(
    f"agreements.{w}"
    for w in (
        "amend_item", "amend_duty", "amend_payment", "amend_text", "add_item", "add_duty", "add_text", "strike",
        "set_numbers", "balance", "accept", "refuse_change", "reconsider",
    )
)  # fmt: skip
"""Work on a draft of one's own: the other side learns of it when the round is sent, and not from the story."""

STRIKE_SOURCE = say("协助事项须经双方同意；村民委员会组织法第五条、城市居民委员会组织法第二十条（2018 文本）")
ENFORCEMENT_SOURCE = say(
    "协议不能把行政职权交给村（居）委会；行政处罚法第二十条、第二十一条，行政许可法第二十四条"
)
ENFORCEMENT_WORDS = (
    "罚款",
    "行政处罚",
    "强制拆除",
    "行政强制",
    "查封",
    "扣押",
    "吊销",
    "核验真伪",
    "行政许可审批",
    "拘留",
)
"""Words that point to powers which an agreement cannot move. A hint, and a refusal for items' standards."""


@dataclass(frozen=True)
class ChangeView:
    """A proposed change of one clause.

    ``key`` names the clause (a new clause has its own), ``side`` who proposes, ``new`` the proposed terms (None when
    struck), ``reply`` what the other side has drafted (accept or refuse), ``counters`` the change it answers.
    """

    id: int
    key: str
    side: str
    op: str
    new: Terms | None
    status: str
    reason: str = ""
    reply: str = ""
    reply_reason: str = ""
    counters: int | None = None
    kind: str = ""


def unanswered(changes: Sequence[ChangeView], side: str) -> list[ChangeView]:
    """The other side's open changes to which ``side`` has drafted neither reply nor counter-proposal."""
    countered = {c.counters for c in changes if c.side == side and c.status == "draft"}
    return [
        c
        for c in changes
        if c.side == other(side) and c.status == "open" and not c.reply and c.id not in countered
    ]


def may_refuse(change: ChangeView) -> None:
    """Neither side can be made to keep an assisted item: striking one may be countered but not refused."""
    if change.op == STRIKE and change.kind == ITEM:
        refuse(
            say("任何一方都可以不接受某个协助事项。您可以提出对案，或者同意删去，该事项仍由牵头部门承担"),
            rule="agreements.strike_stands",
            source=STRIKE_SOURCE,
        )


def enforcement(terms: Terms) -> str:
    """The first word in an item that would move an enforcement power, or ""."""
    text = terms.standard if isinstance(terms, ItemTerms) else terms.text()
    for sentence in text.replace("；", "，").replace("。", "，").split("，"):
        if any(
            mark in sentence
            for mark in ("由公安", "由有关机关", "由民政", "由消防", "机关核验", "机构负责", "部门负责")
        ):
            continue
        for word in ENFORCEMENT_WORDS:
            if word in sentence:
                return word
    return ""


def check_terms(terms: Terms) -> list[Problem]:
    """What is wrong with one clause's data by itself."""
    out: list[Problem] = []
    if not terms.heading.strip():
        out.append(Problem(say("请写标题"), "agreements.heading", field="heading"))
    if isinstance(terms, ItemTerms):
        out += _check_item(terms)
    elif terms.kind == "payment":
        out += _check_payment(terms)
    elif not terms.text().strip("。 "):
        out.append(Problem(say("请写内容"), "agreements.body", field="body"))
    return out


def _check_item(terms: ItemTerms) -> list[Problem]:
    out: list[Problem] = []
    if not terms.standard.strip():
        out.append(Problem(say("请写明协助的要求"), "agreements.standard", field="standard"))
    if not 1 <= terms.weight <= sums.WEIGHTS:
        out.append(Problem(say("权重应在 1 到 100 之间"), "agreements.weight_range", sums.SOURCE, "weight"))
    if terms.amount_fen < 0:
        out.append(Problem(say("金额不能是负数"), "agreements.amount", field="amount_fen"))
    if terms.unit_price_fen is not None and terms.quantity * terms.unit_price_fen != terms.amount_fen:
        msg = say("金额应等于数量乘单价，请改其中一个，或者不写单价")
        out.append(Problem(msg, "agreements.price", sums.SOURCE, "amount_fen"))
    if word := enforcement(terms):
        msg = say("“{word}”是行政职权，协助事项里不能写。请写明由哪个机关办理，乙方只协助", word=word)
        out.append(Problem(msg, "agreements.enforcement", ENFORCEMENT_SOURCE, "standard"))
    return out


def _check_payment(terms: Any) -> list[Problem]:
    out: list[Problem] = []
    parts = terms.instalments
    if not parts:
        out.append(Problem(say("至少要分一期付款"), "agreements.no_instalment", field="instalments"))
    if any(p.amount_fen < 0 for p in parts):
        out.append(Problem(say("付款金额不能是负数"), "agreements.amount", field="instalments"))
    if any(a.due > b.due for a, b in itertools.pairwise(parts)):
        out.append(
            Problem(say("各期付款请按日期先后排列"), "agreements.instalment_order", field="instalments")
        )
    if any(p.tail for p in parts[:-1]):
        out.append(Problem(say("只有最后一期可以是尾款"), "agreements.tail_last", field="instalments"))
    return out


def project(base: Sequence[Line], changes: Sequence[ChangeView], side: str | None = None) -> list[Line]:
    """The text as it would stand if every live change came true, in order, numbered, with its total.

    ``side`` adds that side's own drafts and honours its drafted refusals; None shows only what was sent.
    """
    seen = [c for c in changes if c.status == "open" or (c.status == "draft" and c.side == side)]
    refused = {c.id for c in seen if c.reply == REFUSE and side == other(c.side)}
    live = {c.key: c for c in sorted(seen, key=lambda c: c.id) if c.id not in refused}
    out = []
    for line in base:
        change = live.pop(line.key, None)
        if change is None:
            out.append(line)
        elif change.op == STRIKE:
            out.append(replace(line, struck=True))
        elif change.new is not None:
            out.append(replace(line, terms=change.new))
    for change in live.values():
        if change.new is not None and change.op != STRIKE:
            out.insert(_place(out, change.new), Line(change.key, change.new))
    return numbered(with_total(out))


def _place(lines: Sequence[Line], terms: Terms) -> int:
    """Where a new clause goes: after the last clause of its kind, else before the last clause."""
    for i in range(len(lines) - 1, -1, -1):
        if lines[i].terms.kind == terms.kind:
            return i + 1
    order = {"item": "duty", "duty": "payment"}
    follower = order.get(terms.kind)
    for i, line in enumerate(lines):
        if line.terms.kind == follower:
            return i
    return max(0, len(lines) - 1)


@dataclass(frozen=True)
class Blocker:
    """Something that keeps a round from being sent: which clause, and the words."""

    key: str
    label: Words


def blockers(
    base: Sequence[Line], changes: Sequence[ChangeView], side: str, numbers: Mapping[str, str]
) -> list[Problem]:
    """What is left to do before ``side`` sends its round: unanswered changes, and sums that do not hold."""
    out = [
        Problem(
            say("{clause}没回应", clause=numbers.get(c.key, c.new.heading if c.new else "")),
            "agreements.unanswered",
            say("对方的每处修改都要有回应：接受、提出对案，或者写明理由不接受"),
            field=c.key,
        )
        for c in unanswered(changes, side)
    ]
    return out + sums.problems(sums.totals(project(base, changes, side)))


def own_moves(changes: Sequence[ChangeView], side: str) -> int:
    """How many changes of its own ``side`` would send."""
    return sum(c.side == side and c.status == "draft" for c in changes)


def refusals(changes: Sequence[ChangeView], side: str) -> int:
    """How many of the other side's changes ``side`` would refuse."""
    return sum(c.side == other(side) and c.status == "open" and c.reply == REFUSE for c in changes)


def layers(base: Line | None, chain: Sequence[ChangeView]) -> list[Part]:
    """The redline of one clause: its agreed text and the chain of live changes over it, oldest first."""
    texts = [(c.side, "" if c.op == STRIKE or c.new is None else c.new.text()) for c in chain]
    return redline(base.terms.text() if base else "", texts)
