"""The tools that read the code, as tests, so that one command proves all of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gongzhi.running.database import APPEND_ONLY
from tests.house.rooms import ROOT

BIN = Path(sys.executable).parent


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"


def test_ruff_finds_nothing():
    run(str(BIN / "ruff"), "check", ".")


def test_everything_is_formatted():
    run(str(BIN / "ruff"), "format", "--check", ".")


def test_the_import_contracts_hold():
    run(str(BIN / "lint-imports"))


@pytest.mark.slow
def test_the_types_hold():
    run(str(BIN / "mypy"))


def test_migrations_are_complete():
    run(
        sys.executable,
        "-m",
        "django",
        "makemigrations",
        "--check",
        "--dry-run",
        "--settings",
        "gongzhi.settings",
    )


def test_the_database_guards_every_record():
    """The tables that the application's role may only add to are exactly the append-only models'."""
    from django.apps import apps

    from gongzhi.core.journal import AppendOnlyModel

    records = {model._meta.db_table for model in apps.get_models() if issubclass(model, AppendOnlyModel)}
    assert records == set(APPEND_ONLY)
