"""States and moves as a table. Pure.

One table says which verb leads where, who may make the move, whose turn it is in each state and within how
many working days. The same table draws the diagram on the page, offers the buttons, fills the workbench and
writes the database's check constraint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from gongzhi.core.refusal import Problem, Refused, refuse
from gongzhi.core.words import Words, say

BOTH = "both"


@dataclass(frozen=True)
class State:
    """A place where a thing can stand.

    ``turn`` is the side whose turn it is ("" for nobody, "both" for both); ``main`` the verb that is awaited (its
    word, or ``room.word`` where the flow is not named after its room); ``days`` the key of the dated parameter with
    the number of working days allowed ("" for no deadline).
    """

    name: str
    label: Words
    turn: str = ""
    main: str = ""
    days: str = ""
    final: bool = False


@dataclass(frozen=True)
class Move:
    """``verb`` leads from any of ``frm`` to ``to``; ``by`` lists the sides that may make it (empty: any)."""

    verb: str
    frm: tuple[str, ...]
    to: str
    by: tuple[str, ...] = ()


class Flow:
    """The whole table of one kind of thing."""

    def __init__(self, name: str, *, initial: str, states: Sequence[State], moves: Sequence[Move]) -> None:
        self.name = name
        self.initial = initial
        self.states = {s.name: s for s in states}
        self.moves = tuple(moves)
        known = set(self.states)
        used = {initial, *(m.to for m in moves), *(f for m in moves for f in m.frm)}
        if used - known:
            raise ValueError(f"{name}: unknown states {sorted(used - known)}")
        if len(self.states) != len(states):
            raise ValueError(f"{name}: a state is named twice")

    @cached_property
    def names(self) -> list[str]:
        """Every state's name, for the database's check constraint."""
        return list(self.states)

    @cached_property
    def choices(self) -> list[tuple[str, Words]]:
        """(name, label) pairs for filters."""
        return [(s.name, s.label) for s in self.states.values()]

    def state(self, name: str) -> State:
        """The state called ``name``; KeyError if there is none."""
        return self.states[name]

    def moves_from(self, state: str, by: str | None = None) -> list[Move]:
        """Every move open in ``state``, for one side if ``by`` is given."""
        return [m for m in self.moves if state in m.frm and (by is None or not m.by or by in m.by)]

    def may(self, state: str, verb: str, by: str | None = None) -> bool:
        """Whether ``verb`` is open in ``state`` (for that side)."""
        return any(m.verb == verb for m in self.moves_from(state, by))

    def step(self, state: str, verb: str, by: str | None = None) -> str:
        """The state after ``verb``; raises Refused ``<flow>.flow`` where the table has no such move."""
        for move in self.moves_from(state, by):
            if move.verb == verb:
                return move.to
        if self.may(state, verb):
            refuse(say("这一步要由对方办理"), rule=f"{self.name}.turn")
        label = self.states[state].label
        raise Refused(Problem(say("现在是“{state}”，还不能办这一步", state=label), f"{self.name}.flow"))
