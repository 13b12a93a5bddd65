"""The attendance list and the sheets, as the people at the table see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gongzhi.core.access import Actor
from gongzhi.core.units import COMMITTEE
from gongzhi.core.words import Words, say
from gongzhi.participation.ballots.models import Ballot, Entry, Voter
from gongzhi.participation.ballots.rules import voting
from gongzhi.registers.residents import queries as residents

from .counting import Counted
from .panel import numeral, option_words

CHANNELS = {
    "none": say("还没有投"),
    voting.ONLINE: say("网上投了"),
    voting.PAPER: say("领了纸质票"),
}


def roll(ballot: Ballot, text: str = "", channel: str = "") -> Any:
    """The voters on a list whose name or household contains ``text``, or whose seat it is. Of a ballot that is open to
    all residents only those who took paper: who votes online is nobody's business at the table."""
    if not ballot.listed:
        return ballot.voters.filter(channel=voting.PAPER)
    rows = ballot.voters.all()
    if text:
        found = rows.filter(name__icontains=text) | rows.filter(household__icontains=text)
        rows = found | rows.filter(seat=int(text)) if text.isdecimal() and len(text) < 8 else found
    if channel in CHANNELS:
        rows = rows.filter(channel="" if channel == "none" else channel)
    return rows


@dataclass(frozen=True)
class Hit:
    """A confirmed resident who stands at the table, and whether he has voted already."""

    found: residents.Found
    channel: str
    said: Words


def at_the_table(actor: Actor, ballot: Ballot, text: str) -> list[Hit]:
    """Confirmed residents whom ``text`` fits. At most three queries."""
    own = actor.unit_id == ballot.unit_id and actor.unit_kind == COMMITTEE
    found = residents.find_confirmed(ballot.unit.path, text, by_name=own)
    rows = ballot.voters.filter(account_id__in=[f.account_id for f in found]) if found else []
    voted = {v.account_id: v.channel for v in rows}
    return [Hit(f, c := voted.get(f.account_id, ""), CHANNELS[c or "none"]) for f in found]


@dataclass(frozen=True)
class Line:
    """One voter on the attendance list, by the name that may be read."""

    voter: Voter
    name: str
    channel: Words


def named(rows: Iterable[Voter]) -> list[Line]:
    """Voters with their names: those of a list as it was given, residents by what others read. One query."""
    rows = list(rows)
    names = residents.display_names(v.account_id for v in rows if not v.name and v.account_id)
    return [Line(v, v.name or names.get(v.account_id or 0, ""), CHANNELS[v.channel or "none"]) for v in rows]


@dataclass(frozen=True)
class Row:
    """One figure of a batch: its name, both sheets' values, and whether they differ."""

    label: Words | str
    values: tuple[int, ...]

    @property
    def differs(self) -> bool:
        """Whether the two people wrote different figures."""
        return len(set(self.values)) > 1


@dataclass(frozen=True)
class Table:
    """A batch as one person may see it: nobody sees the first sheet before entering a second."""

    counted: Counted
    entries: tuple[Entry, ...]
    rows: tuple[Row, ...]
    waits_for_me: bool
    waits_for_other: bool


FIGURES: tuple[tuple[str, Words], ...] = (
    ("printed", say("印制")),
    ("issued", say("发出")),
    ("spoiled", say("作废换发")),
    ("returned", say("收回")),
)


def table(ballot: Ballot, counted: Counted, actor: Actor) -> Table:
    """The sheets side by side: the settled ones, those of the last round that differ, or one's own."""
    mine = counted.entered_by(actor.account_id)
    settled = counted.batch.settled
    entries = counted.now if settled else counted.before if not counted.now else (mine,) if mine else ()
    rows: list[Row] = []
    if entries:
        rows = [Row(label, tuple(getattr(e, key) for e in entries)) for key, label in FIGURES]
        words = option_words(ballot)
        rows += [
            Row(f"{numeral(n)}　{text}", tuple(e.counts[n] for e in entries)) for n, text in enumerate(words)
        ]
        rows.append(Row(say("无效票"), tuple(e.invalid for e in entries)))
    return Table(
        counted, entries, tuple(rows), not settled and mine is None, not settled and mine is not None
    )
