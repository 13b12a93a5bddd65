"""The pages of a matter's parts: what each says, what can be done with it, what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core import evidence
from gongzhi.core.access import Actor
from gongzhi.core.pages import View, render, scoped, signed_in, story
from gongzhi.core.thing import Thing
from gongzhi.participation.ballots import queries as ballots
from gongzhi.participation.deliberations import queries
from gongzhi.participation.deliberations.models import Raising, Referral, Session, Supervisor, Task
from gongzhi.participation.deliberations.rules import sources

from . import scene

Context = dict[str, Any]


def _raising(actor: Actor, found: Raising) -> Context:
    """For the raiser: where it stands. For the committee: what resembles it, and what it is likely about."""
    context: Context = {"photos": evidence.of(found, key="raised"), "additions": list(found.additions.all())}
    if found.matter_id and found.matter is not None:
        whole = queries.whole(actor, found.matter_id)
        return {
            **context,
            "whole": whole,
            "m": whole.matter,
            "seals": scene.seals(whole),
            "arcs": scene.arcs(whole),
        }
    if actor.is_outside:
        return context
    return {
        **context,
        "near": queries.near(actor, found.text, found.unit_id),
        "suggested": queries.likely_category(found.text),
    }


def _session(actor: Actor, found: Session) -> Context:
    people = list(found.stakeholders.select_related("unit"))
    if not queries.inside(actor, found.matter):
        for person in people:
            person.name = ""
        found.minutes = ""
    return {
        "people": people,
        "came": sum(p.came for p in people),
        "material": evidence.of(found, key="material"),
        "ballots": ballots.panels(actor, ballots.of_thing(actor, found)),
        "decisions": list(found.decisions.all()),
    }


def _task(actor: Actor, found: Task) -> Context:
    if not queries.inside(actor, found.matter):
        found.reason = ""
    checks = found.checks.select_related("supervisor").order_by("-round", "pk")
    return {
        "before": evidence.of(found, key="before"),
        "after": evidence.of(found, key="after"),
        "checks": list(checks),
        "owner_kinds": sources.OWNER_KINDS,
    }


def _supervisor(actor: Actor, found: Supervisor) -> Context:
    """What this supervisor has to look at, task by task, and what was found."""
    if found.matter is None:
        return {"rows": []}
    whole = queries.whole(actor, found.matter.pk)
    rows = [(job, whole.checked(job.task).get(found.pk)) for job in scene.jobs(whole)]
    return {
        "rows": [r for r in rows if r[0].task.state in ("done", "returned")],
        "whole": whole,
        "m": whole.matter,
    }


def _referral(actor: Actor, found: Referral) -> Context:
    if not (queries.inside(actor, found.matter) or actor.unit_id == found.receiver_id):
        found.note = ""
    return {}


CONTEXTS: dict[str, Callable[[Actor, Any], Context]] = {
    "raising": _raising,
    "referral": _referral,
    "session": _session,
    "task": _task,
    "supervisor": _supervisor,
}


def part(model: type[Thing]) -> View:
    """A page for each kind of part, from its own template."""
    name = str(model._meta.model_name)

    @require_safe
    @signed_in
    def page(request: Any, pk: int) -> HttpResponseBase:
        things: Any = model.objects
        found = scoped(model, request.actor, pk, rows=things.select_related("matter__unit"))
        own = request.actor.is_outside and name == "raising"  # a resident's own words have no number for him
        crumbs = [(_("我的事"), "/resident/")] if own else [(_("大家的事"), "/deliberations/")]
        if found.matter is not None:
            crumbs.append((found.matter.label(), found.matter.get_absolute_url()))
        context = {
            **story(request, found),
            "found": found,
            "categories": sources.CATEGORIES,
            "levels": sources.LEVELS,
            "sources": sources.SOURCES,
            "crumbs": crumbs if own else [*crumbs, (found.label(), "")],
            "part_of": found.matter.get_absolute_url() if found.matter is not None else "",
            **({"title": _("您说的事")} if own else {}),
            **(CONTEXTS[name](request.actor, found) if name in CONTEXTS else {}),
        }
        return render(request, f"deliberations/{name}.html", context)

    return page
