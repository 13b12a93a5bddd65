"""Any two versions set side by side, item by item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from gongzhi.core.refusal import refuse
from gongzhi.core.words import Words, say
from gongzhi.lists.duties.rules.checks import likeness, normal_name
from gongzhi.lists.duties.rules.lists import Line

COMPARED: dict[str, Words] = {
    "code": say("编号"),
    "name": say("事项"),
    "applies_to": say("适用"),
    "lead": say("牵头部门"),
    "joint": say("会同部门"),
    "payer": say("谁出钱"),
    "funding_rule": say("经费规则"),
    "cycle": say("周期"),
    "standard": say("标准"),
    "plain": say("通俗说明"),
    "bases": say("依据"),
}

# Same code and at least this likeness of names: the item was reworded. Less: the code was given to another item.
REWORDED = Decimal("0.4")


@dataclass(frozen=True)
class Change:
    """One item present in both versions; ``fields`` are the names in COMPARED that differ."""

    old: Line
    new: Line
    fields: tuple[str, ...] = ()

    @property
    def moved(self) -> bool:
        """Whether the item went from one list to another."""
        return self.old.list_type != self.new.list_type


@dataclass(frozen=True)
class Comparison:
    """Everything that differs. ``moved`` items may have changed fields too; every item is in one tuple only."""

    added: tuple[Line, ...]
    removed: tuple[Line, ...]
    moved: tuple[Change, ...]
    changed: tuple[Change, ...]
    same: tuple[Change, ...]

    @property
    def differs(self) -> bool:
        """Whether anything at all changed."""
        return bool(self.added or self.removed or self.moved or self.changed)


def compare(old: Sequence[Line], new: Sequence[Line]) -> Comparison:
    """Match items by lineage, then by name, then by code with a similar name; sort them into what happened."""
    pairs, removed, added = _pair(list(old), list(new))
    changes = [Change(o, n, _differences(o, n)) for o, n in pairs]
    return Comparison(
        added=tuple(sorted(added, key=_order)),
        removed=tuple(sorted(removed, key=_order)),
        moved=tuple(c for c in changes if c.moved),
        changed=tuple(c for c in changes if not c.moved and c.fields),
        same=tuple(c for c in changes if not c.moved and not c.fields),
    )


def _pair(old: list[Line], new: list[Line]) -> tuple[list[tuple[Line, Line]], list[Line], list[Line]]:
    keys: list[Callable[[Line], str]] = [lambda x: x.lineage, lambda x: normal_name(x.name)]
    pairs: list[tuple[Line, Line]] = []
    for key in keys:
        waiting = {key(n): n for n in reversed(new) if key(n)}
        for line in list(old):
            match = waiting.pop(key(line), None) if key(line) else None
            if match is not None:
                pairs.append((line, match))
                old.remove(line)
                new.remove(match)
    by_code = {n.code: n for n in reversed(new)}
    for line in list(old):
        match = by_code.get(line.code)
        if match is not None and likeness(line.name, match.name) >= REWORDED:
            by_code.pop(line.code)
            pairs.append((line, match))
            old.remove(line)
            new.remove(match)
    pairs.sort(key=lambda p: _order(p[1]))
    return pairs, old, new


def _differences(old: Line, new: Line) -> tuple[str, ...]:
    return tuple(f for f in COMPARED if getattr(old, f) != getattr(new, f))


def _order(line: Line) -> tuple[str, str]:
    return (line.list_type, line.code)


def reduction_rate(before: int, after: int) -> Decimal:
    """(before − after) / before in per cent, two places, half up: 78 → 28 gives 64.10. Negative where it grew.

    Raises Refused ``duties.reduction_base`` where there was nothing before.
    """
    if before <= 0:
        refuse(say("原来没有事项，算不出精简率"), rule="duties.reduction_base", field="before")
    rate = Decimal(before - after) * 100 / Decimal(before)
    return rate.quantize(Decimal("0.01"), ROUND_HALF_UP)
