"""The five steps 问提议干监 as one table of states and moves, and the smaller tables of what hangs on a matter. Pure.

A move whose word is no verb of the matter is made by a verb on one of its parts: the last task done ("finished"), a
meeting held or short of its quorum ("held", "short", "failed"), a referral handed back ("returned").
"""

from __future__ import annotations

from dataclasses import dataclass

from gongzhi.core.flow import Flow, Move, State
from gongzhi.core.words import Words, say

NAME = "deliberations"
UNIT = "unit"

ASK, PROPOSE, DELIBERATE, DO, OVERSEE = "ask", "propose", "deliberate", "do", "oversee"


@dataclass(frozen=True)
class Step:
    """One of the five steps: its sign, its name, and the states in which a matter stands in it."""

    key: str
    sign: Words
    label: Words
    states: tuple[str, ...]


STEPS = (
    Step(ASK, say("问"), say("巡访问事"), ("merged", "withdrawn")),
    Step(PROPOSE, say("提"), say("两委提事"), ("registered", "referred", "unsuitable")),
    Step(
        DELIBERATE,
        say("议"),
        say("分层议事"),
        ("accepted", "convened", "talking", "unresolved", "assembly", "publicity", "ended"),
    ),
    Step(DO, say("干"), say("协同干事"), ("adopted", "doing")),
    Step(OVERSEE, say("监"), say("群众监事"), ("done", "checking", "rating", "closed")),
)
STEP_OF: dict[str, str] = {state: step.key for step in STEPS for state in step.states}
STEP_LABELS: dict[str, Words] = {step.key: step.label for step in STEPS}

FLOW = Flow(
    NAME,
    initial="registered",
    states=[
        State("registered", say("等两委商量"), UNIT, "accept", "deliberations.days_to_answer"),
        State("referred", say("已转责任单位")),
        State("unsuitable", say("不纳入协商"), final=True),
        State("accepted", say("等安排议事"), UNIT, "call", "deliberations.days_to_call"),
        State("convened", say("等开会")),
        State("talking", say("正在商量"), UNIT, "settle", "deliberations.days_to_settle"),
        State("unresolved", say("没有谈拢"), UNIT, "submit", "deliberations.days_to_resolve"),
        State("assembly", say("等村（居）民会议表决"), UNIT, "decide", "deliberations.days_to_assembly"),
        State("publicity", say("公示中"), UNIT, "adopt"),
        State("ended", say("没有达成共识"), final=True),
        State("adopted", say("等派任务"), UNIT, "assign", "deliberations.days_to_assign"),
        State("doing", say("正在办")),
        State("done", say("办完，等监督人"), UNIT, "draw", "deliberations.days_to_appoint"),
        State("checking", say("监督人查验中"), UNIT, "conclude", "deliberations.days_to_check"),
        State("rating", say("等提出人评价"), UNIT, "close", "deliberations.days_to_rate"),
        State("closed", say("已办结"), final=True),
        State("merged", say("已并入"), final=True),
        State("withdrawn", say("提出人已撤回"), final=True),
    ],
    moves=[
        Move("accept", ("registered",), "accepted", (UNIT,)),
        Move("decline", ("registered",), "unsuitable", (UNIT,)),
        Move("refer", ("registered", "accepted"), "referred", (UNIT,)),
        Move("lift", ("registered", "accepted", "unresolved"), "referred", (UNIT,)),
        Move("returned", ("referred",), "registered"),
        Move("lifted", ("referred",), "accepted"),
        Move("handled", ("referred",), "rating"),
        Move("call", ("accepted", "talking", "unresolved"), "convened", (UNIT,)),
        Move("held", ("convened",), "talking"),
        Move("short", ("convened",), "accepted"),
        Move("failed", ("convened",), "unresolved"),
        Move("settle", ("talking",), "publicity", (UNIT,)),
        Move("disagree", ("talking",), "unresolved", (UNIT,)),
        Move("submit", ("talking", "unresolved"), "assembly", (UNIT,)),
        Move("decide", ("assembly",), "publicity", (UNIT,)),
        Move("voted_down", ("assembly",), "unresolved"),
        Move("end", ("unresolved",), "ended", (UNIT,)),
        Move("upheld", ("publicity", "adopted", "doing"), "talking"),
        Move("adopt", ("publicity",), "adopted", (UNIT,)),
        Move("assign", ("adopted", "doing"), "doing", (UNIT,)),
        Move("finished", ("doing",), "done"),
        Move("look_again", ("done",), "checking"),
        Move("draw", ("done",), "checking", (UNIT,)),
        Move("appoint", ("done",), "checking", (UNIT,)),
        Move("conclude", ("checking",), "rating", (UNIT,)),
        Move("send_back", ("checking", "rating"), "doing", (UNIT,)),
        Move("reopen", ("checking", "rating", "ended"), "talking", (UNIT,)),
        Move("close", ("rating",), "closed", (UNIT,)),
        Move("merge", ("registered", "accepted"), "merged", (UNIT,)),
        Move("left", ("registered", "accepted"), "withdrawn"),
    ],
)
"""Whoever the matter belongs to (its unit) leads it through; owners, supervisors and raisers move it by their parts."""

OPEN_STATES = tuple(s.name for s in FLOW.states.values() if not s.final)
CLOSED = "closed"
AFTER_PUBLICITY = ("adopted", "doing", "done", "checking", "rating", CLOSED)
"""Where the outcome stands that hung out."""
UNCOUNTED = ("merged", "withdrawn")
"""Not counted in any figure: the same matter stands elsewhere, or its raiser took it back."""

RAISING_FLOW = Flow(
    NAME,
    initial="waiting",
    states=[
        State("waiting", say("等社区登记"), UNIT, "deliberations.register", "deliberations.days_to_register"),
        State("registered", say("已登记"), final=True),
        State("returned", say("没有登记"), final=True),
        State("withdrawn", say("已撤回"), final=True),
    ],
    moves=[
        Move("register", ("waiting",), "registered"),
        Move("join", ("waiting",), "registered"),
        Move("separate", ("registered",), "registered"),
        Move("pass_on", ("waiting",), "waiting"),
        Move("give_back", ("waiting",), "returned"),
        Move("withdraw", ("waiting", "registered"), "withdrawn"),
    ],
)

REFERRAL_FLOW = Flow(
    NAME,
    initial="offered",
    states=[
        State("offered", say("等对方接收"), "receiver", "deliberations.take_on", "deliberations.days_to_take_on"),
        State("taken", say("对方办理中"), "receiver", "deliberations.report_back", "deliberations.days_to_report_back"),
        State("returned", say("对方退回"), final=True),
        State("finished", say("对方已办结"), final=True),
        State("recalled", say("已收回"), final=True),
    ],
    moves=[
        Move("take_on", ("offered",), "taken", ("receiver",)),
        Move("hand_back", ("offered", "taken"), "returned", ("receiver",)),
        Move("report_back", ("taken",), "finished", ("receiver",)),
        Move("recall", ("offered",), "recalled", (UNIT,)),
    ],
)  # fmt: skip

SESSION_FLOW = Flow(
    NAME,
    initial="called",
    states=[
        State("called", say("已通知"), UNIT, "deliberations.hold"),
        State("held", say("开过了"), final=True),
        State("short", say("到会人数不够"), final=True),
        State("cancelled", say("取消"), final=True),
    ],
    moves=[
        Move("invite", ("called",), "called"),
        Move("sign_in", ("called",), "called"),
        Move("hold", ("called",), "held"),
        Move("adjourn", ("called",), "short"),
        Move("cancel", ("called",), "cancelled"),
    ],
)

OWNER = "owner"
TASK_FLOW = Flow(
    NAME,
    initial="offered",
    states=[
        State("offered", say("等承办方接下"), OWNER, "deliberations.accept_task", "deliberations.days_to_accept_task"),
        State("declined", say("承办方不接"), UNIT, "deliberations.reassign", "deliberations.days_to_assign"),
        State("accepted", say("正在办"), OWNER, "deliberations.finish_task"),
        State("returned", say("退回重办"), OWNER, "deliberations.finish_task"),
        State("done", say("办完"), final=True),
        State("cancelled", say("不再办"), final=True),
    ],
    moves=[
        Move("accept_task", ("offered",), "accepted", (OWNER,)),
        Move("decline_task", ("offered", "accepted"), "declined", (OWNER,)),
        Move("finish_task", ("accepted", "returned"), "done", (OWNER,)),
        Move("reassign", ("offered", "declined", "accepted", "returned"), "offered"),
        Move("drop_task", ("offered", "declined", "accepted", "returned"), "cancelled"),
        Move("back", ("done",), "returned"),
    ],
)  # fmt: skip

SUPERVISOR_FLOW = Flow(
    NAME,
    initial="volunteered",
    states=[
        State("volunteered", say("愿意当监督人")),
        State("chosen", say("监督人")),
        State("stepped_back", say("不再担任"), final=True),
    ],
    moves=[
        Move("choose", ("volunteered",), "chosen"),
        Move("check", ("chosen",), "chosen"),
        Move("step_back", ("volunteered", "chosen"), "stepped_back"),
    ],
)

OBJECTION_FLOW = Flow(
    NAME,
    initial="raised",
    states=[
        State("raised", say("等答复"), UNIT, "deliberations.answer_objection", "deliberations.days_to_answer_objection"),
        State("upheld", say("采纳，重新商量"), final=True),
        State("answered", say("已答复"), final=True),
    ],
    moves=[
        Move("answer_objection", ("raised",), "answered"),
        Move("uphold", ("raised",), "upheld"),
    ],
)  # fmt: skip

INQUIRY_FLOW = Flow(
    NAME,
    initial="asked",
    states=[
        State("asked", say("等答复"), UNIT, "deliberations.reply", "deliberations.days_to_reply"),
        State("replied", say("已答复"), final=True),
    ],
    moves=[Move("reply", ("asked",), "replied")],
)


def row_of_seals(step: str) -> list[tuple[str, str]]:
    """问提议干监 in one line, as far as a matter in ``step`` has come: (sign, done | now | later). A closed one has come
    through all of them."""
    here = len(STEPS) if step == CLOSED else [s.key for s in STEPS].index(step)
    return [
        (str(s.sign), "done" if n < here else "now" if n == here else "later") for n, s in enumerate(STEPS)
    ]


def rows_of_seals() -> dict[str, list[tuple[str, str]]]:
    """The lines for lists, by the step of a matter, and by its state where it is closed."""
    return {key: row_of_seals(key) for key in (*(s.key for s in STEPS), CLOSED)}
