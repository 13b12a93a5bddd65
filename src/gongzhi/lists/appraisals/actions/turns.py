"""Moving a pair on, and whose turn it is then: to-dos with the year's own last days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gongzhi.core import todo
from gongzhi.core.access import Actor
from gongzhi.core.flow import BOTH
from gongzhi.core.refusal import NotFound
from gongzhi.core.words import Words, say
from gongzhi.lists.appraisals import rules
from gongzhi.lists.appraisals.models import Appraisal
from gongzhi.lists.appraisals.rules import flow

ABOUT: dict[str, Words] = {
    "report": say("写{place} {year} 年度自评"),
    "submit": say("给{other}评分：{place} {year} 年度双向评估"),
    "meet": say("开交换意见会：{place} {year} 年度双向评估"),
    "accept": say("答复评分结果，或者提出异议：{place} {year} 年度"),
    "recheck": say("联合复核有异议的评分：{place} {year} 年度"),
    "countersign": say("会签联合复核结果：{place} {year} 年度"),
    "publish": say("公示{place} {year} 年度评估结果"),
    "conclude": say("结束公示：{place} {year} 年度评估结果"),
    "settle": say("按评估结果结算尾款：{place} {year} 年度"),
}


@dataclass(frozen=True)
class Turn:
    """One open turn: the side, the verb awaited, and its last day."""

    side: str
    verb: str
    due: date | None


def side(actor: Actor, appraisal: Appraisal) -> str:
    """The side for which the actor acts; NotFound for anyone else."""
    found = appraisal.side_of(actor)
    if found is None:
        raise NotFound("appraisals")
    return found


def step(appraisal: Appraisal, verb: str, by: str | None = None) -> None:
    """Move the pair by the flow's table, save it and renew its to-dos."""
    appraisal.state = flow.after(appraisal.state, verb, by)
    appraisal.save()
    follow(appraisal)


def turns(appraisal: Appraisal) -> Iterator[Turn]:
    """The open turns of the state the pair stands in."""
    state = rules.FLOW.state(appraisal.state)
    if not state.main:
        return
    for who in flow.SIDES if state.turn == BOTH else (state.turn,):
        if state.main == "accept" and not _has_say(appraisal, who):
            continue
        yield Turn(who, state.main, due(appraisal, state.main))


def _has_say(appraisal: Appraisal, who: str) -> bool:
    """Whether there is a score about this side to accept or contest."""
    return not (appraisal.b_silent if who == flow.A else appraisal.a_silent)


def due(appraisal: Appraisal, verb: str) -> date | None:
    """The last day for ``verb``; None where none is set."""
    campaign = appraisal.campaign
    known = {
        "report": campaign.report_due,
        "submit": campaign.score_due,
        "meet": campaign.meet_due,
        "accept": appraisal.objection_until,
        "recheck": appraisal.recheck_until,
        "countersign": appraisal.recheck_until,
        "conclude": appraisal.publicity_until,
        "settle": appraisal.settle_due,
    }
    return known.get(verb)


def follow(appraisal: Appraisal) -> None:
    """Close the turns that are over and open those of the new state."""
    wanted = {f"flow:{appraisal.state}:{t.side}": t for t in turns(appraisal)}
    todo.close(appraisal, key="flow:*")
    for key, turn in wanted.items():
        other = appraisal.unit_of(flow.OTHER[turn.side])
        about = Words(
            ABOUT[turn.verb].msgid,
            {"place": appraisal.party_b.short, "year": str(appraisal.year), "other": other.short},
        )
        alone = rules.FLOW.state(appraisal.state).turn != BOTH
        todo.open(
            appraisal,
            key=key,
            unit_id=appraisal.unit_of(turn.side).pk,
            verb=f"appraisals.{turn.verb}",
            about=about,
            due=turn.due,
            waits_unit_id=other.pk if alone else None,
        )
