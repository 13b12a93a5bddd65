"""What a ballot shows on its own page and on the page of the thing it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from gongzhi.core import clock, tally
from gongzhi.core.access import Actor
from gongzhi.core.refusal import Refused
from gongzhi.core.words import Words, say
from gongzhi.participation.ballots.models import Ballot, Result
from gongzhi.participation.ballots.rules import voting
from gongzhi.participation.ballots.rules.terms import APPROVAL
from gongzhi.registers.residents import queries as residents

from .voting import obstacle, voter_of

NUMERALS = "一二三四五六七八九十"
_SAY = dict(zip(APPROVAL, (say("赞成"), say("反对"), say("弃权")), strict=True))


@dataclass(frozen=True)
class Bar:
    """One option: its number from 0, its words, and once it is counted its votes, share of valid votes in per cent,
    and whether it is chosen or level with others."""

    number: int
    numeral: str
    text: Words | str
    votes: int | None = None
    share: Decimal = field(default_factory=Decimal)
    chosen: bool = False
    tied: bool = False


@dataclass(frozen=True)
class Panel:
    """A ballot for one reader. ``channel`` is how he voted already ("" not yet), ``locked`` why he cannot vote online,
    ``may_vote`` whether he can. Costs at most four queries."""

    ballot: Ballot
    bars: list[Bar]
    result: Result | None
    eligible: int
    voted: int
    turnout: Decimal
    channel: str
    is_voter: bool
    locked: Refused | None

    @property
    def may_vote(self) -> bool:
        """Whether the reader can vote, or vote anew, now."""
        return self.is_voter and self.locked is None

    @property
    def running(self) -> bool:
        """Whether votes are taken now."""
        return self.ballot.state == "open" and self.ballot.opens <= clock.now() < self.ballot.closes

    @property
    def changing(self) -> bool:
        """Whether a vote given now would replace an earlier one."""
        return self.channel == voting.ONLINE


def option_words(ballot: Ballot) -> list[Words | str]:
    """The options in words; those of a motion in the reader's language."""
    return [_SAY[o] for o in ballot.options] if ballot.terms().approval else list(ballot.options)


def numeral(number: int) -> str:
    """ "一" for option 0, "十二" for option 11."""
    return NUMERALS[number] if number < 10 else f"十{NUMERALS[number - 10]}"


def result(ballot: Ballot) -> Result | None:
    """The latest count, None before the first; published as soon as it exists, also while a recount runs."""
    found: Result | None = ballot.results.order_by("-seq").first()
    return found


def bars(ballot: Ballot, found: Result | None) -> list[Bar]:
    """The options with their counts."""
    words = option_words(ballot)
    if found is None:
        return [Bar(n, numeral(n), text) for n, text in enumerate(words)]
    return [
        Bar(n, numeral(n), text, found.counts[n], tally.rate(found.counts[n], found.valid), n in found.chosen, n in found.tied)
        for n, text in enumerate(words)
    ]  # fmt: skip


def panel(actor: Actor, ballot: Ballot) -> Panel:
    """The ballot for this reader, who may see it: the caller has asked."""
    found = result(ballot) if ballot.state != "open" else None
    eligible = ballot.eligible if ballot.eligible is not None else residents.confirmed_count(ballot.unit.path)
    if found is not None:
        eligible = found.eligible
    voter = voter_of(ballot, actor.account_id) if actor.may("ballots.vote") else None
    is_voter = voter is not None or (not ballot.listed and _lives_in(actor, ballot))
    voted = ballot.online + ballot.papers
    return Panel(
        ballot,
        bars(ballot, found),
        found,
        eligible,
        voted,
        tally.rate(voted, eligible),
        voter.channel if voter else "",
        is_voter,
        obstacle(actor, ballot, voter) if is_voter else None,
    )


def _lives_in(actor: Actor, ballot: Ballot) -> bool:
    """Whether a resident acts from a home in the unit that asks."""
    return actor.may("ballots.vote") is not None and actor.unit_path.startswith(ballot.unit.path)
