"""What villagers are shown of a signed agreement: plain words, no personal data. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gongzhi.core.money import yuan

from .terms import DutyTerms, ItemTerms, Line, PaymentTerms, chinese_date

_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_CITIZEN = re.compile(r"(?<!\d)(\d{4})\d{12}(\d{1}[\dXx])(?!\w)")
_BANK = re.compile(r"(?<!\d)\d{12,15}(\d{4})(?!\d)")


def mask(text: str) -> str:
    """Hide citizen numbers, mobile numbers and bank accounts that slipped into free text."""
    text = _CITIZEN.sub(r"\1************\2", text)
    text = _PHONE.sub(r"\1****\2", text)
    return _BANK.sub(r"************\1", text)


def disclosure_text(
    *,
    title: str,
    number: str,
    party_a: str,
    party_b: str,
    lines: Sequence[Line],
    signed_on: str,
    decided: str,
) -> str:
    """The notice for the board: who agreed with whom, every task with its money, the government's duties, payments."""
    items = [x for x in lines if isinstance(x.terms, ItemTerms) and not x.struck]
    duties = [x for x in lines if isinstance(x.terms, DutyTerms) and not x.struck]
    out = [
        title,
        f"编号 {number}",
        f"{party_a}（甲方）与{party_b}（乙方）平等协商，于 {signed_on} 签署本年度协助管理协议。{decided}",
        "一、协助甲方开展的工作",
    ]
    for n, line in enumerate(items, 1):
        assert isinstance(line.terms, ItemTerms)
        lead = f"（牵头部门：{line.terms.lead}）" if line.terms.lead else ""
        out.append(f"{n}. {line.terms.heading}{lead}：{line.terms.text()}")
    out.append("二、甲方的义务")
    out += [f"{n}. {x.terms.heading}：{x.terms.text()}" for n, x in enumerate(duties, 1)]
    for line in lines:
        if isinstance(line.terms, PaymentTerms):
            out.append(f"三、经费：总额 {yuan(line.terms.total_fen)} 元")
            out += [
                f"{n}. {chinese_date(p.due)}前 {yuan(p.amount_fen)} 元" + ("（评估后结算）" if p.tail else "")
                for n, p in enumerate(line.terms.instalments, 1)
            ]
    out.append(
        "对以上内容有疑问的，可以向村（居）民委员会或者村（居）务监督委员会询问，也可以向镇（街道）反映。"
    )
    return mask("\n".join(out))
