"""What templates do to values: money, days, numbers, masks, form fields. Each takes None and gives "" or "—"."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from markupsafe import Markup, escape

from gongzhi.core import clock, money
from gongzhi.core.refusal import Refused

WEEKDAYS_ZH = "一二三四五六日"


def yuan(fen: int | None) -> str:
    """Integer fen as "84,000.00"."""
    return "" if fen is None else money.yuan(fen)


def capitals(fen: int | None) -> str:
    """Integer fen in the capitals that a cheque wants: "捌万肆仟元整"."""
    return "" if fen is None else money.capitals(fen)


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def day(value: date | datetime | None, *, week: bool = True) -> str:
    """A day as people say it: "3 月 16 日（周一）", with the year where it is not this one."""
    if value is None:
        return ""
    value = _local(value)
    year = "" if value.year == clock.today().year else str(value.year)
    if get_language() == "en":
        return f"{value.day} {value:%b}" + (f" {year}" if year else "") + (f" ({value:%a})" if week else "")
    text = f"{value.month} 月 {value.day} 日" + (f"（周{WEEKDAYS_ZH[value.weekday()]}）" if week else "")
    return f"{year} 年 {text}" if year else text


def short_day(value: date | datetime | None) -> str:
    """ "3 月 16 日", with the year where it is not this one."""
    return day(value, week=False)


def ymd(value: date | datetime | None) -> str:
    """ "2026-03-16", for tables and forms."""
    return "" if value is None else f"{_local(value):%Y-%m-%d}"


def moment(value: datetime | None) -> str:
    """ "3 月 5 日 15:42"."""
    return "" if value is None else f"{short_day(value)} {_local(value):%H:%M}"


def official_day(value: date | None) -> str:
    """ "2026 年 3 月 16 日", the year always."""
    if value is None:
        return ""
    return (
        f"{value:%d %B %Y}" if get_language() == "en" else f"{value.year} 年 {value.month} 月 {value.day} 日"
    )


def workdays_left(due: date | None) -> int | None:
    """Working days from today to ``due``: 0 today, negative where it is late; None where the year's are not announced."""
    if due is None:
        return None
    from gongzhi.core import calendar

    today = clock.today()
    try:
        return (
            calendar.workdays_between(today, due) if due >= today else -calendar.workdays_between(due, today)
        )
    except Refused:
        return None


def mask_name(name: str | None) -> str:
    """ "陈*": the family name and a star, as names stand on public pages."""
    return f"{name[0]}*" if name else ""


def mask_phone(phone: str | None) -> str:
    """ "138****5678"."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****"


def pct(value: Any, places: int = 2) -> str:
    """A ratio as "64.29%"; "—" where there is nothing to divide by."""
    return "—" if value is None else f"{value * 100:.{places}f}%"


def num(value: Any, places: int | None = None) -> str:
    """Thousands by commas: "1,203"; with ``places`` digits after the point; "—" for nothing."""
    if value is None or value == "":
        return "—"
    return f"{value:,}" if places is None else f"{value:,.{places}f}"


def record(number: int | None) -> str:
    """A record number in threes, as on paper: "317 905"."""
    return "" if number is None else f"{number:,}".replace(",", " ")


def signed(value: Any, places: int = 2) -> str:
    """ "+2.15" or "−6.20" with a true minus; "—" for nothing."""
    return "—" if value is None else f"{value:+,.{places}f}".replace("-", "−")


_COUNTED = re.compile(r"(\d[\d,.]*) ([\u4e00-\u9fff])")


def unbroken(text: Any) -> Markup:
    """A title in which no line ends between a number and the word that counts with it."""
    return Markup(_COUNTED.sub(r'<span class="nowrap">\1 \2</span>', str(escape(text))))  # noqa: S704  escaped just before


def translated(words: Any) -> str:
    """A :class:`Words` (or its stored form, or plain text) in the reader's language."""
    from gongzhi.core.words import Words

    return str(Words.from_json(words)) if isinstance(words, dict) else str(words)


KINDS = {
    "YuanField": "money",
    "RowsField": "rows",
    "_Numbers": "files",
    "TypedChoiceField": "choice",
    "ChoiceField": "choice",
    "BooleanField": "flag",
    "DateField": "date",
    "DateTimeField": "datetime",
    "IntegerField": "int",
    "DecimalField": "decimal",
    "FileField": "file",
}


def kind_of(field: Any) -> str:
    """How a form field is asked on the page: money, rows, files, choice, flag, date, int, decimal, long, text …"""
    name = next((k.__name__ for k in type(field).__mro__ if k.__name__ in KINDS), "")
    if name:
        return KINDS[name]
    widget = field.widget
    if widget.__class__.__name__ == "Textarea":
        return "long"
    return getattr(widget, "input_type", "text") or "text"


def row_columns(field: Any) -> list[dict[str, Any]]:
    """The columns of a RowsField, for the macro ``rows``."""
    return [
        {
            "name": name,
            "label": f.label,
            "kind": kind_of(f),
            "choices": getattr(f, "choices", ()),
            "max": getattr(f, "max_length", None),
            "pick": field.asks[name].pick,
        }
        for name, f in field.row_form.base_fields.items()
    ]


def row_values(field: Any, values: Any) -> list[dict[str, Any]]:
    """A RowsField's rows as they are typed (fen as yuan)."""
    columns = field.row_form.base_fields
    return [
        {k: columns[k].prepare_value(v) if k in columns else v for k, v in row.items()}
        for row in values or []
    ]


def attrs(values: dict[str, Any]) -> Markup:
    """A widget's extra attributes as HTML, those that the macros write themselves left out."""
    own = {"type", "rows", "cols", "maxlength", "class", "required"}
    return Markup(" ").join(
        Markup('{}="{}"').format(k, v) for k, v in values.items() if k not in own and v not in (None, False)
    )


@lru_cache(maxsize=512)
def qr(text: str) -> Markup:
    """A QR code of ``text`` as inline SVG, for receipts."""
    import segno

    made = segno.make(text, error="m", micro=False)
    return Markup(made.svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None))  # noqa: S704  segno's own markup


FILTERS: dict[str, Any] = {
    "yuan": yuan,
    "fen": yuan,
    "capitals": capitals,
    "day": day,
    "short_day": short_day,
    "ymd": ymd,
    "moment": moment,
    "official_day": official_day,
    "workdays_left": workdays_left,
    "mask_name": mask_name,
    "mask_phone": mask_phone,
    "phone_mask": mask_phone,
    "pct": pct,
    "num": num,
    "record": record,
    "signed": signed,
    "t": translated,
    "unbroken": unbroken,
    "kind_of": kind_of,
    "qr": qr,
    "row_columns": row_columns,
    "row_values": row_values,
    "attrs": attrs,
}
