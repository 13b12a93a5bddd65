"""A complaint about retaliation goes past the other side, straight to the county."""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core import clock, evidence, notices, units
from gongzhi.core.access import Actor, roles_with
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.lists.appraisals import rules
from gongzhi.lists.appraisals.models import Appraisal, Complaint


@action(
    "appraisals.complain",
    label=say("投诉打击报复"),
    secret=True,
    effects=[
        say("只有您单位和市级看得到，被投诉的一方看不到，也不会收到通知。"),
        say("可以随时撤回。"),
    ],
)
def complain(
    actor: Actor,
    *,
    appraisal: Annotated[int, Ask(say("哪一年度的评估"))],
    text: Annotated[str, Ask(say("发生了什么"), max=6000, rows=8)],
    files: Annotated[list[int] | None, Ask(say("材料"), files=True)] = None,
) -> Made[Complaint]:
    """Tell the county that the other side retaliated for a score or for an objection."""
    pair = Appraisal.objects.visible_to(actor, "appraisals.view").filter(pk=appraisal).first()
    if pair is None or pair.side_of(actor) is None:
        refuse(say("没有找到这一对评估"), rule="appraisals.no_pair", field="appraisal")
    assert actor.unit_id is not None
    made = Complaint.objects.create(
        county=units.county(), filer_id=actor.unit_id, appraisal=pair, text=text, filed_on=clock.today()
    )
    evidence.use(actor, made, files or [], key="complaint")
    return Made(made)


@action("appraisals.take_up", on=Complaint, label=say("受理"), main=True, secret=True)
def take_up(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The county takes the complaint up."""
    complaint.state = rules.COMPLAINT_FLOW.step(complaint.state, "take_up", "county")
    complaint.save()
    _tell(complaint, "appraisals.take_up")
    return {}


def _tell(complaint: Complaint, verb: str) -> None:
    """Tell the filer's unit, nobody else."""
    about = say("{label}：{state}", label=complaint.label(), state=complaint.state_label)
    notices.send(complaint.filer_id, roles_with("appraisals.complain"), about, complaint, verb=verb)


@action("appraisals.answer", on=Complaint, label=say("答复"), main=True, secret=True)
def answer(
    actor: Actor,
    complaint: Complaint,
    *,
    upheld: Annotated[str, Ask(say("结论"), choices={"yes": say("属实"), "no": say("不属实")})],
    text: Annotated[str, Ask(say("答复"), max=4000, rows=6)],
) -> dict[str, Any]:
    """The county's finding, told to the filer. The text is sealed; the journal keeps the finding only."""
    complaint.state = rules.COMPLAINT_FLOW.step(complaint.state, "answer", "county")
    complaint.upheld = upheld == "yes"
    complaint.answer_text = text
    complaint.answered_on = clock.today()
    complaint.save()
    _tell(complaint, "appraisals.answer")
    return {"upheld": upheld}


@action("appraisals.withdraw", on=Complaint, label=say("撤回投诉"), secret=True)
def withdraw(actor: Actor, complaint: Complaint) -> dict[str, Any]:
    """The filer takes the complaint back."""
    complaint.state = rules.COMPLAINT_FLOW.step(complaint.state, "withdraw", complaint.side_of(actor))
    complaint.save()
    return {}
