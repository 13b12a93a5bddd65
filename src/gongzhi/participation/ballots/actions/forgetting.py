"""An account is given up: that somebody voted stays, for votes cast count; who it was does not."""

from __future__ import annotations

from gongzhi.core.personal import Kept
from gongzhi.core.words import say
from gongzhi.participation.ballots.models import Voter
from gongzhi.participation.ballots.rules import voting


def forget_about(account_id: int) -> list[Kept]:
    """Inside the act that gives an account up. While voting runs the household stays: it has one vote."""
    mine = Voter.objects.filter(account_id=account_id)
    voted = mine.exclude(channel="").count()
    mine.exclude(ballot__state="open").update(household="")
    mine.update(name="")
    return [Kept(str(say("投票记录 {n} 条", n=voted)), voting.SECRECY)] if voted else []
