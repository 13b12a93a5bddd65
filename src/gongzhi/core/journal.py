"""The journal: one row for every act, written in the act's own transaction and never touched again.

The application's database role may insert and select these rows, nothing else. Each row is authenticated with
a key that lies outside the database (``mac``, HMAC-SM3), so that a row made or altered there shows; sealing then
puts it into a Merkle tree (see ``sealing``).

Canonical form, what is authenticated and hashed: the UTF-8 of a JSON object with the keys of :data:`CONTENT`,
keys sorted, no blanks, non-ASCII characters as themselves, ``at`` in UTC with microseconds.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn
from uuid import UUID

from django.db import connection, models
from psycopg.types.json import Jsonb

from gongzhi.core import clock, keys, roles, witness
from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.core.identity import mask_name
from gongzhi.core.merkle import leaf_hash
from gongzhi.core.rows import Row
from gongzhi.core.words import Words

if TYPE_CHECKING:
    from gongzhi.core.thing import Thing

STORY = 50
"""How many entries a thing's page shows at first."""

CONTENT = (
    "id",
    "at",
    "account_id",
    "post_id",
    "role",
    "actor_name",
    "actor_unit",
    "verb",
    "thing_type",
    "thing_id",
    "label",
    "unit_id",
    "unit_path",
    "facts",
    "salt",
)
VERSION = 1


class AppendOnly(models.QuerySet[Any]):
    """A queryset that can be read and added to."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("the journal is never changed")

    def delete(self) -> NoReturn:
        raise TypeError("the journal is never deleted from")

    update.alters_data = delete.alters_data = True  # type: ignore[attr-defined]


class AppendOnlyModel(Row):
    """A row that is written once."""

    objects: ClassVar[Any] = AppendOnly.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("the journal is never changed")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("the journal is never deleted from")


class JournalEntry(AppendOnlyModel):
    """One act: who, as what, when, which verb on which thing of which unit, and the facts before and after.

    ``facts`` is {"facts": …, "before": …, "after": …}; ``actor_name`` is masked; ``salt`` keeps the content
    behind a published hash from being guessed. Account and post are plain numbers: this table outlives them.
    """

    at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True)
    post_id = models.BigIntegerField(null=True)
    role = models.TextField()
    actor_name = models.TextField()
    actor_unit = models.TextField()
    verb = models.TextField()
    thing_type = models.TextField()
    thing_id = models.BigIntegerField()
    label = models.TextField()
    unit = models.ForeignKey(
        "core.Unit", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit_path = models.TextField()
    facts = models.JSONField()
    salt = models.TextField()
    mac = models.TextField()

    class Meta:
        app_label = "core"
        indexes = [
            models.Index(fields=["thing_type", "thing_id", "-id"], name="core_journal_of_thing"),
            models.Index(
                fields=["unit_path", "-id"], name="core_journal_by_place", opclasses=["text_pattern_ops", ""]
            ),
            models.Index(fields=["verb", "-id"], name="core_journal_by_verb"),
            models.Index(fields=["account_id", "-id"], name="core_journal_by_account"),
            models.Index(fields=["post_id", "-id"], name="core_journal_by_post"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.verb} {self.label}"

    def canonical(self) -> bytes:
        """The bytes that are authenticated and hashed."""
        return canonical({name: getattr(self, name) for name in CONTENT})

    def leaf(self) -> bytes:
        """The hash of this entry as a leaf of the Merkle tree."""
        return leaf_hash(self.canonical())

    def is_authentic(self) -> bool:
        """Whether the row says what the application wrote."""
        return keys.mac_fits(self.canonical(), self.mac)

    @property
    def done(self) -> Any:
        """The verb's own facts."""
        return self.facts["facts"]

    @property
    def before(self) -> dict[str, Any]:
        """The changed columns as they were."""
        return self.facts["before"]  # type: ignore[no-any-return]

    @property
    def after(self) -> dict[str, Any]:
        """The changed columns as they became."""
        return self.facts["after"]  # type: ignore[no-any-return]

    @property
    def role_label(self) -> Words | str:
        """The actor's role in words."""
        return roles.LABELS.get(self.role, self.role)


def canonical(content: Mapping[str, Any]) -> bytes:
    """The canonical form of an entry's content, given by column name."""
    at: datetime = content["at"]
    stamped = {**content, "at": at.astimezone(UTC).isoformat(timespec="microseconds"), "v": VERSION}
    return json.dumps(
        stamped, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def plain(value: Any) -> Any:
    """``value`` as JSON keeps it without loss: decimals, dates and floats as text, sealed values masked."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value).replace("\0", "").encode(errors="replace").decode()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Words):
        return str(value)
    if isinstance(value, Mapping):
        return {plain(str(k)): plain(v) for k, v in value.items()}
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, Decimal | UUID | float):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(plain(v) for v in value)
    if isinstance(value, list | tuple) or hasattr(value, "__iter__"):
        return [plain(v) for v in value]
    return str(value)


NEXT = "nextval('core_journalentry_id_seq'), (SELECT path FROM core_unit WHERE id = %s)"
"""In SQL: the next entry's number, and the path of the unit (its id is the value) under which it is filed."""


def write(
    actor: Actor,
    verb: str,
    *,
    thing_type: str,
    thing_id: int,
    label: str = "",
    unit_id: int | None = None,
    unit_path: str | None = None,
    place: Sequence[Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> JournalEntry:
    """Write one entry in the current transaction: two small queries, whatever the size of the journal.

    ``unit_path`` is read from the unit where it is not given. Whoever has asked for :data:`NEXT` already, in a
    statement of the same transaction, gives the answer as ``place`` and saves the first query.
    """
    pk, path = place if place is not None else _place(unit_id)
    outside = actor.is_outside  # a resident is a number here: no name that a page, export or log could show
    entry = JournalEntry(
        id=pk,
        at=clock.now(),
        account_id=actor.account_id,
        post_id=actor.post_id,
        role=actor.role,
        actor_name="" if outside else mask_name(actor.name) if actor.account_id else actor.name,
        actor_unit="" if outside else actor.unit_name,
        verb=verb,
        thing_type=thing_type,
        thing_id=thing_id,
        label=plain(str(label)),
        unit_id=unit_id,
        unit_path=(path or "") if unit_path is None else unit_path,
        facts={"facts": plain(facts or {}), "before": plain(before or {}), "after": plain(after or {})},
        salt=secrets.token_hex(8),
    )
    entry.mac = keys.mac(entry.canonical())
    _insert(entry)
    witness.tell(entry.pk, entry.mac)
    return entry


def _insert(entry: JournalEntry) -> None:
    """``entry.save()`` without what a plain insert does not need."""
    names = [*CONTENT, "mac"]
    values: list[Any] = [Jsonb(entry.facts) if name == "facts" else getattr(entry, name) for name in names]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO core_journalentry ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})",  # noqa: S608
            values,
        )
    entry._state.adding, entry._state.db = False, connection.alias


def _place(unit_id: int | None) -> Sequence[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {NEXT}", [unit_id])
        found: Sequence[Any] = cursor.fetchone()
    return found


def of(thing: Thing, limit: int | None = None) -> list[JournalEntry]:
    """The story of one thing, newest first, without what is one side's own (``UNTOLD``)."""
    return _of(thing.kind(), thing.pk, untold=tuple(sorted(thing.UNTOLD)), limit=limit)


@compiled
def _of(kind: str, pk: int, *, untold: tuple[str, ...], limit: int | None) -> models.QuerySet[JournalEntry]:
    rows = JournalEntry.objects.filter(thing_type=kind, thing_id=pk).order_by("-id")
    if untold:
        rows = rows.exclude(verb__in=untold)
    return with_leaf(rows)[:limit]


def with_leaf(rows: models.QuerySet[JournalEntry]) -> models.QuerySet[JournalEntry]:
    """The entries with ``sealed_at``, their place in the tree: None while they are not sealed."""
    return rows.annotate(sealed_at=models.F("sealed_leaf__index"))


def by(actor: Actor) -> models.QuerySet[JournalEntry]:
    """What this post has done, newest first."""
    rows: models.QuerySet[JournalEntry] = JournalEntry.objects.filter(post_id=actor.post_id).order_by("-id")
    return rows if actor.post_id is not None else rows.none()


def visible_to(actor: Actor) -> models.QuerySet[JournalEntry]:
    """The entries that ``actor`` may read as a journal (auditors), newest first; others get none."""
    from gongzhi.core.access import scope

    rows: models.QuerySet[JournalEntry] = JournalEntry.objects.order_by("-id")
    condition = scope(actor, "journal.view", ("unit",))
    return rows.none() if condition is None else rows.filter(condition)
