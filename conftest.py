"""For every test. The database is started by ``gongzhi.running.testing``, which pyproject.toml names."""

from __future__ import annotations

import os

# Playwright's synchronous interface keeps an event loop in the thread, in which Django would refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
