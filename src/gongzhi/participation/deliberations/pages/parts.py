"""The page of one part of a matter: what it says, what can be done with it, what happened."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core.pages import View, render, scoped, signed_in, story
from gongzhi.core.thing import Thing


def part(model: type[Thing]) -> View:
    """A page for each kind of part, from its own template."""

    @require_safe
    @signed_in
    def page(request: Any, pk: int) -> HttpResponseBase:
        things: Any = model.objects
        found = scoped(model, request.actor, pk, rows=things.select_related("matter__unit"))
        crumbs = [(_("大家的事"), "/deliberations/")]
        if found.matter is not None:
            crumbs.append((found.matter.label(), found.matter.get_absolute_url()))
        context = {**story(request, found), "found": found, "crumbs": [*crumbs, (found.label(), "")]}
        return render(request, "deliberations/part.html", context)

    return page
