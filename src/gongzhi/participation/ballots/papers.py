"""What is printed for a ballot: the specimen of the paper ballot, the sheet for counting, the announcement."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from gongzhi.core import journal
from gongzhi.core.access import Actor
from gongzhi.core.papers import Column, Doc, Facts, Heading, Paper, Para, Party, SignatureBlock, Table
from gongzhi.core.words import say
from gongzhi.participation.ballots import queries
from gongzhi.participation.ballots.models import Ballot, Result
from gongzhi.participation.ballots.rules.counting import CHOSEN, INQUORATE, PASSED, TIED, VOID

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
        SignatureBlock(
            [Party("唱票、计票", b.unit.name, signer_role="签名"), Party("监票", "", signer_role="签名")]
        ),
    ]
    return Doc(title="计票单", subtitle=b.question, issuer=b.unit.name, blocks=blocks)


def announcement(actor: Actor, b: Ballot) -> Doc:
    """结果公告: inputs, rule and outcome."""
    found = queries.result(b)
    assert found is not None
    bars = queries.bars(b, found)
    rows = [(bar.numeral, str(bar.text), bar.votes, f"{bar.share}%") for bar in bars]
    facts = [
        ("应到（有投票权）", f"{found.eligible} 人"), ("参加", f"{found.present} 人"),
        ("网上投票", f"{found.online} 张"), ("收回纸质票", f"{found.returned} 张"),
        ("无效票", f"{found.invalid} 张"), ("有效票", f"{found.valid} 张"),
    ]  # fmt: skip
    blocks: list[Any] = [
        Para(f"“{b.question}”投票于 {timezone.localtime(b.ended_at or b.closes):%Y 年 %-m 月 %-d 日 %H:%M} 结束，结果公布如下。"),
        Facts(facts, pairs=2),
        Table([Column("序", 0.6, align="center"), Column("选项", 5), Column("得票", 1.2, "int"), Column("占有效票", 1.3, align="right")], rows),
        Para(sentence(b, found), bold=True),
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
    from gongzhi.core.words import Words

    text = str(Words.from_json(found.source)) if found.source else ""
    return text if found.verified else f"{text}；2026 年新法文本待核"


def sentence(b: Ballot, found: Result) -> str:
    """The outcome in a sentence."""
    names = [str(w) for w in queries.option_words(b)]
    listed = "、".join(f"“{names[n]}”" for n in (found.chosen or found.tied))
    if found.outcome == PASSED:
        return f"赞成 {found.counts[0]} 票，达到所需的 {found.needed_votes} 票，表决通过。"
    if found.outcome == CHOSEN:
        return (
            f"{listed}得票最多。"
            if not found.source
            else f"{listed}得票最多并达到所需的 {found.needed_votes} 票，当选为表决结果。"
        )
    if found.outcome == TIED:
        return f"{'、'.join(f'“{names[n]}”' for n in found.tied)}得票相同，另行投票决定。"
    if found.outcome == INQUORATE:
        return f"参加 {found.present} 人，没有达到所需的 {found.needed_present} 人，表决不成立。"
    if found.outcome == VOID:
        return "收回的选票多于发出的选票，投票无效。"
    return f"没有选项达到所需的 {found.needed_votes} 票，表决未通过。" if found.source else "没有有效票。"


def _counted(actor: Actor, b: Ballot) -> bool:
    return b.state == "counted"


def _runs(actor: Actor, b: Ballot) -> bool:
    return actor.may("ballots.roll") is not None and actor.unit_id == b.unit_id


PAPERS = {
    "specimen": Paper(say("选票样张"), build=specimen, on=Ballot, when=lambda actor, b: b.state == "open"),
    "counting": Paper(say("计票单"), build=counting_sheet, on=Ballot, when=_runs),
    "announcement": Paper(say("投票结果公告"), build=announcement, on=Ballot, when=_counted),
}
