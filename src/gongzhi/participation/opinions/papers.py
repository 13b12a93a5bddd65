"""The paper of a poll: what was asked, who took part."""

from __future__ import annotations

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.papers import Block, Column, Doc, Facts, Heading, Paper, Table
from gongzhi.core.words import say
from gongzhi.participation.opinions import queries
from gongzhi.participation.opinions.models import Participant, Poll


def report(actor: Actor, poll: Poll) -> Doc:
    """意见征集情况表."""
    rows = [(s.number, s.text) for s in queries.shown(poll)]
    facts = [
        ("议题", poll.about),
        ("征集单位", poll.unit.short),
        ("状态", str(poll.state_label)),
        ("参加人数", f"{Participant.objects.filter(poll=poll).count()} 人"),
    ]
    blocks: list[Block] = [
        Facts(facts),
        Heading("看法"),
        Table([Column("序号", 1, "no"), Column("看法", 8)], rows),
    ]
    return Doc("意见征集情况表", issuer=poll.unit.name, date=clock.today(), blocks=blocks)


PAPERS = {"report": Paper(say("意见征集情况表"), build=report, on=Poll)}
