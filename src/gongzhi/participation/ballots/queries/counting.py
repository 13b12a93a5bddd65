"""The sheets of paper ballots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gongzhi.participation.ballots.models import Ballot, Batch, Entry
from gongzhi.participation.ballots.rules.counting import Sheet


@dataclass(frozen=True)
class Counted:
    """A batch with the sheets of its current round and, where that is not the first, of the round before."""

    batch: Batch
    now: tuple[Entry, ...]
    before: tuple[Entry, ...]

    @property
    def sheet(self) -> Sheet | None:
        """The sheet both agree on."""
        return self.now[0].sheet() if self.batch.settled else None

    def entered_by(self, account_id: int | None) -> Entry | None:
        """What this person entered in the current round."""
        return next((e for e in self.now if e.account_id == account_id), None)


def batches(ballot: Ballot) -> list[Counted]:
    """Every batch in order, with its sheets. Two queries."""
    rows = list(ballot.batches.filter(dropped=False).order_by("number"))
    entries = list(Entry.objects.filter(batch__ballot=ballot, batch__dropped=False).order_by("pk"))
    return [Counted(b, _of(entries, b, b.round), _of(entries, b, b.round - 1)) for b in rows]


def _of(entries: Iterable[Entry], batch: Batch, round: int) -> tuple[Entry, ...]:
    return tuple(e for e in entries if e.batch_id == batch.pk and e.round == round)


def sheets(ballot: Ballot) -> list[Sheet]:
    """The sheet of every settled batch."""
    return [c.sheet for c in batches(ballot) if c.sheet is not None]
