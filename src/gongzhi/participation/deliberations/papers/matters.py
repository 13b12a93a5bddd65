"""What is printed of a matter: its registration, the screening, the outcome for 公示, the receipt at its end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from gongzhi.core import clock, decisions, journal
from gongzhi.core.access import Actor
from gongzhi.core.money import Fen, yuan
from gongzhi.core.papers import Column, Doc, Facts, Heading, Para, Table
from gongzhi.participation.deliberations import queries
from gongzhi.participation.deliberations.models import Decision, Matter
from gongzhi.participation.deliberations.rules import flow, sources

SCREENED = {
    "accept": "受理，纳入协商",
    "decline": "不纳入协商",
    "refer": "转给责任单位",
    "lift": "提请上一级协商",
}
SETTLED = ("consensus", "adopt")
"""What a text may be settled by: those concerned agree, or the assembly or the representatives decide."""


def proven(matter: Matter, *words: str) -> dict[str, Any]:
    """The record of the newest of these acts, for the foot of a paper: its number and its receipt."""
    verbs = {f"{flow.NAME}.{word}" for word in words}
    entry = next((e for e in journal.of(matter) if e.verb in verbs), None)
    if entry is None:
        return {}
    return {"record": f"{entry.pk:,}".replace(",", " "), "receipt_url": f"/records/{entry.pk}"}


def about(matter: Matter) -> list[tuple[str, str]]:
    """Number and title, the first lines of each form."""
    return [("编号", matter.number), ("题目", matter.title)]


def votes(row: Decision) -> list[tuple[str, str]]:
    """The counts of a vote, and how many it took."""
    return [
        ("会议", str(row.body_label)),
        ("日期", row.held_on.isoformat()),
        ("应到", f"{row.eligible} 人"),
        ("实到", f"{row.present} 人（至少 {row.needed_present} 人）"),
        ("同意", f"{row.yes} 人（至少 {row.needed_yes} 人）"),
        ("反对、弃权", f"{row.no} 人、{row.abstain} 人"),
    ]


def registration(actor: Actor, matter: Matter) -> Doc:
    """问事登记单: what was registered, in the words that everybody may read."""
    facts = [
        *about(matter),
        ("类别", str(sources.CATEGORIES[matter.category])),
        ("来源", str(sources.SOURCES[matter.source])),
        ("地点", matter.location or "—"),
        ("提出人数", str(matter.raised)),
        ("听到日期", matter.heard_on.isoformat()),
        ("登记时间", _day(matter.registered_at)),
        ("事由", matter.text),
    ]
    return Doc("问事登记单", issuer=matter.unit.name, date=clock.today(), blocks=[Facts(facts)])


def screened(actor: Actor, matter: Matter) -> bool:
    """Whether the two committees have said what is to be done with it."""
    return matter.screened_at is not None


def screening(actor: Actor, matter: Matter) -> Doc:
    """议题审定表: the two committees' counts, what they found, on what it rests, what the raisers were told."""
    found = queries.whole(actor, matter.pk)
    row = next((d for d in reversed(found.decisions) if d.about in SCREENED), None)
    answer = next((a for a in reversed(found.answers) if a.kind in SCREENED), None)
    blocks: list[Any] = [Facts([*about(matter), ("事由", matter.text or "—")])]
    if row is not None:
        blocks += [
            Heading("会议表决"),
            Facts(votes(row), pairs=2),
            Para(f"计票规则：{_rule(row)}"),
            Heading("审定意见"),
            Para(SCREENED[row.about], bold=True),
        ]
    if answer is not None:
        blocks += [Para(f"依据：{answer.basis}")] if answer.basis else []
        blocks += [Heading("给提出人的答复"), *_paragraphs(answer.text), Para(f"答复日期：{_day(answer.at)}")]
    return Doc(
        "议题审定表", issuer=found.matter.unit.name, date=_date(matter.screened_at), blocks=blocks,
        **proven(matter, *SCREENED),
    )  # fmt: skip


def _rule(row: Decision) -> str:
    """By what the vote was counted; a pack of 2026 says that its text is not verified yet."""
    pack = next((p for p in decisions.PACKS if p.id == row.rule), None)
    source = str(pack.thresholds[row.body].source) if pack is not None else row.rule
    return f"{source}。" if row.verified else f"{source}；2026 年新法文本待核。"


def hung_out(actor: Actor, matter: Matter) -> bool:
    """Whether a settled text hangs out or has hung out; not while it is talked over again."""
    over = matter.state in flow.AFTER_PUBLICITY and matter.adopted_at is not None
    return over or matter.state == "publicity"


def outcome(actor: Actor, matter: Matter) -> Doc:
    """成果公示: the settled words, how they came about, from when to when, and how to object."""
    found = queries.whole(actor, matter.pk)
    shown = found.publicities[-1]
    text = next(o for o in found.outcomes if o.pk == shown.outcome_id)
    row = next((d for d in reversed(found.decisions) if d.about in SETTLED and d.passed), None)
    unit = found.matter.unit.name
    binds = "这项决定对全体村（居）民有约束力。" if text.binds_all else "共识只约束同意的各方。"
    blocks: list[Any] = [
        Para(f"“{matter.title}”（编号 {matter.number}）经协商形成以下成果，现予公示。"),
        Heading("成果内容"),
        *_paragraphs(text.text),
        Heading("怎样形成"),
        *([Facts(votes(row), pairs=2)] if row is not None else []),
        Para(binds),
        Heading("公示和异议"),
        Facts([("公示时间", f"{shown.since.isoformat()} 至 {shown.until.isoformat()}"), ("公示地点", shown.place)]),
        Para(
            f"您有不同意见的，可以在 {shown.until.isoformat()}（含当天）以前在网上点“提异议”，也可以到{unit}口头或者书面提出，"
            "由工作人员代记。每一件都会答复，姓名不公开；期满以后提的，也要答复。"
        ),
    ]  # fmt: skip
    return Doc(
        "协商成果公示", issuer=unit, date=shown.since, blocks=blocks, hash=text.sha256,
        **proven(matter, "settle", "decide"),
    )  # fmt: skip


def closed(actor: Actor, matter: Matter) -> bool:
    """Whether it has ended with its result in public."""
    return matter.state == flow.CLOSED


def closing(actor: Actor, matter: Matter) -> Doc:
    """办结回执: the five steps with their days, the result, whether its raisers are satisfied."""
    found = queries.whole(actor, matter.pk)
    steps = [
        (str(s.sign), str(s.label), _day(s.since), _day(s.until)) for s in queries.timeline(found.matter)
    ]
    columns = [
        Column("步骤", 0.8, align="center"), Column("名称", 2), Column("开始", 2, align="center"),
        Column("结束", 2, align="center"),
    ]  # fmt: skip
    money = f"预算 {yuan(Fen(found.budget_fen))} 元，实付 {yuan(Fen(found.spent_fen))} 元。"
    blocks: list[Any] = [
        Facts([*about(matter), ("提出人数", f"{matter.raised} 人"), ("退回次数", f"{matter.sent_back} 次")]),
        Heading("五事经过"),
        Table(columns, steps),
        Heading("办理结果"),
        *_paragraphs(matter.conclusion),
        *([Para(money)] if found.budget_fen else []),
        Heading("提出人评价"),
        Para(_satisfied(matter)),
    ]
    return Doc(
        "办结回执", issuer=found.matter.unit.name, date=_date(matter.closed_at), blocks=blocks,
        **proven(matter, "close"),
    )  # fmt: skip


def _satisfied(matter: Matter) -> str:
    if matter.satisfied is None:
        return "没有人评价，不算满意。"
    return "评价的提出人过半数满意。" if matter.satisfied else "评价的提出人没有过半数满意。"


def _paragraphs(text: str) -> list[Para]:
    return [Para(line) for line in text.splitlines() if line.strip()]


def _date(moment: datetime | None) -> Any:
    return timezone.localtime(moment).date() if moment is not None else None


def _day(moment: datetime | None) -> str:
    return _date(moment).isoformat() if moment is not None else "—"
