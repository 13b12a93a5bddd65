"""Papers as docx, the same text as the PDF, for those who must go on writing in it."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from docx.enum.section import WD_SECTION
from docx.enum.text import WD_BREAK, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt, RGBColor

from gongzhi.core.papers import receipt, wording
from gongzhi.core.papers import wordstyle as style
from gongzhi.core.papers.doc import (
    Attachments,
    Block,
    Clause,
    Doc,
    Facts,
    Heading,
    Imprint,
    PageBreak,
    Para,
    Party,
    Run,
    SignatureBlock,
    Table,
)
from gongzhi.core.papers.wordhand import ALIGN, Hand

RED = RGBColor(0xD7, 0, 0x0F)


class Writer(Hand):
    """Sets one paper, block by block."""

    def __init__(self, doc: Doc) -> None:
        super().__init__(doc.landscape)
        self.doc = doc
        self.numbering = wording.Numbering()

    # --- the paper's head and end

    def head(self) -> None:
        """Letterhead and red rule if it has one, number, title, addressee."""
        doc = self.doc
        if doc.letterhead:
            size = wording.letterhead_size(doc.letterhead)
            mast = self.line(doc.letterhead, align="center", font=style.XBS, size=size, before=Mm(35))
            mast.paragraph_format.line_spacing = Pt(size * 1.2)
            mast.runs[0].font.color.rgb = RED
            number = self.line(
                align="left" if doc.signer else "center",
                before=style.BODY_PITCH * 2,
                after=style.BODY_PITCH * 2,
            )
            self.write(number, f"{doc.number}\t签发人：" if doc.signer else doc.number)
            if doc.signer:
                number.paragraph_format.tab_stops.add_tab_stop(Mm(110))
                self.run(number, Run(doc.signer), style.KAI)
            self.rule(number, "D7000F", 12, "bottom", 11)
        elif doc.number:
            self.line(doc.number, align="right")
        last = None
        for text in doc.title.split("\n"):
            last = self.line(text, "Title")
        if doc.subtitle:
            last = self.line(doc.subtitle, align="center", font=style.KAI)
        if last is not None:
            last.paragraph_format.space_after = style.BODY_PITCH
        if doc.addressee:
            self.line(doc.addressee + "：")

    def sign_off(self) -> None:
        """Issuer and date at the right, the date four characters in."""
        doc = self.doc
        if not doc.signs_off or doc.date is None:
            return
        issuer, day = wording.sign_off_indents(doc)
        before = style.BODY_PITCH * 2
        self.line(doc.issuer, align="right", right=Pt(issuer * 15.8), before=before, keep=True)
        self.line(wording.day(doc.date), align="right", right=Pt(day * 15.8))

    def imprint(self, imprint: Imprint | None) -> None:
        """版记: rules of 0.35 mm (8 eighths of a point) outside and 0.25 mm (6) inside."""
        if imprint is None:
            return
        lines = [f"抄送：{imprint.copies_to}。"] if imprint.copies_to else []
        if imprint.printed_by:
            on = f"\t{wording.day(imprint.printed_on)}印发" if imprint.printed_on else ""
            lines.append(imprint.printed_by + on)
        for at, text in enumerate(lines):
            before = style.BODY_PITCH if at == 0 else None
            line = self.line(
                text, size=14, before=before, keep=at + 1 < len(lines), left=Pt(14), right=Pt(14)
            )
            line.paragraph_format.tab_stops.add_tab_stop(Mm(150), alignment=2)
            self.rule(line, "000000", 8 if at == 0 else 6, "top")
            if at + 1 == len(lines):
                self.rule(line, "000000", 8, "bottom")

    # --- blocks

    def block(self, block: Block) -> None:
        """Set one block."""
        turned = self.doc.landscape or (isinstance(block, Table) and block.wide)
        if turned != self.landscape:
            self.landscape = turned
            style.set_page(self.out.add_section(WD_SECTION.NEW_PAGE), turned)
        match block:
            case Heading():
                self.line(self.numbering.label(block), f"Heading {block.level}")
            case Para():
                text = (
                    [Run(r.text, True, r.mark, r.side) for r in wording.runs(block.text)]
                    if block.bold
                    else block.text
                )
                first = style.INDENT if block.indent and block.align == "left" else None
                align = {} if block.align == "left" else {"align": block.align}
                self.line(text, first=first, **align)
            case Clause():
                line = self.line(first=style.INDENT)
                self.write(line, wording.clause_label(block) + "　", style.HEI)
                self.write(line, block.text)
            case Table():
                self.table(block)
            case Facts():
                self.facts(block)
            case SignatureBlock():
                self.signatures(block)
            case Attachments():
                self.attachments(block)
            case PageBreak():
                self.out.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def attachments(self, block: Attachments) -> None:
        """附件 with hanging numbers."""
        many = len(block.names) > 1
        for n, name in enumerate(block.names, 1):
            text = ("附件：" if n == 1 else "") + (f"{n}. {name}" if many else name)
            before = style.BODY_PITCH if n == 1 else None
            self.line(
                text, left=Pt(5 * 15.8), first=Pt(-3 * 15.8) if n == 1 else None, align="left", before=before
            )

    def table(self, block: Table) -> None:
        """A table whose head repeats on each page."""
        if block.caption:
            self.line(block.caption, align="center", font=style.HEI, size=14, keep=True)
        lines = [*block.rows, wording.totals(block)] if block.total else list(block.rows)
        widths = [c.width for c in block.columns]
        table = self.grid(widths, 1 + len(lines) + block.capitals)
        rows = [row.cells for row in table.rows]
        table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
        for cell, column in zip(rows[0], block.columns, strict=True):
            self.fill(cell, column.label, "center", style.HEI)
        for at, line in enumerate(lines, 1):
            font = style.HEI if at > len(block.rows) else ""
            for cell, value, column in zip(rows[at], line, block.columns, strict=True):
                self.fill(cell, wording.cell(value, column), wording.align(column), font)
        if block.capitals:
            self.fill(rows[-1][0].merge(rows[-1][-1]), wording.capitals(block), "left", style.HEI)
        self.after_table()

    def facts(self, block: Facts) -> None:
        """Label and value pairs in a ruled table."""
        count = -(-len(block.rows) // block.pairs)
        table = self.grid([0.28, 0.72] * block.pairs, count)
        rows = [row.cells for row in table.rows]
        for at, (label, value) in enumerate(block.rows):
            row, pair = rows[at // block.pairs], at % block.pairs * 2
            self.fill(row[pair], label, "left", style.HEI)
            self.fill(row[pair + 1], value)
        for cell in rows[-1][2 * (len(block.rows) - (count - 1) * block.pairs) :]:
            self.fill(cell, "")
        self.after_table()

    def signatures(self, block: SignatureBlock) -> None:
        """The parties in columns of the same width, without rules, kept on one page."""
        self.line()
        table = self.grid([1.0] * len(block.parties), 1)
        table.style = "Normal Table"
        for cell, party in zip(table.rows[0].cells, block.parties, strict=True):
            self.party(cell, party)
        self.after_table()

    def party(self, cell: Any, party: Party) -> None:
        """Seal, signature and date of one party."""
        self.write(cell.paragraphs[0], f"{party.role}（盖章）", style.HEI)
        dated = wording.day(party.date) if party.date else "　　　年　　月　　日"
        for text in (party.name, f"{party.signer_role}：{party.signer}", dated, party.note):
            if text:
                self.write(cell.add_paragraph(), text)
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.alignment = ALIGN["left"]
            paragraph.paragraph_format.keep_with_next = True
        cell.paragraphs[1].paragraph_format.space_after = style.BODY_PITCH

    # --- foot and header

    def foot(self) -> None:
        """Page number outside (odd right, even left) and under it the receipt, on every page."""
        self.out.settings.odd_and_even_pages_header_footer = True
        section: Any = self.out.sections[0]
        for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
            number = footer.paragraphs[0]
            number.paragraph_format.alignment = ALIGN[side]
            indent = {"right": "right_indent", "left": "left_indent"}[side]
            setattr(number.paragraph_format, indent, Pt(14))
            self.run(number, Run("— "), style.SONG)
            style.field(self.run(number, Run(""), style.SONG), "PAGE")
            self.run(number, Run(" —"), style.SONG)
            self.receipt(footer)
        if self.doc.watermark:
            for header in (section.header, section.even_page_header):
                line = self.write(header.paragraphs[0], f"含个人信息，请妥善保管　{self.doc.watermark}")
                line.add_run()._r.append(style.watermark(self.doc.watermark, self.doc.landscape))

    def receipt(self, footer: Any) -> None:
        """QR code and up to three small lines beside it."""
        lines = receipt.lines(self.doc)
        if not lines:
            return
        table = footer.add_table(rows=1, cols=2, width=Mm(156))
        table.autofit = False
        for at, wide in enumerate((16, 140)):
            table.columns[at].width = table.rows[0].cells[at].width = Mm(wide)
        left, right = table.rows[0].cells
        if self.doc.receipt_url:
            form = left.paragraphs[0].paragraph_format
            form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.SINGLE, 1
            image = io.BytesIO(receipt.qr_png(self.doc.receipt_url))
            left.paragraphs[0].add_run().add_picture(image, width=Mm(12))
        for at, text in enumerate(lines):
            paragraph = right.paragraphs[0] if at == 0 else right.add_paragraph()
            paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
            paragraph.paragraph_format.line_spacing = Pt(9)
            paragraph.paragraph_format.alignment = ALIGN["left"]
            self.write(paragraph, text, style.FANG, 7)
        last = footer.add_paragraph().paragraph_format  # a table may not end a footer
        last.line_spacing_rule, last.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)

    # --- the file

    def properties(self) -> None:
        """Title, author and a date taken from the paper, not from the clock."""
        core: Any = self.out.core_properties
        day = self.doc.date
        stamp = (
            datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime(2000, 1, 1, tzinfo=UTC)
        )
        core.title, core.author = self.doc.title.replace("\n", ""), self.doc.issuer
        core.last_modified_by, core.comments, core.keywords = "", "", self.doc.number
        core.created = core.modified = stamp.replace(tzinfo=None)
        core.language, core.revision = "zh-CN", 1

    def bytes(self) -> bytes:
        """The finished file."""
        self.head()
        for block in self.doc.blocks:
            self.block(block)
        self.sign_off()
        self.imprint(self.doc.imprint)
        self.foot()
        self.properties()
        raw = io.BytesIO()
        self.out.save(raw)
        return style.steady(raw.getvalue())


def render_docx(doc: Doc) -> bytes:
    """The paper as docx bytes."""
    return Writer(doc).bytes()
