"""What a ballot shows on its own page and on the page of the thing it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from gongzhi.core import clock, tally
from gongzhi.core.access import Actor
from gongzhi.core.refusal import Refused
from gongzhi.core.words import Words, say
from gongzhi.participation.ballots.models import Ballot, Result, Voter
from gongzhi.participation.ballots.rules import counting, voting
from gongzhi.participation.ballots.rules.terms import APPROVAL
from gongzhi.registers.residents import queries as residents

from .voting import obstacle

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
    """A ballot for one reader: ``meaning`` of the result in a sentence, ``channel`` by which he voted already ("" not
    yet), ``locked`` why he cannot vote online."""

    ballot: Ballot
    bars: list[Bar]
    result: Result | None
    meaning: Words | None
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
    return panels(actor, [ballot])[0]


def panels(actor: Actor, ballots: Sequence[Ballot]) -> list[Panel]:
    """Several ballots for one reader, as the thing they belong to shows them. At most three queries, whatever their
    number; none about the reader unless he is a resident."""
    ids = [b.pk for b in ballots if b.state in ("closed", "counted")]
    latest = (
        Result.objects.filter(ballot__in=ids).order_by("ballot", "-seq").distinct("ballot") if ids else []
    )
    results = {r.ballot_id: r for r in latest}
    votes, is_adult = actor.may("ballots.vote") is not None and actor.account_id is not None, True
    mine: dict[int, Voter] = {}
    if votes and ballots:
        rows = Voter.objects.filter(ballot__in=[b.pk for b in ballots], account_id=actor.account_id)
        mine = {v.ballot_id: v for v in rows}
        is_adult = residents.is_adult(actor.account_id or 0)
    return [_panel(actor, b, results.get(b.pk), mine.get(b.pk), votes, is_adult) for b in ballots]


def _panel(
    actor: Actor, ballot: Ballot, found: Result | None, voter: Voter | None, votes: bool, is_adult: bool
) -> Panel:
    is_voter = voter is not None or (
        votes and not ballot.listed and actor.unit_path.startswith(ballot.unit.path)
    )
    voted = ballot.online + ballot.papers
    eligible = max(found.eligible if found else ballot.eligible, voted)
    return Panel(
        ballot,
        bars(ballot, found),
        found,
        meaning(ballot, found) if found else None,
        eligible,
        voted,
        tally.rate(voted, eligible),
        voter.channel if voter else "",
        is_voter,
        obstacle(actor, ballot, voter, is_adult) if is_voter else None,
    )


def meaning(ballot: Ballot, found: Result) -> Words:
    """The outcome in a sentence, with the figures that were needed."""
    words = option_words(ballot)
    named = {n: f"“{words[n]}”" for n in range(len(words))}
    chosen, level = "、".join(named[n] for n in found.chosen), "、".join(named[n] for n in found.tied)
    needed = found.needed_votes
    if found.outcome == counting.PASSED:
        return say("赞成 {n} 票，达到所需的 {m} 票，通过。", n=found.counts[0], m=needed)
    if found.outcome == counting.CHOSEN and found.source:
        return say("{what}得票最多，并且达到所需的 {m} 票。", what=chosen, m=needed)
    if found.outcome == counting.CHOSEN:
        return say("{what}得票最多。", what=chosen)
    if found.outcome == counting.TIED:
        return say("{what}得票相同，要在它们之间再投一次。", what=level)
    if found.outcome == counting.INQUORATE:
        return say(
            "参加 {n} 人，没有达到所需的 {m} 人，表决不成立，可以重新召集再投。",
            n=found.present,
            m=found.needed_present,
        )
    if found.outcome == counting.VOID:
        return say("收回的选票多于发出的选票，这次投票无效，要重新投。")
    if found.outcome == counting.FAILED and ballot.terms().approval:
        return say("赞成 {n} 票，没有达到所需的 {m} 票，未通过。", n=found.counts[0], m=needed)
    return say("没有选项达到所需的 {m} 票，未通过。", m=needed) if found.source else say("没有有效票。")
