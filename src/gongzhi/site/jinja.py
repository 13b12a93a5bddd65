"""Our pages' template engine: Jinja2 with the rooms' filters and the macros' globals.

Templates live in each room's ``templates/<room>/``. Message ids are Simplified Chinese: ``{{ _("付款") }}`` or
``{% trans n=3 %}…{% endtrans %}``. Write a literal percent sign in a message id as ``%%``.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import Environment
from markupsafe import Markup, escape

from gongzhi.core import clock, money

WEEKDAYS_ZH = "一二三四五六日"
MANIFEST = Path(__file__).parent / "static" / "build" / "manifest.json"


class Rooms(Jinja2):
    """Django's Jinja2 backend, looking only in our own rooms' ``templates`` folders."""

    app_dirname = "templates"

    @cached_property
    def template_dirs(self) -> tuple[str, ...]:
        """The folders searched: those of ``gongzhi`` apps, so that third-party pages keep Django's engine."""
        own = [Path(a.path) / "templates" for a in apps.get_app_configs() if a.name.startswith("gongzhi.")]
        return tuple(str(d) for d in own if d.is_dir())


def environment(**options: Any) -> Environment:
    """The environment named in ``settings.TEMPLATES``."""
    options.setdefault("auto_reload", settings.DEBUG)
    env = Environment(  # noqa: S701  autoescape is on
        **{"autoescape": True, "trim_blocks": True, "lstrip_blocks": True, "cache_size": -1, **options}
    )
    env.add_extension("jinja2.ext.i18n")
    env.add_extension("jinja2.ext.do")
    env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.filters.update(FILTERS)
    env.globals.update(GLOBALS)
    return env


# ---- filters: each takes None and gives "" ----


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
    """Working days from today to ``due``: 0 today, negative where it is late."""
    if due is None:
        return None
    from gongzhi.core import calendar

    today = clock.today()
    return calendar.workdays_between(today, due) if due >= today else -calendar.workdays_between(due, today)


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
        }
        for name, f in field.row_form.base_fields.items()
    ]


def row_values(field: Any, values: Any) -> list[dict[str, Any]]:
    """A RowsField's rows as they are typed (fen as yuan)."""
    columns = field.row_form.base_fields
    return [{k: columns[k].prepare_value(v) for k, v in row.items() if k in columns} for row in values or []]


def attrs(values: dict[str, Any]) -> Markup:
    """A widget's extra attributes as HTML, those that the macros write themselves left out."""
    own = {"type", "rows", "cols", "maxlength", "class", "required"}
    return Markup(" ").join(
        Markup('{}="{}"').format(k, v) for k, v in values.items() if k not in own and v not in (None, False)
    )


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
    "kind_of": kind_of,
    "qr": qr,
    "row_columns": row_columns,
    "row_values": row_values,
    "attrs": attrs,
}

# ---- globals ----


@lru_cache(maxsize=1)
def _built(stamp: int) -> dict[str, str]:
    return json.loads(MANIFEST.read_text())  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def _stamp_once() -> int:
    return MANIFEST.stat().st_mtime_ns


def asset(name: str) -> str:
    """The address of a built file: ``asset("app.css")`` → "/static/build/app.3f2a….css"."""
    stamp = MANIFEST.stat().st_mtime_ns if settings.DEBUG else _stamp_once()
    return static(_built(stamp)[name])


def icon(name: str, label: str = "") -> Markup:
    """A Tabler icon of the sprite; hidden from screen readers unless it has a ``label``."""
    told = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(f'<svg class="icon" {told}><use href="{asset("sprite.svg")}#{name}"/></svg>')  # noqa: S704  name is ours


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Django's reverse."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def query(request: Any, **changes: Any) -> str:
    """The page's own query string with some values changed; None or "" takes one out: ``?state=signed&page=2``."""
    values = request.GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            values.pop(key, None)
        else:
            values[key] = str(value)
    return f"?{values.urlencode()}" if values else "?"


GLOBALS: dict[str, Any] = {
    "asset": asset,
    "icon": icon,
    "static": static,
    "url": url,
    "query": query,
    "now": clock.now,
    "today": clock.today,
    "lang": get_language,
}
