"""The county's settings for agreements. Everything marked as assumption is our proposal, not law."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gongzhi.core.money import yuan
from gongzhi.core.params import Param, percent
from gongzhi.core.words import Words, say

from .template import CLAUSES, DEFAULT_CODES, DUTIES, defaults_json, read_defaults

_WORKDAYS = say("个工作日")
_OURS = say("本县设定")


def _days(key: str, value: int, label: object) -> Param:
    return Param(
        f"agreements.{key}", str(value), label=label, unit=_WORKDAYS, source=_OURS, assumption=True,  # type: ignore[arg-type]
        least=1, most=250,
    )  # fmt: skip


def _measures(value: Mapping[str, Sequence[Any]]) -> list[Words]:
    """How each listed task is measured and paid, in yuan."""
    return [
        say(
            "{code}：每千户 {n} {unit}，每{unit} {price} 元，权重 {weight}。{standard}", code=code, n=str(d.per_thousand),
            unit=d.unit, price=yuan(d.price_fen), weight=d.weight, standard=d.standard,
        )
        for code, d in read_defaults(value).items()
    ]  # fmt: skip


def _duties(value: Sequence[Mapping[str, Any]]) -> list[Words]:
    return [
        say("{heading}，全年 {n} 次：{body}", heading=r["heading"], n=r.get("times", 1), body=r["body"])
        for r in value
    ]


def _clauses(value: Sequence[Mapping[str, str]]) -> list[Words | str]:
    known = {
        "@items": say("（各协助事项）"),
        "@duties": say("（甲方的各项义务）"),
        "@payment": say("（付款）"),
    }
    return [
        known[r["code"]]
        if r["code"] in known
        else say("{heading}：{body}", heading=r["heading"], body=r["body"])
        for r in value
    ]


PARAMETERS = [
    _days("days_to_propose", 10, say("起草后送出的期限")),
    _days("days_to_respond", 7, say("每一轮回应的期限")),
    _days("days_paused", 20, say("暂停协商后重新协商的期限")),
    _days("days_to_decide", 15, say("村（居）内决定的期限")),
    _days("days_to_sign", 5, say("签署的期限")),
    Param(
        "agreements.days_to_disclose", "3", label=say("签署后公开的期限"), unit=_WORKDAYS, least=1, most=20,
        source=say("村民委员会组织法第三十条：涉及村民利益的重大事项应当随时公布；天数为本县设定"), assumption=True,
    ),
    _days("days_to_confirm", 5, say("确认对方履约记录的期限")),
    _days("days_to_settle", 15, say("评估后结算的期限")),
    _days("remind_days", 5, say("到期前提醒")),
    Param(
        "agreements.late_interest_per_day", "0.0005", kind="decimal", label=say("迟延付款日利率"), source=_OURS, assumption=True, least=0,
        help=say("写成小数：0.0005 就是每日 0.05%"), show=lambda rate: say("每日 {rate}", rate=percent(rate)),
    ),
    _days("notice_days", 10, say("中止前的通知期限")),
    Param(
        "agreements.rectify_days", "15", label=say("违约改正期限"), unit=say("天"), source=_OURS, assumption=True,
        least=1, most=120,
    ),
    Param(
        "agreements.termination_days", "30", label=say("终止前的通知期限"), unit=say("天"), source=_OURS,
        assumption=True, least=1, most=180,
    ),
    Param(
        "agreements.instalment_shares", "[40, 40, 20]", kind="json", label=say("分期付款比例"), unit=say("%"),
        source=_OURS, assumption=True,
    ),
    Param(
        "agreements.default_codes", json.dumps(DEFAULT_CODES), kind="json", label=say("起草时预选的协助事项"),
        source=_OURS, assumption=True,
    ),
    Param(
        "agreements.item_defaults", defaults_json(), kind="json", label=say("各事项的单位、每千户数量、单价（分）和权重"),
        source=_OURS, assumption=True, show=_measures,
    ),
    Param(
        "agreements.duty_defaults", json.dumps(DUTIES, ensure_ascii=False), kind="json", label=say("起草时的甲方义务"),
        source=_OURS, assumption=True, show=_duties,
    ),
    Param(
        "agreements.clause_template", json.dumps(CLAUSES, ensure_ascii=False), kind="json", label=say("协议文本范本"),
        source=_OURS, assumption=True, show=_clauses,
    ),
]  # fmt: skip
