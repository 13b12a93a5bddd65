"""``gongzhi up`` as a whole: every process killed with -9, nothing committed lost, everything back by itself."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from gongzhi.running.children import strays
from gongzhi.running.database import access_to
from gongzhi.running.home import Home
from gongzhi.running.postgres import embedded

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """One ``gongzhi up`` in a home of its own, without a demonstration county."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "var")
        self.port = free_port()
        self.said = folder / "said"
        hidden = ("DATABASE_URL", "GONGZHI_OWNER_DATABASE_URL", "GONGZHI_SECRET", "GONGZHI_PRODUCTION")
        self.environment = {key: value for key, value in os.environ.items() if key not in hidden} | {
            "GONGZHI_HOME": str(self.home.root),
            "GONGZHI_DEMO": "0",
            "PORT": str(self.port),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with open(self.said, "wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gongzhi.cli", "up"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        until(lambda: "ready in" in self.said.read_text() or self.process.poll() is not None, 90)
        assert self.process.poll() is None, self.said.read_text()

    def answers(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            connection.request("GET", "/", headers={"Host": "127.0.0.1"})
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False

    def pids(self, words: str) -> list[int]:
        found = []
        for pid in strays(self.home.identity()):
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if words in command:
                found.append(pid)
        return sorted(found)

    def postgres(self) -> int | None:
        return embedded(self.home).running_pid()

    def connect(self) -> psycopg.Connection:
        server = embedded(self.home)
        server.port = int(json.loads((self.home.run / "postgres.json").read_text())["port"])
        for _ in range(100):  # it may still be recovering
            try:
                return psycopg.connect(access_to(server).app, autocommit=True, connect_timeout=5)
            except psycopg.OperationalError:
                time.sleep(0.1)
        raise AssertionError("the database does not come back")


def until(true, seconds=40.0):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)


@pytest.fixture
def running():
    # Not tmp_path: pytest closes its folders to the user that root's PostgreSQL runs as.
    with tempfile.TemporaryDirectory(prefix="gongzhi-up-") as folder:
        Path(folder).chmod(0o755)
        one = Running(Path(folder))
        try:
            one.start()
            yield one
        finally:
            one.process.terminate()
            try:
                one.process.wait(40)
            except subprocess.TimeoutExpired:
                one.process.kill()


def act(running: Running, key: str) -> None:
    """Something committed: a row that the application's role may write."""
    with running.connect() as connection:
        connection.execute(
            "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, '', now())",
            [key],
        )


def acts(running: Running) -> list[str]:
    with running.connect() as connection:
        return [key for (key,) in connection.execute("SELECT session_key FROM django_session ORDER BY 1")]


def test_kill_9_of_any_process_is_mended_and_ctrl_c_leaves_nothing(running):
    assert running.answers()
    act(running, "a")

    web = running.pids("granian")
    os.kill(web[0], signal.SIGKILL)  # the web server itself: its workers must not keep the port
    until(lambda: set(running.pids("granian")).isdisjoint(web))
    until(running.answers)
    until(lambda: len(running.pids("granian")) >= 3)

    workers = running.pids("granian")[1:]
    os.kill(workers[-1], signal.SIGKILL)  # one of its workers
    until(lambda: workers[-1] not in running.pids("granian") and running.answers())

    worker = running.pids("running.worker")
    os.kill(worker[0], signal.SIGKILL)
    until(lambda: running.pids("running.worker") not in ([], worker))

    database = running.postgres()
    os.kill(database, signal.SIGKILL)
    until(lambda: running.postgres() not in (None, database))
    until(running.answers)
    assert acts(running) == ["a"]

    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(40) == 0
    assert strays(running.home.identity()) == []
    assert running.postgres() is None
    assert not running.answers()


def test_after_kill_9_of_the_supervisor_the_next_start_recovers_by_itself(running):
    act(running, "a")
    act(running, "b")
    os.kill(running.process.pid, signal.SIGKILL)
    running.process.wait()
    running.start()
    assert running.answers()
    assert acts(running) == ["a", "b"]
    assert len(running.pids("running.worker")) == 1


def test_everything_killed_at_once_still_loses_nothing(running):
    act(running, "a")
    for pid in [
        running.process.pid,
        *running.pids("granian"),
        *running.pids("running.worker"),
        running.postgres(),
    ]:
        os.kill(pid, signal.SIGKILL)
    running.process.wait()
    running.start()
    assert acts(running) == ["a"]
