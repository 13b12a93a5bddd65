"""The command: help for everything, exit codes that mean something, JSON where scripts ask."""

from __future__ import annotations

import json

import pytest

from gongzhi import cli
from gongzhi.running.trouble import BUSY, DATABASE, FOUND, USAGE, Trouble

COMMANDS = ["up", "demo", "migrate", "import", "export", "found", "verify", "backup", "restore", "bench"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_names_the_exit_codes(command, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main([command, "--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert "exit codes:" in said
    assert "--json" in said or command == "up"


def test_top_help_lists_every_command(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    said = capsys.readouterr().out
    assert all(f"    {command}" in said for command in COMMANDS)


@pytest.mark.parametrize("words", [[], ["frobnicate"], ["up", "--port", "many"], ["import"]])
def test_a_wrong_command_line_is_2(words, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(words)
    assert end.value.code == USAGE


def test_a_database_that_is_not_there_is_4(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert cli.main(["backup", str(tmp_path / "x.tar"), "--json"]) == DATABASE
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert "cannot be reached" in answer["error"]


def test_a_file_that_is_not_there_is_2(capsys):
    assert cli.main(["import", "places", "/nowhere/places.csv"]) == USAGE


def test_two_at_once_in_one_home_are_refused(home):
    from gongzhi.running.supervisor import Supervisor

    first, second = Supervisor(home), Supervisor(home)
    first._take_lock()
    with pytest.raises(Trouble, match="already runs") as refused:
        second._take_lock()
    assert refused.value.code == BUSY
    first._lock.close()
    second._take_lock()
    second._lock.close()


def test_a_taken_port_is_said_before_anything_starts(home):
    import socket

    from gongzhi.running.supervisor import Supervisor

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Trouble, match="cannot be used") as refused:
            Supervisor(home, port=port)._refuse_taken_port()
        assert refused.value.code == BUSY


def test_a_demo_that_is_not_there_is_said(monkeypatch):
    from gongzhi.running.county import from_checkout

    with pytest.raises(Trouble, match="needs a checkout"):
        from_checkout("demo_that_is_not_there.build", "main")


def test_verify_that_finds_something_is_1(monkeypatch, capsys):
    import sys
    import types

    fake = types.ModuleType("gongzhi.core.sealing")
    fake.verify_all = lambda progress: {"ok": False, "first_bad": 7}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gongzhi.core.sealing", fake)
    monkeypatch.setattr("gongzhi.running.database.check", lambda url: 18)
    monkeypatch.setattr(cli, "_django", lambda home, access: __import__("contextlib").nullcontext())
    assert cli.main(["verify", "--json"]) == FOUND
    assert json.loads(capsys.readouterr().out) == {"ok": False, "first_bad": 7}
