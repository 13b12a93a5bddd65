"""What a paper says, apart from how it is set: a title, who issues it, and a row of blocks.

One :class:`Doc` is rendered to docx and to PDF, so that both always say the same. Text is a plain string, or
a list of :class:`Run` where part of it is bold or marked as inserted or deleted.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Mark = Literal["", "ins", "del"]
Align = Literal["left", "center", "right"]
ColumnKind = Literal["text", "no", "int", "decimal", "fen", "date"]


@dataclass(frozen=True)
class Run:
    """A piece of text set in one way. ``mark`` is a redline; ``side`` ("a", "b" or "") says whose change it is."""

    text: str
    bold: bool = False
    mark: Mark = ""
    side: str = ""


Text = str | Sequence[Run]


@dataclass(frozen=True)
class Heading:
    """A heading. Levels 1 to 4 are numbered 一、（一）1.（1） by the renderer unless ``numbered`` is false."""

    text: str
    level: int = 1
    numbered: bool = True


@dataclass(frozen=True)
class Para:
    """A paragraph of body text, first line indented by two characters unless ``indent`` is false."""

    text: Text
    align: Align = "left"
    indent: bool = True
    bold: bool = False


@dataclass(frozen=True)
class Clause:
    """An article of an agreement: 第一条 in 黑体, then its text. ``label`` replaces the number ("第九条之一")."""

    number: int
    text: Text
    title: str = ""
    label: str = ""


@dataclass(frozen=True)
class Column:
    """A table column. ``width`` is relative; ``kind`` "fen" prints integer fen as 84,000.00, "no" is a 序号."""

    label: str
    width: float = 1.0
    kind: ColumnKind = "text"
    align: Align | None = None


@dataclass(frozen=True)
class Table:
    """A table with a head repeated on each page.

    ``rows`` hold values by position (text, Run lists, int, Decimal, date, None). ``total`` adds a 合计 row that
    sums the int, decimal and fen columns; ``capitals`` adds the fen total written in capitals. ``wide`` puts
    the table on landscape pages.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    caption: str = ""
    total: bool = False
    capitals: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Facts:
    """A form: label and value pairs in a ruled table, ``pairs`` to a line."""

    rows: Sequence[tuple[str, Text]]
    pairs: int = 1


@dataclass(frozen=True)
class Party:
    """One side of a signature block."""

    role: str
    name: str
    signer: str = ""
    signer_role: str = "法定代表人（负责人）"
    date: datetime.date | None = None
    note: str = ""


@dataclass(frozen=True)
class SignatureBlock:
    """Both parties side by side, same size: seal, signature and date of each. Never split over two pages."""

    parties: Sequence[Party]


@dataclass(frozen=True)
class Attachments:
    """The 附件 note under the text."""

    names: Sequence[str]


@dataclass(frozen=True)
class PageBreak:
    """What follows starts on a new page."""


Block = Heading | Para | Clause | Table | Facts | SignatureBlock | Attachments | PageBreak


@dataclass(frozen=True)
class Imprint:
    """版记 at the end of an official document: copies to, printed by, printed on."""

    copies_to: str = ""
    printed_by: str = ""
    printed_on: datetime.date | None = None


@dataclass(frozen=True)
class Doc:
    """A whole paper.

    ``letterhead`` is the red 发文机关标志 with its red rule (only for 公文 of an organ that may issue them).
    ``hash`` is the fingerprint of the frozen text, ``record`` the journal's record number, ``receipt_url`` the
    public page that proves it: the three stand in the foot of every page. ``watermark`` is drawn over every
    page of a paper that carries personal data (who exported it, and when).
    """

    title: str
    issuer: str = ""
    number: str = ""
    date: datetime.date | None = None
    blocks: Sequence[Block] = field(default_factory=tuple)
    subtitle: str = ""
    letterhead: str = ""
    signer: str = ""
    addressee: str = ""
    imprint: Imprint | None = None
    hash: str | None = None
    record: str | None = None
    receipt_url: str | None = None
    watermark: str | None = None
    landscape: bool = False

    @property
    def signs_off(self) -> bool:
        """Whether issuer and date close the text (a signature block already says both)."""
        signed = any(isinstance(b, SignatureBlock) for b in self.blocks)
        return bool(self.issuer and self.date) and not signed
