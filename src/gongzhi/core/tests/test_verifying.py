"""What a superuser of the database can do to sealed acts, and that each is found and named.

Every deed is done twice: plainly, and with leaves, nodes, peaks and checkpoints rewritten so that the tables
agree with each other again. Only the files and keys outside the database are out of the superuser's reach.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from gongzhi.core import access, journal, outside, sealing
from gongzhi.core.checkpoints import stored_nodes
from gongzhi.core.journal import JournalEntry
from gongzhi.core.merkle import Tree, leaf_hash

pytestmark = pytest.mark.django_db
BATCH = 5


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.GONGZHI_KEYS, settings.GONGZHI_HOME = "one:" + "11" * 32, tmp_path
    monkeypatch.setattr(sealing, "BATCH", BATCH)
    return tmp_path


@pytest.fixture
def entries() -> list[JournalEntry]:
    """Eighteen sealed acts in batches of five, and two that wait."""
    made = [_write(n) for n in range(18)]
    sealing.seal_now()
    return [*made, _write(18), _write(19)]


def _write(n: int) -> JournalEntry:
    return journal.write(
        access.SYSTEM, "t.act", thing_type="core.thing", thing_id=n, label=f"第 {n} 件", facts={"n": n}
    )


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def rewrite_tree() -> None:
    """The cunning superuser: leaves, nodes, peaks and roots are computed anew from the rows as they now are."""
    tree = Tree()
    rows = {e.pk: e for e in JournalEntry.objects.all()}
    nodes = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT index, entry_id FROM core_journalleaf ORDER BY index")
        leaves = cursor.fetchall()
        cursor.execute("SELECT size FROM core_checkpoint ORDER BY size")
        sizes = [s for (s,) in cursor.fetchall()]
        for index, entry in leaves:
            hashed = leaf_hash(rows[entry].canonical())
            cursor.execute("UPDATE core_journalleaf SET hash = %s WHERE index = %s", [hashed, index])
            nodes += list(stored_nodes(tree.append(hashed)))
            if tree.size in sizes or (tree.size == len(leaves) and sizes[-1] != len(leaves)):
                size = tree.size if tree.size in sizes else sizes[-1]
                cursor.execute(
                    "UPDATE core_checkpoint SET root = %s, peaks = %s, size = %s WHERE size = %s",
                    [tree.root(), b"".join(tree.peaks), tree.size, size],
                )
        for place, hashed in nodes:
            cursor.execute("UPDATE core_journalnode SET hash = %s WHERE place = %s", [hashed, place])


def shift(frm: int, by: int) -> None:
    """Renumber the leaves from ``frm`` on."""
    sql("UPDATE core_journalleaf SET index = -index - 1000 WHERE index >= %s", frm)
    sql("UPDATE core_journalleaf SET index = -index - 1000 + %s WHERE index <= -1000", by)


def found(kind: str, entry: int | None, index: int | None) -> None:
    report = sealing.verify_all()
    assert report.finding is not None, "nothing was noticed"
    assert (report.finding.kind, report.finding.entry, report.finding.index) == (kind, entry, index), (
        report.finding
    )
    assert not report.ok
    assert str(entry) in report.finding.message or entry is None


def test_an_untouched_journal_is_sound(entries):
    seen = []
    report = sealing.verify_all(lambda done, total: seen.append((done, total)))
    assert (report.ok, report.leaves, report.covered, report.unsealed) == (True, 18, 18, 2)
    assert seen[-1] == (20, 20)


@pytest.mark.parametrize("cunning", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        "label = '改'",
        "facts = jsonb_set(facts, '{facts,n}', '99')",
        "at = at - interval '1 day'",
        "post_id = 7",
        "mac = 'one:00'",
    ],
)
def test_a_changed_row_is_named(entries, change, cunning):
    sql(f"UPDATE core_journalentry SET {change} WHERE id IN (%s, %s)", entries[7].pk, entries[12].pk)
    if cunning:
        rewrite_tree()
    found("changed", entries[7].pk, 7)


@pytest.mark.parametrize("cunning", [False, True])
def test_a_removed_row_is_named(entries, cunning):
    sql("DELETE FROM core_journalleaf WHERE entry_id = %s", entries[7].pk)
    sql("DELETE FROM core_journalentry WHERE id = %s", entries[7].pk)
    if cunning:
        shift(8, -1)
        rewrite_tree()
    found("removed", entries[7].pk, 7)


@pytest.mark.parametrize("last", [True, False])
def test_the_last_sealed_rows_removed_with_their_checkpoint_are_named(entries, last):
    size = 15 if last else 0
    sql("DELETE FROM core_checkpoint WHERE size > %s", size)
    sql("DELETE FROM core_journalleaf WHERE index >= %s", size)
    sql("DELETE FROM core_journalentry WHERE id >= %s AND id <= %s", entries[size].pk, entries[17].pk)
    found("removed", entries[size].pk, size)


def forge(entry: JournalEntry, pk: int) -> None:
    """A row made by hand in the likeness of another."""
    columns = "at, account_id, post_id, role, actor_name, actor_unit, verb, thing_type, thing_id, label, unit_id, unit_path, facts, salt, mac"
    sql(
        f"INSERT INTO core_journalentry (id, {columns}) SELECT %s, {columns} FROM core_journalentry WHERE id = %s",
        pk,
        entry.pk,
    )


@pytest.mark.parametrize("sealed", [False, True])
def test_an_inserted_row_is_named(entries, sealed):
    forged = entries[-1].pk + 100
    forge(entries[7], forged)
    if sealed:
        sql("INSERT INTO core_journalleaf (index, entry_id, hash) VALUES (18, %s, '')", forged)
    found("inserted", forged, 18 if sealed else None)


def test_a_row_inserted_into_the_middle_of_the_tree_is_named(entries):
    forged = entries[-1].pk + 100
    forge(entries[7], forged)
    shift(7, 1)
    sql("INSERT INTO core_journalleaf (index, entry_id, hash) VALUES (7, %s, '')", forged)
    rewrite_tree()
    found("inserted", forged, 7)


def test_a_genuine_row_that_waited_is_not_moved_into_the_sealed_part_unseen(entries):
    shift(7, 1)
    sql("INSERT INTO core_journalleaf (index, entry_id, hash) VALUES (7, %s, '')", entries[18].pk)
    rewrite_tree()
    found("inserted", entries[18].pk, 7)


@pytest.mark.parametrize("cunning", [False, True])
def test_two_places_swapped_in_the_tree_are_named(entries, cunning):
    sql("UPDATE core_journalleaf SET index = -1 - index WHERE index IN (3, 12)")
    sql("UPDATE core_journalleaf SET index = 12 WHERE index = -4")
    sql("UPDATE core_journalleaf SET index = 3 WHERE index = -13")
    if cunning:
        rewrite_tree()
    found("reordered", entries[12].pk, 3)


@pytest.mark.parametrize("cunning", [False, True])
def test_two_rows_that_swapped_their_numbers_are_named(entries, cunning):
    a, b = entries[3].pk, entries[12].pk
    sql("UPDATE core_journalentry SET id = -id WHERE id IN (%s, %s)", a, b)
    sql("UPDATE core_journalentry SET id = %s WHERE id = %s", b, -a)
    sql("UPDATE core_journalentry SET id = %s WHERE id = %s", a, -b)
    if cunning:
        rewrite_tree()
    found("reordered", a, 3)


def test_leaves_nodes_and_checkpoints_altered_alone_are_found(entries):
    sql("UPDATE core_journalleaf SET hash = '' WHERE index = 4")
    found("changed", entries[4].pk, 4)


def test_an_altered_checkpoint_is_found(entries):
    sql("UPDATE core_checkpoint SET at = at + interval '1 day' WHERE size = 10")
    found("checkpoint", None, 5)


def test_a_removed_checkpoint_is_found(entries):
    sql("DELETE FROM core_checkpoint WHERE size = 10")
    found("checkpoint", None, 5)


def test_an_altered_node_is_found(entries):
    for n in range(260):
        _write(n)
    sealing.seal_now()
    assert sealing.verify_all().ok
    sql("UPDATE core_journalnode SET hash = ''")
    assert sealing.verify_all().finding.kind == "tree"


def test_a_checkpoint_signed_by_a_stranger_is_found(entries, home):
    from gongzhi.core import keys

    for path in (home / "keys").glob("checkpoint*"):
        path.unlink()
    keys.new_signing_key()
    assert sealing.verify_all().finding.kind == "outside"


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"first":5', b'"first":6'), (b'"root":"', b'"root":"00'), (b"{", b"["), (b'"key":"', b'"key":"0')],
)
def test_an_altered_file_is_found_and_not_taken_for_the_truth(entries, old, new):
    (path,) = outside.segments()
    path.write_bytes(path.read_bytes().replace(old, new))
    assert sealing.verify_all().finding.kind == "outside"


# ---- without the copy outside, the keys alone still tell ----


@pytest.fixture
def no_copy(entries) -> None:
    for path in outside.segments():
        path.unlink()


@pytest.mark.parametrize("cunning", [False, True])
def test_without_the_copy_a_changed_row_is_still_named(entries, no_copy, cunning):
    sql("UPDATE core_journalentry SET label = '改' WHERE id = %s", entries[7].pk)
    if cunning:
        rewrite_tree()
    found("changed", entries[7].pk, 7)


def test_without_the_copy_a_removed_row_is_still_placed(entries, no_copy):
    sql("DELETE FROM core_journalleaf WHERE entry_id = %s", entries[7].pk)
    sql("DELETE FROM core_journalentry WHERE id = %s", entries[7].pk)
    found("removed", None, 7)


def test_without_the_copy_a_cunning_removal_is_still_placed_within_its_batch(entries, no_copy):
    sql("DELETE FROM core_journalleaf WHERE entry_id = %s", entries[7].pk)
    sql("DELETE FROM core_journalentry WHERE id = %s", entries[7].pk)
    shift(8, -1)
    rewrite_tree()
    finding = sealing.verify_all().finding
    assert (finding.kind, finding.index) == ("checkpoint", 5)


def test_without_the_copy_a_forged_row_is_still_named(entries, no_copy):
    forged = entries[-1].pk + 100
    forge(entries[7], forged)
    sql("INSERT INTO core_journalleaf (index, entry_id, hash) VALUES (18, %s, '')", forged)
    found("inserted", forged, 18)


def test_what_cannot_be_seen_is_only_the_unsealed_tail(entries):
    """Documented in sealing: an act deleted before it was sealed leaves no trace but a number that is skipped."""
    sql("DELETE FROM core_journalentry WHERE id = %s", entries[19].pk)
    report = sealing.verify_all()
    assert (report.ok, report.unsealed) == (True, 1)
