"""Sealing: batches, receipts, the copy outside, crashes between the two."""

from __future__ import annotations

import json
from itertools import pairwise
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from gongzhi.core import access, checkpoints, journal, keys, merkle, outside, sealing
from gongzhi.core.journal import JournalEntry
from gongzhi.core.sealing import Checkpoint, JournalLeaf, JournalNode, Tampered


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Any) -> Any:
    settings.GONGZHI_KEYS, settings.GONGZHI_HOME = "one:" + "11" * 32, tmp_path
    return tmp_path


def write(count: int) -> list[JournalEntry]:
    return [
        journal.write(
            access.SYSTEM, "t.act", thing_type="core.thing", thing_id=n, label=f"第 {n} 件", facts={"n": n}
        )
        for n in range(count)
    ]


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.django_db
def test_nothing_to_seal():
    assert sealing.seal_now() == 0
    assert sealing.latest_checkpoint() is None
    assert sealing.verify_all().ok


@pytest.mark.django_db
def test_sealing_twice_seals_once(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 7)
    entries = write(20)
    assert sealing.seal_now() == 20
    assert sealing.seal_now() == sealing.seal_now(full=True) == 0
    more = write(3)
    assert sealing.seal_now() == 3
    assert list(Checkpoint.objects.order_by("size").values_list("first", "size")) == [
        (0, 7),
        (7, 14),
        (14, 20),
        (20, 23),
    ]
    head = sealing.latest_checkpoint()
    assert bytes(head.root) == merkle.root([e.leaf() for e in entries + more])
    assert head.is_signed()
    report = sealing.verify_all()
    assert (report.ok, report.leaves, report.covered, report.unsealed) == (True, 23, 23, 0)


@pytest.mark.django_db
def test_the_outside_copy_names_every_entry(home):
    entries = write(5)
    sealing.seal_now()
    (record,) = outside.records()
    assert record.entries == [e.pk for e in entries]
    assert record.leaves == [e.leaf() for e in entries]
    assert record == outside.last()
    assert (home / "checkpoints").stat().st_mode & 0o077 == 0
    assert (home / "keys" / "checkpoint.key").stat().st_mode & 0o077 == 0


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 2, 255, 256, 257, 600])
def test_receipts_prove_their_entry_and_nothing_else(count):
    entries = write(count)
    assert sealing.receipt(entries[0]) is None
    sealing.seal_now()
    write(1)
    sealing.seal_now()
    key = keys.raw_form(next(iter(keys.public_keys().values())))
    for entry in {entries[0], entries[count // 2], entries[-1]}:
        receipt = sealing.receipt(entry)
        assert receipt is not None
        assert sealing.verify_receipt(json.loads(json.dumps(receipt)), key)
        assert receipt["size"] == count + 1
        for name, value in (
            ("leaf", "00" * 32),
            ("index", receipt["index"] + 1),
            ("root", "00" * 32),
            ("size", count + 2),
            ("sealed_at", "2020-01-01T00:00:00+00:00"),
            ("signature", ""),
            ("path", "x"),
        ):
            assert not sealing.verify_receipt({**receipt, name: value}, key)
        assert not sealing.verify_receipt(receipt, b"\1" * 32)
    assert not sealing.verify_receipt({})


@pytest.mark.django_db
def test_a_receipt_of_an_altered_entry_does_not_verify():
    entry = write(5)[2]
    sealing.seal_now()
    sql("UPDATE core_journalentry SET label = '改' WHERE id = %s", entry.pk)
    entry.refresh_from_db()
    assert not sealing.verify_receipt(sealing.receipt(entry))


@pytest.mark.django_db
def test_a_receipt_costs_the_same_in_a_larger_journal(django_assert_max_num_queries):
    first = write(3)[0]
    sealing.seal_now()
    with django_assert_max_num_queries(4):
        sealing.receipt(first)
    write(700)
    sealing.seal_now()
    assert JournalNode.objects.count() == 2
    with django_assert_max_num_queries(4):
        sealing.receipt(first)


@pytest.mark.django_db
def test_whoever_kept_a_root_can_check_that_history_was_only_added_to():
    write(300)
    sealing.seal_now()
    old = sealing.latest_checkpoint()
    write(400)
    sealing.seal_now()
    new = sealing.latest_checkpoint()
    proof = [bytes.fromhex(h) for h in sealing.consistency(old.size, new.size)]
    assert merkle.verify_consistency(old.size, new.size, bytes(old.root), bytes(new.root), proof)


@given(st.integers(0, 1 << 20), st.integers(0, 21))
def test_any_subtree_is_read_in_few_pieces(n, level):
    lo, hi = n << level, (n + 1) << level
    found = list(checkpoints.pieces(lo, hi))
    assert found[0][0] == lo
    assert found[-1][1] == hi
    assert all(a[1] == b[0] for a, b in pairwise(found))
    assert len(found) <= 256


@pytest.mark.django_db
def test_what_the_application_did_not_write_is_not_sealed(caplog):
    entries = write(3)
    sql("UPDATE core_journalentry SET label = '伪' WHERE id = %s", entries[1].pk)
    assert sealing.seal_now() == 2
    assert str(entries[1].pk) in caplog.text
    finding = sealing.verify_all().finding
    assert (finding.kind, finding.entry) == ("inserted", entries[1].pk)


@pytest.mark.django_db
def test_a_crash_before_the_file_was_written_heals(monkeypatch):
    write(4)
    sealing.seal_now()
    write(3)
    with monkeypatch.context() as crash:
        crash.setattr(outside, "_append", lambda record: (_ for _ in ()).throw(SystemError("power")))
        with pytest.raises(SystemError):
            sealing.seal_now()
    report = sealing.verify_all()
    assert (report.ok, report.leaves, report.covered) == (True, 7, 4)
    assert sealing.seal_now() == 0
    assert sealing.verify_all().covered == 7


@pytest.mark.django_db
@pytest.mark.parametrize("torn", [1, 40])
def test_a_line_torn_by_a_crash_is_written_again(torn):
    write(4)
    sealing.seal_now()
    write(3)
    sealing.seal_now()
    (path,) = outside.segments()
    whole = path.read_bytes()
    path.write_bytes(whole[:-torn])
    assert sealing.verify_all().ok
    sealing.seal_now()
    assert path.read_bytes() == whole
    path.write_bytes(whole[: whole.index(b"\n") // 2])  # the very first line
    sealing.seal_now()
    assert path.read_bytes() == whole


@pytest.mark.django_db
def test_a_lost_folder_is_written_again_from_what_was_signed(home):
    write(4)
    sealing.seal_now()
    (path,) = outside.segments()
    whole = path.read_bytes()
    path.unlink()
    assert sealing.verify_all().ok
    sealing.seal_now()
    assert path.read_bytes() == whole


@pytest.mark.django_db
def test_segments_follow_on(monkeypatch):
    monkeypatch.setattr(outside, "SEGMENT", 500)
    for _ in range(4):
        write(3)
        sealing.seal_now()
    assert len(outside.segments()) > 1
    assert sealing.verify_all().covered == 12


@pytest.mark.django_db
def test_sealing_stops_when_history_was_cut_off():
    write(4)
    sealing.seal_now()
    write(4)
    sealing.seal_now()
    sql("DELETE FROM core_checkpoint WHERE size = 8")
    sql("DELETE FROM core_journalleaf WHERE index >= 4")
    with pytest.raises(Tampered, match="no longer"):
        sealing.seal_now()


@pytest.mark.django_db
def test_sealing_never_grows_on_altered_peaks():
    write(4)
    sealing.seal_now()
    sql("UPDATE core_checkpoint SET peaks = %s", b"\0" * 32)
    write(1)
    with pytest.raises(Tampered, match="altered"):
        sealing.seal_now()
    assert JournalLeaf.objects.count() == 4


@pytest.mark.django_db
def test_a_lost_signing_key_is_not_silently_replaced(home):
    write(1)
    sealing.seal_now()
    (home / "keys" / "checkpoint.key").unlink()
    write(1)
    with pytest.raises(ImproperlyConfigured, match=r"checkpoint\.key"):
        sealing.seal_now()
    keys.new_signing_key()
    assert sealing.seal_now() == 1
    assert sealing.verify_all().ok  # the old public key is still trusted
    assert len(keys.public_keys()) == 2


@pytest.mark.django_db
def test_only_the_last_hours_are_looked_through_and_once_a_day_everything():
    late = write(1)[0]
    write(1)
    sealing.seal_now()
    sql("DELETE FROM core_checkpoint")
    sql("DELETE FROM core_journalleaf")
    for path in outside.segments():
        path.unlink()
    with transaction.atomic():  # as if ``late`` came from a transaction of two hours
        rows = JournalEntry.objects.exclude(pk=late.pk)
        sealing._insert(list(rows))
        sql("UPDATE core_checkpoint SET sealed_at = now() - interval '2 hours'")
    assert sealing.seal_now() == 0
    assert sealing.verify_all().unsealed == 1
    assert sealing.seal_now(full=True) == 1
    assert sealing.verify_all().ok


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_seal_each_entry_once(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 3)
    write(30)
    barrier, problems = Barrier(3), []

    def run() -> None:
        try:
            barrier.wait()
            for _ in range(12):
                sealing.seal_now()
        except Exception as error:
            problems.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    sealing.seal_now()
    assert problems == []
    report = sealing.verify_all()
    assert (report.ok, report.leaves, report.covered, report.unsealed) == (True, 30, 30, 0)


@pytest.mark.django_db(transaction=True)
def test_verifying_beside_writing_raises_no_false_alarm(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 2)
    write(10)
    sealing.seal_now()
    seen = []

    def meanwhile(done: int, total: int) -> None:
        def act() -> None:
            write(3)
            sealing.seal_now()
            connection.close()

        if len(seen) < 3:
            worker = Thread(target=act)
            worker.start()
            worker.join()
        seen.append(done)

    report = sealing.verify_all(meanwhile)
    assert report.ok, report.finding
    assert seen[-1] == 10
    assert sealing.verify_all().leaves == 19


@pytest.mark.django_db
def test_the_worker_seals_every_minute():
    from gongzhi.core import tasks

    write(2)
    assert tasks.seal(timestamp=0) == 2
    assert tasks.seal_all(timestamp=0) == 0
    known = {task.name: task for task in (tasks.seal, tasks.seal_all, tasks.escalate)}
    assert len(known) == 3
