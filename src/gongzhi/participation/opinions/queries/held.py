"""What this room holds about a resident: for the resident to see and to take along."""

from __future__ import annotations

from django.utils.timezone import localtime

from gongzhi.core.personal import Held
from gongzhi.core.words import say
from gongzhi.participation.opinions import rules
from gongzhi.participation.opinions.models import Participant, Statement, Vote
from gongzhi.participation.opinions.queries.maps import NAMES
from gongzhi.participation.opinions.rules.speaking import NUMBERS

LABELS = {NUMBERS[key]: label for key, label in rules.VALUES.items()}


def held_about(account_id: int) -> list[Held]:
    """The statements an account made, its answers, and where the maps put it, newest first. Three queries."""
    return [_statements(account_id), _votes(account_id), _groups(account_id)]


def _statements(account_id: int) -> Held:
    rows = Statement.objects.filter(author_id=account_id, staff=False).select_related("poll")
    return Held(
        "statements",
        say("您提的看法"),
        say("公开给大家表态的一句话，从不写是谁提的；注销后这句话保留，认不出是您"),
        {
            "about": say("在哪里"),
            "text": say("看法"),
            "state": say("状态"),
            "reason": say("处理的理由"),
            "at": say("时间"),
            "helped": say("由工作人员代办"),
        },
        [
            {
                "about": s.poll.about,
                "text": s.text,
                "state": str(s.state_label),
                "reason": s.reason,
                "at": f"{localtime(s.created_at):%Y-%m-%d %H:%M}",
                "helped": s.assisted,
            }
            for s in rows.order_by("-pk")
        ],
    )


def _votes(account_id: int) -> Held:
    rows = Vote.objects.filter(account_id=account_id).select_related("statement__poll")
    return Held(
        "statement_votes",
        say("您的表态"),
        say("只公布各组人数，不公布谁怎么表态；注销后照算，认不出是您"),
        {
            "about": say("在哪里"),
            "text": say("对哪句看法"),
            "value": say("态度"),
            "at": say("时间"),
            "helped": say("由工作人员代办"),
        },
        [
            {
                "about": v.statement.poll.about,
                "text": v.statement.text,
                "value": str(LABELS[v.value]),
                "at": f"{localtime(v.at):%Y-%m-%d %H:%M}",
                "helped": v.assisted,
            }
            for v in rows.order_by("-pk")
        ],
    )


def _groups(account_id: int) -> Held:
    rows = Participant.objects.filter(account_id=account_id).select_related("poll")
    return Held(
        "opinion_groups",
        say("意见图把您分在哪一组"),
        say("由您的表态算出，只有您看得到；注销后照算，认不出是您"),
        {"about": say("在哪里"), "votes": say("表态几次"), "group": say("第几组")},
        [
            {"about": p.poll.about, "votes": p.votes, "group": str(NAMES[p.group]) if p.group else ""}
            for p in rows.order_by("-pk")
        ],
    )
