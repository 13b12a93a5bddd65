"""Our pages' template engine: Jinja2 with the rooms' filters and the macros' globals.

Templates live in each room's ``templates/<room>/``. Message ids are Simplified Chinese: ``{{ _("付款") }}`` or
``{% trans n=3 %}…{% endtrans %}``. Write a literal percent sign in a message id as ``%%``.
"""

from __future__ import annotations

import json
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext, ngettext
from jinja2 import Environment
from markupsafe import Markup

from gongzhi.core import clock
from gongzhi.site.filters import FILTERS

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
    env.newstyle_gettext = True  # type: ignore[attr-defined]
    env.filters.update(FILTERS)
    env.globals.update(GLOBALS)
    return env


# ---- globals ----


@lru_cache(maxsize=8192)
def _sentence(language: str | None, msgid: str) -> Markup:
    return Markup(gettext(msgid))  # noqa: S704  message ids and catalogues are ours


def said(msgid: str, /, **values: Any) -> Markup:
    """A sentence of ours in the reader's language, its values escaped: ``_("%(n)s 件", n=9)``."""
    sentence = _sentence(get_language(), msgid)
    return sentence % values if values or "%" in sentence else sentence


def said_of_many(one: str, many: str, n: int, /, **values: Any) -> Markup:
    """The same for ``{% trans %}…{% pluralize %}``."""
    return Markup(ngettext(one, many, n)) % {"num": n, **values}  # noqa: S704


@lru_cache(maxsize=1)
def _built(stamp: int) -> dict[str, str]:
    return json.loads(MANIFEST.read_text())  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def _stamp_once() -> int:
    return MANIFEST.stat().st_mtime_ns


def asset(name: str) -> str:
    """The address of a built file: ``asset("app.css")`` → "/static/build/app.3f2a….css"."""
    return _address(_stamp(), name)


def built(name: str) -> str:
    """Where a built file lies under ``static``: ``built("sw.js")`` → "build/sw.3f2a….js"."""
    return _built(_stamp())[name]


def _stamp() -> int:
    return MANIFEST.stat().st_mtime_ns if settings.DEBUG else _stamp_once()


@lru_cache(maxsize=16)
def _address(stamp: int, name: str) -> str:
    return static(_built(stamp)[name])


def icon(name: str, label: str = "") -> Markup:
    """A Tabler icon of the sprite; hidden from screen readers unless it has a ``label``."""
    return _icon(asset("sprite.svg"), name, str(label))


@lru_cache(maxsize=512)
def _icon(sprite: str, name: str, label: str) -> Markup:
    told = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" {}><use href="{}#{}"/></svg>').format(told, sprite, name)


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
    "_": said,
    "gettext": said,
    "ngettext": said_of_many,
    "asset": asset,
    "icon": icon,
    "static": static,
    "url": url,
    "query": query,
    "now": clock.now,
    "today": clock.today,
    "lang": get_language,
}
