"""Who is asking: the session's account and post become the request's actor; idle sessions end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils.functional import SimpleLazyObject

from gongzhi.core import access, accounts, clock, dated, notices, roles
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Seat
from gongzhi.core.identity import mask_name
from gongzhi.core.pages import View
from gongzhi.core.words import say
from gongzhi.site import demo_doors, navigation

POST_KEY = "post"
RESIDENT_KEY = "resident"
SEEN_KEY = "seen"
ENTERED_KEY = "entered"
AGREED_KEY = "agreed"
"""The version of the notice to which a resident's session was opened."""
LARGE_KEY = "large"
"""Whether the resident is known to read large type."""
AGREE_FIRST = say("请先看一看告知并表示同意，再接着办")
STAFF_DOOR, RESIDENTS_DOOR = "/sign-in", "/resident/sign-in"


class ActorMiddleware:
    """Sets ``request.actor``: two queries for a signed-in request, none for the public.

    A session is of one kind: it holds a post of staff, or the account of a resident. One that holds both is put out.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.actor = access.PUBLIC
        post_id, resident_id = (request.session.get(key) for key in (POST_KEY, RESIDENT_KEY))
        if post_id is not None or resident_id is not None:
            idle = "core.idle_minutes" if post_id is not None else "residents.idle_minutes"
            if self._idle(request, int(dated.value(idle)) * 60):
                logout(request)
                if request.path.startswith("/api/"):
                    return self.get_response(request)  # a program is told so, not led to a page
                door = STAFF_DOOR if post_id is not None else RESIDENTS_DOOR
                return HttpResponseRedirect(f"{door}?idle=1&next={quote(request.get_full_path())}")
            request.actor = self._actor(request, post_id, resident_id) or access.PUBLIC
            if request.actor.is_public:
                logout(request)
            elif request.actor.role == roles.RESIDENT:
                if owes_consent(request) and not request.path.startswith("/api/"):  # see ``callers``
                    return _to_the_notice(request)
                if request.method == "GET":
                    _keep_size(request)
        return self.get_response(request)

    def _actor(self, request: Any, post_id: int | None, resident_id: int | None) -> Actor | None:
        entered = request.session.get(ENTERED_KEY)
        if resident_id is None:
            request.seats = accounts.seats(post_id or 0)
            found = _seated(request.seats, post_id, entered)
            return found if found is not None and found.role in roles.STAFF else None
        return resident_of(resident_id, entered) if post_id is None else None

    def _idle(self, request: Any, seconds: int) -> bool:
        """Whether too much time passed since the last request; remembers this one (once a minute)."""
        now = int(clock.now().timestamp())
        seen = request.session.get(SEEN_KEY, now)
        if now - seen > seconds:
            return True
        if now - seen >= 60 or SEEN_KEY not in request.session:
            request.session[SEEN_KEY] = now
        return False


FREE = (
    "/resident/sign-in", "/resident/welcome", "/resident/with/", "/resident/token", "/resident/outbox", "/residents/",
    "/sign-out", "/help", "/verify", "/static/", "/api/v1/me", "/api/v1/residents/",
)  # fmt: skip
"""What a resident reaches before agreeing to the notice as it now is: the door, and everything about the own data, so that
withdrawing, taking along and giving up the account are as easy as agreeing (个人信息保护法第 15 条)."""


def owes_consent(request: Any) -> bool:
    """Whether this session has yet to agree, and asks for what rests on it: by whatever method and way it came in."""
    from gongzhi.registers.residents import queries as residents

    current = request.session.get(AGREED_KEY) == residents.version("service").isoformat()
    return not current and not request.path.startswith(FREE)


def _to_the_notice(request: Any) -> HttpResponseBase:
    """Lead to the notice; a phone that sends what it kept is told, so that it keeps it until then."""
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"detail": str(AGREE_FIRST)}, status=422)
    return HttpResponseRedirect(f"/resident/welcome?next={quote(request.get_full_path())}")


def _keep_size(request: Any) -> None:
    """The size of type chosen on this page is remembered for the next phone."""
    large = request.COOKIES.get("type") == "large"
    if "type" in request.COOKIES and request.session.get(LARGE_KEY, large) != large:
        from gongzhi.registers.residents.actions.entering import keep_large

        request.session[LARGE_KEY] = large
        keep_large(request.actor.account_id, large)


def resident_of(account_id: int, entered: int | None = None) -> Actor | None:
    """The resident with an account, as :func:`actor_of` finds the holder of a post; one query."""
    from gongzhi.registers.residents import queries as residents  # a house may be run without this room

    seat = residents.seat(account_id)
    if seat is None or (entered is not None and entered < int(seat.entered.timestamp())):
        return None
    return seat.actor


def actor_of(post_id: int, entered: int | None = None) -> Actor | None:
    """The actor of a post that is held today by an active account; None otherwise, and None for a session that was
    ``entered`` (seconds since 1970) before the password was last set: a reset puts out whoever is in.
    """
    return _seated(accounts.seats(post_id), post_id, entered)


def _seated(seats: list[Seat], post_id: int | None, entered: int | None) -> Actor | None:
    seat = next((s for s in seats if s.post_id == post_id), None)
    if seat is None or (entered is not None and entered < int(seat.password_set.timestamp())):
        return None
    return seat.actor()


def shell(request: HttpRequest) -> dict[str, Any]:
    """What the frame around every page shows: navigation, bell, county, posts. Fixed queries when signed in."""
    actor: Actor = getattr(request, "actor", access.PUBLIC)
    return {
        "actor": actor,
        "nav": navigation.items(actor, request.path),
        "tabs": navigation.tabs(actor, request.path),
        "county": navigation.county_name(),
        "bell": 0 if actor.is_public else SimpleLazyObject(lambda: notices.unseen(actor)),
        "who": None
        if actor.is_public
        else SimpleLazyObject(lambda: who(actor, getattr(request, "seats", []))),
        "demo": settings.DEMO,
        "year_told": demo_doors.told(),
    }


def who(actor: Actor, seats: Iterable[Seat]) -> dict[str, Any]:
    """The signed-in person for the corner of the page: masked name, unit, role, and every post held."""
    return {
        "name": actor.name if actor.is_outside else mask_name(actor.name),
        "unit": actor.unit_name,
        "role": roles.SHORT[actor.role],
        "posts": [
            {
                "id": s.post_id,
                "label": f"{s.unit_name} {roles.SHORT[s.role]}",
                "current": s.post_id == actor.post_id,
            }
            for s in seats
        ],
    }
