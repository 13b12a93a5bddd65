"""Workbooks: a version's items (both ways), a consultation, the comparison of two versions. Written row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

from gongzhi.core.access import Actor
from gongzhi.core.exchange import Column, Sheet, outgoing
from gongzhi.core.exchange.writing import workbook as new_workbook
from gongzhi.core.words import Words, joined, say
from gongzhi.lists.duties import queries, rules
from gongzhi.lists.duties.actions import importing
from gongzhi.lists.duties.actions.lines import must_be_editable
from gongzhi.lists.duties.models import Consultation, DutyList
from gongzhi.lists.duties.rules.bases import EXAMPLE

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Columns = Sequence[tuple[Words, float]]

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
    book = new_workbook(out)
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


def _leads() -> dict[str, str]:
    return {str(pk): name for pk, name in queries.departments().items()}


def _bases(text: str) -> str:
    """The cell read and written again, so that what the preview shows is what was understood."""
    return rules.written(rules.read_bases(text))


ITEM_COLUMNS = [
    Column("list_type", say("清单"), "choice", required=True, choices=rules.LIST_TYPES, width=20),
    Column("code", say("编号"), required=True, max=4, width=8, example="B10", help=say("一个大写字母加两到三位数字")),
    Column("name", say("事项"), required=True, max=80, width=30, wrap=True),
    Column("applies_to", say("适用"), "choice", choices=rules.APPLIES, width=11, help=say("不填就是村和社区")),
    Column("lead", say("牵头部门"), "choice", choices=_leads, width=24, help=say("协助事项必填")),
    Column("joint", say("会同部门"), max=100, width=18),
    Column("lead_does", say("部门做什么"), max=100, width=24, wrap=True),
    Column("committee_does", say("村（居）委会做什么"), max=100, width=24, wrap=True),
    Column("payer", say("谁出钱"), "choice", choices=rules.PAYERS, width=22, help=say("协助事项必填")),
    Column("funding_rule", say("经费规则"), max=300, width=40, wrap=True),
    Column("funding_basis", say("经费依据"), max=100, width=24, wrap=True),
    Column("cycle", say("周期"), "choice", choices=rules.CYCLES, width=10, help=say("不填就是常年")),
    Column("standard", say("标准"), max=300, width=30, wrap=True),
    Column(
        "bases", say("依据"), max=2000, width=50, wrap=True, check=_bases,
        help=say("每条一行，写明法律、条款、文本年份和核对情况；没有依据的事项不能导入"),
        example=EXAMPLE,
    ),
    Column("plain", say("通俗说明"), max=300, width=40, wrap=True),
    Column("question", say("居民常问的一句话"), max=60, width=24, wrap=True),
    Column("words", say("居民的叫法"), max=400, width=24, wrap=True, help=say("用顿号或者空格隔开")),
    Column("instead", say("该去哪里办"), max=200, width=24, wrap=True),
    Column("note", say("备注"), max=200, width=24, wrap=True),
]  # fmt: skip


def item_rows(actor: Actor, version: DutyList) -> Iterator[dict[str, Any]]:
    """A version's items as lines of its workbook."""
    for i in queries.items(version):
        yield {
            **{k: getattr(i, k) or None for k in importing.TEXTS},
            "lead": i.lead and (i.lead.name if i.lead.closed else str(i.lead_id)),
            "words": "、".join(i.words) or None,
            "bases": rules.written(b.plain() for b in i.bases.all()) or None,
        }


ITEMS = Sheet(
    "duties.items",
    say("清单事项"),
    ITEM_COLUMNS,
    verb="duties.import_items",
    view="duties.view",
    about=DutyList,
    takes=must_be_editable,
    examine=importing.examine,
    apply=importing.apply,
    revert=importing.revert,
    rows=item_rows,
    unique=["code"],
    max_rows=1000,
    notes=[
        say("编号已经在这一版里的行会修改那一条，其余的行新增；不在表里的事项不动。"),
        say("修改时留空的格子保持原样。撤下事项要写理由，请在页面上办。"),
    ],
)


FIGURES = outgoing(
    "duties.figures",
    say("清单统计"),
    [
        Column("what", say("统计什么"), width=24),
        Column("label", say("名称"), width=30),
        Column("count", say("项数"), "int", width=10),
    ],
    verb="duties.view",
)


def figure_rows(numbers: queries.Figures) -> Iterator[dict[str, Any]]:
    """Items per list and per lead department, and what must be nothing before the review."""
    for kind, count in numbers.by_list.items():
        yield {"what": say("各清单的事项"), "label": rules.LIST_TYPES[kind], "count": count}
    for department, count in numbers.by_lead:
        yield {"what": say("各部门的协助事项"), "label": department, "count": count}
    for label, count in (
        (say("没有依据"), numbers.without_basis),
        (say("依据待核对"), numbers.unsure),
        (say("异议"), numbers.objections),
        (say("采纳的异议"), numbers.objections_upheld),
    ):
        yield {"what": say("其他"), "label": label, "count": count}


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
        return joined((f"{b}〔{rules.MARKS[b.mark]}〕" for b in value), "；")
    return str(LABELS.get(name, {}).get(value, value))


def comparison_workbook(found: rules.Comparison) -> bytes:
    """The comparison of two versions."""
    return workbook(str(say("清单对照")), CHANGE_COLUMNS, change_rows(found))


def consultation_workbook(rows: Iterable[Consultation]) -> bytes:
    """The opinions of one round that the actor may see."""
    lines = (
        (
            c.unit.parent.short if c.unit.parent else "", c.unit.name, c.state_label, c.text,
            joined(p.item.code for p in c.points.all()), c.proxy_how,
            "" if c.adopted is None else say("采纳") if c.adopted else say("未采纳"), c.reply,
        )
        for c in rows
    )  # fmt: skip
    return workbook(str(say("征求意见")), OPINION_COLUMNS, lines)
