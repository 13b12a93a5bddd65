"""The committee's pages: the residents it looks after, their claims, and the figures above them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gongzhi.core import action, clock, roles
from gongzhi.core.exchange import export
from gongzhi.core.exchange.pages import sent
from gongzhi.core.pages import render, scoped, signed_in, story, verb_page
from gongzhi.core.pages import staff as staff_only
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.registers.faces import this_table
from gongzhi.registers.residents import queries, rules
from gongzhi.registers.residents.actions.unmasking import revealed
from gongzhi.registers.residents.models import Claim, Resident
from gongzhi.registers.residents.queries import figures
from gongzhi.registers.residents.sheets import PLACES


@signed_in
@require_GET
def listing(request: Any) -> HttpResponseBase:
    """The residents whom the committee looks after; a resident is led to the own page, others to the figures."""
    actor = request.actor
    if actor.role == roles.RESIDENT:
        return HttpResponseRedirect("/residents/me/")
    if actor.may("residents.view") is None:
        if actor.may("residents.figures") is None:
            raise NotFound("residents.view")
        return HttpResponseRedirect("/residents/figures/")
    which = request.GET.get("which", "")
    rows = queries.looked_after(actor)
    if which == figures.HELPED:
        rows = rows.filter(registered_by__isnull=False)
    page = keyset(rows, order=("-account_id",), after=request.GET.get("after", ""), size=50)
    counts = figures.lines(actor)[0]
    context = {
        "title": _("{n} 位居民已确认居住，{k} 份申请等核对").format(n=counts.confirmed, k=counts.waiting)
        if counts.waiting
        else _("{n} 位居民已确认居住，没有等核对的申请").format(n=counts.confirmed),
        "counts": counts,
        "page": page,
        "which": which,
    }
    return render(request, "residents/listing.html", context)


def resident(request: Any, found: Resident) -> HttpResponseBase:
    """One resident, masked, to the committee's staff."""
    context = {
        **story(request, found),
        "title": found.shown,
        "found": found,
        "claims": queries.of_resident(found.pk),
        "standings": queries.standings(found.pk),
        "helped": queries.agreed(found.pk, rules.HELPED),
        "raises": request.actor.may("deliberations.raise") is not None,
        "crumbs": [(_("居民"), "/residents/"), (found.shown, "")],
    }
    return render(request, "residents/resident.html", context)


@signed_in
@require_GET
def claims(request: Any) -> HttpResponseBase:
    """The claims made to the committee, those that wait first; a resident's own."""
    actor, state = request.actor, request.GET.get("state", "")
    if actor.may("residents.view") is None:
        raise NotFound("residents.view")
    rows = queries.visible(actor)
    waiting = rows.filter(state="claimed").count()
    rows = rows.filter(state=state) if state in rules.FLOW.names else rows.filter(state__in=rules.OPEN)
    own = actor.role == roles.RESIDENT
    context = {
        "title": _("我的居住申请")
        if own
        else _("{n} 份居住申请等核对").format(n=waiting)
        if waiting
        else _("没有等核对的居住申请"),
        "page": keyset(rows, order=("id",), after=request.GET.get("after", "")),
        "states": rules.FLOW.choices,
        "state": state,
        "today": clock.today(),
        "own": own,
    }
    return render(request, "residents/claims.html", context)


@signed_in
@require_GET
def claim(request: Any, pk: int) -> HttpResponseBase:
    """One claim: to the committee with hints from the register, to the resident with what happens next."""
    from gongzhi.core import evidence

    actor = request.actor
    found = scoped(Claim, actor, pk, rows=Claim.objects.select_related("resident", "unit"))
    own = actor.role == roles.RESIDENT
    open_now = found.state in rules.OPEN
    context = {
        **story(request, found),
        "title": _title(found, own),
        "found": found,
        "own": own,
        "proofs": [e for e in evidence.of(found) if evidence.may_see(actor, e)] if open_now or own else [],
        "hints": queries.hints(actor, found) if open_now and not own else [],
        "namesakes": queries.namesakes(found) if open_now and not own else 0,
        "open": open_now,
        "late": found.is_late(clock.today()),
        "crumbs": [(_("我的资料"), "/residents/me/"), (_("居住申请"), "")]
        if own
        else [(_("居民"), "/residents/"), (_("居住申请"), "/residents/claims/"), (found.label(), "")],
    }
    return render(request, "residents/claim_thing.html", context)


def _title(found: Claim, own: bool) -> str:
    """What there is to know about a claim, in one line."""
    if not own:
        who = (str(found.resident.name) if found.in_hand else "") or found.resident.shown
        return _("{who} 说住在 {where}").format(who=who, where=found.building or found.unit.short)
    said = {
        "claimed": _("{place}正在核对您的居住登记"),
        "asked": _("{place}请您补充材料"),
        "confirmed": _("您是{place}登记的居民"),
        "declined": _("{place}没有确认您的居住登记"),
        "ended": _("您在{place}的居住登记已结束"),
    }
    return said.get(found.state, _("您在{place}的居住申请已关闭")).format(place=found.unit.short)


def choosing(request: Any, found: Any) -> dict[str, Any]:
    """For the page of ``residents.confirm``: the entries of the register to choose from."""
    claim = Claim.objects.select_related("resident", "unit").get(pk=found.pk)
    return {"hints": queries.hints(request.actor, claim), "namesakes": queries.namesakes(claim)}


@signed_in
@require_http_methods(["GET", "POST"])
def unmask(request: Any, pk: int) -> HttpResponseBase:
    """Ask why; when the journal has noted it, show the plain values on this one page."""
    answer = verb_page(request, action.registry["residents.unmask"], pk)
    if request.method == "POST" and answer.status_code == 302:
        found = scoped(Claim, request.actor, pk, rows=Claim.objects.select_related("resident", "unit"))
        context = {
            "title": _("完整信息"),
            "found": found,
            "plain": revealed(found),
            "reason": request.POST.get("reason", ""),
        }
        answer = render(request, "residents/revealed.html", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


@staff_only
@require_GET
def figures_page(request: Any) -> HttpResponseBase:
    """How many residents are confirmed and how many claims wait, place by place."""
    lines = figures.lines(request.actor)
    if request.GET.get("export"):
        return sent(export(request.actor, PLACES, map(asdict, lines)), _("居民登记.xlsx"))
    totals = figures.totals(request.actor, lines)
    context = {
        "title": _("{n} 位居民已确认居住，{k} 份申请逾期未核对").format(
            n=f"{totals.confirmed:,}", k=totals.late
        )
        if totals.late
        else _("{n} 位居民已确认居住，没有逾期的申请").format(n=f"{totals.confirmed:,}"),
        "lines": lines,
        "totals": totals,
        "export": this_table(request),
    }
    return render(request, "residents/figures.html", context)


@staff_only
@require_GET
def figure_rows(request: Any) -> HttpResponseBase:
    """The claims behind one number, without the people."""
    kind, raw = request.GET.get("kind", figures.LATE), request.GET.get("unit", "")
    if kind not in figures.kinds(clock.today()):
        raise NotFound("residents.figures")
    unit_id = int(raw) if raw.isdecimal() and len(raw) < 19 else None
    page = keyset(
        figures.rows(request.actor, kind, unit_id), order=("id",), after=request.GET.get("after", "")
    )
    context = {
        "title": figures.LABELS[kind],
        "page": page,
        "rows": [figures.row(c) for c in page.rows],
        "kind": kind,
        "opens": request.actor.may("residents.view") is not None,
    }
    return render(request, "residents/figure_rows.html", context)
