"""The pages of places: the county's own, the whole country's directory, and imports of division files."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gongzhi.core import clock, dated, search
from gongzhi.core.exchange import export
from gongzhi.core.exchange.pages import sent
from gongzhi.core.pages import render, scoped, signed_in, story
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound, Problem, Refused
from gongzhi.core.words import say
from gongzhi.registers.faces import this_table
from gongzhi.registers.organisations import queries as organisations
from gongzhi.registers.people.rules import completeness
from gongzhi.registers.places import bulk, loading, queries, rules
from gongzhi.registers.places.models import Import, Place
from gongzhi.registers.places.sheets import FIGURES, lines
from gongzhi.registers.positions import queries as positions

LARGEST = 200 * 1024 * 1024


def fresh_since() -> Any:
    """The first day on which a confirmation still counts as fresh."""
    return clock.today() - timedelta(days=int(dated.value("places.fresh_days")))


@require_GET
def listing(request: Any) -> HttpResponseBase:
    """The county's villages and communities: as tiles, and as a table by township and kind."""
    actor, asked = request.actor, request.GET
    q, township, kind = asked.get("q", "").strip()[:40], asked.get("township", ""), asked.get("kind", "")
    rows = queries.enrolled(actor).filter(level=rules.VILLAGE)
    rows = rows if asked.get("closed") else rows.filter(closed=None)
    if q:
        hits = search.find(actor, q, kinds=["places.place"], limit=200)
        rows = rows.filter(pk__in=[h.object_id for h in hits])
    if rules.well_formed(township):
        first, last = rules.subtree(township)
        rows = rows.filter(code__gte=first, code__lte=last)
    if kind in rules.KINDS:
        rows = rows.filter(type=kind)
    if asked.get("export"):
        return sent(export(actor, FIGURES, lines(rows)), _("村和社区.xlsx"))
    page = keyset(queries.with_figures(rows), order=("code",), after=asked.get("after", ""), size=50)
    towns = queries.tiles(actor)
    units = [p.unit_id for p in page.rows]
    context = {
        "page": page,
        "towns": towns,
        "town_names": {t.code[:9]: t.name for t in towns},
        "directors": positions.directors(units),
        "standing": None if actor.is_outside else _standing(actor),
        "fresh_since": fresh_since(),
        "filters": {"q": q, "township": township, "kind": kind},
        "kinds": rules.KINDS,
        "total": (total := rows.count()),
        "said": _("共 {n} 个").format(n=f"{total:,}"),
        "export": this_table(request) if actor.may("places.set_figures") else "",
        **_heads(towns),
    }
    return render(request, "places/listing.html", context)


def _heads(towns: list[queries.Township]) -> dict[str, Any]:
    """The title, which is the finding, and how many of each kind there are."""
    kinds = [t.kind for town in towns for t in town.tiles]
    communities, villages = kinds.count(rules.RESIDENTS), kinds.count(rules.VILLAGERS)
    title = _("{towns} 个镇区，{c} 个社区和 {v} 个村").format(towns=len(towns), c=communities, v=villages)
    if not towns:
        title = _("还没有启用本县的村和社区")
    return {"title": title, "communities": communities, "villages": villages}


def _standing(actor: Any) -> dict[str, Any]:
    found = queries.standing(actor, fresh_since())
    return {
        "complete": completeness(found.filled, found.wanted),
        "filled": found.filled,
        "wanted": found.wanted,
        "fresh": completeness(found.fresh, found.entries),
        "fresh_n": found.fresh,
        "entries": found.entries,
    }


@require_GET
def thing(request: Any, pk: int) -> HttpResponseBase:
    """One place: its committee, its figures, its organisations, what it was called and what became of it."""
    actor = request.actor
    place = scoped(Place, actor, pk, rows=Place.objects.select_related("unit"))
    figures = queries.figures(place)
    newest: dict[str, Any] = {}
    for f in figures:
        newest.setdefault(f.key, f)
    holders = positions.committees([place.unit_id]).get(place.unit_id, []) if place.unit_id else []
    households = newest.get(rules.HOUSEHOLDS)
    context = {
        **story(request, place),
        "parents": queries.parents(place),
        "below": queries.below(place)[:300] if place.level != rules.VILLAGE else [],
        "figures": figures,
        "newest": newest,
        "holders": holders,
        "organisations": organisations.of_place(actor, place.pk),
        "aliases": place.aliases.order_by("-until", "value"),
        "became": place.became.exclude(kind=rules.RENAME).select_related("new").order_by("on"),
        "came_from": place.came_from.select_related("old").order_by("on"),
        "warnings": rules.warnings(place.code, place.name),
        "size_note": rules.size_note(
            place.type,
            households.value if households else None,
            int(dated.value("places.community_households_min")),
            int(dated.value("places.community_households_max")),
        ),
    }
    if place.level != rules.COUNTY:
        context["offers"] = [o for o in context["offers"] if o.verb.word != "enrol"]
    elif place.unit_id is None:
        context["offers"] = [o for o in context["offers"] if o.verb.word == "enrol"]
    context["crumbs"] = [(p.short, p.get_absolute_url()) for p in context["parents"]] + [(place.short, "")]
    return render(request, "places/thing.html", context)


@require_GET
def directory(request: Any) -> HttpResponseBase:
    """The country's provinces, the way down to any division; or one division by its code."""
    code = request.GET.get("code", "").strip()
    if code.isdigit() and len(code) in (2, 4, 6, 9, 12):
        found = queries.by_code(code.ljust(12, "0"))
        if found is not None:
            return HttpResponseRedirect(found.get_absolute_url())
    tops = (
        Place.objects.visible_to(request.actor, "places.view").filter(level=rules.PROVINCE).order_by("code")
    )
    title = _("全国区划目录") if tops else _("还没有导入全国区划")
    return render(request, "places/directory.html", {"title": title, "tops": tops, "code": code})


@signed_in
@require_http_methods(["GET", "POST"])
def import_file(request: Any) -> HttpResponseBase:
    """Upload a divisions file and import it."""
    actor = request.actor
    if not actor.may("places.import"):
        raise NotFound("places.import")
    problems: list[Problem] = []
    upload = request.FILES.get("file")
    if request.method == "POST":
        try:
            made = _imported(actor, upload)
        except Refused as refused:
            problems = list(refused.problems)
        else:
            return HttpResponseRedirect(made.get_absolute_url())
    context = {"title": _("导入区划文件"), "problems": problems, "done": queries.imports(actor)}
    return render(request, "places/import.html", context, status=422 if problems else 200)


def _imported(actor: Any, upload: Any) -> Import:
    if upload is None or upload.size > LARGEST:
        raise Refused(Problem(say("请选一个不超过 200 MB 的 CSV 文件"), "places.file", field="file"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(upload.name).name.replace("/", "") or "divisions.csv")
        with path.open("wb") as target:
            for block in upload.chunks():
                target.write(block)
        return bulk.imported(path, actor=actor)


@signed_in
@require_GET
def imported(request: Any, pk: int) -> HttpResponseBase:
    """What an import did and what looked unusual."""
    found = scoped(Import, request.actor, pk)
    warnings = [(loading.SAY[sort], w["count"], w["rows"]) for sort, w in found.warnings.items()]
    context = {**story(request, found), "found": found, "warnings": warnings}
    context["title"] = _("读了 {n} 条区划，新增 {a} 条").format(
        n=f"{found.counts['read']:,}", a=f"{found.counts['added']:,}"
    )
    return render(request, "places/imported.html", context)
