"""The figures as tables, beside the goals."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from gongzhi.running.console import out

SHARE_GOAL = 0.30
P99_GOAL = 1.5
COPY_GOAL = 3.0
EXCEL_GOAL = 5000
RAND_GOAL = 0.95


def show(result: dict[str, Any]) -> None:
    """Print whatever was measured."""
    if "opinions" in result:
        _opinions(result["opinions"])
    if "pages" in result:
        _pages(result["pages"])
    if "villages" in result:
        got = result["villages"]
        goal = "met" if got["ratio"] <= COPY_GOAL else "missed"
        out.print(f"villages: {got['rows']} rows in {got['seconds']} s; bare COPY into the same table {got['copy_seconds']} s, "
                  f"ratio {got['ratio']} (goal {COPY_GOAL}: {goal}); into a table without keys "
                  f"{got['copy_plain_seconds']} s, ratio {got['ratio_plain']}")  # fmt: skip
    if "votes" in result:
        _votes(result["votes"])
    if "conversation" in result:
        _conversation(result["conversation"])
    if "excel" in result:
        got = result["excel"]
        goal = "met" if got["rows_per_second"] >= EXCEL_GOAL else "missed"
        out.print(f"excel: {got['rows']} rows, preview {got['preview_seconds']} s, commit {got['commit_seconds']} s, "
                  f"{got['rows_per_second']} rows/s (goal {EXCEL_GOAL}: {goal})")  # fmt: skip


def _votes(got: dict[str, Any]) -> None:
    errors = ", ".join(f"{k} ({n})" for k, n in got["errors"].items()) or "none"
    out.print(f"votes: {got['residents']} residents for {got['seconds']:.0f} s, {got['requests']} requests, {got['votes_sent']} votes "
              f"sent by {got['voters']}; p50 {got['p50']} ms, p99 {got['p99']} ms; errors: {errors}; counted {got['counted']}, "
              f"in the clients' log {got['logged']}, lost {got['lost']}")  # fmt: skip


def _opinions(got: dict[str, Any]) -> None:
    """The opinion map beside red-dwarf."""
    ours = got["ours"]
    out.print(f"opinions: {got['people']} people, {got['statements']} statements, {got['votes']} votes; ours {ours['seconds']} s "
              f"({ours['cpu_seconds']} s of one core), again after new votes {ours['again_seconds']} s, {ours['memory_mb']} MB, "
              f"groups {ours['groups']}")  # fmt: skip
    if "theirs" in got:
        theirs = got["theirs"]
        same = "met" if got["rand"] >= RAND_GOAL else "missed"
        fast = "met" if got["faster"] > 1 else "missed"
        out.print(f"  red-dwarf {theirs['seconds']} s ({theirs['cpu_seconds']} s of cores), {theirs['memory_mb']} MB, groups "
                  f"{theirs['groups']}; adjusted Rand {got['rand']} (goal {RAND_GOAL}: {same}), {got['faster']} times as fast "
                  f"(goal faster: {fast})")  # fmt: skip


def _conversation(rows: list[dict[str, Any]]) -> None:
    table = Table(
        title="Taking part at scale: 8 connections, 2 workers, 10,000 matters and threads",
        title_justify="left",
        box=None,
    )
    headings = (
        "what",
        "req/s",
        "goal",
        "p50 ms",
        "p99 ms",
        "queries",
        "KB",
        "adhocracy-plus req/s",
        "its queries",
    )
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "what" else "right", no_wrap=True)
    for row in rows:
        table.add_row(
            row["what"], str(row["per_second"]) + ("" if row["per_second"] >= row["goal"] else " <"), str(row["goal"] or ""),
            str(row["p50"]), str(row["p99"]), str(row["queries"]), f"{row['bytes'] / 1024:.0f}", row["theirs"], str(row["their_queries"]),
        )  # fmt: skip
    Console(width=max(out.width, 130)).print(table)


def _pages(rows: list[dict[str, Any]]) -> None:
    table = Table(title="Pages: 4 connections, 2 workers", title_justify="left", box=None)
    for heading in (
        "page",
        "size",
        "req/s",
        "p50 ms",
        "p99 ms",
        "p99 to 1x",
        "queries",
        "KB",
        "raw req/s",
        "share",
    ):
        table.add_column(heading, justify="left" if heading == "page" else "right", no_wrap=True)
    first = {row["page"]: row["p99"] for row in reversed(rows)}
    for row in rows:
        growth = row["p99"] / first[row["page"]]
        share = f"{row['share']:.0%}" + ("" if row["share"] >= SHARE_GOAL or not row["hot"] else " <")
        table.add_row(
            row["page"], f"{row['size']}x", str(row["per_second"]), str(row["p50"]), str(row["p99"]),
            f"{growth:.2f}" + ("" if growth <= P99_GOAL else " >"), str(row["queries"]), f"{row['bytes'] / 1024:.0f}",
            str(row["raw_per_second"]), share,
        )  # fmt: skip
    Console(width=max(out.width, 130)).print(table)  # never cut, also when piped
    out.print(
        f"goals: p99 at 100x at most {P99_GOAL} times that at 1x (>); hot pages at least {SHARE_GOAL:.0%} of raw (<)"
    )
