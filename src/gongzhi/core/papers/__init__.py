"""Papers: what the house prints, as docx and PDF in the layout of GB/T 9704-2012.

A room describes a paper as a :class:`Doc` of blocks; both renderers set the same text::

    # gongzhi/lists/agreements/papers.py
    from gongzhi.core.papers import Clause, Column, Doc, Heading, Paper, Para, Party, SignatureBlock, Table

    def agreement(actor, a) -> Doc:
        return Doc(title="2026年协助管理协议书", number="沙政协〔2026〕15号", hash=a.text_hash, record="318 776",
                   receipt_url="https://…/r/318776", blocks=[
            Heading("协助事项"),                                        # numbered 一、 by itself
            Table([Column("序号", 1, "no"), Column("事项", 6), Column("金额（元）", 2, "fen")],
                  [(1, "残疾人服务", 8400000)], total=True, capitals=True),
            Clause(9, "甲方应当在约定日期前付款。"),                       # 第九条
            SignatureBlock([Party("甲方", a.party_a.name), Party("乙方", a.party_b.name)])])

    PAPERS = {"agreement": Paper(say("协议书"), build=agreement)}       # personal=True adds the watermark

    # urls.py:  from gongzhi.core.papers.pages import routes;  urlpatterns += routes(Agreement)
    # template: {% for p in papers %}<a href="{{ p.url(thing, 'pdf') }}">{{ p.label }}</a>{% endfor %}
    # freezing: fingerprint(doc) is the SHA-256 of the text; redline(before, after, side="b") compares
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from gongzhi.core.papers.doc import (
    Attachments,
    Block,
    Clause,
    Column,
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
from gongzhi.core.papers.redline import changed, redline
from gongzhi.core.papers.shelf import Format, Paper, exported_by, registry, render, render_doc, watermarked
from gongzhi.core.papers.wording import fingerprint, plain_text


def official(
    title: str,
    blocks: Sequence[Block],
    *,
    number: str,
    issuer: str,
    date: datetime.date,
    fmt: Format = "pdf",
    **more: Any,
) -> bytes:
    """A paper in one call: an issuer's text with number and date, signed off at the right."""
    doc = Doc(title=title, blocks=blocks, number=number, issuer=issuer, date=date, **more)
    return render_doc(doc, fmt)


__all__ = [
    "Attachments",
    "Block",
    "Clause",
    "Column",
    "Doc",
    "Facts",
    "Format",
    "Heading",
    "Imprint",
    "PageBreak",
    "Paper",
    "Para",
    "Party",
    "Run",
    "SignatureBlock",
    "Table",
    "Text",
    "changed",
    "exported_by",
    "fingerprint",
    "official",
    "plain_text",
    "redline",
    "registry",
    "render",
    "render_doc",
    "watermarked",
]
