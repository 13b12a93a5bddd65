"""Walking the whole journal: is it what was signed, and if not, which row is the first that is not?

The walk streams the outside files beside the tables, a batch at a time. It finds what a superuser of the
database can do to sealed rows even if leaves, nodes and checkpoints were rewritten to match: the hashes and
ids of every batch lie outside the database, and the keys do too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from django.db import connection, transaction

from gongzhi.core import outside, witness
from gongzhi.core.checkpoints import Checkpoint, JournalLeaf, JournalNode, Tampered, stored_nodes, unsealed
from gongzhi.core.journal import CONTENT, JournalEntry, canonical
from gongzhi.core.merkle import Tree, leaf_hash
from gongzhi.core.outside import Record
from gongzhi.core.words import Words, say

Kind = Literal["changed", "removed", "inserted", "reordered", "checkpoint", "tree", "outside"]
Progress = Callable[[int, int], None]
BATCH = 2000


@dataclass(frozen=True)
class Finding:
    """The first thing that is wrong: what happened to which entry at which place of the tree."""

    kind: Kind
    message: str
    entry: int | None = None
    index: int | None = None


@dataclass(frozen=True)
class Report:
    """What a walk saw. ``covered`` leaves are also kept outside the database; ``unsealed`` entries wait."""

    ok: bool
    leaves: int
    covered: int
    unsealed: int
    finding: Finding | None


class _Found(Exception):
    def __init__(
        self, kind: Kind, message: Words, entry: int | None = None, index: int | None = None
    ) -> None:
        self.finding = Finding(kind, str(message), entry, index)
        super().__init__(str(message))


def verify_all(progress: Progress | None = None) -> Report:
    """Walk everything; ``progress(done, total)`` is called after each batch. Changes nothing.

    It may run beside sealing: the files are read up to where they stood before the database's snapshot was taken.
    """
    try:
        newest, told = outside.last(), list(witness.lines(witness.files()))
    except (Tampered, ValueError) as error:
        return Report(False, 0, 0, 0, Finding("outside", str(error)))
    with _snapshot():
        walk = _Walk(progress or (lambda done, total: None), newest.size if newest else 0)
        finding = None
        try:
            walk.files()
            walk.database()
            walk.waiting()
            walk.witnessed(told)
        except _Found as found:
            finding = found.finding
    return Report(finding is None, walk.tree.size, walk.covered, walk.unsealed, finding)


@contextmanager
def _snapshot() -> Iterator[None]:
    """One unchanging view of the database, unless a transaction has begun already."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


class _Walk:
    def __init__(self, tell: Progress, newest: int) -> None:
        self.tell, self.newest = tell, newest
        self.total = JournalEntry.objects.count()
        self.tree = Tree()
        self.covered = self.unsealed = 0

    def files(self) -> None:
        """Everything that left the database, compared with what is in it now."""
        try:
            for record in outside.records():
                if record.size > self.newest:
                    break
                self._record(record)
        except ValueError as error:
            message = say("库外检查点文件读不出来：{why}", why=str(error))
            raise _Found("outside", message, index=self.tree.size) from error
        self.covered = self.tree.size

    def _record(self, record: Record) -> None:
        nodes = []
        first = self.tree.size
        for leaf in record.leaves:
            nodes += list(stored_nodes(self.tree.append(leaf)))
        if (record.first, record.size, record.root) != (
            first,
            self.tree.size,
            self.tree.root(),
        ) or not record.is_signed():
            message = say("库外检查点 {size} 与签名不符，文件被改过", size=str(record.size))
            raise _Found("outside", message, index=first)
        _compare_leaves(record)
        _compare_nodes(nodes)
        kept = Checkpoint.objects.filter(pk=record.size).first()
        if (
            kept is None
            or (kept.first, bytes(kept.root)) != (record.first, record.root)
            or not kept.is_signed()
        ):
            message = say("检查点 {size} 在数据库里被改动或删除", size=str(record.size))
            raise _Found("checkpoint", message, index=first)
        self.tell(self.tree.size, self.total)

    def database(self) -> None:
        """What the files do not cover (a crash, or a lost folder): checkpoints against their leaves."""
        if JournalLeaf.objects.filter(pk__lt=0).exists():
            raise _Found("inserted", say("叶子表里多出一行"), index=-1)
        for checkpoint in (
            Checkpoint.objects.filter(size__gt=self.tree.size).order_by("size").iterator(chunk_size=50)
        ):
            self._checkpoint(checkpoint)
        extra = JournalLeaf.objects.filter(pk__gte=self.tree.size).order_by("pk").first()
        if extra is not None:
            raise _inserted(extra.entry_id, extra.index)

    def _checkpoint(self, checkpoint: Checkpoint) -> None:
        first, nodes = self.tree.size, []
        leaves = _leaves(first, checkpoint.size)
        entries = _entries(leaf.entry_id for leaf in leaves)
        for index, leaf in enumerate(leaves, start=first):
            entry = entries.get(leaf.entry_id)
            if leaf.index != index or entry is None:
                raise _removed(None if entry else leaf.entry_id, index)
            if not entry.is_authentic():
                raise _changed(entry.pk, index)
            if entry.leaf() != bytes(leaf.hash):
                raise _changed(entry.pk, index)
            nodes += list(stored_nodes(self.tree.append(bytes(leaf.hash))))
        fits = (checkpoint.first, checkpoint.size, bytes(checkpoint.root)) == (
            first,
            self.tree.size,
            self.tree.root(),
        )
        if not fits or not checkpoint.is_signed():
            message = say(
                "检查点 {size} 与它封存的记录对不上：其中有记录被增删或调换", size=str(checkpoint.size)
            )
            raise _Found("checkpoint", message, index=first)
        _compare_nodes(nodes)
        self.tell(self.tree.size, self.total)

    def waiting(self) -> None:
        """Entries that are not sealed yet must at least be the application's own."""
        after = 0
        while rows := list(unsealed(after)[:BATCH]):
            for entry in rows:
                if not entry.is_authentic():
                    raise _inserted(entry.pk, None)
            self.unsealed += len(rows)
            after = rows[-1].pk
            self.tell(self.tree.size + self.unsealed, self.total)

    def witnessed(self, told: Iterable[witness.Line]) -> None:
        """Entries that were committed and told outside, sealed or not: none may be gone."""
        gone = missed(told)
        if gone is not None:
            raise _removed(gone, None)


def missed(told: Iterable[witness.Line]) -> int | None:
    """The number of the first entry that was told outside and is no longer in the journal in just that form."""
    ordered = sorted(set(told))
    for start in range(0, len(ordered), BATCH):
        some = ordered[start : start + BATCH]
        rows = JournalEntry.objects.filter(pk__in=[number for number, _ in some])
        known = set(rows.values_list("pk", "mac"))
        for line in some:
            if line not in known:
                return line[0]
    return None


def _leaves(first: int, size: int) -> list[JournalLeaf]:
    return list(JournalLeaf.objects.filter(pk__gte=first, pk__lt=size).order_by("pk"))


def _entries(ids: Iterable[int]) -> dict[int, JournalEntry]:
    return {e.pk: e for e in JournalEntry.objects.filter(pk__in=list(ids))}


def _compare_leaves(record: Record) -> None:
    """Each row of one batch against what left the database; the first that differs is named."""
    rows = {leaf.index: leaf for leaf in _leaves(record.first, record.size)}
    entries = _entries([*record.entries, *(leaf.entry_id for leaf in rows.values())])
    for index, (pk, expected) in enumerate(
        zip(record.entries, record.leaves, strict=True), start=record.first
    ):
        row, entry = rows.get(index), entries.get(pk)
        if entry is None:
            raise _removed(pk, index)
        if row is None or row.entry_id != pk:
            raise _misplaced(pk, row.entry_id if row else None, index)
        if entry.leaf() != expected or not entry.is_authentic():
            raise _moved(entry, index) if _is_another(entry) else _changed(pk, index)
        if bytes(row.hash) != expected:
            raise _changed(pk, index)


def _misplaced(expected: int, found: int | None, index: int) -> _Found:
    """At ``index`` stands another entry than the one that was sealed there, which still exists."""
    if found is None:
        return _removed(expected, index)
    if any(found in record.entries for record in outside.records()):
        return _reordered(found, index)
    return _inserted(found, index)


def _is_another(entry: JournalEntry) -> bool:
    """Whether the row carries, under its own number, the content that was sealed under another one."""
    content = {name: getattr(entry, name) for name in CONTENT}
    for record in outside.records():
        known = set(record.leaves)
        for pk in record.entries:
            if pk != entry.pk and leaf_hash(canonical({**content, "id": pk})) in known:
                return True
    return False


def _compare_nodes(nodes: Sequence[tuple[int, bytes]]) -> None:
    kept = dict(JournalNode.objects.filter(pk__in=[place for place, _ in nodes]).values_list("pk", "hash"))
    for place, expected in nodes:
        if place not in kept or bytes(kept[place]) != expected:
            message = say("树的中间节点被改动：第 {level} 层", level=str(place >> 56))
            raise _Found("tree", message)


def _changed(pk: int, index: int | None) -> _Found:
    return _Found("changed", say("第 {pk} 号记录的内容被改过", pk=str(pk)), pk, index)


def _moved(entry: JournalEntry, index: int) -> _Found:
    return _Found("reordered", say("第 {pk} 号记录与别的记录调换过", pk=str(entry.pk)), entry.pk, index)


def _reordered(pk: int, index: int) -> _Found:
    return _Found("reordered", say("第 {pk} 号记录被挪了位置", pk=str(pk)), pk, index)


def _inserted(pk: int, index: int | None) -> _Found:
    return _Found("inserted", say("第 {pk} 号记录不是系统写入的", pk=str(pk)), pk, index)


def _removed(pk: int | None, index: int | None) -> _Found:
    what = say("第 {pk} 号记录被删除", pk=str(pk)) if pk else say("有记录被删除")
    return _Found("removed", what, pk, index)
