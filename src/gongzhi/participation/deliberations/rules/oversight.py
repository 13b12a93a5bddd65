"""群众监事: a draw anyone can repeat, the verdict of the supervisors, the raisers' satisfaction, the two rates. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gongzhi.core import tally
from gongzhi.core.refusal import refuse
from gongzhi.core.words import Words, say

OURS = say("五事协商办法（本县设定）")
DRAWN, OFFERED, RECOMMENDED = "drawn", "offered", "recommended"
WAYS: dict[str, Words] = {DRAWN: say("抽签"), OFFERED: say("自荐"), RECOMMENDED: say("推荐")}


def seed(words: str, number: str, tickets: int) -> str:
    """The seed of a draw: what the witnesses said aloud, bound to the matter and to the number of tickets."""
    return hashlib.sha256(f"{words.strip()}\n{number}\n{tickets}".encode()).hexdigest()


def draw(seed: str, tickets: int, places: int) -> list[int]:
    """Which tickets (1 … n) are drawn: those whose SHA-256 of "seed:ticket" is smallest. Anyone can repeat it."""
    order = sorted(range(1, tickets + 1), key=lambda t: hashlib.sha256(f"{seed}:{t}".encode()).hexdigest())
    return order[:places]


def check_number(count: int, least: int, most: int) -> None:
    """Refuse too few or too many supervisors."""
    if not least <= count <= most:
        refuse(
            say("监督人要 {least} 到 {most} 人，现在是 {count} 人", least=least, most=most, count=count),
            rule="deliberations.supervisors",
            source=OURS,
            field="count",
        )


@dataclass(frozen=True)
class Verdict:
    """What the supervisors found of each task: the ids that most of those who looked did not pass, and who is missing."""

    failed: tuple[int, ...]
    unchecked: tuple[int, ...]
    silent: int

    @property
    def passed(self) -> bool:
        """Everything was looked at and most were content with all of it."""
        return not self.failed and not self.unchecked


def verdict(tasks: Sequence[int], supervisors: int, found: Mapping[int, Sequence[bool]]) -> Verdict:
    """Tasks fail where not more than half of those who looked passed them; unchecked where too few looked.

    ``found`` maps a task to the findings of single supervisors. Over half of the supervisors must have looked.
    """
    failed, unchecked, silent = [], [], 0
    for task in tasks:
        seen = found.get(task, ())
        silent += supervisors - len(seen)
        if len(seen) < tally.over_half(supervisors):
            unchecked.append(task)
        elif sum(seen) < tally.over_half(len(seen)):
            failed.append(task)
    return Verdict(tuple(failed), tuple(unchecked), silent)


def content(scores: Iterable[int | None], satisfied_from: int) -> bool | None:
    """Whether a matter's raisers are satisfied: over half of those who said so; None where nobody has said anything."""
    said = [s for s in scores if s is not None]
    return sum(s >= satisfied_from for s in said) >= tally.over_half(len(said)) if said else None


def check_closing(satisfied: bool | None, sent_back: int, waiting: int, due_passed: bool) -> None:
    """Refuse to close while raisers may still speak, and over their heads before it was tried once more."""
    if waiting and not due_passed:
        refuse(
            say("还有 {n} 位提出人没有评价，期限也没有到", n=waiting),
            rule="deliberations.raisers_waiting",
            source=OURS,
        )
    if satisfied is False and not sent_back:
        refuse(
            say("提出人不满意，要先退回重办或重新商量一次"),
            rule="deliberations.not_satisfied",
            source=OURS,
        )


def closing_rate(closed: int, counted: int) -> Decimal:
    """办结率 in per cent: 942 of 985 is 95.63."""
    return tally.rate(closed, counted)


def satisfaction_rate(satisfied: int, closed: int) -> Decimal:
    """满意率 in per cent: 912 of 942 is 96.82. Silence is not satisfaction."""
    return tally.rate(satisfied, closed)
