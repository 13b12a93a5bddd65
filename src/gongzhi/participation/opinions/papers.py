"""The paper of a poll: what was asked, how each group answered, what all share and what divides them."""

from __future__ import annotations

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.papers import Block, Column, Doc, Facts, Heading, Paper, Para, Table
from gongzhi.core.words import say
from gongzhi.participation.opinions import queries
from gongzhi.participation.opinions.models import Poll
from gongzhi.participation.opinions.queries import MapView
from gongzhi.participation.opinions.queries.maps import NAMES, verdict


def report(actor: Actor, poll: Poll) -> Doc:
    """意见征集情况表."""
    view = queries.view(actor, poll)
    facts = [
        ("议题", poll.about),
        ("征集单位", poll.unit.short),
        ("状态", str(poll.state_label)),
        ("参加人数", f"{queries.crowd(actor, poll).people} 人"),
    ]
    if view is None:
        rows = [(s.number, s.text) for s in queries.shown(poll)]
        blocks: list[Block] = [Facts(facts), Heading("看法")]
        blocks += (
            [Table([Column("序号", 1, "no"), Column("看法", 8)], rows)] if rows else [Para("没有看法。")]
        )
        return Doc("意见征集情况表", issuer=poll.unit.name, date=clock.today(), blocks=blocks)
    facts += [
        ("意见图", f"第 {view.version} 版"),
        ("输入指纹", view.inputs_hash),
        ("结果指纹", view.result_hash),
    ]
    return Doc(
        "意见征集情况表", issuer=poll.unit.name, date=clock.today(), blocks=[Facts(facts), *_told(view)]
    )


def _told(view: MapView) -> list[Block]:
    blocks: list[Block] = []
    if view.groups:
        blocks.append(Heading("各组的想法"))
        for group in view.groups:
            said = "；".join(
                f"{'多赞成' if t.side == 'agree' else '多反对'}“{t.text}”" for t in group.typical
            )
            blocks.append(Para(f"{group.name} {group.size} 人：{said or '没有只有这一组才这样想的话'}。"))
    blocks.append(Heading("各句看法"))
    names = [str(NAMES[label]) if view.groups else "全体" for label in view.labels]
    columns = [Column("序号", 1, "no"), Column("看法", 6), *(Column(n, 3) for n in names), Column("结论", 3)]
    few = f"不足{view.least}"
    rows = [
        (
            r.number,
            r.text,
            *(
                "／".join(few if c is None else str(c) for c in (cell.agree, cell.disagree, cell.passed))
                for cell in r.cells
            ),
            verdict(view, r.number),
        )
        for r in view.rows
    ]
    blocks.append(Table(columns, rows))
    blocks.append(
        Para(
            f"各组依次为赞成、反对、说不好的人数；不足 {view.least} 人的数不显示。表态供协商参考，不代替表决。"
        )
    )
    return blocks


PAPERS = {"report": Paper(say("意见征集情况表"), build=report, on=Poll)}
