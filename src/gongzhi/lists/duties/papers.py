"""The papers of this room: the whole list, its table of changes, the note on the revision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gongzhi.core import journal
from gongzhi.core.access import Actor
from gongzhi.core.papers import Column, Doc, Heading, Paper, Para, Table
from gongzhi.core.words import say
from gongzhi.lists.duties import queries, rules
from gongzhi.lists.duties.models import DutyItem, DutyList
from gongzhi.lists.duties.queries.lists import basis_text, by_list
from gongzhi.lists.duties.sheets import change_rows


def whole(actor: Actor, version: DutyList) -> Doc:
    """清单全文: every list as a table, the doubtful bases marked in the text."""
    blocks: list[Any] = []
    if version.remark:
        blocks.append(Para(version.remark))
    for list_type, rows in by_list(queries.items(version)).items():
        blocks += [Heading(str(rules.LIST_TYPES[list_type])), _table(list_type, rows)]
    return _doc(version, str(say("{what}", what=version.label())), blocks, landscape=True)


def _table(list_type: str, rows: Sequence[DutyItem]) -> Table:
    led = list_type in (rules.ASSIST, rules.NEGATIVE)
    columns = [Column("编号", 1.1), Column("事项", 4), Column("适用", 1.6), Column("依据", 5)]
    columns += [Column("牵头部门", 2.6), Column("谁出钱", 2.6)] if led else [Column("谁出钱", 2.6)]
    columns += [Column("周期", 1.4), Column("标准", 3.2)]
    return Table(columns, [_row(i, led) for i in rows])


def _row(item: DutyItem, led: bool) -> list[str]:
    lead = [item.lead.name if item.lead else ""] if led else []
    return [
        item.code, item.name, str(item.applies_label), basis_text(item, marks=True), *lead, str(item.payer_label),
        str(item.cycle_label), item.standard,
    ]  # fmt: skip


def changes(actor: Actor, version: DutyList) -> Doc:
    """对照表 against the version it supersedes."""
    assert version.supersedes is not None
    return comparison_doc(version.supersedes, version)


def comparison_doc(old: DutyList, new: DutyList) -> Doc:
    """对照表 of any two versions."""
    found = queries.comparison(old, new)
    numbers = queries.reduction(old, new)
    text = say(
        "与{old}相比：新增 {added} 项，取消 {removed} 项，换清单 {moved} 项，修改 {changed} 项，不变 {same} 项。",
        old=old.label(), added=len(found.added), removed=len(found.removed), moved=len(found.moved),
        changed=len(found.changed), same=len(found.same),
    )  # fmt: skip
    columns = [
        Column("变化", 1.2), Column("原编号", 1), Column("原事项", 3), Column("原清单", 2.4),
        Column("新编号", 1), Column("新事项", 3), Column("新清单", 2.4), Column("改了哪几栏", 5),
    ]  # fmt: skip
    blocks: list[Any] = [Para(str(text)), Para(_reduction_text(numbers))]
    rows = [[str(v) for v in row] for row in change_rows(found)]
    blocks.append(Table(columns, rows) if rows else Para(str(say("两版没有差别。"))))
    return _doc(new, f"{new.label()}{say('对照表')}", blocks, landscape=True)


def note(actor: Actor, version: DutyList) -> Doc:
    """修订说明: why, how it was consulted on, what was objected and what became of it. Names no committee."""
    numbers = queries.figures(version)
    sections = [
        (say("编制说明"), [version.remark or str(say("（无）"))]),
        (say("数量"), _counts(version, numbers)),
        (say("征求意见"), _opinions(version, numbers.tally)),
        (say("公示和异议"), _objections(version, numbers)),
        (say("待核对的依据"), _doubts(version)),
    ]
    blocks: list[Any] = []
    for title, texts in sections:
        blocks += [Heading(str(title)), *(Para(text) for text in texts)]
    return _doc(version, f"{version.label()}{say('修订说明')}", blocks)


def _counts(version: DutyList, numbers: queries.Figures) -> list[str]:
    found = ["，".join(f"{rules.LIST_TYPES[k]} {n} 项" for k, n in numbers.by_list.items()) + "。"]
    if version.supersedes is not None:
        found.append(_reduction_text(queries.reduction(version.supersedes, version)))
    return found


def _opinions(version: DutyList, t: queries.Tally) -> list[str]:
    text = say(
        "第 {round} 轮共征求 {asked} 个村（居）委会：同意 {agreed} 个，有不同意见 {dissented} 个，期满未答复 {silent} 个。",
        round=version.round, asked=t.asked, agreed=t.agreed, dissented=t.dissented, silent=t.silent,
    )  # fmt: skip
    rows = queries.dissent_by_item(version)
    if not rows:
        return [str(text)]
    items = "、".join(f"{code} {name}（{n} 个）" for code, name, n in rows)
    return [str(text), str(say("不同意见涉及：{items}。每一份都已回复采纳情况。", items=items))]


def _objections(version: DutyList, numbers: queries.Figures) -> list[str]:
    shown = [
        str(
            say(
                "第 {round} 轮公示：{start} 至 {end}，{place}。",
                round=p.round,
                start=p.start,
                end=p.end,
                place=p.place,
            )
        )
        for p in version.publicities.order_by("round")
    ]
    text = say(
        "公示和施行期间收到异议 {count} 条，采纳 {upheld} 条。",
        count=numbers.objections,
        upheld=numbers.objections_upheld,
    )
    return [*shown, str(text)]


def _doubts(version: DutyList) -> list[str]:
    doubtful = [i for i in queries.items(version) if i.mark != rules.CHECKED]
    if not doubtful:
        return [str(say("没有。"))]
    found = [str(say("共 {count} 项，核实前不作为正式引用：", count=len(doubtful)))]
    for mark in (rules.KNOWLEDGE, rules.VERIFY):
        codes = "、".join(i.code for i in doubtful if i.mark == mark)
        if codes:
            found.append(f"{rules.MARKS[mark]}：{codes}。")
    return found


def _reduction_text(numbers: dict[str, Any]) -> str:
    if numbers["rate"] is None:
        return str(say("上一版没有协助事项。"))
    return str(
        say(
            "协助政府工作事项由 {before} 项变为 {after} 项，精简率 {rate}%。",
            **{k: str(v) for k, v in numbers.items()},
        )
    )


def _doc(version: DutyList, title: str, blocks: Sequence[Any], landscape: bool = False) -> Doc:
    acts = journal.of(version) if version.issued else []
    issue = next((e for e in acts if e.verb == "duties.issue"), None)
    return Doc(
        title=title,
        issuer=f"{version.owner.name}人民政府" if version.issued else "",
        number=version.number or "",
        date=version.issued_on,
        subtitle="" if version.issued else str(say("（{state}，未印发）", state=version.state_label)),
        blocks=blocks,
        hash=version.text_hash or None,
        record=f"{issue.pk:,}".replace(",", " ") if issue else None,
        receipt_url=f"/records/{issue.pk}" if issue else None,
        landscape=landscape,
    )


PAPERS = {
    "whole": Paper(say("清单全文"), build=whole, on=DutyList),
    "changes": Paper(
        say("新旧对照表"), build=changes, on=DutyList, when=lambda actor, v: v.supersedes_id is not None
    ),
    "note": Paper(say("修订说明"), build=note, on=DutyList),
}
