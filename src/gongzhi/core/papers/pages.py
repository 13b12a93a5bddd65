"""Fetching a paper: ``<thing>/papers/<key>.pdf`` and ``.docx``, for whoever may see the thing."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.urls import URLPattern, re_path

from gongzhi.core import pages, papers
from gongzhi.core.papers.shelf import TYPES, Format
from gongzhi.core.refusal import NotFound
from gongzhi.core.thing import Thing


def attachment(data: bytes, name: str, content_type: str) -> HttpResponse:
    """A download whose Chinese name survives (RFC 6266), never cached by anything in between."""
    answer = HttpResponse(data, content_type=content_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "private, no-store"
    return answer


def routes(model: type[Thing], *, prefix: str = "") -> list[URLPattern]:
    """The address of every paper of a kind of thing, beside its verbs' addresses."""
    room = model._meta.app_label

    def fetch(request: Any, pk: str, key: str, fmt: Format) -> HttpResponse:
        thing = pages.scoped(model, request.actor, int(pk))
        paper = papers.registry.get(room, {}).get(key)
        if paper is None or not paper.applies(request.actor, thing):
            raise NotFound(key)
        data = papers.render(paper, request.actor, thing, fmt)
        return attachment(data, f"{thing.label()}-{paper.label}.{fmt}", TYPES[fmt])

    pattern = rf"^{prefix}(?P<pk>\d+)/papers/(?P<key>[a-z_]+)\.(?P<fmt>pdf|docx)$"
    return [re_path(pattern, fetch, name=f"{room}.{prefix.strip('/') or 'thing'}.paper")]
