"""What was committed a moment ago, told outside the database: one line an act, until the act is sealed.

The journal is sealed each minute; until then a superuser of the database could delete a row and nobody would
miss it. So every process appends the number and the authentication code of each entry, right after its commit, to a
file of its own: ``GONGZHI_HOME/witness/<minute>-<process>.log``. Nothing is locked and nobody waits for anybody: it
is one short write. Sealing drops a file when everything in it is sealed; verifying misses what a file tells of and the
journal has not, or has otherwise (a number given out a second time).

What stays unseen: a row deleted before its own line was written, which is some microseconds after the commit, or for
ever where the process was killed in just that moment or the machine lost power before the file reached the disk; and
the work of somebody who may write to this folder as well as to the database.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction

Line = tuple[int, str]
MINUTE = 60
REST = 2 * MINUTE
"""A file so much older than now is written to no more."""


def folder() -> Path:
    """Where the files lie."""
    return Path(settings.GONGZHI_HOME) / "witness"


def tell(number: int, mac: str) -> None:
    """Write the entry's line once the current transaction is committed, and only then.

    ``robust``: the act stands; that its line could not be written is logged, not told to whoever acted.
    """
    line = f"{number} {mac}\n".encode()
    transaction.on_commit(lambda: _append(line), robust=True)


def _append(line: bytes) -> None:
    minute = int(time.time()) // MINUTE * MINUTE
    path = folder() / f"{minute}-{socket.gethostname()}-{os.getpid()}.log"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, line)  # in one piece: the threads of a process do not mix their lines
    finally:
        os.close(file)


def files(*, rested: bool = False) -> list[Path]:
    """Every file, the oldest first; only those that nobody writes to any more if ``rested``."""
    until = time.time() - REST - MINUTE
    found = sorted(folder().glob("*.log"))
    return [path for path in found if not rested or int(path.name.partition("-")[0]) < until]


def lines(paths: Iterable[Path]) -> Iterator[Line]:
    """The numbers and codes in some files; a torn last line is not there yet, nor is a file just dropped."""
    for path in paths:
        try:
            text = path.read_text(encoding="ascii")
        except FileNotFoundError:
            continue
        for line in text.splitlines(keepends=True):
            number, _, mac = line.rstrip("\n").partition(" ")
            if line.endswith("\n"):
                yield int(number), mac
