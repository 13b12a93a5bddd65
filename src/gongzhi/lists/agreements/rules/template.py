"""The whole numbered text of a fresh draft, from the list's items and the county's template. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from gongzhi.core import tally

from .sums import WEIGHTS, split_instalments
from .terms import (
    DutyTerms,
    InstalmentTerms,
    ItemTerms,
    PaymentTerms,
    Terms,
    TextTerms,
)

# 「{slot}」places are filled when a draft is made; a county that wants other words fixes a new value of the
# parameter agreements.clause_template, which later drafts use.
CLAUSES: list[dict[str, str]] = [
    {
        "code": "basis",
        "heading": "目的与依据",
        "body": "为厘清权责、平等合作，甲乙双方依据《中华人民共和国村民委员会组织法》《中华人民共和国城市居民委员会组织法》"
        "和本市公布的协助政府工作事项清单，经协商一致，签订本协议。",
    },
    {
        "code": "equality",
        "heading": "双方地位",
        "body": "甲乙双方地位平等。甲方对乙方的工作给予指导、支持和帮助，不干预依法属于{people}自治范围内的事项；"
        "乙方协助甲方开展本协议写明的工作。协助不转移行政职权，行政许可、行政处罚、行政强制等执法权由有关机关行使。"
        "本协议以外的工作，乙方可以不办。",
    },
    {"code": "@items"},
    {"code": "@duties"},
    {"code": "@payment"},
    {
        "code": "record",
        "heading": "履约记录与确认",
        "body": "双方各自记录履约情况并附凭据，对方在 {confirm_days} 个工作日内确认或者写明异议。逾期没有表示的，由记录方催告一次；"
        "双方的记录同等作为评估和结算的依据。",
    },
    {
        "code": "change",
        "heading": "变更",
        "body": "清单调整、工作量明显变化或者遇不可抗力的，任何一方可以提出变更，双方协商一致后签订补充协议。没有签订补充协议的，"
        "本协议不变；新增工作未经补充协议，乙方可以不办。",
    },
    {
        "code": "suspension",
        "heading": "中止",
        "body": "一方不履行义务，另一方书面通知满 {notice_days} 个工作日仍不履行的，另一方可以中止相应事项或者全部事项；"
        "原因消除后恢复履行，期限相应顺延。甲方逾期付款的，乙方可以依照本条中止相应事项。",
    },
    {
        "code": "breach",
        "heading": "违约责任",
        "body": "一方违约的，另一方书面通知并说明事实，违约方应当在 {rectify_days} 日内改正。逾期不改正的，乙方违约时甲方可以按未履行"
        "部分减付，甲方违约时乙方可以要求相应补偿；改正后仍不能实现约定目的的，另一方可以终止相应事项或者本协议。",
    },
    {
        "code": "evaluation",
        "heading": "双向评估",
        "body": "年末双方对照本协议互相评估：甲方评乙方的协助事项，乙方评甲方的指导、经费、培训和数据。分值按各事项权重计算，"
        "双方都提交以前互不可见。评估结果用于改进和尾款结算，不作为对乙方的考核。",
    },
    {
        "code": "termination",
        "heading": "解除与终止",
        "body": "双方协商一致可以解除本协议。任何一方可以提前 {termination_days} 日书面通知对方终止，已经完成的工作按约定结算。"
        "因法律、清单修改不能继续的事项自修改生效之日起终止。",
    },
    {
        "code": "succession",
        "heading": "承继",
        "body": "乙方因合并、分设、更名或者村改居而变更的，本协议的权利义务由承继的{committee_kind}享有和承担。",
    },
    {
        "code": "dispute",
        "heading": "争议处理",
        "body": "发生争议，双方先当面协商；协商不成的，可以请{county}社会治理主管部门调处，也可以依法通过诉讼等途径解决。争议期间，"
        "没有争议的部分继续履行。",
    },
    {
        "code": "disclosure",
        "heading": "公开",
        "body": "本协议自双方签署之日起 {disclose_days} 个工作日内由乙方作为{affairs}公开，个人信息和依法不得公开的内容除外；"
        "履约、付款和评估结果随后公开。",
    },
    {
        "code": "effect",
        "heading": "生效与期限",
        "body": "本协议自双方签署之日起生效，至 {year} 年 12 月 31 日止，结算和承继条款至办结为止。协议一式四份，双方各执两份；"
        "电子文本与纸质文本文字指纹一致的，效力相同。",
    },
]

DUTIES: list[dict[str, Any]] = [
    {
        "kind": "guidance",
        "heading": "甲方的指导",
        "body": "甲方会同各牵头部门到乙方当面指导，答复乙方提出的问题",
        "times": 4,
    },
    {
        "kind": "training",
        "heading": "甲方的培训",
        "body": "甲方为乙方工作人员举办业务培训，费用由甲方承担",
        "times": 4,
    },
    {
        "kind": "data",
        "heading": "甲方的数据支持",
        "body": "甲方于每季度首月 10 日前向乙方提供低保、残疾、退役军人等变动名单；甲方迟延的，乙方相应期限顺延",
        "times": 4,
    },
]


@dataclass(frozen=True)
class ItemDefault:
    """How a listed task is usually measured: unit, how many per 1,000 households, price of one, weight hint."""

    unit: str
    per_thousand: Decimal
    price_fen: int
    weight: int
    standard: str


def _d(unit: str, per_thousand: str, yuan: str, weight: int, standard: str) -> ItemDefault:
    return ItemDefault(unit, Decimal(per_thousand), int(Decimal(yuan) * 100), weight, standard)


# 本县设定 [assumption]: quantities and prices are our proposal; a county fixes its own in agreements.item_defaults.
ITEM_DEFAULTS: dict[str, ItemDefault] = {
    "B01": _d("次", "40", "150.00", 10, "乙方协助组织群众开展平安巡防，发现治安隐患及时报告公安机关"),
    "B02": _d("次", "20", "300.00", 10, "乙方协助开展爱国卫生和传染病防控宣传，配合通知到户"),
    "B04": _d("户次", "30", "80.00", 8, "乙方协助走访优抚对象和困难家庭，转达需求"),
    "B06": _d("户", "25", "120.00", 12, "乙方协助发现困难家庭、提交救助申请材料，审核认定由民政部门负责"),
    "B07": _d("人次", "20", "60.00", 8, "乙方协助走访留守和困境未成年人，发现情况及时报告"),
    "B09": _d("人次", "400", "50.00", 15, "乙方协助探访独居老年人，每人每月不少于 1 次"),
    "B10": _d("人次", "60", "60.00", 10, "乙方协助残疾人办理参保和服务申请"),
    "B14": _d("次", "24", "200.00", 10, "乙方协助开展群众性消防宣传和隐患提醒，检查处罚由消防机构负责"),
    "B15": _d("次", "24", "150.00", 8, "乙方协助报告生产安全事故隐患"),
    "B19": _d("份", "300", "40.00", 10, "乙方协助收集居住证申领材料并转送派出所，真伪由公安机关核验"),
    "B21": _d("户次", "50", "60.00", 8, "乙方协助通知养殖户按时接受动物防疫"),
    "B22": _d("场", "8", "1500.00", 10, "乙方协助组织公共文化活动"),
    "B24": _d("户", "400", "50.00", 15, "乙方协助动员居民和农户分类投放生活垃圾"),
    "B25": _d("场", "6", "800.00", 8, "乙方协助组织普法宣传，引导群众申请法律援助"),
    "B26": _d("人次", "80", "40.00", 10, "乙方协助登记求职需求、代收社会保险材料"),
}
ITEM_FALLBACK = ItemDefault("项", Decimal(0), 500_000, 8, "")
DEFAULT_CODES = ("B06", "B09", "B10", "B14", "B19", "B22", "B24", "B25")


def defaults_json() -> str:
    """The item defaults as the text of the parameter agreements.item_defaults."""
    rows = {
        code: [d.unit, str(d.per_thousand), d.price_fen, d.weight, d.standard]
        for code, d in ITEM_DEFAULTS.items()
    }
    return json.dumps(rows, ensure_ascii=False)


def read_defaults(data: Mapping[str, Sequence[Any]]) -> dict[str, ItemDefault]:
    """The parameter's value as item defaults."""
    return {
        code: ItemDefault(str(r[0]), Decimal(str(r[1])), int(r[2]), int(r[3]), str(r[4]))
        for code, r in data.items()
    }


@dataclass(frozen=True)
class Listed:
    """One assisted item of the list in force, as far as a draft needs it."""

    id: int
    code: str
    name: str
    lead: str
    standard: str = ""


def draft_items(
    listed: Sequence[Listed], households: int, defaults: Mapping[str, ItemDefault]
) -> list[ItemTerms]:
    """The items of a draft: quantity by households, amount = quantity × price, weights that add up to 100."""
    chosen = [(item, defaults.get(item.code, ITEM_FALLBACK)) for item in listed]
    if not chosen:
        return []
    weights = tally.split(WEIGHTS, [max(1, d.weight) for _, d in chosen])
    out = []
    for (item, d), weight in zip(chosen, weights, strict=True):
        quantity = max(Decimal(1), Decimal(-(-int(d.per_thousand * households) // 1000)))
        standard = d.standard or item.standard or f"乙方协助做好{item.name}"
        out.append(
            ItemTerms(
                heading=item.name, standard=standard, quantity=quantity, unit=d.unit, unit_price_fen=d.price_fen,
                weight=weight, amount_fen=int(quantity) * d.price_fen, code=item.code, lead=item.lead,
                duty_item_id=item.id,
            )
        )  # fmt: skip
    return out


def draft_payment(total_fen: int, year: int, shares: Sequence[int], rate: Decimal) -> PaymentTerms:
    """The payment clause: instalments by ``shares`` (per cent) on 30 April, 31 August and after the evaluation."""
    days = [date(year, 4, 30), date(year, 8, 31), date(year, 12, 31)]
    dues = [InstalmentTerms(d, 0, tail=d == days[-1]) for d in days[-len(shares) :]]
    return PaymentTerms("付款", total_fen, split_instalments(total_fen, shares, dues), rate)


def draft_duties(year: int, rows: Sequence[Mapping[str, Any]]) -> list[DutyTerms]:
    """The government's duties of a draft."""
    end = date(year, 12, 20)
    return [
        DutyTerms(str(r["heading"]), str(r["body"]), str(r["kind"]), int(r.get("times", 1)), end)
        for r in rows
    ]


def slots(
    *, year: int, kind: str, county: str, notice_days: int, rectify_days: int, termination_days: int,
    disclose_days: int, confirm_days: int,
) -> dict[str, str]:  # fmt: skip
    """The words that fill the template; ``kind`` is "village" or "residents"."""
    village = kind != "residents"
    return {
        "year": str(year),
        "county": county,
        "people": "村民" if village else "居民",
        "committee_kind": "村民委员会" if village else "居民委员会",
        "affairs": "村务" if village else "居务",
        "notice_days": str(notice_days),
        "rectify_days": str(rectify_days),
        "termination_days": str(termination_days),
        "disclose_days": str(disclose_days),
        "confirm_days": str(confirm_days),
    }


def fill(text: str, words: Mapping[str, str]) -> str:
    """The template's text with its slots filled; an unknown slot is a mistake in the county's template (KeyError)."""
    return text.format_map(words)


def full_text(
    template: Sequence[Mapping[str, str]], words: Mapping[str, str], items: Sequence[ItemTerms],
    duties: Sequence[DutyTerms], payment: PaymentTerms,
) -> list[Terms]:  # fmt: skip
    """Every clause of a draft in order: @items, @duties and @payment of the template are replaced by theirs."""
    out: list[Terms] = []
    for row in template:
        if row["code"] == "@items":
            out.extend(items)
        elif row["code"] == "@duties":
            out.extend(duties)
        elif row["code"] == "@payment":
            out.append(payment)
        else:
            out.append(TextTerms(fill(row["heading"], words), fill(row["body"], words), row["code"]))
    return out


__all__ = [
    "CLAUSES", "DEFAULT_CODES", "DUTIES", "ITEM_DEFAULTS", "ItemDefault", "Listed", "defaults_json", "draft_duties",
    "draft_items", "draft_payment", "full_text", "read_defaults", "slots",
]  # fmt: skip
