"""The pages of people: the list, one person, looking behind the mask once, and possible duplicates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gongzhi.core import action, clock, dated, search
from gongzhi.core.exchange import export
from gongzhi.core.exchange.pages import sent
from gongzhi.core.pages import render, scoped, signed_in, story, verb_page
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.registers.faces import this_table
from gongzhi.registers.people import queries, rules
from gongzhi.registers.people.actions.unmasking import revealed
from gongzhi.registers.people.models import Merge, Person
from gongzhi.registers.people.sheets import PEOPLE, lines
from gongzhi.registers.places import queries as places
from gongzhi.registers.positions import queries as positions

ORDER = ("unit_id", "initials", "id")
"""Never by name: a cursor stands in the address, and would carry the plain name."""


def _may(request: Any, verb: str = "people.view") -> Any:
    if request.actor.may(verb) is None:
        raise NotFound(verb)
    return request.actor


@signed_in
@require_GET
def listing(request: Any) -> HttpResponseBase:
    """The people in the actor's reach, masked, by village or community."""
    actor, asked = _may(request), request.GET
    q, state, township = asked.get("q", "").strip()[:40], asked.get("state", ""), asked.get("township", "")
    rows = queries.visible(actor)
    rows = (
        rows.filter(state=state) if state in rules.FLOW.names else rows.filter(state__in=["listed", "moving"])
    )
    if q:
        hits = search.find(actor, q, kinds=["people.person"], limit=300)
        rows = rows.filter(pk__in=[h.object_id for h in hits])
    towns = places.tiles(actor)
    town = next((t for t in towns if str(t.unit_id) == township), None)
    if town is not None:
        rows = rows.filter(unit_id__in=[x.unit_id for x in town.tiles])
    if asked.get("export"):
        return sent(export(actor, PEOPLE, lines(rows)), _("人员.xlsx"))
    page = keyset(rows.select_related("unit"), order=ORDER, after=asked.get("after", ""))
    since = clock.today() - timedelta(days=int(dated.value("places.fresh_days")))
    standing = queries.standing(actor, since)
    context = {
        "title": _("{n} 人在册，资料完整 {p}%").format(
            n=f"{standing.entries:,}", p=rules.completeness(standing.filled, standing.wanted)
        ),
        "page": page,
        "standing": standing,
        "complete": rules.completeness(standing.filled, standing.wanted),
        "fresh": rules.completeness(standing.fresh, standing.entries),
        "towns": towns if actor.unit_kind == "county" else [],
        "licensed": positions.licensed([p.pk for p in page.rows]),
        "filters": {"q": q, "state": state, "township": township},
        "states": [c for c in rules.FLOW.choices if c[0] != "merged"],
        "said": _("共 {n} 人").format(n=f"{rows.count():,}"),
        "export": this_table(request) if actor.may("people.import") else "",
    }
    return render(request, "people/listing.html", context)


@signed_in
@require_GET
def thing(request: Any, pk: int) -> HttpResponseBase:
    """One person, masked: what is known, positions, certificates, merges."""
    actor = request.actor
    person = scoped(
        Person, actor, pk, rows=Person.objects.select_related("unit", "destination", "place", "into")
    )
    context = {**story(request, person), **_about(actor, person)}
    context["missing"] = [
        rules.LABELS[f] for f in rules.REQUIRED if not getattr(person, "place_id" if f == "place" else f)
    ]
    return render(request, "people/thing.html", context)


def _about(actor: Any, person: Person) -> dict[str, Any]:
    return {
        "positions": positions.of_person(actor, person.pk),
        "certificates": positions.certificates_of(actor, person.pk),
        "merges": list(queries.merges(actor).filter(keep_id=person.pk)),
        "crumbs": [(_("人员"), "/people/"), (person.unit.short, ""), (person.masked, "")],
    }


@signed_in
@require_http_methods(["GET", "POST"])
def unmask(request: Any, pk: int) -> HttpResponseBase:
    """Ask why; when the journal has noted it, show the plain entry on this one page."""
    verb = action.registry["people.unmask"]
    answer = verb_page(request, verb, pk)
    if request.method == "POST" and answer.status_code == 302:
        person = scoped(Person, request.actor, pk, rows=Person.objects.select_related("unit"))
        context = {
            "title": _("完整信息"),
            "person": person,
            "plain": revealed(person),
            "reason": request.POST.get("reason", ""),
        }
        answer = render(request, "people/revealed.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


@signed_in
@require_GET
def duplicates(request: Any) -> HttpResponseBase:
    """Pairs of entries that may be one person, and the merges proposed and made."""
    actor = _may(request, "people.propose_merge")
    found = queries.candidates(actor)
    page = keyset(queries.merges(actor), order=("-id",), after=request.GET.get("after", ""), size=30)
    title = _("{n} 对记录可能是同一人").format(n=len(found)) if found else _("没有发现可能重复的人员")
    context = {"title": title, "pairs": found, "page": page, "grounds": rules.GROUNDS}
    return render(request, "people/duplicates.html", context)


@signed_in
@require_GET
def merge(request: Any, pk: int) -> HttpResponseBase:
    """One merge: both entries side by side, who decides, and what happened."""
    actor = request.actor
    found = scoped(Merge, actor, pk, rows=Merge.objects.select_related("keep__unit", "drop__unit"))
    context = {
        **story(request, found),
        "found": found,
        "pair": [found.keep, found.drop],
        "posts": {p.pk: positions.of_person(actor, p.pk) for p in (found.keep, found.drop)},
        "crumbs": [(_("人员"), "/people/"), (_("可能重复"), "/people/duplicates/"), (found.label(), "")],
    }
    return render(request, "people/merge.html", context)
