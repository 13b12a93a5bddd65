"""What this room holds about a resident: for the resident to see and to take along."""

from __future__ import annotations

from django.utils.timezone import localtime

from gongzhi.core.personal import Held
from gongzhi.core.words import say
from gongzhi.participation.ballots.models import Voter

from .hall import CHANNELS


def held_about(account_id: int) -> list[Held]:
    """On which lists of voters the account stands and by which channel it voted; never what. One query."""
    rows = Voter.objects.filter(account_id=account_id).select_related("ballot")
    return [
        Held(
            "votes",
            say("您参加的投票"),
            say("一人一票要记下您投过票；不记名：投了什么只封在信封里，截止后谁也对不上人"),
            {
                "question": say("投票"),
                "channel": say("怎么投的"),
                "closes": say("截止"),
                "name": say("名单上的姓名"),
                "household": say("户"),
            },
            [
                {
                    "question": v.ballot.question,
                    "channel": str(CHANNELS[v.channel or "none"]),
                    "closes": f"{localtime(v.ballot.closes):%Y-%m-%d %H:%M}",
                    "name": v.name,
                    "household": v.household,
                }
                for v in rows.order_by("-pk")
            ],
        )
    ]
