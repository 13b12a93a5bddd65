"""Pages for people with a post: the versions, one version in its tabs, one opinion, one objection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from gongzhi.core import action, dated, evidence, pages
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.core.words import Words, say
from gongzhi.lists.duties import forms, queries, rules
from gongzhi.lists.duties.models import Consultation, DutyItem, DutyList, LegalityReview, Objection
from gongzhi.lists.duties.pages import public
from gongzhi.lists.duties.pages.cards import answer_card
from gongzhi.lists.duties.queries.lists import by_list

SEALS = (
    ("编", say("编制"), ("drafted",)),
    ("审", say("合法性审核"), ("under_review",)),
    ("征", say("征求村居意见"), ("reviewed", "consulting", "consulted", "amending")),
    ("示", say("公示"), ("publicised",)),
    ("印", say("印发"), ("issued",)),
    ("行", say("施行"), ("in_force",)),
)


@require_safe
def listing(request: Any) -> HttpResponse:
    """Every version, whatever its state; without a post the lists in force."""
    if request.actor.is_outside:
        return public.current(request)
    rows = queries.versions(request.actor)
    page = {
        "title": _finding(rows),
        "page": keyset(rows, order=("-year", "scheme", "-id"), after=request.GET.get("after", "")),
        "creations": [
            v
            for v in action.registry.values()
            if v.room == "duties" and v.word == "draft" and v.open_to(request.actor)
        ],
    }
    return pages.render(request, "duties/listing.html", page)


def _finding(rows: Any) -> Words:
    work = rows.filter(state__in=rules.OPEN).count()
    force = queries.in_force()
    if force is not None and work:
        return say("{year} 年版清单施行中，另有 {work} 版正在编制", year=force.year, work=work)
    if force is not None:
        return say("{year} 年版清单施行中", year=force.year)
    return say("还没有施行的清单，{work} 版正在编制", work=work)


def thing(request: Any, pk: int, tab: str = "items") -> HttpResponse:
    """A version's page. People without a post read the public one."""
    if request.actor.is_outside:
        return public.public_version(request, pk)
    version = public._version(request, pk)
    if tab == "offers" and request.actor.may("duties.drafts") is None:
        raise NotFound("duties.drafts")
    page = pages.story(request, version)
    numbers = queries.figures(version)
    page |= {
        "version": version, "tab": tab, "numbers": numbers, "labels": rules.LIST_TYPES,
        "seals": _seals(version), "returns": [(3, 2, str(say("采纳意见或异议，退回重新征求")))] if version.round > 1 else [],
        "crumbs": [(say("权责清单"), "/duties/"), (version.label(), "")],
        "title": _version_finding(version, numbers), "state_more": _state_more(version),
        "sections": _tabs(request, version, numbers, tab), "edits": _item_offers(request, version),
        "successor": _successor(request, version),
    }  # fmt: skip
    page |= TABS[tab](request, version, numbers)
    return pages.render(request, "duties/thing.html", page)


def _successor(request: Any, version: DutyList) -> DutyList | None:
    """The version that takes this one's place, once the reader may know of it."""
    rows = DutyList.objects.visible_to(request.actor, "duties.view").filter(supersedes=version)
    found: DutyList | None = rows.exclude(state="withdrawn").select_related("owner").first()
    return found


def _seals(version: DutyList) -> list[dict[str, Any]]:
    at = next((n for n, (_, _, states) in enumerate(SEALS) if version.state in states), len(SEALS))
    lines = {
        2: [str(say("第 {round} 轮", round=version.round))] if version.round else [],
        3: [str(say("到 {day}", day=version.public_until.isoformat()))] if version.public_until else [],
        4: [version.number] if version.number else [],
        5: [version.valid_from.isoformat()] if version.valid_from else [],
    }
    if version.state == "withdrawn":
        at = -1
    return [
        {"char": char, "label": label, "lines": lines.get(n, []),
         "state": "done" if n < at else "now" if n == at else "later"}
        for n, (char, label, _) in enumerate(SEALS)
    ]  # fmt: skip


def _version_finding(version: DutyList, numbers: queries.Figures) -> Words:
    if numbers.without_basis:
        return say("{what}：还有 {count} 项没有依据", what=version.label(), count=numbers.without_basis)
    if version.state == "consulting":
        t = numbers.tally
        return say(
            "{what}：{answered} 个村居已答复，{waiting} 个没有",
            what=version.label(),
            answered=t.answered,
            waiting=t.waiting,
        )
    if numbers.objections_open:
        return say("{what}：{count} 条异议等着答复", what=version.label(), count=numbers.objections_open)
    return say(
        "{what}：协助政府 {assist} 项，村居自己的事 {own} 项",
        what=version.label(), assist=numbers.by_list[rules.ASSIST], own=numbers.by_list[rules.SELF_DUTY],
    )  # fmt: skip


def _state_more(version: DutyList) -> Words | str:
    if version.number and version.valid_from:
        text = say("{number}，{day} 起施行", number=version.number, day=version.valid_from.isoformat())
        return (
            text
            if version.valid_to is None
            else say("{text}，到 {end} 止", text=text, end=version.valid_to.isoformat())
        )
    return ""


def _tabs(
    request: Any, version: DutyList, numbers: queries.Figures, tab: str
) -> list[tuple[Any, str, Any, bool]]:
    base = version.get_absolute_url()
    offers = DutyItem.objects.filter(version=version, standing__in=["offered", "returned"]).count()
    found = [
        (say("事项"), base, numbers.total, tab == "items"),
        *(
            [(say("部门报送"), f"{base}offers/", offers, tab == "offers")]
            if request.actor.may("duties.drafts")
            else []
        ),
        (say("征求意见"), f"{base}consultation/", numbers.tally.asked, tab == "consultation"),
    ]
    if request.actor.may("duties.objection"):
        found.append((say("异议"), f"{base}objections/", numbers.objections, tab == "objections"))
    return [*found, (say("统计"), f"{base}figures/", "", tab == "figures")]


def _item_offers(request: Any, version: DutyList) -> dict[str, bool]:
    """Which verbs the page offers at each item; none that would be refused whatever is asked."""
    words = ("edit_item", "drop_item", "accept_item", "return_item", "review_item", "flag_repealed")
    found = {}
    for word in words:
        verb = action.registry[f"duties.{word}"]
        found[word] = verb.open_to(request.actor) and verb.locked(request.actor, version) is None
    return found


def _items(request: Any, version: DutyList, numbers: queries.Figures) -> dict[str, Any]:
    groups = by_list(queries.items(version))
    order = [k for k in (rules.ASSIST, rules.SELF_DUTY, rules.MAIN_RESP, rules.NEGATIVE) if k in groups]
    chosen = request.GET.get("list", "")
    chosen = chosen if chosen in groups else next(iter(order), "")
    chips = [(rules.LIST_TYPES[k], f"?list={k}", len(groups[k]), k == chosen) for k in order]
    pending = queries.pending(version) if version.editable else None
    imports = version.editable and request.actor.may("duties.import_items") is not None
    return {
        "groups": {chosen: groups[chosen]} if chosen else {}, "chips": chips, "pending": pending,
        "import_url": reverse("exchange.duties.items", args=[version.pk]) if imports else "",
    }  # fmt: skip


def _offers(request: Any, version: DutyList, numbers: queries.Figures) -> dict[str, Any]:
    rows = queries.offered(version) + queries.offered(version, "returned")
    if request.actor.role == "department_officer":
        rows = [r for r in rows if r.offered_by_id == request.actor.unit_id]
    return {"offered": rows}


def _consultation(request: Any, version: DutyList, numbers: queries.Figures) -> dict[str, Any]:
    rows = queries.consultation_table(request.actor, version)
    reviews = LegalityReview.objects.filter(version=version, item=None).order_by("-pk")[:5]
    return {"opinions": rows, "reviews": reviews}


def _objections(request: Any, version: DutyList, numbers: queries.Figures) -> dict[str, Any]:
    rows = Objection.objects.visible_to(request.actor, "duties.objection").filter(version=version)
    shown = keyset(
        rows.select_related("item"), order=("-created_at", "-id"), after=request.GET.get("after", "")
    )
    return {"page": shown}


def _figures(request: Any, version: DutyList, numbers: queries.Figures) -> dict[str, Any]:
    old = version.supersedes
    return {
        "list_bars": _bars([(rules.LIST_TYPES[k], n) for k, n in numbers.by_list.items()]),
        "lead_bars": _bars(numbers.by_lead),
        "numbers_of_change": queries.reduction(old, version) if old is not None else None,
        "publicities": version.publicities.order_by("round"),
        "photographs": [e for e in evidence.of(version) if e.is_picture],
        "intact": queries.intact(version) if version.issued else None,
    }


def _bars(rows: Sequence[tuple[Any, int]]) -> list[dict[str, Any]]:
    most = max((n for _, n in rows), default=0) or 1
    return [
        {"label": label, "value": str(n), "share": round(100 * n / most), "kind": "a"} for label, n in rows
    ]


TABS = {
    "items": _items, "offers": _offers, "consultation": _consultation, "objections": _objections, "figures": _figures,
}  # fmt: skip


def consultation(request: Any, pk: int) -> HttpResponse:
    """One committee's opinion: what it is asked about, what it said, what it was told."""
    rows = Consultation.objects.select_related("version__owner", "unit__parent").prefetch_related(
        "points__item"
    )
    found = pages.scoped(Consultation, request.actor, pk, rows=rows)
    page = pages.story(request, found)
    page |= {
        "consultation": found, "version": found.version, "groups": by_list(queries.items(found.version)),
        "labels": rules.LIST_TYPES,
        "crumbs": [(say("权责清单"), "/duties/"), (found.version.label(), found.version.get_absolute_url()), (found.unit.short, "")],
    }  # fmt: skip
    return pages.render(request, "duties/consultation.html", page)


def objection(request: Any, pk: int) -> HttpResponse:
    """One objection as the office sees it; name and contact stay masked."""
    rows = Objection.objects.select_related("version__owner", "item__lead", "unit")
    found = pages.scoped(Objection, request.actor, pk, rows=rows)
    page = pages.story(request, found)
    page |= {
        "objection": found,
        "card": answer_card(found.item, int(dated.value("duties.days_to_answer"))) if found.item else None,
        "crumbs": [(say("权责清单"), "/duties/"), (found.version.label(), f"{found.version.get_absolute_url()}objections/"), (say("异议"), "")],
    }  # fmt: skip
    return pages.render(request, "duties/objection.html", page)


# ---- the verbs that name an item ----


def item_context(request: Any, version: DutyList) -> dict[str, Any]:
    """What the page of a verb on one item needs: the item itself, the departments, and the editor's values."""
    item = _asked_item(request, version)
    verb = action.registry[f"duties.{request.path.rstrip('/').rsplit('/', 1)[1]}"]
    page: dict[str, Any] = {"item": item, "back": version.get_absolute_url()}
    if "lead" in verb.asks:
        page["leads"] = forms.departments(version.owner.path)
    if request.method == "GET" and item is not None and verb.word == "edit_item":
        page["form"] = verb.form(initial=forms.initial_of(item))
    if item is not None and verb.word == "flag_repealed":
        page["laws"] = [(b.law, b.law) for b in item.bases.all()]
    return page


def revise_context(request: Any, version: DutyList) -> dict[str, Any]:
    """The next year stands there already."""
    if request.method != "GET":
        return {}
    return {"form": action.registry["duties.revise"].form(initial={"year": version.year + 1})}


def _asked_item(request: Any, version: DutyList) -> DutyItem | None:
    raw = request.POST.get("item") or request.GET.get("item") or ""
    if not raw.isdigit() or len(raw) > 18:
        return None
    rows: Iterable[DutyItem] = DutyItem.objects.filter(version=version, pk=int(raw)).select_related("lead")
    return rows.prefetch_related("bases").first()  # type: ignore[attr-defined, no-any-return]
