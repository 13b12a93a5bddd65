"""Two texts side by side on screen, and the same as workbook or paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core import exchange, pages, papers
from gongzhi.core.exchange.pages import sent
from gongzhi.core.papers.pages import attachment
from gongzhi.core.papers.shelf import TYPES, Format
from gongzhi.core.refusal import NotFound
from gongzhi.core.words import joined, say
from gongzhi.lists.agreements import sheets
from gongzhi.lists.agreements.papers import comparison_doc
from gongzhi.lists.agreements.queries import text, versions
from gongzhi.lists.agreements.queries.versions import Version
from gongzhi.lists.agreements.rules import compare


@dataclass(frozen=True)
class Sums:
    """A total before and now."""

    label: str
    old: int
    new: int


def _chosen(request: Any) -> tuple[Version, Version] | None:
    """The two texts asked for. With only the newer one named, it is set beside the year before, or its first sending."""
    new, old = request.GET.get("new", ""), request.GET.get("old", "")
    if not new:
        return None
    newer = versions.version(request.actor, new)
    if not old:
        before = versions.earlier(request.actor, newer.agreement)
        old = str(before.pk) if before else versions.points(newer.agreement)[0].ref
    return versions.version(request.actor, old), newer


@require_safe
@pages.signed_in
def page(request: Any) -> HttpResponseBase:
    """Choose two texts; read what differs."""
    if request.actor.may("agreements.view") is None:
        raise NotFound("agreements.view")
    pair = _chosen(request)
    context: dict[str, Any] = {
        "title": _("条款对照"),
        "crumbs": [(_("协助管理协议"), "/agreements/"), (_("条款对照"), "")],
    }
    if pair is None:
        return pages.render(request, "agreements/compare.html", context)
    old, new = pair
    entries = versions.compared(old, new)
    counts = compare.counts([e.pair for e in entries])
    everything = request.GET.get("show") == "all"
    shown = [e for e in entries if everything or e.pair.kind != compare.SAME]
    agreement = new.agreement
    context |= {
        "old": old, "new": new, "counts": counts, "entries": shown, "everything": everything, "kinds": compare.KINDS,
        "title": _finding(counts), "choices": _choices(request, old, new), "sums": _sums(old, new),
        "crumbs": [*context["crumbs"][:1], (agreement.label(), agreement.get_absolute_url()), (_("条款对照"), "")],
        "asked": f"old={old.ref}&new={new.ref}",
    }  # fmt: skip
    return pages.render(request, "agreements/compare.html", context)


def _finding(counts: dict[str, int]) -> str:
    if not any(counts[k] for k in (compare.ADDED, compare.REMOVED, compare.CHANGED)):
        return _("两份文字一样")
    said = [
        (compare.ADDED, say("新增 {n} 条", n=counts[compare.ADDED])),
        (compare.REMOVED, say("删去 {n} 条", n=counts[compare.REMOVED])),
        (compare.CHANGED, say("修改 {n} 条", n=counts[compare.CHANGED])),
    ]
    return joined((words for kind, words in said if counts[kind]), "，")


def _choices(request: Any, old: Version, new: Version) -> list[tuple[str, str]]:
    """What can be chosen on either side: every moment of both agreements, and what lies near."""
    found: dict[str, str] = {}
    for v in (new, old):
        for point in versions.points(v.agreement):
            found[point.ref] = f"{v.agreement.label()} {point.label} {point.day or ''}".rstrip()
    for other in versions.others(request.actor, new.agreement):
        found.setdefault(str(other.pk), other.label())
    return list(found.items())


def _sums(old: Version, new: Version) -> list[Sums]:
    was, now = text.totals(old.lines), text.totals(new.lines)
    return [
        Sums(_("协助事项"), was.items, now.items),
        Sums(_("权重"), was.weights, now.weights),
        Sums(_("协议总额"), was.total_fen, now.total_fen),
    ]


@require_safe
@pages.signed_in
def file(request: Any, fmt: str) -> HttpResponseBase:
    """The comparison as xlsx, docx or pdf."""
    pair = _chosen(request)
    if pair is None:
        raise NotFound("agreements.view")
    old, new = pair
    entries = versions.compared(old, new)
    name = f"{new.agreement.label()}-{_('条款对照')}.{fmt}"
    if fmt == "xlsx":
        return sent(exchange.export(request.actor, sheets.COMPARISON, sheets.rows(entries)), name)
    kind: Format = "docx" if fmt == "docx" else "pdf"
    made: HttpResponse = attachment(
        papers.render_doc(comparison_doc(old, new, entries), kind), name, TYPES[kind]
    )
    return made
