"""The opinion map: as a picture with bars, as a table, as a workbook."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongzhi.core.exchange.writing import workbook as new_workbook
from gongzhi.core.pages import render, scoped
from gongzhi.core.papers.pages import attachment
from gongzhi.core.refusal import NotFound
from gongzhi.participation.opinions import queries
from gongzhi.participation.opinions.models import Poll
from gongzhi.participation.opinions.queries import MapView
from gongzhi.participation.opinions.queries.maps import NAMES, SIGNS, verdict

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def finding(view: MapView) -> str:
    """The map in one sentence, for the page's title."""
    if not view.groups:
        return _("{n} 人表了态，还没有分出不同的组").format(n=view.people)
    return _("{n} 人的看法分成 {k} 组，{s} 句话各组都一致").format(
        n=view.people, k=len(view.groups), s=len(view.shared)
    )


def drawing(view: MapView) -> dict[str, Any]:
    """What the parts of a map's page need."""
    return {"view": view, "picture": queries.picture(view), "names": NAMES, "signs": SIGNS}


@require_GET
def page(request: Any, pk: int) -> HttpResponseBase:
    """The newest map of a poll: the picture, what is shared, what divides, every group, the whole table."""
    found = scoped(Poll, request.actor, pk, rows=Poll.objects.select_related("unit"))
    view = queries.view(request.actor, found)
    context = {
        "poll": found,
        "title": finding(view) if view else _("还没有意见图"),
        "verdicts": {r.number: verdict(view, r.number) for r in view.rows} if view else {},
        "crumbs": [(_("大家怎么看"), "/opinions/"), (found.about, found.get_absolute_url())],
        **(drawing(view) if view else {"view": None}),
    }
    return render(request, "opinions/map.html", context)


@require_GET
def versions(request: Any, pk: int) -> HttpResponseBase:
    """Every version that was kept, its fingerprints, and whether the auditor found it true; for the auditor, to check."""
    found = scoped(Poll, request.actor, pk, rows=Poll.objects.select_related("unit"))
    rows, checks = queries.versions(found, request.GET.get("after", ""))
    context = {
        "poll": found,
        "title": _("意见图的各版和核对"),
        "page": rows,
        "checks": checks,
        "checks_them": request.actor.may("opinions.check") is not None,
        "crumbs": [
            (_("大家怎么看"), "/opinions/"),
            (found.about, found.get_absolute_url()),
            (_("意见图"), f"{found.get_absolute_url()}map"),
            (_("各版"), ""),
        ],
    }
    return render(request, "opinions/versions.html", context)


@require_GET
def workbook(request: Any, pk: int) -> HttpResponse:
    """The map's table as a workbook: the facts of the page, no more."""
    found = scoped(Poll, request.actor, pk, rows=Poll.objects.select_related("unit"))
    view = queries.view(request.actor, found)
    if view is None:
        raise NotFound("opinions.map")
    out = BytesIO()
    with new_workbook(out) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(_("看法"))
        titles, lines = queries.table(view)
        sheet.set_column(0, 0, 6)
        sheet.set_column(1, 1, 48, wrapped)
        sheet.set_column(2, len(titles) - 2, 11)
        sheet.set_column(len(titles) - 1, len(titles) - 1, 30, wrapped)
        for at, row in enumerate([titles, *lines]):
            for column, value in enumerate(row):
                sheet.write(at, column, value, *([head] if not at else []))
        sheet.freeze_panes(1, 2)
        about = book.add_worksheet(_("说明"))
        about.set_column(0, 0, 22)
        about.set_column(1, 1, 80, wrapped)
        for at, (label, value) in enumerate(_about(found, view)):
            about.write(at, 0, label, head)
            about.write(at, 1, value)
    return attachment(out.getvalue(), _("{what}意见图.xlsx").format(what=found.about), XLSX)


def _about(poll: Poll, view: MapView) -> list[tuple[str, str]]:
    """What the workbook is of, who is in it, and how to prove it."""
    groups = [f"{SIGNS[g.label]} {NAMES[g.label]} {g.size}" for g in view.groups]
    return [
        (_("商量什么"), poll.about),
        (_("单位"), poll.unit.short),
        (_("第几版"), f"{view.version} · {timezone.localtime(view.at):%Y-%m-%d %H:%M}"),
        (_("参加"), _("{p} 人").format(p=view.people)),
        (_("分组"), "、".join(groups) or _("没有分组")),
        (_("不显示的"), _("不足 {n} 人的数不显示").format(n=view.least)),
        (_("输入指纹"), view.inputs_hash),
        (_("结果指纹"), view.result_hash),
    ]
