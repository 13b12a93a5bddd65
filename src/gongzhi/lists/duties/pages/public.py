"""Pages for everybody, signed in or not: whose duty it is, the lists, their history and comparison, objections."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from gongzhi.core import clock, dated, pages
from gongzhi.core.action import registry
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.core.words import say
from gongzhi.lists.duties import actions, queries, rules
from gongzhi.lists.duties.models import DutyItem, DutyList, Objection
from gongzhi.lists.duties.pages.cards import answer_card, near_row
from gongzhi.lists.duties.queries.finding import featured
from gongzhi.lists.duties.queries.lists import by_list, editions, visible_item
from gongzhi.lists.duties.sheets import shown

LONGEST = 200  # characters of a question that are searched


@require_safe
def ask(request: Any) -> HttpResponse:
    """这件事归谁管: a plain question, the answer first, what is near it beside."""
    question = request.GET.get("q", "").strip()[:LONGEST]
    version = queries.in_force()
    page: dict[str, Any] = {"title": say("这件事归谁管？"), "question": question, "version": version}
    if version is not None:
        others = [i for i in featured(version) if i.question != question]
        page["asked"] = [(i.question, f"/duties/ask/?q={i.question}") for i in others[:4]]
        if question:
            found = queries.find(version, question)
            page["card"] = answer_card(found.answer, _days()) if found.answer else None
            page["item"] = found.answer
            page["near"] = [near_row(i) for i in found.related]
        near_by = page.get("near") or []
        if len(near_by) < 4:
            shown = {r["href"] for r in near_by} | (
                {page["item"].get_absolute_url()} if page.get("item") else set()
            )
            near_by += [r for r in map(near_row, others) if r["href"] not in shown][: 4 - len(near_by)]
        page["near"] = near_by
    return pages.render(request, "duties/ask.html", page)


@require_safe
def current(request: Any) -> HttpResponse:
    """The lists in force, or where there are none the versions there are."""
    version = queries.in_force(kind=request.GET.get("kind", ""))
    if version is None:
        return history(request)
    return _version_page(request, version)


def _version_page(request: Any, version: DutyList) -> HttpResponse:
    applies = request.GET.get("for", "")
    chosen = request.GET.get("list", "")
    rows = queries.items(version, applies_to=applies if applies in ("village", "residents") else "")
    groups = by_list(rows)
    shown = {chosen: groups[chosen]} if chosen in groups else groups
    page = {
        "title": version.label(),
        "version": version,
        "groups": shown,
        "list_chips": [
            (rules.LIST_TYPES[k], f"?list={k}&for={applies}", len(v), k == chosen) for k, v in groups.items()
        ],
        "total": len(rows),
        "chosen": chosen if chosen in groups else "",
        "applies": applies,
        "labels": rules.LIST_TYPES,
        "unsure": sum(i.mark != rules.CHECKED for i in rows),
        "publicity": version.publicities.order_by("-round").first(),
        "objection_days": _days(),
        "back": request.path,
    }
    return pages.render(request, "duties/public.html", page)


@require_safe
def public_version(request: Any, pk: int) -> HttpResponse:
    """One version as everybody reads it."""
    return _version_page(request, _version(request, pk))


@require_safe
def print_view(request: Any, pk: int) -> HttpResponse:
    """The whole list on white paper, with its fingerprint."""
    version = _version(request, pk)
    page = {
        "title": version.label(), "version": version, "groups": by_list(queries.items(version)),
        "labels": rules.LIST_TYPES, "intact": queries.intact(version) if version.issued else None,
    }  # fmt: skip
    return pages.render(request, "duties/print.html", page)


@require_safe
def item(request: Any, pk: int) -> HttpResponse:
    """One item: whose it is, on which article, who pays, how to object, how it read in other years."""
    row = visible_item(request.actor, pk)
    page = {
        "title": row.name, "item": row, "version": row.version, "card": answer_card(row, _days()),
        "editions": editions(row, request.actor),
    }  # fmt: skip
    return pages.render(request, "duties/item.html", page)


@require_safe
def history(request: Any) -> HttpResponse:
    """Every version that was ever issued, with its counts; any two can be compared."""
    page = {
        "title": say("清单的历次版本"),
        "rows": queries.history(request.actor),
        "labels": rules.LIST_TYPES,
    }
    return pages.render(request, "duties/history.html", page)


@require_safe
def compare(request: Any) -> HttpResponse:
    """Two versions side by side, item by item."""
    versions = list(queries.versions(request.actor))
    old, new = chosen_pair(request, versions)
    page: dict[str, Any] = {"title": say("两版清单对照"), "versions": versions, "old": old, "new": new}
    page["version_choices"] = [(v.pk, v.label()) for v in versions]
    if old is not None and new is not None:
        page["found"] = queries.comparison(old, new)
        page["numbers"] = queries.reduction(old, new)
        page["labels"] = rules.LIST_TYPES
        page["changed"] = changed_cells
    return pages.render(request, "duties/compare.html", page)


def changed_cells(change: rules.Change) -> list[tuple[Any, str, str]]:
    """The columns that differ: name, before, after."""
    return [
        (rules.COMPARED[f], shown(f, getattr(change.old, f)), shown(f, getattr(change.new, f)))
        for f in change.fields
    ]


def chosen_pair(request: HttpRequest, versions: list[DutyList]) -> tuple[DutyList | None, DutyList | None]:
    """The versions asked for; without a wish the newest of them and the one it supersedes."""
    known = {str(v.pk): v for v in versions}
    asked = [request.GET.get(k, "") for k in ("old", "new")]
    if any(a and a not in known for a in asked):
        raise NotFound("duties.view")
    old, new = known.get(asked[0]), known.get(asked[1])
    if new is None:
        new = next(
            (v for v in versions if v.supersedes_id and str(v.supersedes_id) in known and v != old), None
        )
    if old is None and new is not None:
        old = known.get(str(new.supersedes_id))
    return old, new


@require_http_methods(["GET", "POST"])
def object_to(request: Any) -> HttpResponseBase:
    """Anybody objects, without signing in; name and contact may be left out."""
    values = request.POST if request.method == "POST" else request.GET
    version = _version(request, _number(values.get("list")))
    row = _item_of(version, values.get("item"))
    verb = registry["duties.object"]
    form = verb.form(request.POST if request.method == "POST" else None)
    problems: list[Any] = []
    if request.method == "POST" and form.is_valid():
        answers = {k: form.cleaned_data[k] for k in ("text", "name", "contact", "channel")}
        try:
            made = actions.object_to(
                request.actor,
                list=version.pk,
                item=row.pk if row else None,
                source=_source(request),
                **answers,
            )
        except Refused as refused:
            problems = list(refused.problems)
        else:
            return HttpResponseRedirect(f"/duties/reply/{made.key}/")
    page = {
        "title": say("对清单提异议"), "version": version, "item": row, "form": form, "problems": problems, "days": _days(),
    }  # fmt: skip
    return pages.render(
        request, "duties/objecting.html", page, status=422 if problems or form.errors else 200
    )


@require_safe
def reply(request: Any, key: str) -> HttpResponse:
    """The page of one objection for whoever has its address: what was asked, until when, what was answered."""
    found = Objection.objects.filter(key=key).select_related("version__owner", "item").first()
    if found is None:
        raise Http404
    page = {"title": say("您的异议"), "objection": found, "shown": found.version.state in rules.PUBLIC}
    return pages.render(request, "duties/answered.html", page)


def _version(request: Any, pk: int) -> DutyList:
    rows = DutyList.objects.select_related("owner", "supersedes__owner")
    found: DutyList = pages.scoped(DutyList, request.actor, pk, rows=rows)
    return found


def _item_of(version: DutyList, raw: str | None) -> DutyItem | None:
    if not raw:
        return None
    found = DutyItem.objects.filter(version=version, pk=_number(raw), standing="accepted").first()
    if found is None:
        raise NotFound("duties.item")
    return found


def _number(raw: str | None) -> int:
    if raw is None or not raw.isdigit() or len(raw) > 18:
        raise NotFound("duties.view")
    return int(raw)


def _source(request: HttpRequest) -> str:
    """A mark of where an objection comes from that tells nothing but sameness, and only for a day."""
    where = f"{clock.today()}|{request.META.get('REMOTE_ADDR', '')}"
    return hmac.new(settings.SECRET_KEY.encode(), where.encode(), hashlib.sha256).hexdigest()[:24]


def _days() -> int:
    return int(dated.value("duties.days_to_answer"))
