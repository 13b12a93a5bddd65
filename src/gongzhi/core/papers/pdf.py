"""Papers as PDF: HTML and CSS set by WeasyPrint, fonts embedded, the same facts giving the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path

from markupsafe import Markup, escape

from gongzhi.core.papers import receipt, wording
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
    Text,
)

# The first family of each line is what GB/T 9704 names; the rest are what other systems have instead.
FAMILIES = {
    "FANG": "FangSong_GB2312, 仿宋_GB2312, FangSong, 仿宋, STFangsong, FandolFang, "
    "'Noto Serif CJK SC', 'Noto Serif SC', 'Source Han Serif SC', serif",
    "KAI": "KaiTi_GB2312, 楷体_GB2312, KaiTi, 楷体, STKaiti, FandolKai, 'AR PL UKai CN', 'LXGW WenKai', "
    "'Noto Serif CJK SC', 'Noto Serif SC', 'Source Han Serif SC', serif",
    "HEI": "SimHei, 黑体, STHeiti, FandolHei, 'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', "
    "'WenQuanYi Zen Hei', sans-serif",
    "XBS": "FZXiaoBiaoSong-B05S, 方正小标宋简体, STZhongsong, 华文中宋, 'Noto Serif CJK SC', 'Noto Serif SC', "
    "'Source Han Serif SC', SimSun, serif",
    "SONG": "SimSun, 宋体, STSong, FandolSong, 'Noto Serif CJK SC', 'Noto Serif SC', 'Source Han Serif SC', serif",
}


@cache
def stylesheet() -> str:
    """The layout with the font families filled in."""
    css = resources.files(__package__).joinpath("data/official.css").read_text("utf-8")
    for name, families in FAMILIES.items():
        css = css.replace(f" {name};", f" {families};")
    return css


def _run(run: Run) -> Markup:
    html = escape(run.text)
    if run.bold:
        html = Markup("<b>{}</b>").format(html)
    if run.mark:
        html = _tag(run.mark, run.side, html)
    return html


def _text(text: Text) -> Markup:
    return Markup("").join(_run(run) for run in wording.runs(text)).replace("\n", Markup("<br>"))


def _tag(tag: str, css: str, inner: str | Markup) -> Markup:
    return Markup('<{0} class="{1}">{2}</{0}>').format(tag, css, inner)


def _join(parts: Iterable[str | Markup]) -> Markup:
    return Markup("").join(parts)


def _para(block: Para) -> Markup:
    css = (
        block.align
        + (" indent" if block.indent and block.align == "left" else "")
        + (" strong" if block.bold else "")
    )
    return _tag("p", css.replace("left", "").strip(), _text(block.text))


def _table(block: Table) -> Markup:
    whole = sum(c.width for c in block.columns) or 1
    widths = _join(
        Markup('<col style="width:{}%">').format(f"{100 * c.width / whole:.2f}") for c in block.columns
    )
    head = _join(_tag("th", "", c.label) for c in block.columns)
    lines = [*block.rows, wording.totals(block)] if block.total else list(block.rows)
    body = []
    for at, line in enumerate(lines):
        cells = _join(
            _tag("td", wording.align(c), _text(wording.cell(v, c)))
            for v, c in zip(line, block.columns, strict=True)
        )
        body.append(_tag("tr", "total" if at >= len(block.rows) else "", cells))
    if block.capitals:
        body.append(
            Markup('<tr class="total"><td colspan="{}">{}</td></tr>').format(
                len(block.columns), wording.capitals(block)
            )
        )
    html = Markup("<table><colgroup>{}</colgroup><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
        widths, head, _join(body)
    )
    caption = _tag("p", "caption", block.caption) if block.caption else Markup("")
    return _tag("div", "wide" if block.wide else "", caption + html)


def _facts(block: Facts) -> Markup:
    share = 100 / block.pairs
    widths = Markup('<col style="width:{}%"><col style="width:{}%">').format(
        f"{share * 0.28:.2f}", f"{share * 0.72:.2f}"
    )
    lines = []
    for at in range(0, len(block.rows), block.pairs):
        pairs = list(block.rows[at : at + block.pairs])
        cells = _join(_tag("th", "", label) + _tag("td", "", _text(value)) for label, value in pairs)
        missing = (block.pairs - len(pairs)) * 2
        lines.append(
            _tag("tr", "", cells + (Markup('<td colspan="{}"></td>').format(missing) if missing else ""))
        )
    return Markup('<table class="facts"><colgroup>{}</colgroup>{}</table>').format(
        widths * block.pairs, _join(lines)
    )


def _party(party: Party) -> Markup:
    dated = wording.day(party.date) if party.date else "　　　年　　月　　日"
    note = _tag("p", "", party.note) if party.note else ""
    return _tag(
        "div",
        "",
        _tag("p", "role", f"{party.role}（盖章）")
        + _tag("p", "seal", party.name)
        + _tag("p", "", f"{party.signer_role}：{party.signer}")
        + _tag("p", "", dated)
        + note,
    )


def _attachments(block: Attachments) -> Markup:
    many = len(block.names) > 1
    names = [f"{n}. {name}" if many else name for n, name in enumerate(block.names, 1)]
    return _tag(
        "div",
        "attachments",
        _join(_tag("p", "", ("附件：" if n == 0 else "") + t) for n, t in enumerate(names)),
    )


def _block(block: Block, numbering: wording.Numbering) -> Markup:
    match block:
        case Heading():
            return _tag(f"h{block.level + 1}", "", numbering.label(block))
        case Para():
            return _para(block)
        case Clause():
            label = _tag("span", "article", wording.clause_label(block) + "　")
            return _tag("p", "indent", label + _text(block.text))
        case Table():
            return _table(block)
        case Facts():
            return _facts(block)
        case SignatureBlock():
            return _tag("div", "signatures", _join(_party(p) for p in block.parties))
        case Attachments():
            return _attachments(block)
        case PageBreak():
            return _tag("div", "break", "")


def _head(doc: Doc) -> Markup:
    out = Markup("")
    if doc.letterhead:
        size = Markup('<div class="letterhead" style="font-size:{}pt">{}</div>')
        out += size.format(wording.letterhead_size(doc.letterhead), doc.letterhead)
        if doc.signer:  # an upward document names who signs it, beside its number
            signer = Markup("<span>签发人：<b>{}</b></span>").format(doc.signer)
            out += _tag("p", "number upward", signer + doc.number)
        else:
            out += _tag("p", "number", doc.number)
        out += Markup('<hr class="red">')
    elif doc.number:
        out += _tag("p", "plain-number", doc.number)
    out += _tag("h1", "", Markup("<br>").join(doc.title.split("\n")))
    if doc.subtitle:
        out += _tag("p", "subtitle", doc.subtitle)
    if doc.addressee:
        out += _tag("p", "", doc.addressee + "：")
    return out


def _sign_off(doc: Doc) -> Markup:
    if not doc.signs_off or doc.date is None:
        return Markup("")
    first, second = wording.sign_off_indents(doc)
    line = Markup('<p style="margin-right:{}em">{}</p>')
    return _tag("div", "signoff", line.format(first, doc.issuer) + line.format(second, wording.day(doc.date)))


def _imprint(imprint: Imprint | None) -> Markup:
    if imprint is None:
        return Markup("")
    out = _tag("p", "", f"抄送：{imprint.copies_to}。") if imprint.copies_to else Markup("")
    if imprint.printed_by:
        on = f"{wording.day(imprint.printed_on)}印发" if imprint.printed_on else ""
        out += _tag("p", "", _tag("span", "", on) + imprint.printed_by)
    return _tag("div", "imprint", out)


def _foot(doc: Doc) -> Markup:
    lines = receipt.lines(doc)
    qr = Markup('<img alt="" src="{}">').format(receipt.qr_svg(doc.receipt_url)) if doc.receipt_url else ""
    out = Markup('<div id="receipt">{}{}</div>').format(qr, Markup("<br>").join(lines))
    if doc.watermark:
        out += Markup('<div id="exported">{}</div><div id="watermark">{}</div>').format(
            f"含个人信息，请妥善保管　{doc.watermark}", doc.watermark
        )
    return out


def _body(doc: Doc, numbering: wording.Numbering) -> Markup:
    """The blocks; after a turned table the page turns back, and the last block stays with the sign-off."""
    parts = []
    turned = False
    for at, block in enumerate(doc.blocks, 1):
        wide = isinstance(block, Table) and block.wide
        if turned and not wide and not isinstance(block, PageBreak):
            parts.append(_tag("div", "break", ""))
        turned = wide
        part = _block(block, numbering)
        parts.append(_tag("div", "keep", part) if at == len(doc.blocks) and doc.signs_off else part)
    return _join(parts)


def html(doc: Doc) -> str:
    """The whole page as HTML; the print preview on screen shows the same."""
    numbering = wording.Numbering()
    body = _body(doc, numbering)
    stamp = doc.date.isoformat() if doc.date else "2000-01-01"
    return str(
        Markup(
            '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{}</title>'
            '<meta name="author" content="{}"><meta name="dcterms.created" content="{}">'
            '<meta name="dcterms.modified" content="{}"></head><body class="{}">{}{}{}{}{}</body></html>'
        ).format(
            doc.title.replace("\n", ""),
            doc.issuer,
            stamp,
            stamp,
            "wide" if doc.landscape else "",
            _foot(doc),
            _head(doc),
            body,
            _sign_off(doc),
            _imprint(doc.imprint),
        )
    )


def render_pdf(doc: Doc) -> bytes:
    """The paper as PDF bytes. Nothing is fetched: a paper may not reach outside."""
    import logging

    from weasyprint import CSS, HTML  # slow to import; only who prints pays
    from weasyprint.text.fonts import FontConfiguration

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    fonts = FontConfiguration()
    page = html(doc)
    sheet = CSS(string=stylesheet(), font_config=fonts, base_url=str(Path(__file__).parent))
    out = HTML(string=page, base_url="").write_pdf(
        stylesheets=[sheet],
        font_config=fonts,
        pdf_identifier=hashlib.sha256(page.encode()).hexdigest()[:32].encode(),
    )
    if out is None:
        raise RuntimeError("the PDF writer returned nothing")
    return bytes(out)
