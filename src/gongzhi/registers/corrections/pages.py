"""The pages of correction requests."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongzhi.core.pages import render, scoped, signed_in, story
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.registers.corrections import queries, rules
from gongzhi.registers.corrections.models import Correction


@signed_in
@require_GET
def listing(request: Any) -> HttpResponseBase:
    """Requests that my unit asked or has to answer."""
    actor, state = request.actor, request.GET.get("state", "")
    if actor.may("corrections.view") is None:
        raise NotFound("corrections.view")
    rows = queries.visible(actor)
    open_ones = rows.filter(state="asked").count()
    rows = rows.filter(state=state) if state in rules.FLOW.names else rows
    context = {
        "title": _("{n} 件更正请求等答复").format(n=open_ones) if open_ones else _("没有等答复的更正请求"),
        "page": keyset(rows, order=("-id",), after=request.GET.get("after", "")),
        "states": rules.FLOW.choices,
        "state": state,
    }
    return render(request, "corrections/listing.html", context)


@signed_in
@require_GET
def thing(request: Any, pk: int) -> HttpResponseBase:
    """One request."""
    rows = Correction.objects.select_related("asker", "keeper")
    found = scoped(Correction, request.actor, pk, rows=rows)
    context = {
        **story(request, found),
        "found": found,
        "field": queries.field_label(found.ledger, found.field),
        "entry_url": f"/{found.ledger}/{found.thing_id}/",
        "crumbs": [(_("更正请求"), "/corrections/"), (found.about, "")],
    }
    return render(request, "corrections/thing.html", context)
