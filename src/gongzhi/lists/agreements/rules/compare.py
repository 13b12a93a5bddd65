"""Two texts set side by side, clause by clause: two rounds of one agreement, or two agreements. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from gongzhi.core.words import Words, say

from .terms import LABELS, PAYMENT, Line, changed_fields

ADDED, REMOVED, CHANGED, SAME = "added", "removed", "changed", "same"
KINDS: dict[str, Words] = {
    ADDED: say("新增"),
    REMOVED: say("删去"),
    CHANGED: say("修改"),
    SAME: say("不变"),
}


@dataclass(frozen=True)
class Pair:
    """One clause in both texts; None where a text does not have it."""

    old: Line | None
    new: Line | None

    @property
    def kind(self) -> str:
        """added, removed, changed or same."""
        if self.old is None or self.new is None:
            return ADDED if self.old is None else REMOVED
        same = (
            self.old.terms.heading == self.new.terms.heading
            and self.old.terms.text() == self.new.terms.text()
        )
        return SAME if same else CHANGED

    @property
    def line(self) -> Line:
        """The newer of the two."""
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def fields(self) -> list[Words]:
        """What differs in a changed clause, in words."""
        if self.kind != CHANGED or self.old is None or self.new is None:
            return []
        return [LABELS[name] for name in changed_fields(self.old.terms, self.new.terms) if name in LABELS]


def compare(old: Sequence[Line], new: Sequence[Line], *, same_text: bool) -> list[Pair]:
    """Every clause of both texts, in the newer one's order; removed ones stand where they stood.

    Rounds of one text (``same_text``) match by the clause's own key; two agreements by the listed task, the
    template's clause, the payment clause, or else by kind and heading. Struck clauses are not part of a text.
    """
    before = [x for x in old if not x.struck]
    after = [x for x in new if not x.struck]
    matched = _matched(before, after, [_key] if same_text else [_code, _heading])
    taken = {id(o) for o in matched.values()}
    pairs = [Pair(matched.get(id(n)), n) for n in after]
    for at, line in enumerate(before):
        if id(line) not in taken:
            pairs.insert(_place(pairs, before[:at]), Pair(line, None))
    return pairs


def _matched(
    old: Sequence[Line], new: Sequence[Line], keys: Sequence[Callable[[Line], Hashable]]
) -> dict[int, Line]:
    """id of a new line → the old line it continues; every old line goes once."""
    found: dict[int, Line] = {}
    free = list(old)
    for key in keys:
        waiting = {key(o): o for o in reversed(free) if key(o) is not None}
        for line in new:
            match = waiting.pop(key(line), None) if id(line) not in found else None
            if match is not None:
                found[id(line)] = match
                free.remove(match)
    return found


def _key(line: Line) -> Hashable:
    return line.key


def _code(line: Line) -> Hashable:
    code = getattr(line.terms, "code", "") or (PAYMENT if line.terms.kind == PAYMENT else "")
    return (line.terms.kind, code) if code else None


def _heading(line: Line) -> Hashable:
    return (line.terms.kind, line.terms.heading)


def _place(pairs: Sequence[Pair], before: Sequence[Line]) -> int:
    """After the pair of the nearest earlier clause of the old text."""
    for line in reversed(before):
        for at, pair in enumerate(pairs):
            if pair.old is line:
                return at + 1
    return 0


def counts(pairs: Sequence[Pair]) -> dict[str, int]:
    """How many clauses are added, removed, changed, same."""
    return {kind: sum(p.kind == kind for p in pairs) for kind in KINDS}
