"""Writing workbooks: the template with drop-downs, the streaming export, and bad rows sent back with reasons."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.exchange.models import ImportRow, ImportRun
from gongzhi.core.exchange.sheet import Column, Row, Sheet
from gongzhi.core.exchange.staging import permitted, unpacked
from gongzhi.core.exchange.values import shown
from gongzhi.core.papers import exported_by, watermarked
from gongzhi.core.refusal import NotFound
from gongzhi.core.words import say

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIST_LIMIT = 255  # Excel's limit for a drop-down written in the cell itself; longer lists lie on a sheet
TEXT_KINDS = ("text", "id", "phone", "uscc", "code", "choice", "bool")
FORMATS = {"date": "yyyy-mm-dd", "money": "#,##0.00", "int": "0", "decimal": "General"}
FONT = "微软雅黑"


def workbook(target: BinaryIO | str, **more: Any) -> Any:
    """A workbook to be written row by row, unless ``more`` options say otherwise.

    Its texts are texts: nothing that people wrote becomes a formula or a link.
    """
    safe = {"strings_to_formulas": False, "strings_to_urls": False}
    return xlsxwriter.Workbook(target, {"constant_memory": True, **more, **safe})


class Book:
    """A workbook being written: formats, heads and drop-downs of one sheet."""

    def __init__(self, target: BinaryIO, sheet: Sheet, extra: tuple[str, ...] = ()) -> None:
        self.sheet = sheet
        self.book = workbook(target)
        self.book.set_properties({"title": str(sheet.label), "created": clock.now().replace(tzinfo=None)})
        self.page = self.book.add_worksheet(_tab(str(sheet.label)))
        self.labels = {c.key: c.labels() for c in sheet.columns if c.kind == "choice"}
        self.formats = {c.key: self._format(**_look(c)) for c in sheet.columns}
        self.bad = {
            c.key: self._format(**_look(c), bg_color="#FCEBE8", font_color="#B0241C") for c in sheet.columns
        }
        self.wrapped = self._format(text_wrap=True, font_color="#B0241C")
        self.extra = extra
        self._head()

    def _format(self, **more: Any) -> Any:
        return self.book.add_format({"font_name": FONT, "font_size": 11, "valign": "vcenter", **more})

    def _head(self) -> None:
        head = self._format(bold=True, bg_color="#E3EFEC", bottom=1, text_wrap=True)
        must = self._format(bold=True, bg_color="#E3EFEC", bottom=1, text_wrap=True, font_color="#B0241C")
        self.page.set_row(0, 24)
        for at, column in enumerate(self.sheet.columns):
            self.page.set_column(at, at, column.width, self.formats[column.key])
            label = f"{column.label}*" if column.required else str(column.label)
            self.page.write_string(0, at, label, must if column.required else head)
            self.page.write_comment(0, at, note(column), {"x_scale": 2, "y_scale": 1.2, "font_size": 10})
        for at, label in enumerate(self.extra, len(self.sheet.columns)):
            self.page.set_column(at, at, 60, self.wrapped)
            self.page.write_string(0, at, label, head)
        self.page.freeze_panes(1, 1)

    def choices(self) -> None:
        """Drop-downs for choice and yes/no columns; long lists go to a sheet of their own."""
        lists: list[tuple[int, list[str]]] = []
        for at, column in enumerate(self.sheet.columns):
            options = (
                ["是", "否"] if column.kind == "bool" else list(self.labels.get(column.key, {}).values())
            )
            if options:
                lists.append((at, options))
        long = [
            (at, options)
            for at, options in lists
            if len(",".join(options)) > LIST_LIMIT or "," in "".join(options)
        ]
        for at, options in lists:
            source: Any = options
            if (at, options) in long:
                name = xl_col_to_name(long.index((at, options)))
                source = f"=选项!${name}$1:${name}${len(options)}"
            self.page.data_validation(
                1, at, self.sheet.max_rows, at,
                {"validate": "list", "source": source, "error_title": str(say("请从列表中选")),
                 "error_message": str(say("请从下拉列表中选择一项")), "error_type": "stop"},
            )  # fmt: skip
        if long:
            page = self.book.add_worksheet("选项")
            for line in range(max(len(options) for _, options in long)):
                for column_at, (_, options) in enumerate(long):
                    if line < len(options):
                        page.write_string(line, column_at, options[line])
            page.hide()

    def cell(self, line: int, at: int, column: Column, value: Any, bad: bool = False) -> None:
        """One value in its column's format; texts are texts, whatever they begin with."""
        style = (self.bad if bad else self.formats)[column.key]
        if value is None or value == "":
            if bad:
                self.page.write_blank(line, at, None, style)
        elif isinstance(value, date):
            self.page.write_datetime(line, at, value, style)
        elif isinstance(value, int | float | Decimal) and column.kind not in TEXT_KINDS:
            self.page.write_number(line, at, float(value), style)
        else:
            self.page.write_string(line, at, str(value), style)

    def notes(self, lines: Iterable[str]) -> None:
        """The second sheet: how to fill it in, or who exported it."""
        page = self.book.add_worksheet("说明")
        page.set_column(0, 0, 110, self._format(text_wrap=True))
        for at, line in enumerate(lines):
            page.write_string(at, 0, line)

    def mark(self, actor: Actor) -> None:
        """Who exported it and when, in the printed head and foot of every page, where the county wants it."""
        if not watermarked():
            return
        who = exported_by(actor).replace("&", "&&")
        self.page.set_header(f"&R&9{who}")
        self.page.set_footer("&C&9" + str(say("含个人信息，请妥善保管")) + "　&P / &N")
        self.page.set_landscape()
        self.page.set_paper(9)
        self.page.fit_to_pages(1, 0)


def _look(column: Column) -> dict[str, Any]:
    """How a column's cells are set."""
    return {"num_format": FORMATS.get(column.kind, "@"), "text_wrap": column.wrap}


def _tab(label: str) -> str:
    """A sheet's name as Excel allows it."""
    return "".join("_" if c in "[]:*?/\\'" else c for c in label)[:31] or "Sheet1"


def note(column: Column) -> str:
    """What stands behind a column's head: whether it must be filled in, how, and an example."""
    said = {
        "date": say("日期，写成 2026-03-16"),
        "money": say("金额，单位元，最多两位小数"),
        "int": say("整数"),
        "decimal": say("数字"),
        "bool": say("填“是”或“否”"),
        "choice": say("从下拉列表中选择"),
        "id": say("18 位身份证号，按文本填写"),
        "phone": say("11 位手机号，按文本填写"),
        "uscc": say("18 位统一社会信用代码"),
        "code": say("按文本填写，保留开头的 0"),
    }.get(column.kind)
    must = say("必填") if column.required else say("选填")
    example = say("例：{example}", example=column.example) if column.example else ""
    return "\n".join(str(part) for part in (must, said, column.help, example) if part)


def _target() -> BinaryIO:
    """A temporary file that vanishes when the caller closes it; workbooks are never built in memory."""
    return tempfile.TemporaryFile()


def _finished(target: BinaryIO) -> BinaryIO:
    target.seek(0)
    return target


def template(sheet: Sheet) -> BinaryIO:
    """The empty workbook to fill in, as a file at its beginning; the caller closes it."""
    target = _target()
    book = Book(target, sheet)
    book.choices()
    book.notes(
        [
            str(say("红色带 * 的列必须填写；列的顺序可以调整，列名不要改。")),
            str(say("最多 {n} 行。上传后先预览，核对无误再写入；写入后整批可以撤销。", n=sheet.max_rows)),
            *(str(n) for n in sheet.notes),
            "",
            *(f"{c.label}：{note(c).replace(chr(10), '；')}" for c in sheet.columns),
        ]
    )
    book.book.close()
    return _finished(target)


def export(actor: Actor, sheet: Sheet, rows: Iterable[Mapping[str, Any]] | None = None) -> BinaryIO:
    """What the actor may see as a workbook of the same shape as the template, streamed row by row.

    ``rows`` defaults to the sheet's own; values are as the reader gives them (fen, keys of choices, dates).
    """
    if actor.may(sheet.view or sheet.verb) is None:
        raise NotFound(sheet.verb)
    if rows is None:
        assert sheet.rows is not None, f"{sheet.key} has nothing to export"
        rows = sheet.rows(actor)
    target = _target()
    book = Book(target, sheet)
    count = 0
    for count, row in enumerate(rows, 1):
        for at, column in enumerate(sheet.columns):
            value = row.get(column.key)
            if value is not None:
                book.cell(count, at, column, shown(value, column, book.labels.get(column.key, {})))
    book.choices()
    book.page.autofilter(0, 0, max(count, 1), len(sheet.columns) - 1)
    if sheet.personal:
        book.mark(actor)
    book.notes([str(say("{sheet}，{n} 行", sheet=sheet.label, n=count)), exported_by(actor)])
    book.book.close()
    return _finished(target)


def returned(actor: Actor, sheet: Sheet, run: ImportRun) -> BinaryIO:
    """The bad rows with their reasons: original columns, bad cells tinted, and a column 原因 at the end.

    Put right and uploaded again, it is an ordinary file of this sheet: the added columns are ignored. Whoever uploaded
    it gets back what stood in it; others see personal data masked.
    """
    permitted(actor, sheet)
    own = run.post_id == actor.post_id
    target = _target()
    book = Book(target, sheet, extra=("原行号", "原因"))
    book.page.set_column(len(sheet.columns), len(sheet.columns), 8)
    staged = ImportRow.objects.filter(run=run, bad=True).order_by("line").iterator(chunk_size=2000)
    for at, row in enumerate((unpacked(sheet, s) for s in staged), 1):
        _bad_row(book, sheet, at, row if own else masked(sheet, row))
    book.choices()
    if sheet.personal or sheet.sealed:
        book.mark(actor)
    book.notes([str(say("改好标红的单元格后直接上传这个文件即可。")), exported_by(actor)])
    book.book.close()
    return _finished(target)


def masked(sheet: Sheet, row: Row) -> Row:
    """A staged row for the eyes of others: what is sealed or masked elsewhere is masked here."""
    for column in sheet.columns:
        for cells in (row.raw, row.values):
            if (text := cells.get(column.key)) and column.personal:
                cells[column.key] = column.hidden(str(text))
    return row


def _bad_row(book: Book, sheet: Sheet, at: int, row: Row) -> None:
    labels = {c.key: str(c.label) for c in sheet.columns}
    wrong: dict[str, list[str]] = {}
    for problem in row.problems:
        wrong.setdefault(problem["column"], []).append(problem["message"])
    for place, column in enumerate(sheet.columns):
        bad = column.key in wrong
        value = row.raw.get(column.key)
        if value is None:
            value = shown(row.values.get(column.key), column, book.labels.get(column.key, {}))
        if isinstance(value, str):  # an unreadable date or number goes back as the text it was
            style = (book.bad if bad else book.formats)[column.key]
            book.page.write_string(at, place, value, style)
        else:
            book.cell(at, place, column, value, bad)
        if bad:
            book.page.write_comment(at, place, "\n".join(wrong[column.key]), {"x_scale": 2})
    reasons = [f"{labels[k]}：{m}" if k in labels else m for k, said in wrong.items() for m in said]
    book.page.write_number(at, len(sheet.columns), row.line)
    book.page.write_string(at, len(sheet.columns) + 1, "；".join(reasons), book.wrapped)
