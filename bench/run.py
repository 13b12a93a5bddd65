"""``gongzhi bench [pages|villages|excel|votes|opinions]…``: measure, print a table, keep the figures in ``bench/results``.

Everything happens in a home of its own (``GONGZHI_HOME/bench``), so a running county is not touched.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from gongzhi.running import backup, county
from gongzhi.running.console import err, out, progress, say
from gongzhi.running.database import Access, access_to
from gongzhi.running.environment import site_environment
from gongzhi.running.home import Home
from gongzhi.running.migrate import migrate
from gongzhi.running.postgres import Server, embedded
from gongzhi.running.supervisor import WEB_THREADS, WEB_WORKERS

RESULTS = Path(__file__).parent / "results"
PARTS = ("pages", "villages", "excel", "votes", "opinions", "conversation")
ALONE = {"opinions"}  # needs no county
SIZES = (1, 10, 100)


def main(words: Sequence[str] = ()) -> int:
    """Run what was asked for (everything unless told). Returns 0."""
    parser = argparse.ArgumentParser(prog="gongzhi bench")
    parser.add_argument("parts", nargs="*", help=f"{', '.join(PARTS)}; all of them unless named")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="how many counties, with commas")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each page is asked")
    parser.add_argument(
        "--from", dest="source", type=Path, help="a backup of a demonstration county, instead of building"
    )
    parser.add_argument("--residents", type=int, default=500, help="how many vote at once (votes)")
    parser.add_argument("--minutes", type=float, default=1.0, help="for how long they read and vote (votes)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(list(words))
    if options.parts == ["list"]:
        out.print("\n".join(PARTS))
        return 0
    result: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": _machine()}
    if not options.parts or "opinions" in options.parts:
        from bench.opinions import opinions

        result["opinions"] = opinions()
    if set(options.parts or PARTS) - ALONE:
        _of_county(options, result)
    RESULTS.mkdir(exist_ok=True)
    kept = RESULTS / f"{result['at'].replace(':', '')}.json"
    kept.write_text(json.dumps(result, ensure_ascii=False, indent=1), encoding="utf-8")
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        from bench.report import show

        show(result)
        say(f"kept in {kept}")
    return 0


def _of_county(options: argparse.Namespace, result: dict[str, Any]) -> None:
    """The parts that are measured on a county."""
    with _county(options.source) as (server, access):
        if not options.parts or "pages" in options.parts:
            result["pages"] = _pages(
                server, access, [int(s) for s in options.sizes.split(",")], options.seconds
            )
        from bench import imports

        if not options.parts or "excel" in options.parts:
            result["excel"] = imports.excel()
        if not options.parts or "villages" in options.parts:
            result |= {"villages": found} if (found := imports.villages()) else {}
        if not options.parts or "votes" in options.parts:
            from bench.votes import votes

            result["votes"] = votes(_serving, options.residents, options.minutes * 60)
        if not options.parts or "conversation" in options.parts:
            from bench.conversation import conversation

            result["conversation"] = conversation(_serving, options.seconds)


def _machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {"cores": os.cpu_count(), "memory_mb": memory, "python": platform.python_version()}


@contextlib.contextmanager
def _county(source: Path | None) -> Iterator[tuple[Server, Access]]:
    """A fresh demonstration county in a home of its own, with Django set up on it in this process."""
    home = Home(Home.here().root / "bench").make()
    server = embedded(home)
    server.start()
    try:
        with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS gongzhi")
        server.ensure_roles()
        access = access_to(server)
        home.demo_mark.unlink(missing_ok=True)
        if source is not None:
            with progress() as step:
                backup.restore(home, access, source.resolve(), step)
        migrate(home, access)
        os.environ.update(site_environment(home, access, demo=True))
        import django

        django.setup()
        if source is None:
            say("building the county")
            with progress() as step:
                county.build(home, access, step)
        from django.conf import settings

        settings.CLOCK_OFFSET = settings_clock(home)  # the county has its own day, also in this process
        os.environ.update(site_environment(home, access, demo=True))
        yield server, access
    finally:
        server.stop()


def settings_clock(home: Home) -> timedelta:
    """How far the demonstration's day is from the real one."""
    kept = home.root / "demo-clock"
    return timedelta(seconds=int(kept.read_text())) if kept.exists() else timedelta()


# ---------------------------------------------------------------- pages


def _pages(server: Server, access: Access, sizes: list[int], seconds: float) -> list[dict[str, Any]]:
    from bench.pages import headers, pages
    from bench.scale import multiply

    rows: list[dict[str, Any]] = []
    have = 1
    for size in sizes:
        if size > have:
            say(f"growing to {size} counties")
            with psycopg.connect(access.owner) as connection:
                multiply(connection, have, size)
            have = size
        measured = [(page, headers(page)) for page in pages()]
        taken = {page.path: _capture(page.path, sent) for page, sent in measured}
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            json.dump(taken, file)
            file.flush()
            with (
                _serving("gongzhi.wsgi:application") as ours,
                _serving("bench.raw:application", file.name) as raw,
            ):
                for page, sent in measured:
                    rows.append(_measure(page, sent, size, ours, raw, taken, seconds))
                    err.print(
                        f"  {size:>3}x  {page.name}: {rows[-1]['per_second']}/s of {rows[-1]['raw_per_second']}/s"
                    )
    return rows


def _measure(
    page: Any, sent: dict[str, str], size: int, ours: int, raw: int, taken: dict[str, Any], seconds: float
) -> dict[str, Any]:
    from bench.load import measure

    got = measure(ours, page.path, sent, seconds=seconds)
    limit = measure(raw, page.path, {}, seconds=seconds)
    return {
        "page": page.name,
        "size": size,
        "hot": page.hot,
        **asdict(got),
        "queries": len(taken[page.path]["sql"]),
        "bytes": len(taken[page.path]["body"].encode()),
        "raw_per_second": limit.per_second,
        "raw_p99": limit.p99,
        "share": round(got.per_second / limit.per_second, 3),
    }


def _capture(path: str, sent: dict[str, str]) -> dict[str, Any]:
    """One answer in this process: its statements with their values, and its body."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={k.lower(): v for k, v in sent.items() if k != "Cookie"})
    if "Cookie" in sent:
        client.cookies[settings.SESSION_COOKIE_NAME] = sent["Cookie"].partition("=")[2]
    client.get(path)  # fills what is remembered for the process
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200, f"{path} answered {answer.status_code}"
    statements = [
        q["sql"]
        for q in captured.captured_queries
        if q["sql"].lstrip("( \n").upper().startswith(("SELECT", "WITH"))
    ]
    return {"sql": statements, "body": answer.content.decode(), "type": answer["Content-Type"]}


@contextlib.contextmanager
def _serving(application: str, raw: str = "") -> Iterator[int]:
    """The server as ``gongzhi up`` runs it, on a free port."""
    port = Server._free_port(0)
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS), "--no-ws", "--http", "1",
        "--blocking-threads-idle-timeout", "600", "--log-level", "error", application,
    ]  # fmt: skip
    root = str(Path(__file__).parents[1])
    process = subprocess.Popen(command, env=os.environ | {"GONGZHI_BENCH_RAW": raw}, cwd=root)
    try:
        for _ in range(400):
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request(
                    "GET", "/healthz" if not raw else next(iter(json.loads(Path(raw).read_text())))
                )
                connection.getresponse().read()
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
