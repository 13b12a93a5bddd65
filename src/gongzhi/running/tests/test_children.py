"""Supervised processes: restarted, ended with their children, found again after a killed supervisor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gongzhi.running.children import MARK, Child, end_strays, strays

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


def until(true, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert true()


@pytest.fixture
def child(tmp_path):
    made = Child("sleeper", SLEEPER, {"PATH": os.environ["PATH"]}, tmp_path / "log", stop_seconds=2)
    yield made
    made.ask_to_stop()
    made.wait_stopped()


def test_first_death_is_mended_at_once_the_next_later(child):
    child.start()
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    child.process.wait()
    assert "SIGKILL" in child.look()
    assert child.alive()
    assert child.process.pid != first
    child.process.kill()
    child.process.wait()
    child.look()
    assert not child.alive()  # a pause now
    until(lambda: child.look() == "" and child.alive(), 3)


def test_pauses_grow_and_have_a_limit(child, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    pauses = []
    for _ in range(9):
        child.start()
        child.process.kill()
        child.process.wait()
        child.look()
        pauses.append(max(0.0, child.again_at - now[0]))
        if child.alive():
            child.process.kill()
            child.process.wait()
        now[0] = child.again_at + 1
    assert pauses == [0, 0.5, 1, 2, 4, 8, 16, 30, 30]


def test_the_dead_ones_children_die_too(tmp_path):
    script = (
        "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "print(p.pid, flush=True); time.sleep(600)"
    )
    child = Child(
        "web", [sys.executable, "-c", script], {"PATH": os.environ["PATH"]}, tmp_path / "log", stop_seconds=1
    )
    child.start()
    until(lambda: (tmp_path / "log").read_text().strip())
    grandchild = int((tmp_path / "log").read_text())
    child.process.kill()
    child.process.wait()
    child.look()
    until(lambda: gone(grandchild))
    child.ask_to_stop()
    child.wait_stopped()


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except OSError:
        return True


def test_one_that_will_not_stop_is_killed(tmp_path):
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    child = Child(
        "deaf",
        [sys.executable, "-c", script],
        {"PATH": os.environ["PATH"]},
        tmp_path / "log",
        stop_seconds=0.3,
    )
    child.start()
    until(lambda: "deaf" in (tmp_path / "log").read_text())
    child.ask_to_stop()
    child.wait_stopped()
    assert child.process.returncode == -signal.SIGKILL


def test_strays_are_found_by_their_mark_and_ended():
    environment = os.environ | {MARK: "test-of-strays"}
    mine = subprocess.Popen(SLEEPER, env=environment, start_new_session=True)
    other = subprocess.Popen(SLEEPER, env=os.environ | {MARK: "another-home"}, start_new_session=True)
    try:
        until(lambda: strays("test-of-strays") == [mine.pid])
        assert end_strays("test-of-strays", seconds=0.5) == 1
        assert mine.wait(5) == -signal.SIGTERM
        assert other.poll() is None
    finally:
        for process in (mine, other):
            process.kill()
            process.wait()


def test_a_big_log_is_put_aside(child, monkeypatch):
    monkeypatch.setattr("gongzhi.running.children._LOG_LIMIT", 10)
    child.log.write_text("x" * 20)
    child.start()
    assert child.log.read_text() == ""
    assert child.log.with_suffix(".log.1").read_text() == "x" * 20
