"""How papers write numbers, dates and money, and the plain text that a paper's fingerprint is taken from."""

from __future__ import annotations

import datetime
import hashlib
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from gongzhi.core import money
from gongzhi.core.papers.doc import (
    Attachments,
    Block,
    Clause,
    Column,
    Doc,
    Facts,
    Heading,
    Para,
    Run,
    SignatureBlock,
    Table,
    Text,
)

DIGITS = "零一二三四五六七八九"


def chinese(n: int) -> str:
    """A number from 1 to 9999 as Chinese counts articles: 10 is 十, 12 is 十二, 105 is 一百零五."""
    if not 0 < n < 10000:
        raise ValueError(f"no Chinese ordinal for {n}")
    out, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // unit % 10
        if digit:
            out += ("零" if zero else "") + DIGITS[digit] + name
            zero = False
        elif out:
            zero = True
    return out[1:] if out.startswith("一十") else out


def heading_number(level: int, n: int) -> str:
    """The number before a heading of that level: 一、 （一） 1. （1）."""
    return {1: f"{chinese(n)}、", 2: f"（{chinese(n)}）", 3: f"{n}. ", 4: f"（{n}）"}[level]


class Numbering:
    """Counts headings as they pass; a heading restarts the levels below it."""

    def __init__(self) -> None:
        self.counts = [0, 0, 0, 0]

    def label(self, heading: Heading) -> str:
        """The heading's text with its number."""
        if not heading.numbered:
            return heading.text
        at = heading.level - 1
        self.counts[at] += 1
        self.counts[at + 1 :] = [0] * (3 - at)
        return heading_number(heading.level, self.counts[at]) + heading.text


def clause_label(clause: Clause) -> str:
    """第九条, with the clause's own title if it has one."""
    label = clause.label or f"第{chinese(clause.number)}条"
    return f"{label}　{clause.title}" if clause.title else label


def day(value: datetime.date) -> str:
    """成文日期: Arabic numerals without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    return f"{value.year}年{value.month}月{value.day}日"


def cell(value: Any, column: Column) -> Text:
    """A table value as it is printed in its column; None is an empty cell."""
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return day(value)
    if column.kind == "fen" and isinstance(value, int):
        return money.yuan(value)
    if column.kind == "int" and isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, str | list | tuple):
        return value
    return str(value)


def align(column: Column) -> str:
    """Numbers stand to the right, all else to the left unless the column says otherwise."""
    if column.kind == "no":
        return column.align or "center"
    return column.align or ("right" if column.kind in ("int", "decimal", "fen") else "left")


def totals(table: Table) -> list[Any]:
    """The 合计 row: the sum under every int, decimal and fen column, empty elsewhere."""
    out: list[Any] = []
    for at, column in enumerate(table.columns):
        if column.kind in ("int", "decimal", "fen"):
            out.append(sum(row[at] for row in table.rows if isinstance(row[at], int | Decimal)))
        else:
            out.append(None)
    for at, column in enumerate(table.columns):
        if out[at] is None and (column.kind == "text" or not at):
            out[at] = "合计"
            break
    return out


def capitals(table: Table) -> str:
    """The fen total in capitals: 合计人民币（大写）：捌万肆仟元整."""
    sums = [
        s for s, c in zip(totals(table), table.columns, strict=True) if c.kind == "fen" and isinstance(s, int)
    ]
    if not sums:
        raise ValueError("capitals need a fen column")
    return f"合计人民币（大写）：{money.capitals(sums[-1])}"


def plain(text: Text) -> str:
    """The words alone; deleted runs are left out."""
    if isinstance(text, str):
        return text
    return "".join(run.text for run in text if run.mark != "del")


def runs(text: Text) -> list[Run]:
    """Any text as runs."""
    return [Run(text)] if isinstance(text, str) else list(text)


def width(text: str) -> float:
    """Width in whole characters: East Asian wide ones count 1, the rest one half."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def letterhead_size(text: str) -> int:
    """Size in points of the red 发文机关标志: as large as fits one line of 156 mm, 36 pt at most."""
    return min(36, int(440 / max(width(text), 1)))


def sign_off_indents(doc: Doc) -> tuple[float, float]:
    """Right indents of issuer and date in characters: the date four in, the issuer centred over it."""
    if doc.date is None:
        raise ValueError("a paper without a date has no sign-off")
    date_width, issuer_width = width(day(doc.date)), width(doc.issuer)
    return max(0.0, 4.0 + (date_width - issuer_width) / 2), 4.0


def _table_lines(block: Table) -> Iterator[str]:
    if block.caption:
        yield block.caption
    yield "\t".join(c.label for c in block.columns)
    rows = [*block.rows, totals(block)] if block.total else block.rows
    for row in rows:
        yield "\t".join(plain(cell(v, c)) for v, c in zip(row, block.columns, strict=True))
    if block.capitals:
        yield capitals(block)


def _lines(block: Block, numbering: Numbering) -> Iterator[str]:
    match block:
        case Heading():
            yield numbering.label(block)
        case Para():
            yield plain(block.text)
        case Clause():
            yield f"{clause_label(block)}　{plain(block.text)}"
        case Table():
            yield from _table_lines(block)
        case Facts():
            yield from (f"{label}\t{plain(value)}" for label, value in block.rows)
        case SignatureBlock():
            yield from (f"{p.role}\t{p.name}" for p in block.parties)
        case Attachments():
            yield from block.names
        case _:
            pass


def plain_text(doc: Doc) -> str:
    """Everything the paper says, one block a line, without layout: what is hashed, compared and searched."""
    numbering = Numbering()
    lines = [doc.title, doc.subtitle, doc.number, doc.addressee]
    for block in doc.blocks:
        lines.extend(_lines(block, numbering))
    return "\n".join(unicodedata.normalize("NFC", line).strip() for line in lines if line) + "\n"


def fingerprint(doc: Doc) -> str:
    """SHA-256 of :func:`plain_text` in hexadecimal. Dates of signing, foot and watermark do not change it."""
    return hashlib.sha256(plain_text(doc).encode()).hexdigest()
