"""Before an act is sealed it is told outside the database: a superuser who deletes it at once is found out too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction

from gongzhi.core import access, journal, outside, sealing, witness
from gongzhi.core.journal import JournalEntry

KEYS = "one:" + "11" * 32
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.GONGZHI_KEYS, settings.GONGZHI_HOME = KEYS, tmp_path
    return tmp_path


def act(n: int = 0) -> JournalEntry:
    return journal.write(access.SYSTEM, "t.act", thing_type="core.thing", thing_id=n, label=f"第 {n} 件")


def sql(statement: str, *values: Any) -> None:
    """As the superuser that the tests' connection is."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def undone() -> None:
    """An act that is rolled back."""
    with suppress(ZeroDivisionError), transaction.atomic():
        act()
        raise ZeroDivisionError


def told() -> list[witness.Line]:
    return list(witness.lines(witness.files()))


def finding() -> tuple[str, int | None] | None:
    found = sealing.verify_all().finding
    return (found.kind, found.entry) if found else None


def let_rest() -> None:
    """As if the files had been written three minutes ago."""
    for path in witness.files():
        minute, _, rest = path.name.partition("-")
        path.rename(path.with_name(f"{int(minute) - 4 * witness.MINUTE}-{rest}"))


def test_every_committed_act_has_its_line_and_no_other(home: Path) -> None:
    first = act()
    undone()
    with transaction.atomic():
        second = act()
        undone()
        assert told() == [(first.pk, first.mac)]  # not before the commit
    assert told() == [(e.pk, e.mac) for e in (first, second)]
    assert (home / "witness").stat().st_mode & 0o077 == 0
    assert {p.stat().st_mode & 0o777 for p in witness.files()} == {0o600}
    assert sealing.verify_all().ok


def test_a_row_deleted_before_it_was_sealed_is_named() -> None:
    rows = [act(n) for n in range(3)]
    sql("DELETE FROM core_journalentry WHERE id = %s", rows[1].pk)
    assert finding() == ("removed", rows[1].pk)
    assert sealing.seal_now() == 2  # sealing what is left hides nothing
    assert finding() == ("removed", rows[1].pk)


def test_the_newest_row_is_named_too_and_a_number_given_out_twice() -> None:
    act()
    last = act()
    sql("DELETE FROM core_journalentry WHERE id = %s", last.pk)
    assert finding() == ("removed", last.pk)
    sql("SELECT setval(pg_get_serial_sequence('core_journalentry', 'id'), %s, false)", last.pk)
    again = act()
    assert (again.pk, again.is_authentic()) == (last.pk, True)
    assert finding() == ("removed", last.pk)


def test_gongzhi_verify_names_it_and_fails(home: Path) -> None:
    rows = [act(n) for n in range(3)]
    known = connection.settings_dict
    address = (
        f"postgresql://{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT']}/{known['NAME']}"
    )
    environment = {
        **os.environ, "DATABASE_URL": address, "GONGZHI_HOME": str(home), "GONGZHI_KEYS": KEYS, "GONGZHI_DEMO": "0",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    environment.pop("GONGZHI_OWNER_DATABASE_URL", None)

    def verify() -> tuple[int, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "gongzhi.cli", "verify", "--json"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, json.loads(done.stdout)

    code, answer = verify()
    assert (code, answer["ok"], answer["unsealed"]) == (0, True, 3)
    sql("DELETE FROM core_journalentry WHERE id = %s", rows[1].pk)
    code, answer = verify()
    assert code != 0
    assert (answer["finding"]["kind"], answer["finding"]["entry"]) == ("removed", rows[1].pk)


def test_sealing_drops_what_is_sealed_and_keeps_what_tells_of_a_loss(caplog: Any) -> None:
    rows = [act(n) for n in range(3)]
    sealing.seal_now()
    assert told()  # this minute's file may still be written to
    let_rest()
    sealing.seal_now()
    assert witness.files() == []
    lost, kept = act(), act()
    sql("DELETE FROM core_journalentry WHERE id = %s", lost.pk)
    let_rest()
    sealing.seal_now()
    assert f"journal entry {lost.pk} was committed and is gone" in caplog.text
    assert [n for n, _ in told()] == [lost.pk, kept.pk]
    assert finding() == ("removed", lost.pk)
    assert sum(len(r.entries) for r in outside.records()) == len(rows) + 1


def test_an_unsealed_entry_keeps_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    act()
    let_rest()
    monkeypatch.setattr(sealing, "_seal_batch", lambda after: (0, after, False))  # another worker is sealing
    sealing.seal_now()
    assert len(told()) == 1


def test_a_torn_line_is_not_there_yet_and_a_strange_file_is_told(home: Path) -> None:
    entry = act()
    (path,) = witness.files()
    path.write_text(path.read_text() + "77 one:")
    assert told() == [(entry.pk, entry.mac)]
    assert sealing.verify_all().ok
    path.write_text("not a number\n")
    assert finding() == ("outside", None)


def test_acts_at_once_wait_for_nobody_and_all_are_told() -> None:
    barrier, done = Barrier(8), []

    def work() -> None:
        barrier.wait()
        for n in range(25):
            with transaction.atomic():
                done.append(act(n).pk)
        connection.close()

    crowd = [Thread(target=work) for _ in range(8)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert sorted(number for number, _ in told()) == sorted(done)
    assert sealing.verify_all().ok


def test_an_act_stands_though_its_line_cannot_be_written(home: Path, caplog: Any) -> None:
    (home / "witness").write_text("in the way")
    entry = act()
    assert JournalEntry.objects.filter(pk=entry.pk).exists()
    assert "on_commit" in caplog.text
