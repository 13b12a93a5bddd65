"""Threads, and a page of what is said in one: fixed queries, whatever its length."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Case, F, Q, QuerySet, TextField, Value, When

from gongzhi.core.access import Actor, scope
from gongzhi.core.compiled import compiled
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.core.thing import Thing
from gongzhi.core.words import Words, say
from gongzhi.participation.conversations import rules
from gongzhi.participation.conversations.models import Comment, Thread, either
from gongzhi.participation.conversations.queries import names

SIZE, MOST = 50, 500
REPLIES = 3
"""So many replies stand under a comment at once; the others have a page of their own."""
PANEL = 5
KEPT = 128
"""Pages kept in the process, by thread and revision."""

COLUMNS = (
    "id", "state", "account_id", "post_id", "role", "unit_name", "named", "created_at", "edited_at", "replies", "said",
    "helper_id", "answers_id", "root_id", "answers__account_id", "answers__post_id", "answers__role", "answers__unit_name", "answers__named",
)  # fmt: skip
GONE = {
    rules.HELD: say("这条评论正在核对"),
    rules.HIDDEN: say("这条评论已隐藏"),
    rules.APPEALED: say("这条评论已隐藏"),
    rules.UPHELD: say("这条评论已隐藏"),
    rules.WITHDRAWN: say("作者撤回了这条评论"),
}
LISTED = Q(state=rules.SHOWN) | Q(replies__gt=0)
"""What a thread's page has a place for: what is shown, and what others replied to."""
SHOWN_TEXT = Case(When(state=rules.SHOWN, then="text"), default=Value(""), output_field=TextField())


def thread_of(thing: Thing) -> Thread | None:
    """The conversation about a thing, if one was opened. One query."""
    found: Thread | None = _of_thing.first(thing.kind(), thing.pk)
    return found


@compiled
def _of_thing(kind: str, pk: int) -> QuerySet[Thread]:
    rows: QuerySet[Thread] = Thread.objects.filter(thing_type=kind, thing_id=pk)
    return rows


def counts_of(kind: str, ids: Iterable[int]) -> dict[int, int]:
    """How many comments are shown about each of some things of a kind. One query."""
    rows = Thread.objects.filter(thing_type=kind, thing_id__in=list(ids))
    return dict(rows.values_list("thing_id", "shown"))


def visible(actor: Actor, pk: int) -> Thread:
    """The thread if the actor may read it, otherwise NotFound. One query."""
    thread: Thread | None = _visible.first(actor, pk)
    if thread is None:
        raise NotFound(Thread.VIEW)
    return thread


@compiled
def _visible(actor: Actor, pk: int) -> QuerySet[Thread]:
    rows: QuerySet[Thread] = Thread.objects.visible_to(actor, Thread.VIEW).filter(pk=pk)
    return rows.select_related("unit")


# ---- what is said ----


@dataclass(frozen=True)
class Said:
    """One comment as everybody reads it. ``gone`` says why there is no text; ``to`` whom a deeper reply answers."""

    id: int
    who: Words | str
    side: str
    text: str
    at: datetime
    edited: bool
    gone: Words | None = None
    to: Words | str = ""
    mine: bool = False
    helped: bool = False
    replies: tuple[Said, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class Loaded:
    """The rows of one page before anybody looks at them: names are put in for each reader.

    ``residents`` are those whose names are wanted, ``authors`` those who may do more to a comment than others.
    ``kept`` is what has been made of the rows for readers who see the same.
    """

    roots: list[dict[str, Any]]
    replies: dict[int, list[dict[str, Any]]]
    next: str
    previous: str
    residents: frozenset[int]
    authors: frozenset[int]
    kept: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SaidPage:
    """Some comments and the cursors around them."""

    rows: list[Said]
    next: str
    previous: str


@dataclass(frozen=True)
class Cut:
    """Which comments of a thread: so many roots from a cursor on, with their first ``replies``; or, ``under`` a root,
    its replies, oldest first."""

    after: str = ""
    size: int = SIZE
    newest: bool = True
    under: int | None = None
    replies: int = REPLIES


def loaded(thread: Thread, cut: Cut) -> Loaded:
    """One page of a thread. Two queries, or none where this process has it already: ``revision`` grows with every
    change."""
    return _loaded(str(connection.settings_dict["NAME"]), thread.pk, thread.revision, cut)


@lru_cache(maxsize=KEPT)
def _loaded(base: str, pk: int, revision: int, cut: Cut) -> Loaded:
    rows = Comment.objects.filter(thread_id=pk).annotate(said=SHOWN_TEXT)
    if cut.under is None:
        rows = rows.filter(LISTED, root=None)
    else:
        rows = rows.filter(root_id=cut.under, state=rules.SHOWN)
    order = "-id" if cut.newest and cut.under is None else "id"
    page = keyset(rows.values(*COLUMNS), order=(order,), after=cut.after, size=min(max(cut.size, 1), MOST))
    replies = _first_replies([r["id"] for r in page.rows if r["replies"]], cut.replies)
    rows_shown = [*page.rows, *(r for rs in replies.values() for r in rs)]
    return Loaded(page.rows, replies, page.next, page.previous, *_accounts(rows_shown))


def _accounts(rows: list[dict[str, Any]]) -> tuple[frozenset[int], frozenset[int]]:
    """The residents who are named on these rows, and everybody who wrote one."""
    known = [(r[f"{of}account_id"], r[f"{of}post_id"]) for r in rows for of in ("", "answers__")]
    authors = {r[key] for r in rows for key in ("account_id", "helper_id")} - {None}
    return frozenset(pk for pk, post in known if pk is not None and post is None), frozenset(authors)


FIRST_REPLIES = """
SELECT c.root_id, c.id, c.state, c.account_id, c.post_id, c.role, c.unit_name, c.named, c.created_at, c.edited_at,
       c.replies, c.text, c.helper_id, c.answers_id, c.root_id, a.account_id, a.post_id, a.role, a.unit_name, a.named
FROM unnest(%s::bigint[]) AS under (id)
CROSS JOIN LATERAL (
    SELECT * FROM conversations_comment WHERE root_id = under.id AND state = 'shown' ORDER BY id LIMIT %s
) AS c
LEFT JOIN conversations_comment a ON a.id = c.answers_id
ORDER BY c.root_id, c.id
"""


def _first_replies(roots: list[int], many: int) -> dict[int, list[dict[str, Any]]]:
    """The first replies under each of some roots. One query."""
    found: dict[int, list[dict[str, Any]]] = {}
    if roots and many:
        with connection.cursor() as cursor:
            cursor.execute(FIRST_REPLIES, [roots, many])
            for root, *values in cursor.fetchall():
                found.setdefault(root, []).append(dict(zip(COLUMNS, values, strict=True)))
    return found


def shown_to(actor: Actor, thread: Thread, page: Loaded, known: dict[int, str]) -> list[Said]:
    """The comments of a page as ``actor`` reads them; ``known`` are residents' names by account."""
    knows = names.knows_raiser(actor, thread)
    return [_said(row, page, thread, known, knows, actor.account_id) for row in page.roots]


def _said(
    row: dict[str, Any], page: Loaded, thread: Thread, known: dict[int, str], knows: bool, me: int | None
) -> Said:
    gone = None if row["state"] == rules.SHOWN else GONE[row["state"]]
    deeper = row["answers_id"] is not None and row["answers_id"] != row["root_id"]
    under = page.replies.get(row["id"], [])
    return Said(
        id=row["id"],
        who="" if gone else names.signature(author(row), thread, known, knows),
        side="" if gone or row["post_id"] is None else names.side(row["role"]),
        text=row["said"],
        at=row["created_at"],
        edited=row["edited_at"] is not None,
        gone=gone,
        to=names.signature(author(row, "answers__"), thread, known, knows) if deeper else "",
        mine=me is not None and me in (row["account_id"], row["helper_id"]),
        helped=row["helper_id"] is not None,
        replies=tuple(_said(r, page, thread, known, knows, me) for r in under),
        more=max(0, row["replies"] - len(under)) if row["root_id"] is None else 0,
    )


def author(row: dict[str, Any], of: str = "") -> names.Author:
    """Who wrote a row, as :func:`names.signature` wants it."""
    return (
        row[f"{of}account_id"],
        row[f"{of}post_id"],
        row[f"{of}role"],
        row[f"{of}unit_name"],
        row[f"{of}named"],
    )


def comments(actor: Actor, thread: Thread, cut: Cut) -> SaidPage:
    """A page of what ``actor`` reads in a thread. Three queries at most."""
    page = loaded(thread, cut)
    known = names.of_residents(page.residents)
    return SaidPage(shown_to(actor, thread, page, known), page.next, page.previous)


def one(actor: Actor, thread: Thread, pk: int, *, whatever: bool = False) -> Said | None:
    """One comment of a thread as ``actor`` reads it; with its words in ``whatever`` state for those who may."""
    rows = Comment.objects.filter(thread=thread, pk=pk)
    if whatever:
        row = rows.annotate(said=F("text")).values(*COLUMNS).first()
        row = row and row | {"state": rules.SHOWN}
    else:
        row = rows.filter(LISTED).annotate(said=SHOWN_TEXT).values(*COLUMNS).first()
    if row is None:
        return None
    page = Loaded([row], {}, "", "", *_accounts([row]))
    return shown_to(actor, thread, page, names.of_residents(page.residents))[0]


def mine_or_moderated(actor: Actor) -> Any:
    """The comments of which the actor may know everything: his own, and those of the threads he keeps in order."""
    moderated = scope(actor, "conversations.moderate", Comment.SCOPE)
    own = None if actor.account_id is None else Comment.owned_by(actor.account_id)
    return Comment.objects.filter(either(own, moderated)).select_related("thread")


def waiting(actor: Actor, thread: Thread) -> list[Comment]:
    """The actor's own comments here that others do not read now, newest first. One query."""
    if actor.account_id is None:
        return []
    rows = Comment.objects.filter(Comment.owned_by(actor.account_id), thread=thread)
    return list(rows.exclude(state__in=[rules.SHOWN, rules.WITHDRAWN]).order_by("-id")[:20])
