"""The pages of organisations: list with counts, one organisation, social organisations by township and service."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongzhi.core import clock, dated, search
from gongzhi.core.exchange import export
from gongzhi.core.exchange.pages import sent
from gongzhi.core.pages import render, scoped, story
from gongzhi.core.paging import keyset
from gongzhi.registers.faces import this_table
from gongzhi.registers.organisations import queries, rules
from gongzhi.registers.organisations.models import Organisation
from gongzhi.registers.organisations.sheets import ORGANISATIONS, lines
from gongzhi.registers.people.rules import completeness
from gongzhi.registers.places import queries as places
from gongzhi.registers.positions import queries as positions

TOOLS = (("organisations.record", "record"), ("organisations.register", "register"))


@require_GET
def listing(request: Any) -> HttpResponseBase:
    """Every organisation by name, with counts by kind; filters by kind, service, township, state and words."""
    actor, asked = request.actor, request.GET
    rows = _filtered(actor, asked)
    if asked.get("export"):
        return sent(export(actor, ORGANISATIONS, lines(actor, rows)), _("组织.xlsx"))
    page = keyset(rows.select_related("under", "place"), order=("name", "id"), after=asked.get("after", ""))
    counts = queries.counts(actor)
    keeps = actor.may("organisations.manage") is not None
    context = {
        "title": _title({c.type: c for c in counts}),
        "page": page,
        "counts": counts,
        "leaders": {o.pk: queries.leader_for(actor, o) for o in page.rows},
        "towns": places.tiles(actor),
        "filters": {k: asked.get(k, "") for k in ("q", "kind", "service", "township", "state")},
        "kinds": rules.KINDS,
        "services": rules.SERVICES,
        "states": rules.FLOW.choices,
        "standing": _standing(actor) if keeps else None,
        "said": _("共 {n} 个").format(n=f"{rows.count():,}"),
        "export": this_table(request) if actor.may("organisations.import") else "",
    }
    return render(request, "organisations/listing.html", context)


def _filtered(actor: Any, asked: Any) -> Any:
    """The rows that the filters leave."""
    rows = queries.visible(actor)
    if q := asked.get("q", "").strip()[:40]:
        hits = search.find(actor, q, kinds=["organisations.organisation"], limit=300)
        rows = rows.filter(pk__in=[h.object_id for h in hits])
    if asked.get("kind") in rules.KINDS:
        rows = rows.filter(type=asked["kind"])
    if asked.get("service") in rules.SERVICES:
        rows = rows.filter(service=asked["service"])
    if asked.get("township", "").isdigit():
        rows = rows.filter(township_id=int(asked["township"]))
    if asked.get("state") in rules.FLOW.names:
        return rows.filter(state=asked["state"])
    return rows.exclude(state="deregistered")


def _title(counts: dict[str, Any]) -> str:
    """The finding: how many are registered and how many recorded."""
    registered, recorded = counts.get(rules.REGISTERED), counts.get(rules.RECORDED)
    if registered or recorded:
        return _("登记的社会组织 {a} 家，备案的社区社会组织 {b} 个").format(
            a=f"{registered.active if registered else 0:,}", b=f"{recorded.active if recorded else 0:,}"
        )
    return _("组织")


def _standing(actor: Any) -> dict[str, Any]:
    since = clock.today() - timedelta(days=int(dated.value("places.fresh_days")))
    found = queries.standing(actor, since)
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
    """One organisation: what it is, how it stood, who holds positions there as far as the actor may see."""
    actor = request.actor
    rows = Organisation.objects.select_related("under", "unit", "place", "authority", "township")
    org = scoped(Organisation, actor, pk, rows=rows)
    keeps = queries.keeps(actor, org)
    context = {
        **story(request, org),
        "keeps": keeps,
        "leader": queries.leader_for(actor, org),
        "phone": queries.phone_for(actor, org),
        "history": queries.history(org),
        "positions": positions.of_organisation(actor, org.pk) if keeps else [],
        "holders": positions.committees([org.unit_id]).get(org.unit_id, []) if org.unit_id else [],
        "missing": [rules.LABELS[f] for f in rules.required(org.type) if not getattr(org, f)],
    }
    context["crumbs"] = [(_("组织"), "/organisations/"), (org.short or org.name, "")]
    return render(request, "organisations/thing.html", context)


@require_GET
def figures(request: Any) -> HttpResponseBase:
    """Social organisations by township and by service."""
    actor = request.actor
    by_township, by_service = queries.by_township(actor), queries.by_service(actor)
    towns = places.tiles(actor)
    total = sum(by_service.values())
    context = {
        "title": _("{n} 个社会组织的分布").format(n=f"{total:,}"),
        "towns": [
            (
                t,
                by_township.get((t.unit_id, rules.REGISTERED), 0),
                by_township.get((t.unit_id, rules.RECORDED), 0),
            )
            for t in towns
        ],
        "services": [
            (key, label, by_service.get((rules.REGISTERED, key), 0), by_service.get((rules.RECORDED, key), 0))
            for key, label in rules.SERVICES.items()
        ],
    }
    return render(request, "organisations/figures.html", context)
