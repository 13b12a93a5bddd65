"""Workbooks: a version's items, a consultation, the comparison of two versions. Written row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from gongzhi.core.words import Words, say
from gongzhi.lists.duties import queries, rules
from gongzhi.lists.duties.models import Consultation, DutyList
from gongzhi.lists.duties.queries.lists import basis_text

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Columns = Sequence[tuple[Words, float]]

ITEM_COLUMNS: Columns = (
    (say("清单"), 20), (say("编号"), 7), (say("事项"), 30), (say("适用"), 11), (say("牵头部门"), 20), (say("会同部门"), 18),
    (say("谁出钱"), 20), (say("经费规则"), 40), (say("周期"), 9), (say("标准"), 30), (say("依据"), 50), (say("核对情况"), 12),
    (say("通俗说明"), 50), (say("备注"), 24),
)  # fmt: skip
CHANGE_COLUMNS: Columns = (
    (say("变化"), 12), (say("原编号"), 8), (say("原事项"), 30), (say("原清单"), 20), (say("新编号"), 8), (say("新事项"), 30),
    (say("新清单"), 20), (say("改了哪几栏"), 60),
)  # fmt: skip
OPINION_COLUMNS: Columns = (
    (say("镇（街道）"), 14), (say("村（居）委会"), 20), (say("意见"), 14), (say("内容"), 60), (say("涉及事项"), 16),
    (say("代为记录"), 24), (say("采纳情况"), 10), (say("答复"), 50),
)  # fmt: skip


def workbook(title: str, columns: Columns, rows: Iterable[Sequence[Any]], note: str = "") -> bytes:
    """One sheet: a head that stays, a filter, text as text (nothing is read as a formula)."""
    out = BytesIO()
    book = Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(title[:31])
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 0)
    for x, (label, width) in enumerate(columns):
        sheet.set_column(x, x, width, body)
        sheet.write_string(0, x, str(label), head)
    y = 0
    for y, row in enumerate(rows, start=1):
        for x, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(y, x, value, body)
            else:
                sheet.write_string(y, x, str(value or ""), body)
    sheet.autofilter(0, 0, max(y, 1), len(columns) - 1)
    if note:
        sheet.write_string(y + 2, 0, note)
    book.close()
    return out.getvalue()


def items_workbook(version: DutyList) -> bytes:
    """A version's items, the doubtful bases marked."""
    rows = (
        (
            i.list_label, i.code, i.name, i.applies_label, i.lead.name if i.lead else "", i.joint, i.payer_label,
            i.funding_rule, i.cycle_label, i.standard, basis_text(i, marks=True), i.mark_label, i.plain, i.note,
        )
        for i in queries.items(version)
    )  # fmt: skip
    return workbook(str(version.scheme_label), ITEM_COLUMNS, rows, version.remark)


def change_rows(found: rules.Comparison) -> Iterable[Sequence[Any]]:
    """Every difference as a row: what happened, the old and the new item, the columns that differ."""
    for line in found.added:
        yield (say("新增"), "", "", "", line.code, line.name, rules.LIST_TYPES[line.list_type], "")
    for line in found.removed:
        yield (say("取消"), line.code, line.name, rules.LIST_TYPES[line.list_type], "", "", "", "")
    for word, changes in ((say("换了清单"), found.moved), (say("修改"), found.changed)):
        for c in changes:
            yield (
                word, c.old.code, c.old.name, rules.LIST_TYPES[c.old.list_type],
                c.new.code, c.new.name, rules.LIST_TYPES[c.new.list_type], changed_text(c),
            )  # fmt: skip


def changed_text(change: rules.Change) -> str:
    """The columns that differ, old → new."""
    return "\n".join(
        f"{rules.COMPARED[f]}：{shown(f, getattr(change.old, f)) or say('（空）')} → {shown(f, getattr(change.new, f)) or say('（空）')}"
        for f in change.fields
    )


LABELS = {"applies_to": rules.APPLIES, "payer": rules.PAYERS, "cycle": rules.CYCLES}


def shown(name: str, value: Any) -> str:
    """A compared column's value in words."""
    if name == "bases":
        return "；".join(f"{b}〔{rules.MARKS[b.mark]}〕" for b in value)
    return str(LABELS.get(name, {}).get(value, value))


def comparison_workbook(found: rules.Comparison) -> bytes:
    """The comparison of two versions."""
    return workbook(str(say("清单对照")), CHANGE_COLUMNS, change_rows(found))


def consultation_workbook(rows: Iterable[Consultation]) -> bytes:
    """The opinions of one round that the actor may see."""
    lines = (
        (
            c.unit.parent.short if c.unit.parent else "", c.unit.name, c.state_label, c.text,
            "、".join(p.item.code for p in c.points.all()), c.proxy_how,
            "" if c.adopted is None else say("采纳") if c.adopted else say("未采纳"), c.reply,
        )
        for c in rows
    )  # fmt: skip
    return workbook(str(say("征求意见")), OPINION_COLUMNS, lines)
