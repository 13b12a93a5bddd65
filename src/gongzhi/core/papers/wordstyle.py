"""The house style of a docx: page, styles, fonts, and the few XML parts that python-docx has no words for."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor

FANG, KAI, HEI = "仿宋_GB2312", "楷体_GB2312", "黑体"
XBS, SONG = "方正小标宋简体", "宋体"
LATIN = "Times New Roman"

# Where the machine lacks the font that GB/T 9704 names, Word takes the alternative from the font table.
ALTERNATIVES = {
    FANG: "仿宋,FangSong,STFangsong,Noto Serif CJK SC,Source Han Serif SC",
    KAI: "楷体,KaiTi,STKaiti,Noto Serif CJK SC,Source Han Serif SC",
    HEI: "SimHei,STHeiti,Noto Sans CJK SC,Source Han Sans SC",
    XBS: "华文中宋,STZhongsong,Noto Serif CJK SC,Source Han Serif SC",
    SONG: "SimSun,STSong,Noto Serif CJK SC,Source Han Serif SC",
}

BODY_PITCH = Pt(28.95)  # 22 lines in 225 mm; exact spacing keeps the count in Word and LibreOffice alike
CHARACTER_SPACING = -4  # twentieths of a point: 28 characters of 16 pt in 156 mm
INDENT = Pt(2 * 15.8)


def set_fonts(element: Any, east_asian: str, latin: str = LATIN) -> None:
    """Give a style or run both its East Asian and its Latin font, dropping the theme's fonts."""
    properties = element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, value in (("w:eastAsia", east_asian), ("w:ascii", latin), ("w:hAnsi", latin), ("w:cs", latin)):
        fonts.set(qn(name), value)
    # “ ” and — take the East Asian font, as Chinese typesetting wants, not the Latin one.
    fonts.set(qn("w:hint"), "eastAsia")


def _style(docx: Docx, name: str, east_asian: str, size: float, **layout: Any) -> None:
    style: Any = docx.styles[name]
    set_fonts(style.element, east_asian)
    style.font.size = Pt(size)
    style.font.bold = False
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = layout.get("pitch", BODY_PITCH)
    form.first_line_indent = layout.get("indent", Pt(0))
    form.alignment = layout.get("align")
    form.keep_with_next = layout.get("keep", False)
    for border in style.element.findall(".//" + qn("w:pBdr")):
        border.getparent().remove(border)
    spacing = style.element.get_or_add_rPr().find(qn("w:spacing"))
    if spacing is not None:
        style.element.rPr.remove(spacing)


def set_styles(docx: Docx) -> None:
    """Normal, title and four headings as GB/T 9704 wants them."""
    _style(docx, "Normal", FANG, 16, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    spacing = parse_xml(f'<w:spacing {nsdecls("w")} w:val="{CHARACTER_SPACING}"/>')
    properties: Any = docx.styles["Normal"].element.get_or_add_rPr()
    properties.find(qn("w:sz")).addprevious(spacing)
    # The language decides which country's punctuation shapes a fall-back font shows.
    lang = f'<w:lang {nsdecls("w")} w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
    for old in (
        *docx.styles.element.findall(".//" + qn("w:lang")),
        *docx.settings.element.findall(qn("w:themeFontLang")),
    ):
        old.getparent().remove(old)
    properties.append(parse_xml(lang))
    _style(docx, "Title", XBS, 22, pitch=Pt(36), align=WD_ALIGN_PARAGRAPH.CENTER)
    for level, family in enumerate((HEI, KAI, FANG, FANG), 1):
        _style(docx, f"Heading {level}", family, 16, indent=INDENT, keep=True)
    _style(docx, "Header", HEI, 8, pitch=Pt(10), align=WD_ALIGN_PARAGRAPH.RIGHT)
    _style(docx, "Footer", SONG, 14, pitch=Pt(17))


def set_page(section: Section, landscape: bool) -> None:
    """A4 with the margins of GB/T 9704-2012, 5.2: top 37, left 28, right 26, bottom 35 mm; turned for wide tables."""
    from docx.enum.section import WD_ORIENT

    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    margins = (28, 35, 26, 37) if landscape else (37, 26, 35, 28)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Mm, margins)
    section.header_distance = Mm(12)
    section.footer_distance = Mm(4) if landscape else Mm(7)


def set_font_table(docx: Docx) -> None:
    """Name the fonts and what to take instead where one is missing."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{alternatives}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{"swiss" if name == HEI else "roman"}"/><w:pitch w:val="variable"/></w:font>'
        for name, alternatives in ALTERNATIVES.items()
    )
    table = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<w:fonts {nsdecls("w")}>{fonts}<w:font w:name="{LATIN}"><w:altName w:val="Liberation Serif"/>'
        '<w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>'
    ).encode()
    for relation in docx.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            relation.target_part._blob = table


def field(run: Any, code: str) -> None:
    """A field such as PAGE, computed by the reader's program."""
    for kind in ("begin", None, "separate", "text", "end"):
        if kind is None:
            xml = f'<w:instrText {nsdecls("w")} xml:space="preserve"> {code} </w:instrText>'
        elif kind == "text":
            xml = f"<w:t {nsdecls('w')}>1</w:t>"
        else:
            xml = f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>'
        run._r.append(parse_xml(xml))


def watermark(text: str, landscape: bool) -> Any:
    """The grey slanted text over a page, as Word itself draws it (VML in the header)."""
    from xml.sax.saxutils import quoteattr

    width, height = 420, 42
    return parse_xml(
        f'<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
        '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/>'
        '<v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>'
        '<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        '<v:shape id="Watermark" o:spid="_x0000_s2049" type="#_x0000_t136" '
        f'style="position:absolute;margin-left:0;margin-top:0;width:{width}pt;height:{height}pt;rotation:330;'
        "z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        'mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#c8c8c8" stroked="f">'
        f'<v:fill opacity=".4"/><v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string={quoteattr(text)}/>'
        "</v:shape></w:pict>"
    )


def steady(zipped: bytes) -> bytes:
    """The same zip with fixed times, so that the same facts give the same bytes."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(zipped)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            info = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            target.writestr(info, source.read(name))
    return out.getvalue()
