"""What is printed for a ballot: the specimen of the paper ballot, the sheet for counting, the announcement."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from gongzhi.core import journal
from gongzhi.core.access import Actor
from gongzhi.core.papers import Column, Doc, Facts, Heading, Paper, Para, Table
from gongzhi.core.words import Words, say
from gongzhi.participation.ballots import queries
from gongzhi.participation.ballots.models import Ballot, Result

BOX = "□"


def _how(b: Ballot) -> str:
    """How to mark the paper."""
    many = f"最多选 {b.most} 项" if b.most > 1 else "只选一项"
    return f"请在您同意的选项前的方框里打“√”，{many}。多选、涂改看不清的作废；不写姓名。"


def specimen(actor: Actor, b: Ballot) -> Doc:
    """选票样张: question, boxes, how to mark; no name, no number."""
    rows = [(BOX, f"{bar.numeral}　{bar.text}") for bar in queries.bars(b, None)]
    return Doc(
        title="选　票", subtitle=b.unit.name,
        blocks=[
            Para(b.question, bold=True, align="center", indent=False),
            *([Para(b.note)] if b.note else []),
            Table([Column("选择", 1, align="center"), Column("选项", 7)], rows),
            Para(_how(b)),
            Para("盖章有效。填好后自己投进票箱。", indent=True),
        ],
    )  # fmt: skip


def counting_sheet(actor: Actor, b: Ballot) -> Doc:
    """计票单: to be filled in by hand at the table, twice; with the settled figures once there are any."""
    counted = queries.batches(b)
    blanks: list[Any] = [c for c in counted if c.batch.settled] or [None]
    blocks: list[Any] = []
    for one in blanks:
        name = f"第 {one.batch.number} 批　{one.batch.label}" if one else "第　　批　票箱："
        sheet = one.sheet if one else None
        figures = [
            ("印制", sheet.printed if sheet else ""), ("发出", sheet.issued if sheet else ""),
            ("作废换发", sheet.spoiled if sheet else ""), ("收回", sheet.returned if sheet else ""),
            ("无效", sheet.invalid if sheet else ""), ("有效", sheet.valid if sheet else ""),
        ]  # fmt: skip
        rows = [
            (f"{bar.numeral}　{bar.text}", "", sheet.counts[bar.number] if sheet else "")
            for bar in queries.bars(b, None)
        ]
        blocks += [
            Heading(name, numbered=False), Facts([(k, str(v)) for k, v in figures], pairs=3),
            Table([Column("选项", 5), Column("画“正”字", 4), Column("得票", 1.4, align="right")], rows),
        ]  # fmt: skip
    rule = (
        "各项得票与无效票之和等于收回票数。"
        if b.most == 1
        else f"每张有效票至少选一项、最多选 {b.most} 项，每项最多计一次。"
    )
    blocks += [
        Para(rule + "收回多于发出的，投票无效。由两人分别点票、分别录入，一致才计入。"),
        Facts([("唱票", ""), ("计票", ""), ("监票", ""), ("日期", "")], pairs=2),
    ]
    return Doc(title="计票单", subtitle=b.question, issuer=b.unit.name, blocks=blocks)


def announcement(actor: Actor, b: Ballot) -> Doc:
    """结果公告: inputs, rule and outcome."""
    found = queries.result(b)
    assert found is not None
    bars = queries.bars(b, found)
    rows = [(bar.numeral, str(bar.text), bar.votes, f"{bar.share}%") for bar in bars]
    facts = [
        ("应到", f"{found.eligible} 人"), ("参加", f"{found.present} 人"),
        ("网上", f"{found.online} 张"), ("收回", f"{found.returned} 张"),
        ("无效", f"{found.invalid} 张"), ("有效", f"{found.valid} 张"),
    ]  # fmt: skip
    blocks: list[Any] = [
        Para(f"“{b.question}”投票于 {timezone.localtime(b.ended_at or b.closes):%Y年%-m月%-d日%H:%M} 结束，结果公布如下。"),
        Facts(facts, pairs=2),
        Table([Column("序", 0.6, align="center"), Column("选项", 5), Column("得票", 1.2, "int"), Column("占有效票", 1.3, align="right")], rows),
        Para(str(queries.meaning(b, found)), bold=True),
        *([Para(f"计票规则：{_source(found)}。")] if found.source else []),
        *([Para(f"这是第 {found.seq} 次计票，理由：{found.reason}。")] if found.seq > 1 else []),
        *([Para(f"唱票、计票、监票：{found.tellers}。")] if found.tellers else []),
        Para("对结果有疑问的，可以向村（居）务监督委员会或者镇（街道）反映。"),
    ]  # fmt: skip
    last = next(iter(journal.of(b, limit=1)), None)
    return Doc(
        title="投票结果公告", issuer=b.unit.name, date=timezone.localtime(found.at).date(), blocks=blocks,
        record=f"{last.pk:,}".replace(",", " ") if last else None, receipt_url=f"/records/{last.pk}" if last else None,
    )  # fmt: skip


def _source(found: Result) -> str:
    text = str(Words.from_json(found.source)) if found.source else ""
    return text if found.verified else f"{text}；2026 年新法文本待核"


def _counted(actor: Actor, b: Ballot) -> bool:
    return b.state == "counted"


def _runs(actor: Actor, b: Ballot) -> bool:
    return actor.may("ballots.roll") is not None and actor.unit_id == b.unit_id


PAPERS = {
    "specimen": Paper(say("选票样张"), build=specimen, on=Ballot, when=lambda actor, b: b.state == "open"),
    "counting": Paper(say("计票单"), build=counting_sheet, on=Ballot, when=_runs),
    "announcement": Paper(say("投票结果公告"), build=announcement, on=Ballot, when=_counted),
}
