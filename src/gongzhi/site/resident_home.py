"""The resident's home: what waits for them, where they stand, and the ways on."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gongzhi.core import roles
from gongzhi.core.pages import render, signed_in
from gongzhi.core.refusal import NotFound
from gongzhi.registers.residents import queries, rules


@signed_in
@require_GET
def home(request: Any) -> HttpResponseBase:
    """Where the residence stands, and what the house offers to a resident."""
    actor = request.actor
    if actor.role != roles.RESIDENT:
        raise NotFound("resident")
    claims = queries.of_resident(actor.account_id)
    page = {
        "title": _("有事说一声"),
        "confirmed": next((c for c in claims if c.state == "confirmed"), None),
        "open": next((c for c in claims if c.state in rules.OPEN), None),
        "last": claims[0] if claims else None,
        "raises": actor.may("deliberations.raise") is not None,
    }
    return render(request, "site/resident_home.html", page)
