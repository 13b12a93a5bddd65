"""Where one person stands with a ballot."""

from __future__ import annotations

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.refusal import Refused
from gongzhi.participation.ballots.models import Ballot, Voter
from gongzhi.participation.ballots.rules import voting


def voter_of(ballot: Ballot, account_id: int | None) -> Voter | None:
    """The person's row on the list or among those who voted."""
    return Voter.objects.filter(ballot=ballot, account_id=account_id).first() if account_id else None


def check_open(actor: Actor, ballot: Ballot) -> None:
    """Refuse what can only be done while voting runs: votes, and giving out paper."""
    page = ballot.get_absolute_url()
    voting.check_hours(ballot.state, ballot.local_opens, ballot.local_closes, clock.now(), page)


def obstacle(actor: Actor, ballot: Ballot, voter: Voter | None) -> Refused | None:
    """Why this resident cannot vote online now; None where he can."""
    try:
        check_open(actor, ballot)
        channel = voter.channel if voter else ""
        voting.check_channel(channel, voting.ONLINE, ballot.changeable, ballot.get_absolute_url())
    except Refused as refused:
        return refused
    return None
