"""Where a room mounts the pages of a sheet."""

from __future__ import annotations

from django.urls import URLPattern, path

from gongzhi.core.exchange.pages import Desk
from gongzhi.core.exchange.sheet import Sheet

PLACES = {
    "": "",
    ".template": "template",
    ".export": "export",
    ".run": "<int:pk>/",
    ".progress": "<int:pk>/progress",
    ".returned": "<int:pk>/returned",
    ".commit": "<int:pk>/commit",
    ".undo": "<int:pk>/undo",
    ".drop": "<int:pk>/drop",
}


def routes(sheet: Sheet, prefix: str = "import/") -> list[URLPattern]:
    """The addresses of a sheet's pages below ``prefix``; the desk is named ``exchange.<sheet key>``.

    The prefix of a sheet about a thing carries its id: ``<int:about>/import/``.
    """
    views = Desk(sheet).views()
    return [
        path(prefix + place, views[name], name=f"exchange.{sheet.key}{name}")
        for name, place in PLACES.items()
    ]
