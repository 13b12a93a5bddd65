"""The pages of positions and certificates: counts first, then the lists, then one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongzhi.core import clock, dated, search
from gongzhi.core.exchange import export
from gongzhi.core.exchange.pages import sent
from gongzhi.core.pages import render, scoped, signed_in, story
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.registers.faces import this_table
from gongzhi.registers.places import queries as places
from gongzhi.registers.positions import queries, rules
from gongzhi.registers.positions.models import Certificate, Position
from gongzhi.registers.positions.sheets import CERTIFICATES, POSITIONS, certificate_lines, position_lines

SOON = 90
"""Days before a certificate's end from which the list says so."""


def _may(request: Any, verb: str) -> Any:
    if request.actor.may(verb) is None:
        raise NotFound(verb)
    return request.actor


@signed_in
@require_GET
def listing(request: Any) -> HttpResponseBase:
    """Positions within reach, with distinct persons and positions of each kind."""
    actor, asked = _may(request, "positions.view"), request.GET
    counts = queries.counts(actor)
    rows = queries.visible(actor) if asked.get("ended") else queries.current(actor)
    if asked.get("kind") in rules.KINDS:
        rows = rows.filter(type=asked["kind"])
    towns = places.tiles(actor) if actor.unit_kind == "county" else []
    town = next((t for t in towns if str(t.unit_id) == asked.get("township", "")), None)
    if town is not None:
        rows = rows.filter(unit_id__in=[town.unit_id, *(x.unit_id for x in town.tiles)])
    if q := asked.get("q", "").strip()[:40]:
        hits = search.find(actor, q, kinds=["people.person"], limit=300)
        rows = rows.filter(person_id__in=[h.object_id for h in hits])
    if asked.get("export"):
        return sent(export(actor, POSITIONS, position_lines(rows)), _("任职.xlsx"))
    page = keyset(rows.select_related("person", "organisation"), order=("id",), after=asked.get("after", ""))
    whole = counts[""]
    context = {
        "title": _("{p} 人担任 {n} 个岗位").format(p=f"{whole.persons:,}", n=f"{whole.positions:,}"),
        "page": page,
        "counts": [counts[k] for k in rules.KINDS if k in counts],
        "whole": whole,
        "kinds": rules.KINDS,
        "towns": towns,
        "filters": {k: asked.get(k, "") for k in ("q", "kind", "township", "ended")},
        "to_mend": queries.to_mend(actor),
        "said": _("共 {n} 个岗位").format(n=f"{rows.count():,}"),
        "export": this_table(request) if actor.may("positions.import") else "",
    }
    return render(request, "positions/listing.html", context)


@signed_in
@require_GET
def figures(request: Any) -> HttpResponseBase:
    """Persons and positions of each kind by township."""
    actor = _may(request, "positions.view")
    towns = places.tiles(actor)
    by_town: dict[int, dict[str, list[int]]] = {t.unit_id: {} for t in towns}
    shown = set()
    for path, kind, persons, posts in queries.by_township(actor):
        town = next((int(i) for i in path.rstrip(".").split(".") if int(i) in by_town), None)
        if town is None:
            continue
        cell = by_town[town].setdefault(kind, [0, 0])
        cell[0] += persons
        cell[1] += posts
        shown.add(kind)
    context = {
        "title": _figures_title(towns, by_town),
        "towns": [t for t in towns if by_town[t.unit_id]],
        "kinds": [(k, label) for k, label in rules.KINDS.items() if k in shown],
        "cells": by_town,
        "counts": queries.counts(actor),
    }
    return render(request, "positions/figures.html", context)


def _figures_title(towns: Any, cells: dict[int, dict[str, list[int]]]) -> str:
    """The finding: where most positions are."""
    sums = {t.name: sum(posts for _persons, posts in cells[t.unit_id].values()) for t in towns}
    most = max(sums, key=lambda name: sums[name], default="")
    if not most or not sums[most]:
        return _("范围内还没有登记任职")
    return _("{town}岗位最多，{n} 个").format(town=most, n=f"{sums[most]:,}")


@signed_in
@require_GET
def thing(request: Any, pk: int) -> HttpResponseBase:
    """One position."""
    rows = Position.objects.select_related("person", "organisation", "unit")
    position = scoped(Position, request.actor, pk, rows=rows)
    context = {**story(request, position), "position": position}
    context["crumbs"] = [
        (_("岗位和证书"), "/positions/"),
        (position.organisation.short or position.organisation.name, position.organisation.get_absolute_url()),
        (position.label(), ""),
    ]
    return render(request, "positions/thing.html", context)


@signed_in
@require_GET
def certificates(request: Any) -> HttpResponseBase:
    """Certificates within reach by the end of their period, with holders of each level."""
    actor, asked = _may(request, "positions.view_certificates"), request.GET
    today = clock.today()
    rows = queries.certificates(actor)
    if asked.get("level") in rules.LEVELS:
        rows = rows.filter(level=asked["level"])
    if asked.get("stand") == "soon":
        rows = rows.filter(revoked=None, valid_to__gte=today, valid_to__lte=today + timedelta(days=SOON))
    elif asked.get("stand") == "ended":
        rows = rows.filter(revoked=None, valid_to__lt=today)
    if asked.get("export"):
        return sent(export(actor, CERTIFICATES, certificate_lines(rows)), _("社会工作者证书.xlsx"))
    page = keyset(rows.select_related("person__unit"), order=("valid_to", "id"), after=asked.get("after", ""))
    levels = queries.by_level(actor)
    context = {
        "title": _("持证社工 {n} 人").format(n=f"{levels[''].persons:,}"),
        "page": page,
        "levels": [(rules.LEVELS[k], levels[k]) for k in rules.LEVELS if k in levels],
        "whole": levels[""],
        "choices": rules.LEVELS,
        "filters": {"level": asked.get("level", ""), "stand": asked.get("stand", "")},
        "today": today,
        "soon": today + timedelta(days=SOON),
        "said": _("共 {n} 份").format(n=f"{rows.count():,}"),
        "export": this_table(request) if actor.may("positions.certify") else "",
    }
    return render(request, "positions/certificates.html", context)


@signed_in
@require_GET
def certificate(request: Any, pk: int) -> HttpResponseBase:
    """One certificate: period, hours done and wanted."""
    found = scoped(Certificate, request.actor, pk, rows=Certificate.objects.select_related("person__unit"))
    wanted = int(dated.value(f"positions.hours_{found.level}", on=found.valid_to))
    done = queries.hours(found)
    context = {
        **story(request, found),
        "found": found,
        "wanted": wanted,
        "done": done,
        "education": found.education.all()[:100],
        "crumbs": [
            (_("岗位和证书"), "/positions/"),
            (_("证书"), "/positions/certificates/"),
            (found.label(), ""),
        ],
    }
    return render(request, "positions/certificate.html", context)
