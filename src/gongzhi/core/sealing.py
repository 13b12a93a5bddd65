"""Sealing the journal: batches of entries become leaves of one Merkle tree whose signed roots leave the database.

Each batch is one transaction that inserts leaves, the tree's stored nodes and a :class:`Checkpoint` signed with
a key outside the database. The checkpoint, with the batch's leaf hashes, is then appended to
``GONGZHI_HOME/checkpoints`` (see ``outside``). A crash between the two heals at the next run: what the database has
and the file lacks is appended after its signature and hashes are checked. A file that has more than the
database is an alarm: history was cut off.

Until an entry is sealed, a line outside the database tells of it (see ``witness``); sealing drops the lines of what is
sealed and misses what is gone. What cannot be seen: the loss of whole batches when the outside file is cut as well.
Keep a copy of that folder on another machine.
"""

from __future__ import annotations

import logging

from django.db import connection, transaction

from gongzhi.core import clock, keys, outside, witness
from gongzhi.core.checkpoints import (
    Checkpoint,
    JournalLeaf,
    JournalNode,
    Tampered,
    consistency,
    latest_checkpoint,
    note,
    receipt,
    stored_nodes,
    unsealed,
    verify_receipt,
)
from gongzhi.core.journal import JournalEntry
from gongzhi.core.merkle import Tree
from gongzhi.core.verifying import Finding, Report, missed, verify_all

log = logging.getLogger(__name__)

BATCH = 2000
SETTLED = "1 hour"
"""Entries older than this cannot still be arriving from a slow transaction; the daily full run looks again."""


def seal_now(*, full: bool = False) -> int:
    """Seal every entry that is committed and not sealed yet; returns how many. Safe to run twice or at once.

    ``full`` looks through the whole journal instead of its last hours. Raises :class:`Tampered` when the last
    checkpoint or the outside file contradicts the database; entries that the application did not write are left
    unsealed and logged.
    """
    outside.catch_up()
    total, after = 0, 0 if full else _settled()
    while True:
        sealed, after, more = _seal_batch(after)
        total += sealed
        if sealed:
            outside.catch_up()
        if not more:
            _release_witnesses()
            return total


def _release_witnesses() -> None:
    """Drop the files of which everything is sealed; what is gone from the journal is logged, and its file kept."""
    for path in witness.files(rested=True):
        told = list(witness.lines([path]))
        gone = missed(told)
        if gone is not None:
            log.error("journal entry %s was committed and is gone: run gongzhi verify (%s)", gone, path)
        elif JournalLeaf.objects.filter(entry_id__in={number for number, _ in told}).count() == len(
            set(told)
        ):
            path.unlink(missing_ok=True)


def _settled() -> int:
    """The entry id up to which no unsealed entry can appear any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(max(reach), 0) FROM core_checkpoint WHERE sealed_at < now() - interval '{SETTLED}'"  # noqa: S608
        )
        return int(cursor.fetchone()[0])


def _seal_batch(after: int) -> tuple[int, int, bool]:
    """Seal up to BATCH entries above id ``after``: (how many, the last id looked at, whether to go on)."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.seal'))")
            if not cursor.fetchone()[0]:
                return 0, after, False
        found = list(unsealed(after)[:BATCH])
        if not found:
            return 0, after, False
        genuine = [e for e in found if e.is_authentic()]
        if len(genuine) < len(found):
            strange = sorted({e.pk for e in found} - {e.pk for e in genuine})
            log.error("journal entries %s were not written by the application", strange)
        if genuine:
            _insert(genuine)
        return len(genuine), found[-1].pk, len(found) == BATCH


def _insert(entries: list[JournalEntry]) -> None:
    last = latest_checkpoint()
    tree = last.tree() if last else Tree()
    first, leaves = tree.size, []
    nodes: list[tuple[int, bytes]] = []
    for entry in entries:
        hashed = entry.leaf()
        leaves.append(JournalLeaf(index=tree.size, entry_id=entry.pk, hash=hashed))
        nodes += stored_nodes(tree.append(hashed))
    JournalLeaf.objects.bulk_create(leaves)
    JournalNode.objects.bulk_create(JournalNode(place=place, hash=h) for place, h in nodes)
    signer, at = keys.signing_key(make=last is None), clock.now()
    Checkpoint.objects.create(
        size=tree.size,
        first=first,
        root=tree.root(),
        peaks=b"".join(tree.peaks),
        reach=max(entries[-1].pk, last.reach if last else 0),
        at=at,
        key=keys.key_id(signer.public_key()),
        signature=signer.sign(note(tree.size, tree.root(), at)),
    )


__all__ = [
    "Checkpoint",
    "Finding",
    "JournalLeaf",
    "JournalNode",
    "Report",
    "Tampered",
    "consistency",
    "latest_checkpoint",
    "receipt",
    "seal_now",
    "unsealed",
    "verify_all",
    "verify_receipt",
]
