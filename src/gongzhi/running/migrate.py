"""Migrations in a process of their own, because they connect as another role than the application."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from gongzhi.running.database import Access
from gongzhi.running.environment import site_environment
from gongzhi.running.home import Home
from gongzhi.running.trouble import DATABASE, Trouble

COMMAND = (sys.executable, "-m", "gongzhi.running.prepare")


def migrate(home: Home, access: Access) -> dict[str, Any]:
    """Bring the tables up to date as their owner and grant the application its privileges."""
    home.make()
    done = subprocess.run(
        COMMAND,
        env=owner_environment(home, access),
        stdout=subprocess.PIPE,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise Trouble("The tables could not be brought up to date; see above.", code=DATABASE)
    return answer_of(done.stdout)


def owner_environment(home: Home, access: Access) -> dict[str, str]:
    """The environment of the migrating process: the owner's address, and whom the grants are for."""
    return site_environment(home, access, demo=False) | {
        "DATABASE_URL": access.owner,
        "GONGZHI_APP_DATABASE_URL": access.app,
    }


def answer_of(output: str) -> dict[str, Any]:
    """The last line of its output, which is JSON."""
    answer: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    return answer
