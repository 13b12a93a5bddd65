"""What makes the site an app on a resident's phone: the service worker, the manifest, its icon, and a fresh form token.

The worker keeps the blank report form for reading without a network and holds what is said then until it can be sent
(``front/js/sw.js``, ``outbox.js``). Its scope is the whole site, so it is served at the root.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from io import BytesIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET
from PIL import Image, ImageDraw

from gongzhi.core.access import Actor
from gongzhi.site.jinja import MANIFEST, built
from gongzhi.site.navigation import county_name

SIZES = (180, 192, 512)


def tag_of(actor: Actor) -> str:
    """A mark for one account that says nothing about it: what a phone keeps is sent only as who wrote it."""
    if actor.account_id is None:
        return ""
    key = f"phone:{settings.SECRET_KEY}".encode()
    return hmac.new(key, str(actor.account_id).encode(), hashlib.sha256).hexdigest()[:20]


@never_cache
@require_GET
def token(request: HttpRequest) -> JsonResponse:
    """The form token of the session as it is now, for parcels that were written under an earlier one."""
    return JsonResponse({"token": get_token(request), "account": tag_of(request.actor)})  # type: ignore[attr-defined]


@cache_control(max_age=0)
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker's script."""
    script = MANIFEST.parent.parent / built("sw.js")
    return HttpResponse(script.read_bytes(), content_type="text/javascript; charset=utf-8")


@cache_control(max_age=3600)
@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """Name, colours and start page of the app."""
    name = f"{county_name()}{_('共治')}"
    icons = [{"src": f"/icon-{n}.png", "sizes": f"{n}x{n}", "type": "image/png"} for n in SIZES]
    page = {
        "name": name,
        "short_name": _("共治"),
        "start_url": "/resident/",
        "scope": "/",
        "display": "standalone",
        "lang": "zh-Hans",
        "background_color": "#f2f4f1",
        "theme_color": "#10333a",
        "icons": icons,
        "shortcuts": [{"name": _("有事说一声"), "url": "/resident/report"}],
    }
    return JsonResponse(page, content_type="application/manifest+json")


@cache_control(max_age=30 * 24 * 3600)
@require_GET
def app_icon(request: HttpRequest, size: int) -> HttpResponse:
    """The mark on its ground, for home screens."""
    return HttpResponse(_drawn(min(SIZES, key=lambda n: abs(n - size))), content_type="image/png")


@lru_cache(maxsize=len(SIZES))
def _drawn(size: int) -> bytes:
    """Two interlocking halves, drawn large and made smaller so that their edges are smooth."""
    large = size * 4
    unit = large / 40
    picture = Image.new("RGB", (large, large), "#10333a")
    draw = ImageDraw.Draw(picture)

    def shape(colour: str, *corners: tuple[float, float]) -> None:
        draw.polygon([((x + 8) * unit, (y + 8) * unit) for x, y in corners], fill=colour)

    shape("#9db4ef", (0, 0), (14, 0), (14, 11.4), (8.6, 11.4), (8.6, 24), (0, 24))
    shape("#f0b56d", (16, 0), (24, 0), (24, 24), (10.4, 24), (10.4, 13.2), (16, 13.2))
    out = BytesIO()
    picture.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()
