"""The faces every room shares: rendering, a thing's story, and one page per verb made from its signature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render as django_render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template, select_template
from django.urls import URLPattern, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gongzhi.core import access, action, evidence, journal, roles, todo
from gongzhi.core.access import Actor
from gongzhi.core.action import Verb
from gongzhi.core.journal import JournalEntry
from gongzhi.core.papers import registry as papers
from gongzhi.core.refusal import NotFound, Problem, Refused
from gongzhi.core.story import lines, receipt
from gongzhi.core.thing import Thing

View = Callable[..., HttpResponseBase]


class ActorRequest(HttpRequest):
    """A request whose actor the middleware has set."""

    actor: Actor


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Render one of our own pages; ``actor`` is always at hand."""
    return django_render(request, template, {"actor": request.actor, **(context or {})}, status=status)  # type: ignore[attr-defined]


def scoped(model: type[Thing], actor: Actor, pk: int, *, verb: str = "", rows: Any = None) -> Any:
    """The row ``pk`` that ``actor`` may see, or NotFound. ``rows`` adds select_related and the like."""
    base = model.objects.all() if rows is None else rows
    thing = base.visible_to(actor, verb or model.VIEW).filter(pk=pk).first()
    if thing is None:
        raise NotFound(model.VIEW)
    return thing


def door(path: str) -> str:
    """Where whoever comes to ``path`` without a session signs in: residents by phone, everybody else by password."""
    return "/resident/sign-in" if path.startswith("/resident") else "/sign-in"


def signed_in(view: View, at: str = "") -> View:
    """Send people who are not signed in to the door (``at``, or by the path), and back afterwards."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.actor.is_public:
            return HttpResponseRedirect(f"{at or door(request.path)}?next={quote(request.get_full_path())}")
        return view(request, *args, **kwargs)

    return guarded


def staff(view: View) -> View:
    """A page for posts of institutions: residents find nothing there."""

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.actor.role == roles.RESIDENT:
            raise NotFound(request.path)
        return view(request, *args, **kwargs)

    return signed_in(guarded)


def story(request: Any, thing: Thing, entries: list[JournalEntry] | None = None) -> dict[str, Any]:
    """What a thing's page tells whatever the thing: verbs, whose turn, what happened, papers, the last receipt.

    The public and residents read which unit did what; names of officials and their notes stay inside. ``entries`` are the
    journal's, newest first, where the thing's story is more than its own.
    """
    actor = request.actor
    if entries is None:
        entries = journal.of(thing, limit=journal.STORY)
    told = lines(entries, public=actor.is_outside)
    last = receipt(entries[0], told[0].sealed) if entries else None
    if last is not None:
        last = replace(last, qr=request.build_absolute_uri(last.url))
    room = type(thing)._meta.app_label
    shelf = [p for p in papers.get(room, {}).values() if p.applies(actor, thing)]
    return {
        "thing": thing,
        "title": thing.label(),
        "offers": action.offers(actor, thing),
        "todos": todo.of(thing),
        "entries": told,
        "receipt": last,
        "papers": [
            {"label": p.label, "links": [(f, p.url(thing, f)) for f in ("docx", "pdf")]} for p in shelf
        ],
        "side": thing.side_of(actor),
    }


@require_http_methods(["GET", "POST"])
def verb_page(
    request: Any, verb: Verb[Any], pk: int | None = None, *, context: Any = None
) -> HttpResponseBase:
    """The page of one verb: what it will do, its questions, and on POST the act itself.

    ``context`` may fill questions in ("initial") beside what the verb's own template shows.
    """
    actor: Actor = request.actor
    if not verb.open_to(actor):
        raise NotFound(verb.name)
    thing = scoped(verb.model, actor, pk, verb=verb.name) if pk is not None else None
    locked = verb.locked(actor, thing) if thing is not None else None
    shown = dict(context(request, thing)) if context else {}
    initial = {**shown.pop("initial", {}), **_initial(verb, request)}
    form = verb.form(request.POST if request.method == "POST" else None, initial=initial)
    problems: list[Problem] = list(locked.problems) if locked else []
    if request.method == "POST" and not locked:
        data = _uploaded(request, verb, actor)
        form = verb.form(data, initial=initial)
        if form.is_valid():
            try:
                done = verb.perform(actor, pk, form.cleaned_data, seen=_seen(request))
            except Refused as refused:
                problems = list(refused.problems)
                _mark(form, problems)
            else:
                return HttpResponseRedirect(_next_page(request) or done.get_absolute_url())
    page = {
        "verb": verb,
        "thing": thing,
        "form": form,
        "problems": problems,
        "locked": locked,
        "title": str(verb.label),
        "back": thing.get_absolute_url() if thing is not None else "/",
        **shown,
    }
    template = _template(f"{verb.room}/{verb.word}.html")
    return HttpResponse(
        template.render({"actor": actor, **page}, request), status=422 if problems or form.errors else 200
    )


def _initial(verb: Verb[Any], request: Any) -> dict[str, Any]:
    """Questions answered in the address ("?item=12") are filled in."""
    return {k: request.GET[k] for k in verb.asks if k in request.GET}


def _seen(request: Any) -> int | None:
    raw = request.POST.get("seen", "")
    return int(raw) if raw.isdecimal() and len(raw) < 10 else None


def _next_page(request: Any) -> str:
    """The page of ours to which the form asks to return; "" for none, and for anything outside the house."""
    wanted: str = request.POST.get("next_page", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""


def _uploaded(request: Any, verb: Verb[Any], actor: Actor) -> Any:
    """The posted answers with the ids of files just uploaded."""
    data = request.POST.copy()
    for name, asked in verb.asks.items():
        if asked.ask.files:
            for upload in request.FILES.getlist(name):
                data.appendlist(name, str(evidence.receive(actor, upload).pk))
        elif asked.ask.row is not None:  # files in rows: "rows-3-evidence"
            for key in [k for k in request.FILES if k.startswith(f"{name}-")]:
                for upload in request.FILES.getlist(key):
                    data.appendlist(key, str(evidence.receive(actor, upload).pk))
    return data


def _mark(form: Any, problems: list[Problem]) -> None:
    """Show each problem at its field as well."""
    for problem in problems:
        if problem.field in form.fields:
            form.add_error(problem.field, str(problem.message))


def _template(name: str) -> Any:
    try:
        return get_template(name)
    except TemplateDoesNotExist:
        return select_template(["site/verb.html"])


def routes(
    room: str,
    model: type[Thing],
    *,
    contexts: Mapping[str, Callable[[Any, Any], dict[str, Any]]] | None = None,
    prefix: str = "",
) -> list[URLPattern]:
    """Addresses of every verb of a kind of thing: ``<pk>/<word>`` and, for creating verbs, ``new/<word>``.

    ``contexts`` maps a verb's word to a function (request, thing) → extra context for its own template. A kind
    that is not its room's only one passes a ``prefix`` ("campaigns/").
    """
    contexts = contexts or {}
    found = []
    for verb in action.registry.values():
        if verb.on is model:
            found.append(
                path(
                    f"{prefix}<int:pk>/{verb.word}",
                    _page_of(verb, contexts.get(verb.word)),
                    name=f"{room}.{verb.word}",
                )
            )
        elif verb.on is None and verb.room == room and not prefix:
            found.append(
                path(f"new/{verb.word}", _page_of(verb, contexts.get(verb.word)), name=f"{room}.{verb.word}")
            )
    return found


def _page_of(verb: Verb[Any], context: Any) -> View:
    def view(request: Any, pk: int | None = None) -> HttpResponseBase:
        return verb_page(request, verb, pk, context=context)

    # What residents may do, residents are asked to sign in for; staff find their own door from there.
    residents = roles.RESIDENT in access.rights().get(verb.name, {})
    return signed_in(view, "/resident/sign-in" if residents else "")


def not_found(request: Any, exception: Any = None) -> HttpResponse:
    """No such page, or none for you: the same answer. A program gets it in its own form."""
    if request.path.startswith("/api/"):
        body = {
            "type": "about:blank",
            "title": str(_("没有找到")),
            "status": 404,
            "detail": "",
            "problems": [],
        }
        return JsonResponse(body, status=404, content_type="application/problem+json")
    return render(
        request, "site/error.html", {"title": _("没有找到"), "problems": [], "status": 404}, status=404
    )


class Refusals:
    """Middleware: an act refused outside a verb's page is shown with its rule; NotFound becomes a 404."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotFound | Http404):
            return not_found(request)
        if isinstance(exception, Refused):
            page = {"title": _("现在还办不了"), "problems": exception.problems, "status": 422}
            return render(request, "site/error.html", page, status=422)
        return None
