"""The journal's copy outside the database: every checkpoint with its leaf hashes, appended to files.

``GONGZHI_HOME/checkpoints/<first leaf>.jsonl``, one JSON object a line: ``first``, ``size``, ``root``, ``at``, ``key``,
``signature``, ``entries`` (entry ids) and ``leaves`` (their hashes, base64 of 32 bytes each). Lines are only ever
appended; a line without its end is a crash's and is written again.
"""

from __future__ import annotations

import fcntl
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from gongzhi.core.checkpoints import Checkpoint, JournalLeaf, Tampered, latest_checkpoint, signed_by_us
from gongzhi.core.merkle import Tree

SEGMENT = 16 * 1024 * 1024
"""A file that has grown beyond this is closed and a new one begun."""


@dataclass(frozen=True)
class Record:
    """One checkpoint as it was when it left the database."""

    first: int
    size: int
    root: bytes
    at: datetime
    key: str
    signature: bytes
    entries: list[int]
    leaves: list[bytes]

    def line(self) -> bytes:
        """The line that stands for it."""
        content = {
            "first": self.first,
            "size": self.size,
            "root": self.root.hex(),
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "key": self.key,
            "signature": b64encode(self.signature).decode(),
            "entries": self.entries,
            "leaves": b64encode(b"".join(self.leaves)).decode(),
        }
        return json.dumps(content, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> Record:
        """Read a line back; ValueError when it is not one."""
        try:
            c = json.loads(line)
            raw = b64decode(c["leaves"], validate=True)
            leaves = [raw[i : i + 32] for i in range(0, len(raw), 32)]
            record = cls(
                int(c["first"]),
                int(c["size"]),
                bytes.fromhex(c["root"]),
                datetime.fromisoformat(c["at"]),
                str(c["key"]),
                b64decode(c["signature"], validate=True),
                [int(e) for e in c["entries"]],
                leaves,
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError("not a checkpoint") from error
        if len(leaves) != len(record.entries) or record.size - record.first != len(leaves):
            raise ValueError("a checkpoint that does not add up")
        return record

    def is_signed(self) -> bool:
        """Whether the signature is right under a trusted key."""
        return signed_by_us(self.size, self.root, self.at, self.key, self.signature)


def folder() -> Path:
    """Where the files lie."""
    path = Path(settings.GONGZHI_HOME) / "checkpoints"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def segments() -> list[Path]:
    """The files, oldest first."""
    return sorted(folder().glob("*.jsonl"))


def records() -> Iterator[Record]:
    """Every record, oldest first, one at a time; ValueError at a line that is not one. A torn last line is not
    there yet."""
    for path in segments():
        with path.open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield Record.read(line)


def last() -> Record | None:
    """The newest record."""
    for path in reversed(segments()):
        with path.open("rb") as file:
            line = _last_line(file)
        if line:
            try:
                return Record.read(line)
            except ValueError as error:
                raise Tampered(f"{path}: {error}") from error
    return None


def _last_line(file: BinaryIO) -> bytes:
    """The last whole line of a file, b"" if there is none, read from the end."""
    end = position = file.seek(0, os.SEEK_END)
    tail = b""
    while position:
        step = min(position, 1 << 18)
        position = file.seek(position - step)
        tail = file.read(step) + tail
        whole = tail.rfind(b"\n")
        start = tail.rfind(b"\n", 0, whole) if whole > 0 else -1
        if start >= 0 or (not position and whole >= 0):
            return tail[start + 1 : whole + 1]
    return b"" if end else tail


def catch_up() -> int:
    """Append what the database has sealed and the files lack; returns how many checkpoints.

    Raises :class:`Tampered` when the files know more than the database, or when what is to be appended does
    not fit its signature.
    """
    with _locked():
        known, head = last(), latest_checkpoint()
        if known is not None:
            _agree(known, head)
        if head is None or (known is not None and known.size == head.size):
            return 0
        return _append_after(known)


def _agree(known: Record, head: Checkpoint | None) -> None:
    """The database still has the checkpoint that left it last."""
    same = (
        head
        if head is not None and head.size == known.size
        else Checkpoint.objects.filter(pk=known.size).first()
    )
    if same is None:
        raise Tampered(f"checkpoint {known.size} left the database and is no longer in it")
    if bytes(same.root) != known.root:
        raise Tampered(f"checkpoint {known.size} is not the one that left the database")


def _append_after(known: Record | None) -> int:
    size = known.size if known else 0
    tree = Checkpoint.objects.get(pk=size).tree() if known else Tree()
    count = 0
    for checkpoint in Checkpoint.objects.filter(size__gt=size).order_by("size").iterator(chunk_size=50):
        record = _record(checkpoint)
        for leaf in record.leaves:
            tree.append(leaf)
        if tree.size != checkpoint.size or tree.root() != record.root or not record.is_signed():
            raise Tampered(f"checkpoint {checkpoint.size} does not fit its leaves")
        _append(record)
        count += 1
    return count


def _record(checkpoint: Checkpoint) -> Record:
    rows = JournalLeaf.objects.filter(pk__gte=checkpoint.first, pk__lt=checkpoint.size).order_by("pk")
    pairs = list(rows.values_list("entry_id", "hash"))
    return Record(
        checkpoint.first,
        checkpoint.size,
        bytes(checkpoint.root),
        checkpoint.at,
        checkpoint.key,
        bytes(checkpoint.signature),
        [pk for pk, _ in pairs],
        [bytes(h) for _, h in pairs],
    )


def _append(record: Record) -> None:
    files = segments()
    path = files[-1] if files else None
    if path is None or path.stat().st_size > SEGMENT:
        path = folder() / f"{record.first:015d}.jsonl"
    with path.open("ab") as file:
        file.write(record.line())
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _locked() -> Iterator[None]:
    """One writer at a time; what a crash tore off is cut away first."""
    with (folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for path in segments()[-1:]:
            with path.open("rb+") as file:
                _cut_torn(file)
        yield


def _cut_torn(file: BinaryIO) -> None:
    end = position = file.seek(0, os.SEEK_END)
    while position:
        step = min(position, 1 << 18)
        position = file.seek(position - step)
        whole = file.read(step).rfind(b"\n")
        if whole >= 0:
            if position + whole + 1 < end:
                file.truncate(position + whole + 1)
            return
    file.truncate(0)
