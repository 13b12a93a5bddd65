"""A backup brings everything back, and a damaged one brings nothing."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile

import psycopg
import pytest
from psycopg import errors

from gongzhi.running import backup as backup_module
from gongzhi.running.backup import backup, restore
from gongzhi.running.database import clear_schema
from gongzhi.running.home import Home
from gongzhi.running.trouble import FOUND, USAGE, Trouble


def quiet(label: str, done: int, total: int) -> None:
    """No progress shown."""


@pytest.fixture
def county(access, home):
    """A little county: a unit, a record, a key, a checkpoint, a photograph."""
    with psycopg.connect(access.app) as connection:
        connection.execute("INSERT INTO core_unit (name) VALUES ('中荷村')")
        connection.execute("INSERT INTO core_journalentry (verb) VALUES ('agreements.sign')")
    for name, text in (("keys/1.key", "key"), ("checkpoints/7.json", "{}"), ("evidence/ab/cd", "photograph")):
        path = home.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    home.secrets()
    return home


def test_round_trip(access, county, tmp_path):
    file = tmp_path / "county.tar"
    report = backup(county, access, file, quiet)
    assert report.files == 5  # database, secrets, key, checkpoint, evidence
    assert file.stat().st_mode & 0o777 == 0o600
    clear_schema(access)
    other = Home(tmp_path / "other").make()
    before = other.secrets()
    restore(other, access, file, quiet)
    with psycopg.connect(access.app) as connection:
        assert connection.execute("SELECT name FROM core_unit").fetchall() == [("中荷村",)]
        assert connection.execute("SELECT verb FROM core_journalentry").fetchall() == [("agreements.sign",)]
        connection.execute("INSERT INTO core_unit (name) VALUES ('新的')")  # sequences went on
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("DELETE FROM core_journalentry")
    assert (other.root / "keys/1.key").read_text() == "key"
    assert (other.root / "evidence/ab/cd").read_text() == "photograph"
    after = other.secrets()
    assert after["django"] == county.secrets()["django"]
    assert after["app"] == before["app"]  # this home's own server keeps its passwords


def test_a_file_that_is_written_to_meanwhile_is_kept_as_it_was(access, county, tmp_path, monkeypatch):
    path, digest = county.root / "checkpoints/7.json", backup_module._digest

    def slow(file, size):
        with path.open("a") as more:
            more.write("sealed in this very moment")
        return digest(file, size)

    monkeypatch.setattr(backup_module, "_digest", slow)
    backup(county, access, tmp_path / "county.tar", quiet)
    clear_schema(access)
    other = Home(tmp_path / "other").make()
    restore(other, access, tmp_path / "county.tar", quiet)
    kept = (other.root / "checkpoints/7.json").read_text()
    assert kept.startswith("{}")
    assert path.read_text().startswith(kept)


@pytest.mark.parametrize(
    "name", ["home/../../etc/cron.d/mine", "home/run/lock", "home/postgres/data/pg_hba.conf", "/etc/passwd"]
)
def test_nothing_is_unpacked_beside_what_a_backup_holds(access, county, tmp_path, name):
    file, strange = tmp_path / "county.tar", tmp_path / "strange.tar"
    backup(county, access, file, quiet)
    with tarfile.open(file) as old, tarfile.open(strange, "w") as new:
        for member in old.getmembers():
            body = old.extractfile(member).read()
            if member.name == "manifest.json":
                manifest = json.loads(body)
                manifest["sha256"][name] = hashlib.sha256(b"mine").hexdigest()
                body = json.dumps(manifest).encode()
                member.size = len(body)
            new.addfile(member, io.BytesIO(body))
        extra = tarfile.TarInfo(name)
        extra.size = 4
        new.addfile(extra, io.BytesIO(b"mine"))
    clear_schema(access)
    other = Home(tmp_path / "other").make()
    before = sorted(p for p in tmp_path.rglob("*") if p.is_file())
    with pytest.raises(Trouble):
        restore(other, access, strange, quiet)
    assert sorted(p for p in tmp_path.rglob("*") if p.is_file()) == before


def test_never_over_a_county(access, county, tmp_path):
    file = tmp_path / "county.tar"
    backup(county, access, file, quiet)
    with pytest.raises(Trouble, match="not empty") as refused:
        restore(county, access, file, quiet)
    assert refused.value.code == FOUND
    with pytest.raises(Trouble, match="exists already") as refused:
        backup(county, access, file, quiet)
    assert refused.value.code == USAGE


def rewritten(source, target, change):
    """The backup with one member changed, dropped or added by ``change(name, data) -> data | None``."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            data = change(member.name, old.extractfile(member).read())
            if data is not None:
                import io

                member.size = len(data)
                new.addfile(member, io.BytesIO(data))
    return target


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda name, data: data + b"x" if "evidence" in name else data, "has changed"),
        (lambda name, data: None if "keys" in name else data, "does not match"),
        (lambda name, data: None if "manifest" in name else data, "no manifest"),
        (
            lambda name, data: json.dumps({"format": 99}).encode() if "manifest" in name else data,
            "unknown format",
        ),
    ],
)
def test_a_damaged_backup_changes_nothing(access, county, tmp_path, change, words):
    file = tmp_path / "county.tar"
    backup(county, access, file, quiet)
    damaged = rewritten(file, tmp_path / "damaged.tar", change)
    with psycopg.connect(access.app) as connection:
        connection.execute("DELETE FROM core_unit")
    other = Home(tmp_path / "other").make()
    with pytest.raises(Trouble, match=words):
        restore(other, access, damaged, quiet)
    assert not (other.root / "keys").exists()
    with psycopg.connect(access.app) as connection:
        assert connection.execute("SELECT verb FROM core_journalentry").fetchall() == [("agreements.sign",)]


def test_what_is_not_a_backup_is_said_to_be_none(access, home, tmp_path):
    (tmp_path / "letter.txt").write_text("您好")
    with pytest.raises(Trouble, match="cannot be read as a backup"):
        restore(home, access, tmp_path / "letter.txt", quiet)
