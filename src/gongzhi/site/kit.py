"""The style guide: every macro with realistic data on one page, for development and for the tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from gongzhi.site import kit_data as data

PAGES = ("workbench", "agreement", "county", "verb", "answer", "forms", "seals")


def context(part: str) -> dict[str, Any]:
    """What one page of the guide is rendered with."""
    mini = [
        {"label": name, "is": state, "href": "#", "title": f"{name}：{dict((k, v) for k, v, _n in data.MINI_LEGEND)[state]}"}
        for piece in data.MINI.split("|")
        for state, names in [piece.split(":")]
        for name in names.split()
    ]
    public = part == "answer"
    labels = data.PUBLIC_NAV if public else data.NAV
    here = {"workbench": 0, "agreement": 1, "verb": 1, "forms": 1, "county": 5, "seals": 3, "answer": 0}[part]
    return {
        "part": part,
        "title": "样式",
        "county": "太仓市",
        "nav": [{"label": label, "url": "#", "current": i == here} for i, label in enumerate(labels)],
        "tabs": [] if public else [
            {"label": label, "url": "#", "icon": icon, "count": count, "current": i == (2 if part == "county" else 0)}
            for i, (label, icon, count) in enumerate(data.TABS)
        ],
        "bell": 4,
        "who": None if public else {"name": "陆*", "unit": "沙溪镇", "role": "社会治理岗", "posts": [{"id": 1, "label": "沙溪镇 社会治理岗", "current": True}]},
        "actor": {"is_public": public, "name": "陆明", "unit_name": "沙溪镇"},
        "groups": data.todo_groups(date(2026, 3, 11)),
        "mini": mini,
        "mini_legend": [{"is": k, "label": v, "n": n} for k, v, n in data.MINI_LEGEND],
        "steps": data.steps(),
        "story": data.story(),
        "map": data.tile_groups(),
        "legend": [
            *({"step": s, "label": label, "n": n} for s, label, n in data.STEPS),
            {"warn": True, "step": 2, "label": "折角：政府有逾期付款", "n": 14},
        ],
        "dumbbells": [{"label": n, "href": "#", "a": a, "b": b, "extra": [x, y], "current": n == "沙溪镇"} for n, a, b, x, y in data.DUMBBELLS],
        "d": data,
    }  # fmt: skip


def page(request: HttpRequest, part: str = "agreement") -> HttpResponse:
    """One page of the guide; there is none in production."""
    from gongzhi.core import pages

    if not settings.DEBUG or part not in PAGES:
        raise Http404
    return pages.render(request, "site/kit.html", context(part))
