"""From where a request comes, and how a page is read: in which language and at which size.

Both readings are cookies; ``?lang=`` and ``?type=`` set them.

Traditional Chinese is made from the finished page by OpenCC, so that nothing needs a second translation. Only what
people read is converted: text, and the attributes that are read aloud or shown. Values that travel back to the
server (inputs, text areas, addresses) stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBadRequest, HttpResponseBase, HttpResponseRedirect
from django.utils import translation
from django.utils.http import escape_leading_slashes

from gongzhi.core import proxies

LANGUAGES = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}
SIZES = ("normal", "large")
YEAR = 365 * 24 * 3600

# Everything comes from this server; styles may stand in attributes (positions of drawings), scripts may not.
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

_SKIP = re.compile(r"(<(script|style|textarea|code)\b.*?</\2\s*>)", re.DOTALL | re.IGNORECASE)
_PIECE = re.compile(r"(<[^>]*>)")
_SHOWN = re.compile(r'(\s(?:title|alt|placeholder|aria-label|data-label|aria-description)=")([^"]*)(")')
_HAN = re.compile(r"[\u3400-\u9fff]")
_GAP = "\u0001"
_SPLIT = "\u0002"
# Where two words meet, OpenCC may see a third: 残疾[人参]加 is no ginseng. These are kept apart while converting.
_MEETING = re.compile(r"(?<=人)(?=参[加与保会选军赛观评议])")


class Proxies:
    """Middleware, first of all: behind a proxy of ours the client's own address and scheme; else what is said is dropped."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        told = request.META
        hops, scheme = told.pop("HTTP_X_FORWARDED_FOR", ""), told.pop("HTTP_X_FORWARDED_PROTO", "")
        peer = told.get("REMOTE_ADDR", "")
        if proxies.is_trusted(peer, settings.PROXIES):
            told["REMOTE_ADDR"] = proxies.client(peer, hops, settings.PROXIES)
            told["wsgi.url_scheme"] = proxies.scheme(scheme) or told["wsgi.url_scheme"]
        return self.get_response(request)


class Reading:
    """Middleware: activates the reader's language and size, and converts the page for readers of Traditional."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest()  # no text of ours has it, and the database refuses it
        chosen = {
            k: request.GET[k]
            for k, known in (("lang", LANGUAGES), ("type", SIZES))
            if request.GET.get(k) in known
        }
        if chosen and request.method == "GET":
            return self._remember(request, chosen)
        reading = request.COOKIES.get("lang", "zh-hans")
        reading = reading if reading in LANGUAGES else "zh-hans"
        request.reading = LANGUAGES[reading]  # type: ignore[attr-defined]
        request.large = request.COOKIES.get("type") == "large"  # type: ignore[attr-defined]
        with translation.override("en" if reading == "en" else "zh-hans"):
            response = self.get_response(request)
        if reading == "zh-hant":
            _convert(response)
        if response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    def _remember(self, request: HttpRequest, chosen: dict[str, str]) -> HttpResponseBase:
        rest = request.GET.copy()
        for key in chosen:
            del rest[key]
        path = escape_leading_slashes(request.path)  # "//elsewhere" would lead out of the house
        response = HttpResponseRedirect(path + (f"?{rest.urlencode()}" if rest else ""))
        for key, value in chosen.items():
            response.set_cookie(key, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
        return response


def _convert(response: Any) -> None:
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return
    response.content = traditional(response.content.decode(response.charset)).encode(response.charset)
    if response.has_header("Content-Length"):
        response["Content-Length"] = str(len(response.content))


def traditional(html: str) -> str:
    """A page's HTML with everything that is read turned into Traditional Chinese."""
    pieces: list[str] = []
    for number, part in enumerate(_SKIP.split(html)):
        if number % 3 == 0:
            pieces += _PIECE.split(part)
        elif number % 3 == 1:
            pieces.append(part)
    spots: list[tuple[int, int]] = []
    words: list[str] = []
    for at, piece in enumerate(pieces):
        if not _HAN.search(piece):
            continue
        if not piece.startswith("<"):
            spots.append((at, -1))
            words.append(piece)
        elif not piece.lower().startswith(("<script", "<style", "<textarea", "<code")):
            for found in _SHOWN.finditer(piece):
                spots.append((at, found.start(2)))
                words.append(found.group(2))
    if not words:
        return html
    apart = _MEETING.sub(_SPLIT, _GAP.join(words))
    turned = _converter("s2tw").convert(apart).replace(_SPLIT, "").split(_GAP)
    for (at, start), old, new in reversed(list(zip(spots, words, turned, strict=True))):
        pieces[at] = new if start < 0 else pieces[at][:start] + new + pieces[at][start + len(old) :]
    return "".join(pieces)


def simplified(text: str) -> str:
    """What a reader of Traditional typed, in the characters our records use; for search."""
    return _converter("t2s").convert(text) if _HAN.search(text) else text


@lru_cache(maxsize=2)
def _converter(kind: str) -> Any:
    from opencc import OpenCC  # loads its dictionaries; most processes never need them

    return OpenCC(kind)
