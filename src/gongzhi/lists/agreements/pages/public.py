"""Without signing in: signed agreements by place, and one agreement's disclosable parts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongzhi.core import pages, units
from gongzhi.core.paging import keyset
from gongzhi.core.units import Unit
from gongzhi.lists.agreements.models import Agreement
from gongzhi.lists.agreements.queries import public
from gongzhi.lists.agreements.queries.lists import Filters
from gongzhi.lists.agreements.queries.text import title
from gongzhi.lists.agreements.rules import flow


@require_safe
def listing(request: Any) -> HttpResponseBase:
    """Every signed agreement, newest year first; found by township or by the place's name."""
    years = list(
        Agreement.objects.filter(state__in=flow.SIGNED)
        .order_by("-year")
        .values_list("year", flat=True)
        .distinct()
    )
    wanted = Filters.of(request.GET, years[0] if years else None)
    rows = public.published(wanted.year, township=wanted.township, place=wanted.place)
    page = keyset(rows, order=("-year", "party_a_id", "seq", "id"), after=request.GET.get("after", ""))
    townships = (
        Unit.objects.filter(kind=units.TOWNSHIP, closed=None).order_by("code").values_list("pk", "short")
    )
    context = {
        "title": _("政府和村居签了哪些协议"),
        "page": page,
        "wanted": wanted,
        "years": years,
        "townships": list(townships),
    }
    return pages.render(request, "agreements/public_list.html", context)


@require_safe
def thing(request: Any, pk: int) -> HttpResponseBase:
    """One signed agreement as everyone may read it."""
    found = public.one(pk)
    a = found.agreement
    context = {
        "title": f"{a.party_b.short} {title(a)}", "found": found, "agreement": a,
        "crumbs": [(_("协议"), "/agreements/public/"), (a.party_a.short, f"/agreements/public/?township={a.party_a_id}"), (a.party_b.short, "")],
    }  # fmt: skip
    return pages.render(request, "agreements/public.html", context)
