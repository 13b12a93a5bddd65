"""A readable comparison of two texts, for people: whole changes, not confetti."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from gongzhi.core.papers.doc import Mark, Run

# A Chinese character is a token of its own; a number or a Latin word stays whole, so that 84,000.00 → 84,500.00
# reads as one change.
TOKEN = re.compile(r"[0-9][0-9,.]*[0-9]|[0-9]|[A-Za-z]+|\s+|.", re.DOTALL)
ISLAND = 2


def redline(before: str, after: str, side: str = "") -> list[Run]:
    """``after`` with what was inserted and deleted since ``before``; ``side`` is whose change it is.

    Unchanged pieces of fewer than three characters between two changes are joined to them: a reader follows
    one replaced phrase more easily than single surviving characters.
    """
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    ops = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    out: list[Run] = []
    gone = come = ""

    def flush() -> None:
        nonlocal gone, come
        pieces: tuple[tuple[str, Mark], ...] = ((gone, "del"), (come, "ins"))
        out.extend(Run(text, mark=mark, side=side) for text, mark in pieces if text)
        gone = come = ""

    for at, (tag, i1, i2, j1, j2) in enumerate(ops):
        was, now = "".join(old[i1:i2]), "".join(new[j1:j2])
        inside = 0 < at < len(ops) - 1
        if tag == "equal" and not (inside and len(was) <= ISLAND and (gone or come)):
            flush()
            out.append(Run(was))
        else:
            gone += was
            come += now
    flush()
    return out


def changed(runs: list[Run]) -> bool:
    """Whether a redline holds any change."""
    return any(run.mark for run in runs)
