"""A pytest plugin: tests run on a real PostgreSQL, started for them and gone afterwards, unless ``DATABASE_URL`` is set.

It is named in ``pyproject.toml`` (``-p``), because the server must run before the settings are read.
With xdist the controller starts it, and the workers inherit its address.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Generator

import pytest

from gongzhi.running.postgres import SUPERUSER, throwaway

_server = contextlib.ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Before anything else is loaded."""
    known = early_config.known_args_namespace
    idle = known.help or known.version or getattr(known, "markers", False)
    if not os.environ.get("DATABASE_URL") and not idle:
        server = _server.enter_context(throwaway())
        os.environ["DATABASE_URL"] = server.url(SUPERUSER, "postgres")
    if not os.environ.get("GONGZHI_HOME") and not idle:  # no test writes into the home of the checkout
        os.environ["GONGZHI_HOME"] = _server.enter_context(
            tempfile.TemporaryDirectory(prefix="gongzhi-tests-")
        )
    os.environ.setdefault("GONGZHI_FAST_HASH", "1")
    return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last thing a run does."""
    _server.close()
