"""Search as you type in Chinese: two characters suffice, and the initials of pinyin find names too.

One table holds an entry for everything that can be found. Its tokens are a ``tsvector`` under a GIN index:
two-character pieces of Chinese text, words and numbers, pinyin of names, and the entry's scope (its units and
all units above them), so that one index lookup answers "these words, within this actor's reach". Rights are
those of each kind's own view verb: closed unless opened.

    from gongzhi.core import search
    search.put(place, hint="沙溪镇", names=["老中荷"], public=True)         # in the act that changes it
    search.drop(place)
    search.put_many("people.person", [search.Entry(7, "顾勤", "/people/7/", ["1.4.31."], hint="中荷村"), …])
    search.rebuild("places.place", entries)                              # replaces the kind's entries by COPY
    for found in search.find(request.actor, "中荷", limit=8):              # also "zhc", "zhonghe", "荷", "沙溪zh"
        found.kind, found.object_id, found.label, found.hint, found.url
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models, transaction

from gongzhi.core import roles
from gongzhi.core.access import Actor
from gongzhi.core.roles import Reach
from gongzhi.core.search.words import (
    IS_HAN,
    READINGS,
    RUNS,
    all_initials,
    bigrams,
    fold,
    initials,
    pinyin_key,
    pinyin_tokens,
    quoted,
)
from gongzhi.core.thing import Thing
from gongzhi.core.units import Unit

CANDIDATES = 150  # so many hits are ranked; the exact and the beginning ones are always among them


class SearchEntry(models.Model):
    """What can be found about one thing. Written by :func:`put` and its kin alone."""

    kind = models.TextField()
    object_id = models.BigIntegerField()
    label = models.TextField()
    hint = models.TextField(default="")
    url = models.TextField()
    folded = models.TextField()
    sort_key = models.TextField()
    public = models.BooleanField(default=False)
    tokens = SearchVectorField()

    class Meta:
        app_label = "core"
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="core_search_one_entry")]
        indexes = [
            GinIndex(fields=["tokens"], name="core_search_tokens", fastupdate=False),
            models.Index(fields=["folded"], opclasses=["text_pattern_ops"], name="core_search_folded"),
        ]


COLUMNS = ("kind", "object_id", "label", "hint", "url", "folded", "sort_key", "public", "tokens")


@dataclass(frozen=True)
class Entry:
    """What a room says about one thing: ``paths`` are the unit paths that bring it into reach.

    ``names`` are further names (aliases, short forms) that pinyin finds too; ``text`` is anything else that
    should be found by its words. ``public`` lets people who are not signed in find it, if its kind allows. Where
    ``unsent``, nobody finds it but the people of the units named, whatever their superiors' reach.
    """

    object_id: int
    label: str
    url: str
    paths: Sequence[str]
    hint: str = ""
    names: Sequence[str] = ()
    text: str = ""
    public: bool = False
    unsent: bool = False


@dataclass(frozen=True)
class Found:
    """One hit."""

    kind: str
    object_id: int
    label: str
    hint: str
    url: str


# ---------------------------------------------------------------- writing


def _vector(kind: str, entry: Entry) -> str:
    """The entry's tokens in the notation of ``tsvector``: words, pinyin, and what decides who may find it."""
    tokens = bigrams(" ".join([entry.label, *entry.names, entry.hint, entry.text]))
    for name in (entry.label, *entry.names):
        tokens.extend(pinyin_tokens(name))
    tokens.append(f"@{'x' if entry.unsent else 'k'}{kind}")
    for path in entry.paths:
        units = path.rstrip(".").split(".")
        tokens.append(f"@o{units[-1]}")
        tokens.extend(f"@u{unit}" for unit in units)
    if entry.public:
        tokens.append("@open")
    return " ".join(quoted(t) for t in dict.fromkeys(tokens))


def _row(kind: str, entry: Entry) -> tuple[Any, ...]:
    key = pinyin_key(entry.label)
    return (
        kind,
        entry.object_id,
        entry.label,
        entry.hint,
        entry.url,
        fold(entry.label),
        key,
        entry.public,
        _vector(kind, entry),
    )


def _paths(thing: Thing) -> list[str]:
    """The unit paths that bring a thing into reach, by its own SCOPE."""
    found: set[Any] = set()
    for lookup in thing.SCOPE:
        value: Any = thing
        for step in () if lookup == "self" else lookup.split("__"):
            value = getattr(value, f"{step}_id" if step == lookup.split("__")[-1] else step)
        found.add(thing.pk if lookup == "self" else value)
    return list(Unit.objects.filter(pk__in=found - {None}).values_list("path", flat=True))


def put(
    thing: Thing, *, hint: str = "", names: Sequence[str] = (), text: str = "", public: bool = False,
    only: int | None = None,
) -> None:  # fmt: skip
    """Let ``thing`` be found under its label, in its own scope; called in the act that changes it.

    ``only`` is the one unit whose people find it: the side that drafts what was never sent.
    """
    paths = (
        _paths(thing) if only is None else list(Unit.objects.filter(pk=only).values_list("path", flat=True))
    )
    address, unsent = thing.get_absolute_url(), only is not None
    entry = Entry(thing.pk, thing.label(), address, paths, hint, names, text, public, unsent)
    updates = ", ".join(f"{c} = excluded.{c}" for c in COLUMNS[2:])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {SearchEntry._meta.db_table} ({', '.join(COLUMNS)}) "  # noqa: S608  our own names
            f"VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::tsvector) "
            f"ON CONFLICT (kind, object_id) DO UPDATE SET {updates}",
            _row(thing.kind(), entry),
        )


def drop(thing: Thing) -> None:
    """Let ``thing`` be found no more."""
    drop_many(thing.kind(), [thing.pk])


def drop_many(kind: str, object_ids: Iterable[int]) -> None:
    """Forget the entries of many things of one kind."""
    SearchEntry.objects.filter(kind=kind, object_id__in=list(object_ids)).delete()


def put_many(kind: str, entries: Iterable[Entry]) -> int:
    """Enter or replace many things of one kind by COPY; returns how many."""
    rows = list(entries)
    with transaction.atomic():
        drop_many(kind, [e.object_id for e in rows])
        return _copy(kind, rows)


def rebuild(kind: str, entries: Iterable[Entry]) -> int:
    """Replace every entry of ``kind``, streaming; readers see the old ones until it is done. Returns how many."""
    with transaction.atomic():
        SearchEntry.objects.filter(kind=kind).delete()
        return _copy(kind, entries)


def _copy(kind: str, entries: Iterable[Entry]) -> int:
    count = 0
    table = SearchEntry._meta.db_table
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(COLUMNS)}) FROM STDIN") as copy,
    ):
        for entry in entries:
            copy.write_row(_row(kind, entry))
            count += 1
    return count


# ---------------------------------------------------------------- finding


@cache
def kinds_known() -> dict[str, str]:
    """Kind → the verb whose right opens it, from the models' own ``VIEW``."""
    views = {m._meta.label_lower: str(getattr(m, "VIEW", "")) for m in apps.get_models()}
    return {kind: view for kind, view in views.items() if view}


@cache
def drafted_kinds() -> frozenset[str]:
    """The kinds whose drafts are their own side's until they are sent."""
    things = (m for m in apps.get_models() if issubclass(m, Thing))
    return frozenset(m.kind() for m in things if "told_to" in vars(m))


def _scope(actor: Actor, kinds: Iterable[str] | None) -> str:
    """The part of the query that keeps within the actor's reach; "" when nothing is open."""
    known = kinds_known()
    groups: dict[str, list[str]] = {}
    for kind in known if kinds is None else [k for k in kinds if k in known]:
        limit = _limit(actor, actor.may(known[kind]), kind in kinds_opened())
        if limit is not None:
            groups.setdefault(limit, []).append(quoted(f"@k{kind}"))
        if kind in drafted_kinds() and limit is not None and actor.unit_id and not actor.is_outside:
            groups.setdefault(quoted(f"@o{actor.unit_id}"), []).append(quoted(f"@x{kind}"))
    parts = [f"({' | '.join(ks)})" + (f" & {limit}" if limit else "") for limit, ks in groups.items()]
    return " | ".join(f"({p})" for p in parts)


@cache
def kinds_opened() -> frozenset[str]:
    """The kinds of which some rows are open to whoever may look at the kind at all (``OPEN``)."""
    return frozenset(m._meta.label_lower for m in apps.get_models() if getattr(m, "OPEN", None) is not None)


def _limit(actor: Actor, reach: Reach | None, opened: bool) -> str | None:
    """The tokens one of which an entry must have; "" for no limit, None where nothing is open.

    Outsiders find what is entered as public, and so does staff beyond its reach where the kind is ``opened``. What
    else a reader sees by other ways (his own matter) is not searched.
    """
    if reach is None:
        return None
    if actor.role in (roles.PUBLIC, roles.RESIDENT) or reach in (Reach.SELF, Reach.ABOVE):
        return "'@open'"
    if reach == Reach.ALL:
        return ""
    if actor.unit_id is None:
        return "'@open'" if opened else None
    own = quoted(f"@{'o' if reach == Reach.OWN else 'u'}{actor.unit_id}")
    return f"({own} | '@open')" if opened else own


def _words(text: str) -> str:
    """The words of a query: all pieces must be there, the last word may still be unfinished."""
    parts = []
    for run in RUNS.findall(fold(text)):
        if IS_HAN.match(run):
            pieces = [run[i : i + 2] for i in range(len(run) - 1)]
            parts += [quoted(p) for p in pieces] or [quoted(run) + ":*"]
        elif run.isalpha():
            parts.append("(" + " | ".join(quoted(mark + run) + ":*" for mark in ("", "@p", "@q")) + ")")
        else:
            parts.append(quoted(run) + ":*")
    return " & ".join(parts)


FIND = """
WITH hits AS (
    (SELECT id FROM {table} WHERE folded LIKE %(prefix)s AND tokens @@ %(scope)s::tsquery ORDER BY folded USING ~<~ LIMIT %(limit)s)
    UNION
    (SELECT id FROM {table} WHERE tokens @@ %(query)s::tsquery LIMIT %(candidates)s)
)
SELECT kind, object_id, label, hint, url FROM {table} JOIN hits USING (id)
ORDER BY CASE WHEN folded = %(text)s THEN 0
              WHEN starts_with(folded, %(text)s) OR tokens @@ %(exact)s::tsquery THEN 1
              WHEN strpos(folded, %(text)s) > 0 THEN 2 ELSE 3 END,
         length(folded), sort_key, object_id
LIMIT %(limit)s
"""


def find(actor: Actor, text: str, kinds: Iterable[str] | None = None, limit: int = 10) -> list[Found]:
    """What ``actor`` may find for ``text``: exact labels first, then beginnings, then the rest.

    Nothing for a text without words or outside the actor's rights; ``kinds`` narrows to some kinds.
    """
    text = text.replace("\0", "")
    folded, words, scope = fold(text), _words(text), _scope(actor, kinds)
    if not words or not scope:
        return []
    latin = "".join(RUNS.findall(folded))
    values: dict[str, str | int] = {
        "text": folded,
        "prefix": re.sub(r"([\\%_])", r"\\\1", folded) + "%",
        "scope": scope,
        "query": f"({words}) & ({scope})",
        "exact": quoted(f"@p{latin}"),
        "limit": limit,
        "candidates": CANDIDATES,
    }
    # With its values in it: a plan made without knowing them might walk the whole index of labels.
    statement = connection.ops.compose_sql(FIND.format(table=SearchEntry._meta.db_table), values)  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [Found(*row) for row in cursor.fetchall()]


def sharing(
    kind: str, pieces: Iterable[str], *, unit_id: int, only_open: bool = False, limit: int = CANDIDATES
) -> list[int]:
    """The ids of a kind's newest entries in a unit's scope that share any of these pieces: candidates for a closer look."""
    any_of = " | ".join(quoted(p) for p in pieces)
    if not any_of:
        return []
    parts = [quoted(f"@k{kind}"), quoted(f"@u{unit_id}"), f"({any_of})", *(["'@open'"] if only_open else [])]
    sql = f"SELECT object_id FROM {SearchEntry._meta.db_table} WHERE tokens @@ %s::tsquery ORDER BY object_id DESC LIMIT %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [" & ".join(parts), limit])
        return [row[0] for row in cursor.fetchall()]


__all__ = [
    "READINGS",
    "Entry",
    "Found",
    "SearchEntry",
    "all_initials",
    "bigrams",
    "drop",
    "drop_many",
    "find",
    "fold",
    "initials",
    "kinds_known",
    "pinyin_key",
    "put",
    "put_many",
    "rebuild",
    "sharing",
]
