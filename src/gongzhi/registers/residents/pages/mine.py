"""A resident's own pages: who I am here, what is held about me, taking it along, another phone."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from gongzhi.core import action, dated, identity, personal, roles, sealed
from gongzhi.core.exchange.pages import sent
from gongzhi.core.pages import render, scoped, signed_in, verb_page
from gongzhi.core.refusal import NotFound, Problem, Refused
from gongzhi.core.words import joined
from gongzhi.registers.residents import actions, queries, rules
from gongzhi.registers.residents.actions import codes
from gongzhi.registers.residents.models import Resident
from gongzhi.registers.residents.pages import staff
from gongzhi.registers.residents.papers import workbook

PENDING = "new_phone"
SHOWN = 50
"""So many rows of a kind stand on the page; the file to take along has all."""


def _resident(request: Any) -> Any:
    if request.actor.role != roles.RESIDENT:
        raise NotFound("residents.view")
    return request.actor


@signed_in
@require_GET
def me(request: Any) -> HttpResponseBase:
    """The own page."""
    return HttpResponseRedirect(f"/residents/{_resident(request).account_id}/")


@signed_in
@require_GET
def thing(request: Any, pk: int) -> HttpResponseBase:
    """One resident: to the resident, to a child's guardian, or to the committee."""
    rows = Resident.objects.select_related("unit", "guardian")
    found = scoped(Resident, request.actor, pk, rows=rows)
    if request.actor.role != roles.RESIDENT:
        return staff.resident(request, found)
    own = found.pk == request.actor.account_id
    claims = queries.of_resident(found.pk)
    context = {
        "title": _("我的资料") if own else _("孩子的资料"),
        "found": found,
        "own": own,
        "home": next((c for c in claims if c.state == "confirmed"), None),
        "open": next((c for c in claims if c.state in rules.OPEN), None),
        "standings": [s for s in queries.standings(found.pk) if _concerns(found, s.purpose)],
        "wards": queries.wards(found.pk) if own else [],
        "identities": list(found.identities.order_by("pk")),
    }
    return render(request, "residents/mine.html", context)


def _concerns(resident: Resident, purpose: str) -> bool:
    return purpose != rules.CHILD or resident.guardian_id is not None


@signed_in
@never_cache
@require_GET
def held(request: Any, pk: int) -> HttpResponseBase:
    """Everything that is held about a resident, in every room."""
    found = scoped(Resident, _resident(request), pk)
    shelves = personal.held(found.pk)
    context = {
        "title": _("关于您，我们存了这些"),
        "found": found,
        "shelves": shelves,
        "most": SHOWN,
        "bare": joined(str(s.label) for s in shelves if not s.rows),
    }
    return render(request, "residents/held.html", context)


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def take_along(request: Any, pk: int) -> HttpResponseBase:
    """Everything that is held, as a file: JSON for programs, or a workbook for people."""
    verb = action.registry["residents.take_along"]
    answer = verb_page(request, verb, pk)
    if request.method != "POST" or answer.status_code != 302:
        return answer
    shelves = personal.held(pk)
    if request.POST.get("form") == "xlsx":
        return sent(workbook(shelves), _("我的资料.xlsx"))
    told = {
        shelf.key: {"label": str(shelf.label), "basis": str(shelf.basis), "rows": list(shelf.rows)}
        for shelf in shelves
    }
    body = json.dumps(told, ensure_ascii=False, indent=1)
    file = HttpResponse(body, content_type="application/json; charset=utf-8")
    file["Content-Disposition"] = 'attachment; filename="my-data.json"'
    file["Cache-Control"] = "private, no-store"
    return file


@signed_in
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def change_phone(request: Any, pk: int) -> HttpResponseBase:
    """Another phone: the new number, then the code that was sent to it."""
    found = scoped(Resident, _resident(request), pk, verb="residents.change_phone")
    if found.pk != request.actor.account_id:  # a guardian's reach is not the child's phone
        raise NotFound("residents.change_phone")
    pending = request.session.get(PENDING, {})
    number = sealed.unseal(pending["phone"], "residents.new_phone") if pending.get("of") == pk else ""
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            if "code" in request.POST and number:
                return _changed(request, found, number)
            _ask_code(request, pk, request.POST.get("phone", ""))
            return HttpResponseRedirect(request.path)
        except Refused as refused:
            problems = refused.problems
    context = {
        "title": _("更换手机号"),
        "found": found,
        "problems": problems,
        "phone": identity.mask_phone(number) if number else "",
        "shown": pending.get("shown", "") if number else "",
        "length": dated.value("residents.code_length"),
    }
    return render(request, "residents/change_phone.html", context, status=422 if problems else 200)


def _ask_code(request: Any, pk: int, phone: str) -> None:
    shown = codes.send(phone, codes.NEW_PHONE, str(request.META.get("REMOTE_ADDR", "")))
    kept = sealed.seal(identity.phone(phone), "residents.new_phone")
    request.session[PENDING] = {"of": pk, "phone": kept, "shown": shown}


def _changed(request: Any, found: Resident, number: str) -> HttpResponseBase:
    address = str(request.META.get("REMOTE_ADDR", ""))
    proof = codes.check(number, codes.NEW_PHONE, request.POST["code"], address)
    actions.change_phone(request.actor, found.pk, proof=proof)
    request.session.flush()  # every session of the old phone ends, this one with it
    return HttpResponseRedirect("/resident/sign-in")


@signed_in
@require_http_methods(["GET", "POST"])
def name_guardian(request: Any, pk: int) -> HttpResponseBase:
    """A child's guardian agrees at the door, with the own phone in hand."""
    scoped(Resident, _resident(request), pk, verb="residents.name_guardian")
    return HttpResponseRedirect("/resident/welcome/guardian")


@require_GET
def notice(request: Any, purpose: str) -> HttpResponseBase:
    """A notice in the version in force: for everybody, before and after agreeing."""
    if purpose not in rules.PURPOSES:
        raise NotFound("residents.notice")
    told = queries.notice(purpose)
    return render(request, "residents/notice.html", {"title": told.label, "notice": told})
