"""What the person at the terminal sees."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Step = Callable[[str, int, int], None]
"""Told by long work: what is being done, how much of it is done, how much there is (0: not known)."""


def say(text: str) -> None:
    """Something that went as it should. On standard error, so that ``--json`` output stays clean."""
    err.print(f"[cyan]gongzhi[/cyan]  {text}")


def warn(text: str) -> None:
    """Something to look at."""
    err.print(f"[yellow]gongzhi[/yellow]  {text}", markup=True)


@contextlib.contextmanager
def progress(*, quiet: bool = False) -> Iterator[Step]:
    """Progress bars for long work: one bar for each label told. Without a terminal, one line per finished label."""
    if quiet or not err.is_terminal:
        yield _lines(quiet)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as bars:
        known: dict[str, TaskID] = {}

        def step(label: str, done: int, total: int) -> None:
            if label not in known:
                known[label] = bars.add_task(label, total=total or None)
            bars.update(known[label], completed=done, total=total or None)

        yield step


def _lines(quiet: bool) -> Step:
    finished: set[str] = set()

    def step(label: str, done: int, total: int) -> None:
        if not quiet and total and done >= total and label not in finished:
            finished.add(label)
            say(f"{label}: {done}")

    return step


def sign_ins(accounts: Sequence[dict[str, Any]], address: str = "") -> None:
    """One line per role: who, login, password. Nothing is cut, however narrow the terminal."""
    lines = [("岗位 role", "账号 login", "密码 password")]
    lines += [(str(a.get("label", "")), str(a["login"]), str(a["password"])) for a in accounts]
    widths = [max(cell_len(line[column]) for line in lines) for column in range(3)]
    err.print()
    for number, line in enumerate(lines):
        text = "  ".join(
            word + " " * (width - cell_len(word)) for word, width in zip(line, widths, strict=True)
        )
        err.print("  " + text.rstrip(), style="dim" if not number else "", markup=False)
    if address:
        err.print(f"\n  {address}sign-in", markup=False)
