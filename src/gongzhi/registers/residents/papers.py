"""What residents get on paper: the answer to a claim, and the workbook of everything held."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, BinaryIO

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.exchange.writing import workbook as new_workbook
from gongzhi.core.papers import Doc, Facts, Paper
from gongzhi.core.personal import Held
from gongzhi.core.words import say
from gongzhi.registers.residents.models import Claim

ANSWERED = ("confirmed", "declined", "ended")


def reply(actor: Actor, claim: Claim) -> Doc:
    """居住登记答复单: no name on it but how others read the resident, for papers are passed on."""
    facts = [
        ("申请编号", str(claim.pk)),
        ("称呼", claim.resident.shown),
        ("村（社区）", claim.unit.short),
        ("幢、单元", claim.building or "—"),
        ("提出日期", f"{claim.created_at:%Y-%m-%d}"),
        ("办结日期", claim.decided.isoformat() if claim.decided else "—"),
        ("结果", str(claim.state_label)),
        ("说明", claim.reason or "—"),
        ("由工作人员代办", "是" if claim.registered_by is not None else "否"),
    ]
    return Doc("居住登记答复单", issuer=claim.unit.name, date=clock.today(), blocks=[Facts(facts)])


PAPERS = {
    "reply": Paper(
        say("居住登记答复单"),
        build=reply,
        on=Claim,
        personal=True,
        when=lambda actor, c: c.state in ANSWERED,
    )
}


def workbook(shelves: Sequence[Held]) -> BinaryIO:
    """One sheet for each kind of thing held, with the ground on which it is kept in its first line."""
    target = io.BytesIO()
    book = new_workbook(target, constant_memory=False, in_memory=True)
    bold = book.add_format({"bold": True, "bottom": 1})
    quiet = book.add_format({"font_color": "#44565a"})
    taken: set[str] = set()
    for shelf in shelves:
        sheet = book.add_worksheet(_tab(str(shelf.label), taken))
        sheet.write_string(0, 0, str(shelf.basis), quiet)
        for at, (key, label) in enumerate(shelf.columns.items()):
            sheet.write_string(2, at, str(label), bold)
            sheet.set_column(at, at, 20)
            for line, row in enumerate(shelf.rows, start=3):
                sheet.write_string(line, at, _said(row.get(key)))
    book.close()
    target.seek(0)
    return target


def _tab(label: str, taken: set[str]) -> str:
    """A tab's name as Excel allows it: 31 characters, none of ``[]:*?/\\``, and each once."""
    clean = "".join(c for c in label if c not in "[]:*?/\\")[:28]
    name, n = clean, 2
    while name in taken:
        name, n = f"{clean} {n}", n + 1
    taken.add(name)
    return name


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(say("是") if value else say("否"))
    return str(value)
