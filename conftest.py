"""For every test. The database is started by ``gongzhi.running.testing``, which pyproject.toml names."""

from __future__ import annotations

import os

import pytest

# Playwright's synchronous interface keeps an event loop in the thread, in which Django would refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """No test reads a page that was made for another one."""
    from gongzhi.core import keeping

    keeping.forget()
