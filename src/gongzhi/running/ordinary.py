"""Running as an ordinary user: PostgreSQL refuses to be root, and it is right.

When root starts gongzhi, the database server (and only it) is handed to an ordinary user. No user is created and
nobody's home is changed: the owner of ``GONGZHI_HOME`` is taken if that is not root, then a user ``gongzhi`` if
the machine has one, then ``nobody``. ``GONGZHI_PG_USER`` overrules.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gongzhi.running.trouble import Trouble

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Ordinary:
    """A user other than root."""

    name: str
    uid: int
    gid: int


def choose(home: Path) -> Ordinary | None:
    """The user that PostgreSQL shall run as; None when we are an ordinary user ourselves."""
    if os.geteuid() != 0:
        return None
    wanted = os.environ.get("GONGZHI_PG_USER")
    if wanted:
        try:
            return _ordinary(pwd.getpwnam(wanted))
        except KeyError:
            raise Trouble(f"GONGZHI_PG_USER={wanted}: there is no such user.") from None
    owner = os.stat(_existing(home)).st_uid
    candidates: tuple[int | str, ...] = (owner, "gongzhi", "nobody")
    for who in candidates:
        try:
            entry = pwd.getpwuid(who) if isinstance(who, int) else pwd.getpwnam(who)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return _ordinary(entry)
    raise Trouble(
        "PostgreSQL does not run as root, and this machine has no ordinary user to give it to.",
        help="useradd --system gongzhi",
    )


def _ordinary(entry: pwd.struct_passwd) -> Ordinary:
    if entry.pw_uid == 0:
        raise Trouble("PostgreSQL does not run as root: choose an ordinary user for GONGZHI_PG_USER.")
    return Ordinary(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)


def reaches(user: Ordinary | None, path: Path, how: int = os.R_OK | os.X_OK) -> bool:
    """Whether ``user`` can enter (and read) ``path``. Asked by becoming that user, so that ACLs count too."""
    path = _existing(path)
    if user is None:
        return os.access(path, how)
    child = os.fork()
    if child == 0:
        answer = 1
        try:
            become(user)
            answer = 0 if os.access(path, how) else 1
        finally:
            os._exit(answer)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def become(user: Ordinary) -> None:
    """Give up root for good, in this process."""
    os.setgroups([])
    os.setgid(user.gid)
    os.setuid(user.uid)
    os.umask(0o077)


def before_exec(user: Ordinary | None, when_parent_dies: signal.Signals) -> Callable[[], None]:
    """What a child does between fork and exec: change user, and ask the kernel for a signal if we die.

    The signal is asked for after the change of user, which would otherwise cancel it.
    """
    parent = os.getpid()
    libc = ctypes.CDLL(None, use_errno=True)

    def prepare() -> None:
        if user is not None:
            become(user)
        if hasattr(libc, "prctl"):
            libc.prctl(_PR_SET_PDEATHSIG, int(when_parent_dies), 0, 0, 0)
        if os.getppid() != parent:  # the parent died in between
            os._exit(1)

    return prepare
