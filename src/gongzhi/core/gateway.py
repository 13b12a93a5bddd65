"""How a message leaves the house for somebody's phone or letterbox: one function, and whatever the county has behind it.

``settings.GATEWAY`` names the way: ``console`` writes messages to the log, ``screen`` gives them back to be shown on
the page (the demonstration only), ``http`` posts them to the county's message service, ``off`` sends nothing. The
service gets ``{"channel", "to", "text", "key"}`` as JSON, signed like this::

    X-Gongzhi-Signature: t=<seconds>,v1=<hex HMAC-SHA256 of "<seconds>." + body under GONGZHI_GATEWAY_SECRET>

and answers 2xx once it has taken the message. ``key`` is the same when a message is sent again: it goes out once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
import time
from http.client import HTTPException
from typing import Any, NoReturn
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from gongzhi.core.identity import mask_phone

SMS, LETTERBOX = "sms", "letterbox"
CHANNELS = (SMS, LETTERBOX)
WAYS = ("console", "screen", "http", "off")
SECONDS = 5
log = logging.getLogger(__name__)


class Undelivered(Exception):
    """The message was not taken. It may be sent again under the same key."""


def is_open() -> bool:
    """Whether messages go out at all."""
    return _way() != "off"


def send(channel: str, to: str, text: str, *, key: str = "") -> str:
    """Send ``text``; returns what the page may show in its stead: the text on the demonstration's screen, else nothing.

    Raises Undelivered. Called after the act has committed, or by a job: never inside a transaction that can roll back.
    """
    if channel not in CHANNELS:
        raise ValueError(f"no such channel: {channel}")
    way = _way()
    if way == "http":
        _post({"channel": channel, "to": to, "text": text, "key": key or secrets.token_hex(16)})
    elif way == "console":
        log.warning("%s to %s: %s", channel, mask_phone(to), text)
    elif way == "off":
        raise Undelivered("no gateway is configured")
    return text if way == "screen" else ""


def _way() -> str:
    """The way in use; what would tell codes to the log's or the page's readers is no way for production."""
    way = str(settings.GATEWAY)
    if way not in WAYS:
        raise ImproperlyConfigured(f"GONGZHI_GATEWAY: {way!r} is none of {', '.join(WAYS)}")
    if settings.PRODUCTION and way in ("console", "screen"):
        raise ImproperlyConfigured(f"GONGZHI_GATEWAY={way} would show one-time codes to others")
    return way


class _NoRedirects(HTTPRedirectHandler):
    """A message goes where the county said, nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _post(message: dict[str, str]) -> None:
    url, secret = str(settings.GATEWAY_URL), str(settings.GATEWAY_SECRET)
    if not secret or not url.startswith(("https://",) if settings.PRODUCTION else ("https://", "http://")):
        raise ImproperlyConfigured(
            "GONGZHI_GATEWAY=http needs GONGZHI_GATEWAY_URL (https) and GONGZHI_GATEWAY_SECRET"
        )
    body = json.dumps(message, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Gongzhi-Signature": signature(secret, body, int(time.time())),
    }
    try:
        with build_opener(_NoRedirects).open(Request(url, body, headers), timeout=SECONDS) as answer:  # noqa: S310
            status = answer.status
    except (URLError, HTTPException, OSError) as error:
        _failed(error)
    if not 200 <= status < 300:
        _failed(status)


def _failed(why: object) -> NoReturn:
    log.warning("the message service did not take a message: %s", why)
    raise Undelivered(str(why))


def signature(secret: str, body: bytes, seconds: int) -> str:
    """The value of ``X-Gongzhi-Signature``."""
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"
