"""The style guide: every macro with realistic data on one page, for development and for the tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from gongzhi.core import clock
from gongzhi.core.refusal import Problem, Refused

PAGES = ("workbench", "agreement", "county", "verb", "answer", "forms", "seals")
HERE = {"workbench": 0, "agreement": 1, "verb": 1, "forms": 1, "county": 5, "seals": 3, "answer": 0}


@dataclass(frozen=True)
class KitVerb:
    """A verb as the macros see it."""

    label: str


@dataclass(frozen=True)
class KitOffer:
    """An offer as the macros see it."""

    verb: KitVerb
    url: str = "#verb"
    main: bool = False
    locked: Refused | None = None


LOCK = Refused(
    Problem(
        "现在还不能签：要等中荷村作出村内决定。涉及村民利益的事项，由村民会议或村民代表会议讨论决定。",
        rule="agreements.committee_decides",
        source="村民委员会组织法第二十四条（2018 文本）",
    )
)
PROBLEMS = [
    Problem(
        "付款比总额少 4,800.00 元，补平以后才能送出",
        rule="agreements.sums",
        source="示范文本第九条",
        way_out="#pay",
    ),
    Problem("第六条、第十一条还没有回应", rule="agreements.unanswered", source="本县设定", way_out="#c6"),
]


@cache
def data() -> dict[str, Any]:
    """What the guide shows: the parts of a county's year, as they stand on real pages."""
    path = Path(__file__).parent / "data" / "kit.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def offers() -> list[KitOffer]:
    """Five open verbs, the first the main one, and one locked."""
    found = [KitOffer(KitVerb(label), main=i == 0) for i, label in enumerate(data()["offers"])]
    return [*found, KitOffer(KitVerb("签署"), locked=LOCK)]


def tile_groups() -> list[dict[str, Any]]:
    """The 160 places with a spread of steps that looks like a year's scores."""
    groups = []
    for name, n, score, x, y, w, names in data()["towns"]:
        tiles = []
        for i, short in enumerate(names.split()):
            step = (i * 7 + len(short) + int(score)) % 6
            step = step if step or i % 5 == 0 else 3
            title = f"{name}{short}：村居评政府 {70 + step * 4}.20 分"
            warn, up = step == 1 and i % 2 == 0, step == 5 and i % 3 == 0
            tiles.append(
                {"label": short, "href": f"#{name}{i}", "step": step, "warn": warn, "up": up, "title": title}
            )
        place = {"name": name, "href": f"#{name}", "n": n, "value": f"{score:.2f}", "x": x, "y": y, "w": w}
        groups.append({**place, "tiles": tiles, "current": name == "沙溪镇"})
    return groups


def _mini() -> list[dict[str, Any]]:
    words = {state: label for state, label, _n in data()["mini_legend"]}
    pieces = [piece.split(":") for piece in data()["mini"].split("|")]
    return [
        {"label": name, "is": state, "href": "#", "title": f"{name}：{words[state]}"}
        for state, names in pieces
        for name in names.split()
    ]


def _groups() -> list[dict[str, Any]]:
    today = clock.today()
    return [
        {
            **group,
            "rows": [
                {
                    **row,
                    "url": "#todo",
                    "due": None if row["left"] is None else today + timedelta(days=row["left"]),
                }
                for row in group["rows"]
            ],
        }
        for group in data()["groups"]
    ]


def _frame(part: str) -> dict[str, Any]:
    public = part == "answer"
    labels = data()["public_nav" if public else "nav"]
    tab = 2 if part == "county" else 0
    post = {"id": 1, "label": "沙溪镇 社会治理岗", "current": True}
    return {
        "title": "样式",
        "county": "太仓市",
        "nav": [{"label": label, "url": "#", "current": i == HERE[part]} for i, label in enumerate(labels)],
        "tabs": []
        if public
        else [
            {"label": label, "url": "#", "icon": icon, "count": count, "current": i == tab}
            for i, (label, icon, count) in enumerate(data()["tabs"])
        ],
        "bell": 4,
        "who": None if public else {"name": "陆*", "unit": "沙溪镇", "role": "社会治理岗", "posts": [post]},
        "actor": {"is_public": public, "name": "陆明", "unit_name": "沙溪镇"},
    }


def context(part: str) -> dict[str, Any]:
    """What one page of the guide is rendered with."""
    d = data()
    warned = {"warn": True, "step": 2, "label": "折角：政府有逾期付款", "n": 14}
    return {
        **_frame(part),
        "part": part,
        "d": d,
        "offered": offers(),
        "found": PROBLEMS,
        "groups": _groups(),
        "mini": _mini(),
        "mini_legend": [{"is": k, "label": v, "n": n} for k, v, n in d["mini_legend"]],
        "story": [{**e, "at": datetime.fromisoformat(e["at"])} for e in d["story"]],
        "map": tile_groups(),
        "legend": [*({"step": s, "label": label, "n": n} for s, label, n in d["legend"]), warned],
        "dumbbells": [
            {"label": n, "href": "#", "a": a, "b": b, "extra": [x, y], "current": n == "沙溪镇"}
            for n, a, b, x, y in d["dumbbells"]
        ],
    }


def page(request: HttpRequest, part: str = "agreement") -> HttpResponse:
    """One page of the guide; there is none in production."""
    from gongzhi.core import pages

    if not settings.DEBUG or part not in PAGES:
        raise Http404
    return pages.render(request, "site/kit.html", context(part))
