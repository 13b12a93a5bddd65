"""One supervised process, and finding those that a killed supervisor left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gongzhi.running.ordinary import before_exec

MARK = "GONGZHI_SUPERVISED"  # in the environment of every child and of its children: whose they are

_LOG_LIMIT = 20 * 2**20
_LONGEST_PAUSE = 30.0
_STEADY_SECONDS = 60.0


@dataclass
class Child:
    """A process that is started again when it dies, at first at once, then with growing pauses."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    stop_seconds: float = 10.0
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    again_at: float = 0.0
    said: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches the supervisor only."""
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                list(self.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                start_new_session=True,
                preexec_fn=before_exec(None, signal.SIGTERM),
            )
        self.started = time.monotonic()

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def look(self) -> str:
        """Start it again if it is dead and its pause is over. Returns what there is to say, or nothing."""
        now = time.monotonic()
        if self.alive():
            if self.failures and now - self.started > _STEADY_SECONDS:
                self.failures = 0
            return ""
        if self.process is not None:
            code = self.process.returncode
            self._end_group()
            self.process = None
            pause = 0.0 if not self.failures else min(_LONGEST_PAUSE, 0.5 * 2 ** (self.failures - 1))
            self.failures += 1
            self.again_at = now + pause
            said = f"{self.name} ended ({_how(code)}); started again" + (f" in {pause:g} s" if pause else "")
        else:
            said = ""
        if now >= self.again_at:
            self.start()
        return said

    def _end_group(self) -> None:
        """Whatever the dead process had started dies too: a worker of a killed web server would keep its port."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def ask_to_stop(self) -> None:
        if self.alive() and self.process is not None:
            self.process.terminate()

    def wait_stopped(self) -> None:
        """Wait as long as it may take to finish what it does, then insist."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(self.stop_seconds)
        self._end_group()
        self.process.wait()

    def last_words(self, lines: int = 12) -> str:
        """The end of its log."""
        return (
            "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""
        )


def _how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit {code}"


def strays(mark: str) -> list[int]:
    """Processes that carry our mark though no supervisor runs: left over from one that was killed."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            if int(folder.name) != os.getpid() and wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def end_strays(mark: str, seconds: float = 5.0) -> int:
    """End them, politely first. Call it only while holding the lock of the home."""
    first = strays(mark)
    for sign, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, 2.0)):
        left = strays(mark)
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, sign)
        deadline = time.monotonic() + patience
        while left and time.monotonic() < deadline:
            time.sleep(0.05)
            left = strays(mark)
        if not left:
            break
    return len(first)
