"""After the opening: witnesses, the exchange meeting, objections and the joint re-check."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.utils import timezone

from gongzhi.core import calendar, clock, evidence
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.lists.appraisals.actions import turns
from gongzhi.lists.appraisals.actions.scoring import tally
from gongzhi.lists.appraisals.models import Appraisal, Line, Meeting, Objection, Panel, Witness
from gongzhi.lists.appraisals.queries.settings import settings_on
from gongzhi.lists.appraisals.rules import course, scoring

BODIES = {"representative": say("村（居）民代表"), "supervision": say("村（居）务监督委员会")}
SIDES = {"a": say("甲方"), "b": say("乙方")}
MEMBER_ROW = {
    "side": Annotated[str, Ask(say("哪一方"), choices=SIDES)],
    "name": Annotated[str, Ask(say("姓名"), max=40)],
    "post": Annotated[str | None, Ask(say("职务"), max=60)],
}
RESULT_ROW = {
    "line": Annotated[int, Ask(say("有异议的一行"))],
    "score": Annotated[Decimal, Ask(say("复核后的分"), min=0, max=100, places=1)],
    "reason": Annotated[str, Ask(say("理由"), max=1000, rows=2)],
}


@action("appraisals.witness", on=Appraisal, label=say("写见证意见"), keeps_todo=True)
def witness(
    actor: Actor,
    appraisal: Appraisal,
    *,
    body: Annotated[str, Ask(say("身份"), choices=BODIES)],
    name: Annotated[str, Ask(say("姓名"), max=40)],
    opinion: Annotated[str, Ask(say("意见"), max=2000, rows=4)],
) -> dict[str, Any]:
    """Record what a residents' representative or the supervision committee says about the appraisal."""
    row = Witness.objects.create(appraisal=appraisal, body=body, name=name, opinion=opinion, on=clock.today())
    return {"witness": row.pk, "body": body}


@action("appraisals.meet", on=Appraisal, label=say("记录交换意见会"), keeps_todo=True, main=True)
def meet(
    actor: Actor,
    appraisal: Appraisal,
    *,
    held_on: Annotated[date, Ask(say("会议日期"))],
    place: Annotated[str, Ask(say("地点"), max=100)],
    present_a: Annotated[str, Ask(say("甲方参加人"), max=300)],
    present_b: Annotated[str, Ask(say("乙方参加人"), max=300)],
    minutes: Annotated[
        str, Ask(say("会议纪要"), help=say("双方各说了什么，哪几项看法不同"), max=6000, rows=8)
    ],
    files: Annotated[list[int] | None, Ask(say("附件"), files=True)] = None,
) -> dict[str, Any]:
    """Put the exchange meeting on record. The objection window begins on the day of recording."""
    side = turns.side(actor, appraisal)
    if (
        appraisal.opened_at is not None
        and not timezone.localtime(appraisal.opened_at).date() <= held_on <= clock.today()
    ):
        refuse(say("会议日期要在开封以后、今天或以前"), rule="appraisals.meeting_date", field="held_on")
    Meeting.objects.create(
        appraisal=appraisal,
        held_on=held_on,
        place=place,
        present_a=present_a,
        present_b=present_b,
        minutes=minutes,
        recorded_by=side,
    )
    evidence.use(actor, appraisal, files or [], key="meeting")
    days = settings_on(appraisal.campaign.opened_on).days
    appraisal.objection_until = calendar.due(clock.today(), days["objection"])
    turns.step(appraisal, "meet", side)
    _skip_the_voiceless(appraisal)
    return {"side": side, "held_on": held_on, "objection_until": appraisal.objection_until}


def _skip_the_voiceless(appraisal: Appraisal) -> None:
    """A side about which nothing was scored has nothing to accept: it counts as having done so."""
    for silent, voiceless in ((appraisal.a_silent, "b"), (appraisal.b_silent, "a")):
        if silent:
            turns.step(appraisal, "accept", voiceless)


def may_accept(actor: Actor, appraisal: Appraisal) -> None:
    """A side that has objected no longer accepts; the flow's table knows the rest."""
    side = appraisal.side_of(actor)
    if side and appraisal.objections.filter(side=side).exists():
        refuse(say("您这一方已经提出异议，请等联合复核"), rule="appraisals.objected")


@action(
    "appraisals.accept",
    on=Appraisal,
    label=say("没有异议"),
    keeps_todo=True,
    main=True,
    check=may_accept,
    effects=say("双方都表示没有异议，结果就确认，不必等异议期满。"),
)
def accept(actor: Actor, appraisal: Appraisal) -> dict[str, Any]:
    """Accept the scores about one's own side."""
    side = turns.side(actor, appraisal)
    turns.step(appraisal, "accept", side)
    return {"side": side}


def may_object(actor: Actor, appraisal: Appraisal) -> None:
    """Objections come within the window."""
    course.check_in_window(clock.today(), appraisal.objection_until)


@action(
    "appraisals.object",
    on=Appraisal,
    label=say("提出异议"),
    keeps_todo=True,
    check=may_object,
    effects=say("提出以后由双方同等人数组成小组联合复核。"),
)
def object_to(
    actor: Actor,
    appraisal: Appraisal,
    *,
    line: Annotated[int, Ask(say("对哪一项有异议"))],
    reason: Annotated[str, Ask(say("理由"), max=2000, rows=4)],
    files: Annotated[list[int] | None, Ask(say("材料"), files=True)] = None,
) -> dict[str, Any]:
    """Contest the score of one line about one's own side, with the reason."""
    side = turns.side(actor, appraisal)
    row = appraisal.lines.filter(pk=line, about=side).exclude(score=None).first()
    if row is None:
        refuse(say("只能对给自己一方的评分提出异议"), rule="appraisals.own_lines", field="line")
    if Objection.objects.filter(line=row).exists():
        refuse(say("这一项已经提过异议"), rule="appraisals.objected_already", field="line")
    Objection.objects.create(appraisal=appraisal, line=row, side=side, reason=reason, filed_on=clock.today())
    evidence.use(actor, appraisal, files or [], key=f"objection:{row.pk}")
    if appraisal.recheck_until is None:
        days = settings_on(appraisal.campaign.opened_on).days
        appraisal.recheck_until = calendar.due(clock.today(), days["recheck"])
    turns.step(appraisal, "object", side)
    return {"side": side, "line": row.key, "reason": reason}


@action("appraisals.recheck", on=Appraisal, label=say("记录联合复核结果"), keeps_todo=True, main=True)
def recheck(
    actor: Actor,
    appraisal: Appraisal,
    *,
    held_on: Annotated[date, Ask(say("复核日期"))],
    members: Annotated[list[dict[str, Any]], Ask(say("复核小组（双方同等人数）"), row=MEMBER_ROW)],
    results: Annotated[list[dict[str, Any]], Ask(say("逐项结果"), row=RESULT_ROW)],
) -> dict[str, Any]:
    """Record the joint panel's finding per contested line; it counts once the other side has countersigned."""
    side = turns.side(actor, appraisal)
    course.check_panel(members)
    if held_on > clock.today():
        refuse(say("复核日期不能晚于今天"), rule="appraisals.panel_date", field="held_on")
    contested = {o.line_id: o.line for o in appraisal.objections.select_related("line")}
    by_line = {int(r["line"]): r for r in results}
    course.check_answers(
        [str(contested[k].label) for k in contested],
        {contested[k].label if k in contested else str(k): r["reason"] for k, r in by_line.items()},
    )
    rows = [_result(contested[k], r) for k, r in by_line.items()]
    made = Panel.objects.create(
        appraisal=appraisal, members=_members(members), results=rows, held_on=held_on, recorded_by=side
    )
    turns.step(appraisal, "recheck", side)
    return {"side": side, "panel": made.pk, "results": rows}


def _members(members: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [
        {"side": m["side"], "name": m["name"].strip(), "post": (m.get("post") or "").strip()} for m in members
    ]


def _result(line: Line, row: Mapping[str, Any]) -> dict[str, Any]:
    score = scoring.parse_score(row["score"], field="results")
    return {
        "line": line.pk,
        "key": line.key,
        "about": line.about,
        "label": line.label,
        "before": str(line.score),
        "after": str(score),
        "reason": row["reason"].strip(),
    }


@action(
    "appraisals.countersign",
    on=Appraisal,
    label=say("会签复核结果"),
    keeps_todo=True,
    main=True,
    irreversible=True,
    effects=say("会签以后按复核后的分重算总分，结果确认。"),
)
def countersign(actor: Actor, appraisal: Appraisal) -> dict[str, Any]:
    """Agree with the joint finding: the re-checked scores replace the contested ones."""
    side = turns.side(actor, appraisal)
    panel = Panel.objects.select_for_update().get(appraisal=appraisal, outcome="")
    panel.outcome = "agreed"
    panel.save(update_fields=["outcome"])
    for row in panel.results:
        appraisal.lines.filter(pk=row["line"]).update(rechecked=Decimal(row["after"]))
    tally(appraisal)
    turns.step(appraisal, "countersign", side)
    return {"side": side, "panel": panel.pk}


@action("appraisals.dispute", on=Appraisal, label=say("不同意复核结果"), keeps_todo=True)
def dispute(
    actor: Actor,
    appraisal: Appraisal,
    *,
    reason: Annotated[str, Ask(say("哪里不同意"), max=2000, rows=4)],
) -> dict[str, Any]:
    """Send the finding back to the panel with a reason."""
    side = turns.side(actor, appraisal)
    panel = Panel.objects.select_for_update().get(appraisal=appraisal, outcome="")
    panel.outcome, panel.answer = "disputed", reason
    panel.save(update_fields=["outcome", "answer"])
    turns.step(appraisal, "dispute", side)
    return {"side": side, "panel": panel.pk, "reason": reason}


__all__ = ["accept", "countersign", "dispute", "meet", "object_to", "recheck", "witness"]
