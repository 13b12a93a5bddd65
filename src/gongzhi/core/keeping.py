"""Pages that everybody without a session reads alike, kept while nothing has happened.

A thing's page costs twenty times what it takes to send it, and a matter that a whole town talks about is read by people
who are not signed in. Every act writes the journal, so the newest entry says whether anything on a page may have changed.
What changes without an act (a reckoned map, a seal) shows after :data:`SECONDS`. Whoever is signed in is never given a
kept page: nobody sees yesterday's turn, or somebody else's page.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, NamedTuple, TypeGuard

from django.db import connection
from django.http import HttpResponse, HttpResponseBase

PAGES, SECONDS, BYTES = 64, 5.0, 300_000
"""So many pages are kept in a process, for so long at most; a larger one is not kept."""


class _Kept(NamedTuple):
    version: int
    until: float
    body: bytes
    kind: str


_pages: OrderedDict[tuple[Any, ...], _Kept] = OrderedDict()
_lock = Lock()


def kept_for_the_public(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer readers without a session from what was made for the last of them; one query."""

    @wraps(view)
    def keeping(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.actor.is_public or request.method != "GET":
            return view(request, *args, **kwargs)
        key = (request.build_absolute_uri(), request.COOKIES.get("lang"), request.COOKIES.get("type"))
        version, now = _newest(), time.monotonic()
        with _lock:
            found = _pages.get(key)
        if found is not None and found.version == version and now < found.until:
            return HttpResponse(found.body, content_type=found.kind)
        response = view(request, *args, **kwargs)
        if _may_keep(response, request):
            body, kind = response.content, response["Content-Type"]
            with _lock:
                _pages[key] = _Kept(version, now + SECONDS, body, kind)
                _pages.move_to_end(key)
                if len(_pages) > PAGES:
                    _pages.popitem(last=False)
        return response

    return keeping


def forget() -> None:
    """Keep nothing of what was made so far."""
    with _lock:
        _pages.clear()


def _newest() -> int:
    """The number of the newest journal entry; asked before the page is made, so that a page is never younger than it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM core_journalentry")
        return int(cursor.fetchone()[0])


def _may_keep(response: HttpResponseBase, request: Any) -> TypeGuard[HttpResponse]:
    """A whole page without anything of its reader: no cookie, no form with the reader's own token."""
    if not isinstance(response, HttpResponse) or response.status_code != 200 or len(response.content) > BYTES:
        return False
    return not response.cookies and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")


__all__ = ["forget", "kept_for_the_public"]
