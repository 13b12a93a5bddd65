"""有事说一声: the form with which a resident reports something in under a minute, and what waits in the phone.

The form is the verb ``deliberations.raise``. A phone that was without network sends it later, once, by its key.
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import quote

from django.http import HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from gongzhi.core import dated, evidence, roles
from gongzhi.core.access import Actor
from gongzhi.core.pages import render
from gongzhi.core.refusal import Problem, Refused
from gongzhi.core.words import say
from gongzhi.participation.deliberations import actions, queries
from gongzhi.registers.places import queries as places
from gongzhi.registers.residents import queries as residents
from gongzhi.site.phone import tag_of

RAISE = actions.raise_matter
SENT = "deliberations.sent_already"
COMMON = [
    say("灯不亮了"),
    say("路坏了"),
    say("积水"),
    say("垃圾没人清"),
    say("楼道堆东西"),
    say("车乱停"),
    say("太吵了"),
]
"""What is said most, to be written by a touch."""


@never_cache
@require_http_methods(["GET", "POST"])
def report(request: Any) -> HttpResponseBase:
    """Say what is the matter: words, photos, place. Answers a phone's worker in JSON."""
    actor: Actor = request.actor
    wants_json = request.headers.get("Accept") == "application/json"
    if actor.role != roles.RESIDENT:
        if wants_json:
            return JsonResponse({"detail": str(_("请先登录，再送出。"))}, status=401)
        return HttpResponseRedirect(f"/resident/sign-in?next={quote(request.path)}")
    form = RAISE.form(request.POST if request.method == "POST" else None)
    problems: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        try:
            done = _said(request, actor, form)
        except Refused as refused:
            if refused.rule == SENT:  # it had arrived; only the answer was lost on its way
                return JsonResponse({"sent": True}) if wants_json else HttpResponseRedirect("/resident/")
            problems = list(refused.problems)
        else:
            url = done.get_absolute_url()
            return JsonResponse({"sent": True, "url": url}) if wants_json else HttpResponseRedirect(url)
    if wants_json and request.method == "POST":
        said = [str(p.message) for p in problems] or [str(e) for es in form.errors.values() for e in es]
        return JsonResponse({"detail": "；".join(said)}, status=422)
    return render(
        request, "site/report.html", _page(actor, form, problems), 422 if problems or form.errors else 200
    )


def _said(request: Any, actor: Actor, form: Any) -> Any:
    answers = dict(form.cleaned_data)
    photos = [evidence.receive(actor, upload).pk for upload in request.FILES.getlist("photos")]
    return RAISE(actor, **{**answers, "photos": photos})


def _page(actor: Actor, form: Any, problems: list[Problem]) -> dict[str, Any]:
    home = residents.home(actor.account_id or 0)
    return {
        "title": _("有事说一声"),
        "form": form,
        "problems": problems,
        "key": secrets.token_hex(16),
        "common": COMMON,
        "towns": [t for t in places.tiles(actor) if t.tiles],
        "place": form.data.get("place") or (home.place_id if home else ""),
        "location": form.data.get("location") or (home.building if home else ""),
        "account": tag_of(actor),
        "register_days": dated.value("deliberations.days_to_register"),
        "answer_days": dated.value("deliberations.days_to_answer"),
        "limits": RAISE.asks["text"].ask,
    }


@require_GET
def alike(request: Any) -> HttpResponseBase:
    """What neighbours said already about the same, while the resident is still writing. A part of the form."""
    actor: Actor = request.actor
    text, place = request.GET.get("text", "")[:3000], request.GET.get("place", "")
    unit_id = places.enrolled_unit(int(place)) if place.isdecimal() and len(place) < 10 else actor.unit_id
    found = queries.near(actor, text, unit_id)[:2] if unit_id and len(text) > 3 else []
    return render(request, "site/alike.html", {"found": found})


@require_GET
def outbox(request: Any) -> HttpResponseBase:
    """What waits in this phone for a network. Drawn by the phone: the server knows nothing of it yet."""
    return render(
        request, "site/outbox.html", {"title": _("存在手机里，还没送出的"), "account": tag_of(request.actor)}
    )
