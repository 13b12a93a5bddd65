"""The hand that writes a docx: runs, lines, rules and empty tables; :mod:`word` says what to write."""

from __future__ import annotations

from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from gongzhi.core.papers import wording
from gongzhi.core.papers import wordstyle as style
from gongzhi.core.papers.doc import Run, Text

COLOURS = {
    ("ins", ""): "14532D", ("ins", "a"): "274B9A", ("ins", "b"): "93480A",
    ("del", ""): "B0241C", ("del", "a"): "274B9A", ("del", "b"): "93480A",
}  # fmt: skip
ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


class Hand:
    """Writes into one document in the house style."""

    def __init__(self, landscape: bool) -> None:
        self.out = docx.Document()
        self.landscape = landscape
        self.fonts: dict[str | None, str] = {}
        style.set_styles(self.out)
        style.set_font_table(self.out)
        style.set_page(self.out.sections[0], landscape)

    def run(self, paragraph: Any, run: Run, font: str = "", size: float = 0) -> Any:
        """Add one run to a paragraph; line breaks in the text are kept."""
        piece = paragraph.add_run(run.text)
        style.set_fonts(piece._r, font or self.font_of(paragraph))
        if size:
            piece.font.size = Pt(size)
        if run.bold:
            piece.bold = True
        if run.mark:
            piece.font.color.rgb = RGBColor.from_string(COLOURS[run.mark, run.side])
            piece.font.underline = run.mark == "ins"
            piece.font.strike = run.mark == "del"
        return piece

    def font_of(self, paragraph: Any) -> str:
        """The East Asian font of the paragraph's style, remembered: looking a style up is slow."""
        name = paragraph._p.style
        if name not in self.fonts:
            element = paragraph.style.element
            fonts = element.rPr.rFonts if element.rPr is not None else None
            self.fonts[name] = (fonts.get(qn("w:eastAsia")) if fonts is not None else None) or style.FANG
        return self.fonts[name]

    def write(self, paragraph: Any, text: Text, font: str = "", size: float = 0) -> Any:
        """Add any text to a paragraph."""
        for run in wording.runs(text):
            self.run(paragraph, run, font, size)
        return paragraph

    def line(self, text: Text = "", name: str = "Normal", **layout: Any) -> Any:
        """A paragraph in a style, with its indents in points."""
        paragraph = self.out.add_paragraph(style=name)
        form = paragraph.paragraph_format
        if "align" in layout:
            form.alignment = ALIGN[layout["align"]]
        form.first_line_indent = layout.get("first")
        form.left_indent, form.right_indent = layout.get("left"), layout.get("right")
        form.space_before, form.space_after = layout.get("before"), layout.get("after")
        form.keep_with_next = layout.get("keep")
        return self.write(paragraph, text, layout.get("font", ""), layout.get("size", 0))

    @staticmethod
    def rule(paragraph: Any, colour: str, eighths: int, edge: str, space: int = 1) -> None:
        """A ruled line above or below a paragraph, its weight in eighths of a point."""
        properties = paragraph._p.get_or_add_pPr()
        borders = properties.find(qn("w:pBdr"))
        if borders is None:
            borders = parse_xml(f"<w:pBdr {nsdecls('w')}/>")
            properties.insert_element_before(
                borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
            )
        line = (
            f'<w:{edge} {nsdecls("w")} w:val="single" w:sz="{eighths}" w:space="{space}" w:color="{colour}"/>'
        )
        borders.append(parse_xml(line))

    def grid(self, widths: list[float], rows: int) -> Any:
        """An empty ruled table over the whole type area, widths relative."""
        table = self.out.add_table(rows=rows, cols=len(widths), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        whole = (225 if self.landscape else 156) / (sum(widths) or 1)
        for column, share in zip(table.columns, widths, strict=True):
            column.width = Mm(share * whole)
        for row in table.rows:
            row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
            for at, share in enumerate(widths):
                row.cells[at].width = Mm(share * whole)
        return table

    def fill(self, cell: Any, text: Text, align: str = "left", font: str = "") -> None:
        """Text of a table cell: 12 pt, tight lines, centred upright."""
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.alignment = ALIGN[align]
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        paragraph.paragraph_format.line_spacing = Pt(17)
        cell.vertical_alignment = 1
        self.write(paragraph, text, font, 12)

    def after_table(self) -> None:
        """The paragraph that Word wants behind a table, as low as it goes."""
        form = self.out.add_paragraph().paragraph_format
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(6)
