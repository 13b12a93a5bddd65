"""Where one person stands with a ballot."""

from __future__ import annotations

from gongzhi.core import clock, dated
from gongzhi.core.access import Actor
from gongzhi.core.refusal import Refused
from gongzhi.participation.ballots.models import Ballot, Voter
from gongzhi.participation.ballots.rules import voting
from gongzhi.registers.residents import queries as residents


def voter_of(ballot: Ballot, account_id: int | None) -> Voter | None:
    """The person's row on the list or among those who voted."""
    return Voter.objects.filter(ballot=ballot, account_id=account_id).first() if account_id else None


def check_open(actor: Actor, ballot: Ballot) -> None:
    """Refuse what can only be done while voting runs: votes, and giving out paper."""
    page = ballot.get_absolute_url()
    voting.check_hours(ballot.state, ballot.local_opens, ballot.local_closes, clock.now(), page)


def hours(actor: Actor, ballot: Ballot) -> Refused | None:
    """Why nothing can be cast or handed out now; None while voting runs."""
    try:
        check_open(actor, ballot)
    except Refused as refused:
        return refused
    return None


def check_vote(actor: Actor, ballot: Ballot) -> None:
    """Refuse a vote outside the hours, or by somebody who is not of age."""
    check_open(actor, ballot)
    check_age(actor.account_id)


def check_age(account_id: int | None) -> None:
    """Refuse a vote by somebody who is not of age, on whatever channel."""
    _check_age(account_id is None or residents.is_adult(account_id))


def _check_age(is_adult: bool) -> None:
    voting.check_age(is_adult, int(dated.value("residents.adult_age")))


def obstacle(actor: Actor, ballot: Ballot, voter: Voter | None, is_adult: bool) -> Refused | None:
    """Why this resident cannot vote online now; None where he can. Asks the database nothing."""
    try:
        check_open(actor, ballot)
        _check_age(is_adult)
        channel = voter.channel if voter else ""
        voting.check_channel(channel, voting.ONLINE, ballot.changeable, ballot.get_absolute_url())
    except Refused as refused:
        return refused
    return None
