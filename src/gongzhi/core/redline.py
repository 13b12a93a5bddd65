"""Who changed which words: a layered comparison of Chinese text. Pure.

``redline([(side, text), …])`` starts from the agreed text and lays every later version over it, so that each
character knows which side put it in and which side struck it. Neighbouring pieces by one side become one change,
tagged as people say it: 乙增, 乙改, 乙删.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, INS, DEL = "same", "ins", "del"
_NAMES = {"a": "甲", "b": "乙"}
# Numbers and Latin words move as a whole; Chinese is compared character by character.
_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?%?|[A-Za-z]+|\s+|.", re.S)
_STOPS = frozenset("，。；：")
_BRIDGE = 2
"""Equal runs of at most this many tokens between two changes are swallowed: nobody reads 改了一个字又没改一个字."""


@dataclass(frozen=True)
class Part:
    """A stretch of text: ``kind`` same | ins | del, the ``side`` that made it so, and the tag to print before it."""

    kind: str
    text: str
    side: str = ""
    tag: str = ""


@dataclass
class _Run:
    token: str
    ins_by: str = ""
    del_by: str = ""


def _ops(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """difflib's operations with short equal runs between two changes merged into them."""
    ops = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    merged: list[tuple[str, int, int, int, int]] = []
    for i, (op, a1, a2, b1, b2) in enumerate(ops):
        inner = 0 < i < len(ops) - 1
        if op == "equal" and inner and a2 - a1 <= _BRIDGE and not _stands_alone(old[a1:a2]):
            op = "replace"
        if merged and op != "equal" and merged[-1][0] != "equal":
            _, x1, _, y1, _ = merged[-1]
            merged[-1] = ("replace", x1, a2, y1, b2)
        else:
            merged.append((op, a1, a2, b1, b2))
    return _slid(merged, old, new)


def _slid(
    ops: list[tuple[str, int, int, int, int]], old: Sequence[str], new: Sequence[str]
) -> list[tuple[str, int, int, int, int]]:
    """Move a lone insertion or deletion sideways, where the text allows, so that it begins after a stop."""
    out = list(ops)
    for i in range(1, len(out) - 1):
        op, a1, a2, b1, b2 = out[i]
        before, after = out[i - 1], out[i + 1]
        if op not in ("insert", "delete") or before[0] != "equal" or after[0] != "equal":
            continue
        words, lo, hi = (new, b1, b2) if op == "insert" else (old, a1, a2)
        shift = _shift(words, lo, hi, -(before[2] - before[1]) + 1, after[2] - after[1] - 1)
        if shift:
            out[i - 1] = ("equal", before[1], before[2] + shift, before[3], before[4] + shift)
            out[i] = (op, a1 + shift, a2 + shift, b1 + shift, b2 + shift)
            out[i + 1] = ("equal", after[1] + shift, after[2], after[3] + shift, after[4])
    return out


def _shift(words: Sequence[str], lo: int, hi: int, least: int, most: int) -> int:
    """The smallest move of ``words[lo:hi]`` that keeps the text and starts it after a stop; 0 where there is none."""
    if lo and words[lo - 1] in _STOPS:
        return 0
    for step, limit in ((1, most), (-1, least)):
        k = 0
        while k != limit and k * step < len(words):
            same = words[lo + k] == words[hi + k] if step > 0 else words[lo + k - 1] == words[hi + k - 1]
            if not same:
                break
            k += step
            if words[lo + k - 1] in _STOPS:
                return k
    return 0


def _stands_alone(tokens: Sequence[str]) -> bool:
    """Punctuation and spaces keep their place: a change does not swallow the comma between two clauses."""
    return any(t in _STOPS or t in "、（）" for t in tokens)


def _lay(runs: list[_Run], side: str, text: str) -> list[_Run]:
    live = [r for r in runs if not r.del_by]
    new = _TOKEN.findall(text)
    out: list[_Run] = []
    position = 0

    def copy_dead() -> None:
        nonlocal position
        while position < len(runs) and runs[position].del_by:
            out.append(runs[position])
            position += 1

    def take(count: int, by: str = "") -> None:
        nonlocal position
        while count:
            copy_dead()
            run = runs[position]
            position += 1
            count -= 1
            # A side that strikes its own unsettled words leaves no trace of them.
            if not (by and run.ins_by == by):
                out.append(_Run(run.token, run.ins_by, by))

    for op, a1, a2, b1, b2 in _ops([r.token for r in live], new):
        if op == "equal":
            take(a2 - a1)
            continue
        take(a2 - a1, by=side)
        copy_dead()
        out.extend(_Run(t, ins_by=side) for t in new[b1:b2])
    copy_dead()
    return out


def redline(base: str, layers: Sequence[tuple[str, str]]) -> list[Part]:
    """The parts of the newest text with what was struck on the way.

    ``layers`` are (side, text) from oldest to newest, laid over the agreed ``base``. Joining the parts that are not
    "del" gives the newest text; joining those that no layer inserted gives the base.
    """
    runs = [_Run(t) for t in _TOKEN.findall(base)]
    for side, text in layers:
        runs = _lay(runs, side, text)
    grouped: list[Part] = []
    for run in runs:
        kind, side = (DEL, run.del_by) if run.del_by else (INS, run.ins_by) if run.ins_by else (SAME, "")
        if grouped and (grouped[-1].kind, grouped[-1].side) == (kind, side):
            grouped[-1] = Part(kind, grouped[-1].text + run.token, side)
        else:
            grouped.append(Part(kind, run.token, side))
    return _tagged(grouped)


def _tagged(parts: list[Part]) -> list[Part]:
    out: list[Part] = []
    for i, part in enumerate(parts):
        if part.kind == SAME:
            out.append(part)
            continue
        before = parts[i - 1] if i else None
        after = parts[i + 1] if i + 1 < len(parts) else None
        name = _NAMES.get(part.side, part.side)
        if part.kind == DEL:
            changed = after is not None and after.kind == INS and after.side == part.side
            tag = f"{name}改" if changed else f"{name}删"
        else:
            changed = before is not None and before.kind == DEL and before.side == part.side
            tag = "" if changed else f"{name}增"
        out.append(Part(part.kind, part.text, part.side, tag))
    return out


def newest(parts: Sequence[Part]) -> str:
    """The newest text in a redline."""
    return "".join(p.text for p in parts if p.kind != DEL)
