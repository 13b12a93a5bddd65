"""The raw limit of a page: the same SQL through psycopg and the same bytes as a constant, from the same server.

``bench.raw:application`` reads ``GONGZHI_BENCH_RAW``, a JSON file: path -> {"sql": [...], "body": "…", "type": "…"}.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg

_here = threading.local()
_pages: dict[str, tuple[list[bytes], bytes, str]] = {
    path: ([q.encode() for q in page["sql"]], page["body"].encode(), page["type"])
    for path, page in json.loads(Path(os.environ["GONGZHI_BENCH_RAW"]).read_text(encoding="utf-8")).items()
}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Run the page's statements on this thread's connection, fetch every row, answer with the constant."""
    path = environ["PATH_INFO"] + ("?" + environ["QUERY_STRING"] if environ.get("QUERY_STRING") else "")
    statements, body, kind = _pages[path]
    cursor = _cursor()
    for statement in statements:
        cursor.execute(statement, prepare=False)
        if cursor.description is not None:
            cursor.fetchall()
    start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def _cursor() -> psycopg.Cursor[Any]:
    if not hasattr(_here, "cursor"):
        connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
        _here.cursor = connection.cursor()
    cursor: psycopg.Cursor[Any] = _here.cursor
    return cursor
