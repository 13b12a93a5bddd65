"""Pages by key: the next page starts after the last row seen, whatever the list's length."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models import Q

from gongzhi.core.refusal import refuse
from gongzhi.core.words import say

M = TypeVar("M")


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows and the cursors around them ("" where there is nothing more)."""

    rows: list[M]
    next: str
    previous: str


def _value(row: Any, name: str) -> Any:
    if isinstance(row, dict):
        return row[name]
    for step in name.split("__"):
        row = getattr(row, step)
    return row


def _encode(back: bool, values: list[Any]) -> str:
    plain = [
        v.isoformat() if isinstance(v, date | datetime) else str(v) if isinstance(v, Decimal) else v
        for v in values
    ]
    return (
        base64.urlsafe_b64encode(json.dumps([back, plain], ensure_ascii=False).encode()).decode().rstrip("=")
    )


def _decode(cursor: str, width: int) -> tuple[bool, list[Any]]:
    try:
        back, values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if (
            not isinstance(back, bool)
            or len(values) != width
            or any(isinstance(v, list | dict) or (isinstance(v, str) and "\0" in v) for v in values)
        ):
            raise ValueError
    except (ValueError, TypeError, UnicodeDecodeError):
        refuse(say("翻页标记无效，请从第一页看起"), rule="core.cursor", field="after")
    return back, values


def keyset(rows: models.QuerySet[Any], *, order: Sequence[str], after: str = "", size: int = 50) -> Page[Any]:
    """One page of ``rows`` by ``order`` (names, "-" for descending; the last must be unique; none may be null).

    ``after`` is a cursor from an earlier page. One query, whatever the depth.
    """
    back, values = _decode(after, len(order)) if after else (False, [])
    keys = [(name.lstrip("-"), name.startswith("-") != back) for name in order]
    if values:
        condition, equal = Q(), Q()
        for (name, descending), value in zip(keys, values, strict=True):
            condition |= equal & Q(**{f"{name}__{'lt' if descending else 'gt'}": value})
            equal &= Q(**{name: value})
        try:
            rows = rows.filter(condition)
        except (ValueError, TypeError):
            refuse(say("翻页标记无效，请从第一页看起"), rule="core.cursor", field="after")
    return _page(
        list(rows.order_by(*(("-" if d else "") + n for n, d in keys))[: size + 1]), keys, size, after, back
    )


def first_page(found: list[Any], *, order: Sequence[str], size: int = 50) -> Page[Any]:
    """The first page of rows that were asked for already: in this order, and one more than ``size``."""
    return _page(found, [(name.lstrip("-"), name.startswith("-")) for name in order], size, "", False)


def _page(found: list[Any], keys: list[tuple[str, bool]], size: int, after: str, back: bool) -> Page[Any]:
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()

    def cursor(row: Any, backwards: bool) -> str:
        return _encode(backwards, [_value(row, n) for n, _ in keys])

    has_next, has_previous = (bool(after), more) if back else (more, bool(after))
    return Page(
        found,
        next=cursor(found[-1], False) if found and has_next else "",
        previous=cursor(found[0], True) if found and has_previous else "",
    )
