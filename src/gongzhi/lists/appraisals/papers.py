"""What the two-way appraisal prints: both scoring forms, the summary, the rectification list."""

from __future__ import annotations

from typing import Any

from gongzhi.core.access import Actor
from gongzhi.core.papers import Column, Doc, Facts, Heading, Paper, Para, Party, SignatureBlock, Table
from gongzhi.core.words import Words, say
from gongzhi.lists.appraisals import queries
from gongzhi.lists.appraisals.models import Appraisal, Campaign
from gongzhi.lists.appraisals.models.pair import SIDE_LABELS
from gongzhi.lists.appraisals.queries import Direction
from gongzhi.lists.appraisals.rules import FLOW, scoring

STATES = {"open": say("等回报"), "reported": say("等核验"), "verified": say("已核验")}


def _score(value: Any) -> str:
    return scoring.show(value, 2) if value is not None else str(say("未评"))


def _parties(pair: Appraisal) -> SignatureBlock:
    return SignatureBlock(
        [
            Party(str(say("甲方")), pair.party_a.name, date=pair.publicised_on),
            Party(str(say("乙方")), pair.party_b.name, date=pair.publicised_on),
        ]
    )


def _form(pair: Appraisal, direction: Direction, title: Words) -> Doc:
    """One direction as a form: who scores whom, every line, the formula and the total."""
    rows = [
        (n, r.label, r.weight, r.self_score, r.score, r.rechecked, r.text)
        for n, r in enumerate(direction.rows, 1)
    ]
    terms = " + ".join(f"{r.weight}×{scoring.show(r.final)}" for r in direction.rows if r.final is not None)
    if direction.total is None:
        result = str(say("到期未评，不折算分数。"))
    else:
        result = str(
            say(
                "合计（{terms}）÷ 100 = {total} 分，{grade}。",
                terms=terms,
                total=_score(direction.total),
                grade=direction.grade,
            )
        )
    scorer, about = pair.unit_of(direction.scorer), pair.unit_of(direction.about)
    blocks: list[Any] = [
        Facts(
            [
                (str(say("评价方")), f"{SIDE_LABELS[direction.scorer]} {scorer.name}"),
                (str(say("被评方")), f"{SIDE_LABELS[direction.about]} {about.name}"),
                (str(say("协议")), f"{pair.party_b.short} {pair.year} 年协助管理协议书"),
                (str(say("密封指纹")), direction.commitment or "—"),
            ]
        ),
        Table(
            [
                Column(str(say("序号")), 0.7, "int"),
                Column(str(say("事项")), 2.4),
                Column(str(say("权重")), 0.8, "int"),
                Column(str(say("自评")), 0.9, "decimal"),
                Column(str(say("得分")), 0.9, "decimal"),
                Column(str(say("复核")), 0.9, "decimal"),
                Column(str(say("理由")), 3.4),
            ],
            rows,
        ),
        Para(result),
    ]
    if direction.remark:
        blocks += [Heading(str(say("总的意见"))), Para(direction.remark)]
    blocks.append(_parties(pair))
    return Doc(
        title=str(title),
        subtitle=str(say("{year} 年度", year=str(pair.year))),
        issuer=scorer.name,
        blocks=blocks,
    )


def a_to_b(actor: Actor, pair: Appraisal) -> Doc:
    """The form on which Party A scored Party B."""
    return _form(pair, queries.view(pair).about_b, say("双向评估表（甲方评乙方）"))


def b_to_a(actor: Actor, pair: Appraisal) -> Doc:
    """The form on which Party B scored Party A."""
    return _form(pair, queries.view(pair).about_a, say("双向评估表（乙方评甲方）"))


def _mendings(pair: Appraisal) -> list[Any]:
    """Both sides' items, one table each."""
    blocks: list[Any] = []
    found = list(pair.mendings.select_related("line"))
    for side in ("a", "b"):
        blocks.append(Heading(f"{SIDE_LABELS[side]}（{pair.unit_of(side).name}）"))
        rows = [
            (n, m.line.label if m.line else "", m.problem, m.measure, m.due, str(STATES[m.state]))
            for n, m in enumerate((m for m in found if m.side == side), 1)
        ]
        if not rows:
            blocks.append(Para(str(say("没有要整改的事项。"))))
            continue
        columns = [
            Column(str(say("序号")), 0.7, "int"),
            Column(str(say("事项")), 1.6),
            Column(str(say("问题")), 2.6),
            Column(str(say("措施")), 2.6),
            Column(str(say("期限")), 1.6, "date"),
            Column(str(say("状态")), 1.1),
        ]
        blocks.append(Table(columns, rows))
    return blocks


def mending_list(actor: Actor, pair: Appraisal) -> Doc:
    """The rectification list of both sides."""
    return Doc(
        title=str(say("双向评估整改清单")),
        subtitle=f"{pair.party_a.short} · {pair.party_b.short} · {pair.year}",
        blocks=[*_mendings(pair), _parties(pair)],
    )


def summary(actor: Actor, pair: Appraisal) -> Doc:
    """Both totals, the meeting, what became of objections, and the tail."""
    view = queries.view(pair)
    facts = [
        (str(say("甲方评乙方")), f"{_score(view.about_b.total)}　{view.about_b.grade}"),
        (str(say("乙方评甲方")), f"{_score(view.about_a.total)}　{view.about_a.grade}"),
        (str(say("分差")), _score(pair.gap) if pair.gap is not None else "—"),
        (
            str(say("公示")),
            f"{pair.publicised_on or '—'} — {pair.publicity_until or '—'}　{pair.publicity_place}",
        ),
    ]
    blocks: list[Any] = [Facts(facts)]
    meeting = getattr(pair, "meeting", None)
    if meeting is not None:
        blocks += [
            Heading(str(say("交换意见会"))),
            Para(f"{meeting.held_on}　{meeting.place}"),
            Para(meeting.minutes),
        ]
    panels = list(pair.panels.filter(outcome="agreed"))
    if panels:
        blocks.append(Heading(str(say("联合复核"))))
        columns = [
            Column(str(say("事项")), 2.5),
            Column(str(say("原评分")), 1),
            Column(str(say("复核后")), 1),
            Column(str(say("理由")), 4),
        ]
        blocks.append(
            Table(
                columns,
                [(r["label"], r["before"], r["after"], r["reason"]) for p in panels for r in p.results],
            )
        )
    settled = getattr(pair, "settlement", None)
    if settled is not None:
        blocks += [Heading(str(say("尾款结算"))), Para(str(Words.from_json(settled.reason)))]
    blocks += [Heading(str(say("整改清单"))), *_mendings(pair), _parties(pair)]
    return Doc(title=str(say("双向评估结果汇总")), subtitle=pair.label(), blocks=blocks)


def year_summary(actor: Actor, campaign: Campaign) -> Doc:
    """汇总表 of one year within the actor's scope: every pair with both scores."""
    figures = queries.overall(actor, campaign.year)
    rows = [
        (
            n,
            p.party_a.short,
            p.party_b.short,
            _cell(p, p.a_to_b),
            _cell(p, p.b_to_a),
            str(FLOW.state(p.state).label),
        )
        for n, p in enumerate(queries.listed(actor, year=campaign.year).order_by("party_a_id", "pk"), 1)
    ]
    columns = [
        Column(str(say("序号")), 0.7, "int"),
        Column(str(say("镇（街道）")), 1.5),
        Column(str(say("村（社区）")), 1.5),
        Column(str(say("政府评村居")), 1.2, align="right"),
        Column(str(say("村居评政府")), 1.2, align="right"),
        Column(str(say("进度")), 2),
    ]
    said = say(
        "共 {n} 对。政府评村居平均 {a}，村居评政府平均 {b}，{out} 对有一方未评。",
        n=figures.pairs,
        a=_score(figures.a_to_b),
        b=_score(figures.b_to_a),
        out=figures.unrated,
    )
    return Doc(
        title=str(say("{year} 年度双向评估汇总表", year=str(campaign.year))),
        number=campaign.number,
        blocks=[Para(str(said)), Table(columns, rows)],
    )


def _cell(pair: Appraisal, score: Any) -> str:
    return str(say("未开封")) if not pair.is_open else _score(score)


def _opened(actor: Actor, pair: Appraisal) -> bool:
    return pair.is_open and pair.state != "unrated"


PAPERS = {
    "a_to_b": Paper(say("评估表（甲方评乙方）"), build=a_to_b, on=Appraisal, when=_opened),
    "b_to_a": Paper(say("评估表（乙方评甲方）"), build=b_to_a, on=Appraisal, when=_opened),
    "summary": Paper(say("结果汇总"), build=summary, on=Appraisal, when=_opened),
    "mendings": Paper(say("整改清单"), build=mending_list, on=Appraisal, when=_opened),
    "year": Paper(say("年度汇总表"), build=year_summary, on=Campaign),
}
