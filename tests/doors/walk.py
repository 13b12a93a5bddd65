"""Going through doors: a client per person, without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile, is_zipfile

from django.test import Client
from django.urls import get_resolver

from gongzhi.core import ask, clock, roles
from gongzhi.core.access import Actor
from gongzhi.core.action import Verb
from gongzhi.core.money import Fen
from gongzhi.registers.residents import queries
from gongzhi.site.sessions import AGREED_KEY, POST_KEY, RESIDENT_KEY, SEEN_KEY


def client_of(county: Any, who: str) -> Client:
    """A client signed in as somebody; the public when empty."""
    return signed_in(getattr(county, who)) if who else Client(raise_request_exception=False)


def signed_in(actor: Actor) -> Client:
    """A client in whose session ``actor`` is: a post, or a resident."""
    client = Client(raise_request_exception=False)
    session = client.session
    if actor.role == roles.RESIDENT:
        session[RESIDENT_KEY] = actor.account_id
        session[AGREED_KEY] = queries.version("service").isoformat()
    else:
        session[POST_KEY] = actor.post_id
    session[SEEN_KEY] = int(clock.now().timestamp())
    session.save()
    return client


def addresses(patterns: Any = None, before: str = "") -> Iterator[tuple[str, str]]:
    """Every address of the house outside the API: (pattern, name)."""
    for found in get_resolver().url_patterns if patterns is None else patterns:
        here = before + str(found.pattern)
        if hasattr(found, "url_patterns"):
            yield from addresses(found.url_patterns, here)
        elif not here.startswith("api/"):
            yield here, found.name or {"_kit": "_kit", "_kit/<str:part>": "_kit.part"}[here]


def letter(answer: Any) -> str:
    """What an answer says about the door, in the table's letters."""
    if answer.status_code == 302:
        return "s" if answer["Location"].startswith(("/sign-in?next=", "/resident/sign-in?next=")) else "r"
    return {200: "o", 404: ".", 405: "p", 422: "o"}.get(answer.status_code, str(answer.status_code))


def told(answer: Any) -> str:
    """Everything an answer says, in plain text: pages, JSON, and the inside of workbooks and documents."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if is_zipfile(BytesIO(body)):
        with ZipFile(BytesIO(body)) as parts:
            return "\n".join(parts.read(n).decode("utf-8", "ignore") for n in parts.namelist())
    text = body.decode("utf-8", "ignore")
    if "json" in answer.get("Content-Type", ""):
        text += json.dumps(json.loads(text), ensure_ascii=False)
    return text


def plausible(verb: Verb[Any]) -> dict[str, Any]:
    """Answers to a verb's questions that its schema accepts, in JSON's types."""
    return {name: _answer(a) for name, a in verb.asks.items() if a.required}


def _answer(a: ask.Asked) -> Any:
    kind = ask.bare(a.type)
    if a.ask.row is not None:
        rows = {k: ask.one_asked(k, hint) for k, hint in a.ask.row.items()}
        return [{k: _answer(r) for k, r in rows.items() if r.required}]
    if a.ask.files:
        return []
    if options := a.ask.options():
        return next(iter(options))
    if kind is bool:
        return True
    if kind == list[int]:
        return [a.ask.min or 0]
    if kind in (int, Fen):
        return max(1, a.ask.min or 1)
    if kind is Decimal:
        return str(max(1, a.ask.min or 1))
    if kind is datetime:
        return clock.now().isoformat()
    if kind is date:
        return clock.today().isoformat()
    return "测" * max(4, a.ask.min or 0)
