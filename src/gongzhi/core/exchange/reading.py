"""Reading a workbook as it comes: xlsx, xls or CSV, its columns in any order, found by their labels."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gongzhi.core.exchange.sheet import Column, Sheet
from gongzhi.core.refusal import refuse
from gongzhi.core.words import Words, say

LARGEST = 30 * 1024 * 1024
UNPACKED = 400 * 1024 * 1024
HEADER_WITHIN = 10  # the header is one of the first ten lines: people put titles above it


@dataclass(frozen=True)
class Read:
    """A file read: for each of the sheet's columns its place in the file, and the lines below the header."""

    places: dict[str, int]
    lines: list[tuple[int, list[Any]]]
    ignored: list[str]


def _refuse(message: Words) -> Any:
    refuse(message, rule="exchange.file", field="file")


def read(data: bytes, sheet: Sheet) -> Read:
    """The file's lines and where the sheet's columns are.

    Raises Refused ``exchange.file`` where it is no workbook, too large, or lacks a required column.
    """
    if len(data) > LARGEST:
        _refuse(say("文件太大，最多 30 MB"))
    table = _cells(data)
    at, places, ignored = _header(table, sheet)
    lines = [
        (n, row) for n, row in enumerate(table[at + 1 :], at + 2) if any(c not in ("", None) for c in row)
    ]
    if not lines:
        _refuse(say("表里没有数据行"))
    if len(lines) > sheet.max_rows:
        _refuse(say("最多 {max} 行，这个文件有 {n} 行，请分成几个文件", max=sheet.max_rows, n=len(lines)))
    return Read(places, lines, ignored)


def _cells(data: bytes) -> list[list[Any]]:
    if data[:4] == b"PK\x03\x04":
        _unpacks_sanely(data)
        return _calamine(data)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _calamine(data)
    return _csv(data)


def _unpacks_sanely(data: bytes) -> None:
    """A small archive that unpacks to something huge is refused before it is opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile:
        _refuse(say("这个文件打不开，请用 Excel 或 WPS 另存为 .xlsx 后再上传"))
    if size > UNPACKED:
        _refuse(say("文件太大，最多 30 MB"))


def _calamine(data: bytes) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except PasswordError:
        _refuse(say("这个文件设了密码，请去掉密码后再上传"))
    except (CalamineError, IndexError, ValueError, OSError):
        _refuse(say("这个文件打不开，请用 Excel 或 WPS 另存为 .xlsx 后再上传"))
    raise AssertionError


def _csv(data: bytes) -> list[list[Any]]:
    if b"\0" in data[:1000]:
        _refuse(say("认不出这个文件，请上传 .xlsx、.xls 或 .csv"))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        first = text.split("\n", 1)[0]
        mark = max(",\t;", key=first.count)
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark)]
    _refuse(say("认不出这个文件，请上传 .xlsx、.xls 或 .csv"))
    raise AssertionError


def _plain(label: object) -> str:
    """A heading as it is compared: no spaces, no star, no “（必填）”."""
    text = re.sub(r"[\s*＊]", "", unicodedata.normalize("NFKC", str(label or ""))).lower()
    return re.sub(r"\((?:必填|选填|只读)\)$", "", text)


def _header(table: list[list[Any]], sheet: Sheet) -> tuple[int, dict[str, int], list[str]]:
    known: dict[str, Column] = {_plain(c.label): c for c in sheet.columns}
    known.update({c.key: c for c in sheet.columns if c.key not in known})
    best, found = 0, -1
    for at, row in enumerate(table[:HEADER_WITHIN]):
        hits = sum(1 for cell in row if _plain(cell) in known)
        if hits > found:
            best, found = at, hits
    places: dict[str, int] = {}
    ignored = []
    for place, cell in enumerate(table[best] if table else []):
        column = known.get(_plain(cell))
        if column is None:
            ignored += [str(cell).strip()] if str(cell or "").strip() else []
        elif column.key in places:
            _refuse(say("“{label}”这一列出现了两次", label=column.label))
        else:
            places[column.key] = place
    missing = [str(c.label) for c in sheet.columns if c.required and c.key not in places]
    if missing:
        _refuse(say("缺少这几列：{missing}。请用模板填写，列名不要改", missing="、".join(missing)))
    return best, places, ignored


def cells_of(found: Read) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each line as column key → cell."""
    places = list(found.places.items())
    for line, row in found.lines:
        width = len(row)
        yield line, {key: row[at] if at < width else None for key, at in places}
