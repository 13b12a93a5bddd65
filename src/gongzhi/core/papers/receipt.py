"""The foot of every page: fingerprint of the text, record number, and the receipt as a QR code."""

from __future__ import annotations

import io

import segno

from gongzhi.core.papers.doc import Doc


def lines(doc: Doc) -> list[str]:
    """What stands in the foot, at most three short lines; empty when there is nothing to prove."""
    out = []
    if doc.hash:
        out.append("文本指纹 " + " ".join(doc.hash[i : i + 16] for i in range(0, len(doc.hash), 16)))
    if doc.record:
        out.append(f"记录号 {doc.record}")
    if doc.receipt_url:
        out.append(f"回执 {doc.receipt_url}")
    return out


def qr_svg(url: str) -> str:
    """The receipt's address as a data URI of an SVG image (sharp at any printer resolution)."""
    return segno.make(url, error="m", boost_error=False).svg_data_uri(border=0, xmldecl=False)


def qr_png(url: str) -> bytes:
    """The receipt's address as a PNG image, for docx."""
    out = io.BytesIO()
    segno.make(url, error="m", boost_error=False).save(out, kind="png", scale=8, border=0)
    return out.getvalue()
