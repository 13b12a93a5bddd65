"""``gongzhi up``: database, web and worker under one process that starts, watches and stops them."""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import IO, Any

from gongzhi.running import county, production
from gongzhi.running.children import MARK, Child, end_strays
from gongzhi.running.console import err, say, sign_ins, warn
from gongzhi.running.database import Access, access_to, check, external
from gongzhi.running.environment import site_environment
from gongzhi.running.home import Home, write_private
from gongzhi.running.migrate import COMMAND, answer_of, owner_environment
from gongzhi.running.ordinary import before_exec
from gongzhi.running.postgres import Server, embedded
from gongzhi.running.trouble import BUSY, SETUP, Trouble

WEB_WORKERS = 2
WEB_THREADS = 4
_TICK = 0.2


class Stop(Exception):
    """Somebody asked us to stop while we were still starting."""


@dataclass
class Supervisor:
    """Everything that runs for one home."""

    home: Home
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = True
    server: Server | None = None
    children: list[Child] = field(default_factory=list)
    stories: Child | None = None
    stopping: bool = False
    _lock: IO[str] | None = None

    # ------------------------------------------------------------ the whole way

    def run(self) -> int:
        """Start everything, watch it until told to stop, stop everything. Returns the exit code."""
        self.home.make()
        self._take_lock()
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._asked)
        ended = end_strays(self.home.identity())
        if ended:
            say(f"ended {ended} processes that an earlier, killed gongzhi had left")
        try:
            began = time.monotonic()
            self._refuse_taken_port()
            access = self._database()
            environment = self.environment(access)
            if self.home.demo_mark.exists():
                say("the demonstration county was not finished: starting it over")
                county.wipe(self.home, access)
            state = self._prepare(access)
            if state["empty"]:
                self._demo_county(environment)
            self._serve(environment)
            self._tell(time.monotonic() - began)
            if self.demo and self.home.demo_stories.exists():
                self._tell_stories(environment)
            self._watch()
        except Stop:
            pass
        finally:
            self._stop_all()
        return 0

    def _asked(self, sign: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _go_on(self) -> None:
        if self.stopping:
            raise Stop

    # ------------------------------------------------------------ starting

    def _take_lock(self) -> None:
        self._lock = open(self.home.run / "lock", "w")  # noqa: SIM115 - held until we die; the kernel lets go then
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Trouble(f"gongzhi already runs in {self.home.root}.", code=BUSY) from None

    def _refuse_taken_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise Trouble(
                    f"{self.host}:{self.port} cannot be used: {error.strerror}.",
                    code=BUSY,
                    help=f"PORT={self.port + 1} make run",
                ) from None

    def _database(self) -> Access:
        given = external()
        if given is not None:
            check(given.owner)
            if given.one_role:
                warn(
                    "Only DATABASE_URL is set, so the application owns its tables and the database does not protect "
                    "the journal. Set GONGZHI_OWNER_DATABASE_URL to a second role for migrations."
                )
            return given
        self.server = embedded(self.home)
        self.server.start()
        for line in self.server.said:
            say(line)
        write_private(self.home.run / "postgres.json", json.dumps({"port": self.server.port}))
        self.server.ensure_roles()
        return access_to(self.server)

    def environment(self, access: Access) -> dict[str, str]:
        """What the children see. Passwords travel in the environment, never on a command line."""
        return site_environment(self.home, access, demo=self.demo) | {
            MARK: self.home.identity(),
            "PORT": str(self.port),
        }

    def _prepare(self, access: Access) -> dict[str, Any]:
        """Bring the tables up to date as their owner, then check what production asks for."""
        state = answer_of(
            self._step("preparing the tables", COMMAND, owner_environment(self.home, access), capture=True)
        )
        if production.asked_for():
            environment = self.environment(access)
            keys = bool(environment.get("GONGZHI_KEYS")) or (self.home.root / "keys" / "ring").exists()
            production.refuse(environment, demo_accounts=state["demo"], one_role=access.one_role, keys=keys)
        return state

    def _demo_county(self, environment: dict[str, str]) -> None:
        if not self.demo:
            say("The county is empty. `gongzhi import places FILE` brings in its places.")
            return
        say("building the demonstration county (once)")
        self._step(
            "building the demonstration county", [sys.executable, "-m", "gongzhi.cli", "demo"], environment
        )

    def _step(
        self, what: str, command: Sequence[str], environment: dict[str, str], *, capture: bool = False
    ) -> str:
        """Run one command to its end, but let Ctrl-C end it. Returns its output if captured."""
        process = subprocess.Popen(
            list(command),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if capture else None,
            text=True,
            start_new_session=True,
            preexec_fn=before_exec(None, signal.SIGTERM),
        )
        out = ""
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                out = process.communicate(timeout=_TICK)[0] or ""
                break
            if self.stopping:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
                raise Stop
        if process.returncode:
            raise Trouble(f"{what} failed (exit {process.returncode}); see above.", code=process.returncode)
        return out

    def _serve(self, environment: dict[str, str]) -> None:
        python = sys.executable
        web = [
            python, "-m", "granian", "--interface", "wsgi", "--host", self.host, "--port", str(self.port),
            "--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS),
            "--blocking-threads-idle-timeout", "600", "--respawn-failed-workers", "--workers-kill-timeout", "8",
            "--no-ws", "--http", "1", "--log-level", "warning", "gongzhi.wsgi:application",
        ]  # fmt: skip
        self.children = [
            Child("web", web, environment, self.home.log / "web.log"),
            Child(
                "worker", [python, "-m", "gongzhi.running.worker"], environment, self.home.log / "worker.log"
            ),
        ]
        for child in self.children:
            child.start()
        self._wait_for_page()

    def _wait_for_page(self, seconds: float = 60) -> None:
        """Ready is when a page came back, not when a port is open."""
        web = self.children[0]
        deadline = time.monotonic() + seconds
        status = 0
        while time.monotonic() < deadline:
            self._go_on()
            if not web.alive():
                raise Trouble(f"The web server stopped at once:\n{web.last_words()}", code=SETUP)
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
                connection.request("GET", "/", headers={"Host": f"127.0.0.1:{self.port}"})
                status = connection.getresponse().status
                connection.close()
                if status < 500:
                    return
                break
            time.sleep(0.05)
        raise Trouble(
            f"The first page did not come (status {status or 'none'}):\n{web.last_words()}", code=SETUP
        )

    def _tell(self, seconds: float) -> None:
        address = f"http://{self.host}:{self.port}/"
        if self.demo and self.home.accounts_file.exists():
            sign_ins(json.loads(self.home.accounts_file.read_text()), address)
        err.print()
        say(f"ready in {seconds:.1f} s: [bold]{address}[/bold]")
        say(f"Ctrl-C stops everything; logs are in {self.home.log}")

    def _tell_stories(self, environment: dict[str, str]) -> None:
        """The demonstration's year of matters is told beside the running site, which can be used meanwhile."""
        say("the demonstration's year of matters is being told in the background: lists fill while you look")
        command = ["nice", sys.executable, "-m", "gongzhi.cli", "demo", "--stories"]
        self.stories = Child("stories", command, environment, self.home.log / "stories.log")
        self.stories.start()

    def _stories_over(self) -> None:
        """Say once how the telling ended; what is left is told at the next start."""
        if self.stories is not None and not self.stories.alive():
            told = not self.home.demo_stories.exists()
            say("the year of matters is told") if told else warn(
                f"the year of matters was not told to its end:\n{self.stories.last_words()}"
            )
            self.stories = None

    # ------------------------------------------------------------ watching

    def _watch(self) -> None:
        database = DatabaseWatch(self.server) if self.server else None
        port = self.server.port if self.server else 0
        while not self.stopping:
            time.sleep(_TICK)
            self._stories_over()
            said = [database.look() if database else "", *(child.look() for child in self.children)]
            if self.server and self.server.port != port:
                port = self._move_to_new_port(self.server)
            for line in filter(None, said):
                warn(line)

    def _move_to_new_port(self, server: Server) -> int:
        """Somebody took the database's port while it was down: tell the children where it is now."""
        write_private(self.home.run / "postgres.json", json.dumps({"port": server.port}))
        for child in self.children:
            child.environment = self.environment(access_to(server))
            child.ask_to_stop()
        return server.port

    # ------------------------------------------------------------ stopping

    def _stop_all(self) -> None:
        """Web and worker first, together; the database when nobody uses it any more."""
        if self.children:
            say("stopping")
        running = [*self.children, *([self.stories] if self.stories else [])]
        for child in running:
            child.ask_to_stop()
        for child in running:
            child.wait_stopped()
        if self.server:
            self.server.stop()
        if self._lock:
            self._lock.close()


@dataclass
class DatabaseWatch:
    """Starts PostgreSQL again on the same port; it recovers from its log by itself."""

    server: Server
    failures: int = 0
    again_at: float = 0.0

    def look(self) -> str:
        child = self.server.child
        if child is not None and child.poll() is None:
            return ""
        if time.monotonic() < self.again_at:
            return ""
        try:
            self.server.start()
        except Trouble as trouble:
            self.failures += 1
            self.again_at = time.monotonic() + min(30.0, 0.2 * 2**self.failures)
            return f"PostgreSQL does not start: {trouble.message}"
        self.failures = 0
        return "PostgreSQL ended; started again"
