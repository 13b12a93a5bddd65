"""Building the demonstration county into an empty database."""

from __future__ import annotations

import importlib
import shutil
import sys
from pathlib import Path
from typing import Any

import psycopg

from gongzhi.running.bulk import labelled
from gongzhi.running.console import Step
from gongzhi.running.database import Access, clear_schema
from gongzhi.running.home import Home
from gongzhi.running.trouble import FOUND, SETUP, Trouble


def repository() -> Path:
    """The folder that holds ``src``, ``demo`` and ``bench`` in a checkout."""
    return Path(__file__).resolve().parents[3]


def build(home: Home, access: Access, step: Step) -> dict[str, Any]:
    """Run ``demo.build.main``. A mark is left while it works, so that a county half built is noticed and redone."""
    main = from_checkout("demo.build", "main")
    with psycopg.connect(access.app) as connection:
        if not _empty(connection):
            raise Trouble(
                "The database already holds a county; the demonstration is only built into an empty one.",
                code=FOUND,
                help="`gongzhi demo --fresh` deletes everything in the database first.",
            )
    home.demo_mark.touch()
    said = main(progress=labelled("county", step))
    home.demo_stories.touch()
    home.demo_mark.unlink()
    return said if isinstance(said, dict) else {}


def tell(home: Home, step: Step) -> dict[str, Any]:
    """Tell what is left of the demonstration's matters (``demo.build.tell_matters``); the site may run beside it."""
    if not home.demo_stories.exists():
        return {}
    said = from_checkout("demo.build", "tell_matters")(home.demo_stories, progress=labelled("county", step))
    home.demo_stories.unlink()
    return said if isinstance(said, dict) else {}


def from_checkout(module: str, name: str) -> Any:
    """A function of ``demo`` or ``bench``, which are part of a checkout and not of an installed package."""
    root = str(repository())
    if root not in sys.path:
        sys.path.insert(0, root)
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] == module.split(".")[0]:
            raise Trouble(
                f"{module} is not here: this needs a checkout of the project.", code=SETUP
            ) from None
        raise


def _empty(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("SELECT EXISTS (SELECT 1 FROM core_unit)").fetchone()
    return not (row and row[0])


def wipe(home: Home, access: Access) -> None:
    """Drop a demonstration county: its tables, and the checkpoints and evidence that belong to them."""
    with psycopg.connect(access.owner) as connection:
        exists = connection.execute("SELECT to_regclass('core_account') IS NOT NULL").fetchone()
        if exists and exists[0]:
            real = connection.execute(
                "SELECT EXISTS (SELECT 1 FROM core_account) AND NOT EXISTS (SELECT 1 FROM core_account WHERE demo)"
            ).fetchone()
            if real and real[0]:
                raise Trouble(
                    "This database has accounts but no demonstration accounts: it is not ours to delete.",
                    code=FOUND,
                )
    clear_schema(access)
    for folder in ("checkpoints", "witness", "evidence"):
        shutil.rmtree(home.root / folder, ignore_errors=True)
    for file in (home.accounts_file, home.root / "demo-clock", home.demo_mark, home.demo_stories):
        file.unlink(missing_ok=True)
