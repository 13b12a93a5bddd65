"""Where an appraisal can stand, and who moves it on.

Both sides act at once in three places (self-report, scoring, "no objection"). Each of them is drawn as three
states: nobody has acted, A has, B has. So a side can act once only, and the page knows whose turn is left.
"""

from __future__ import annotations

from gongzhi.core.flow import BOTH, Flow, Move, State
from gongzhi.core.words import say

A, B = "a", "b"
OTHER = {A: B, B: A}
SIDES = (A, B)

_BEFORE_SCORING = ("opened", "reported_a", "reported_b")
_SCORING = ("scoring", "scored_a", "scored_b")
SEALED_STATES = (*_BEFORE_SCORING, *_SCORING)
"""States in which no score of either side may be seen by anyone but its author."""

_OBJECTING = ("met", "accepted_a", "accepted_b")
_RECHECKED = ("rechecked_a", "rechecked_b")
PUBLIC_STATES = ("publicised", "concluded", "settled", "closed")
"""States in which the results are open to everyone."""

FLOW = Flow(
    "appraisals",
    initial="opened",
    states=[
        State("opened", say("双方自评"), turn=BOTH, main="report"),
        State("reported_a", say("甲方已自评，等乙方自评"), turn=B, main="report"),
        State("reported_b", say("乙方已自评，等甲方自评"), turn=A, main="report"),
        State("scoring", say("双方评分"), turn=BOTH, main="submit"),
        State("scored_a", say("甲方已密封，等乙方评分"), turn=B, main="submit"),
        State("scored_b", say("乙方已密封，等甲方评分"), turn=A, main="submit"),
        State("revealed", say("已开封，等开交换意见会"), turn=BOTH, main="meet"),
        State("met", say("异议期"), turn=BOTH, main="accept"),
        State("accepted_a", say("甲方没有异议，等乙方答复"), turn=B, main="accept"),
        State("accepted_b", say("乙方没有异议，等甲方答复"), turn=A, main="accept"),
        State("rechecking", say("联合复核"), turn=BOTH, main="recheck"),
        State("rechecked_a", say("甲方记录了复核结果，等乙方会签"), turn=B, main="countersign"),
        State("rechecked_b", say("乙方记录了复核结果，等甲方会签"), turn=A, main="countersign"),
        State("confirmed", say("结果已确认，等公示"), turn=A, main="publish"),
        State("publicised", say("公示中"), turn=A, main="conclude"),
        State("concluded", say("整改与结算"), turn=A, main="settle"),
        State("settled", say("尾款已结算，整改未完"), turn=BOTH),
        State("closed", say("已办结"), final=True),
        State("unrated", say("双方未评"), turn=A, main="settle"),
    ],
    moves=[
        Move("report", ("opened",), "reported_a", by=(A,)),
        Move("report", ("opened",), "reported_b", by=(B,)),
        Move("report", ("reported_b",), "scoring", by=(A,)),
        Move("report", ("reported_a",), "scoring", by=(B,)),
        Move("keep_report", ("opened", "reported_b"), "opened", by=(A,)),
        Move("keep_report", ("opened", "reported_a"), "opened", by=(B,)),
        Move("begin", _BEFORE_SCORING, "scoring"),
        Move("keep", ("scoring", "scored_b"), "scoring", by=(A,)),
        Move("keep", ("scoring", "scored_a"), "scoring", by=(B,)),
        Move("submit", ("scoring",), "scored_a", by=(A,)),
        Move("submit", ("scoring",), "scored_b", by=(B,)),
        Move("submit", ("scored_b",), "revealed", by=(A,)),
        Move("submit", ("scored_a",), "revealed", by=(B,)),
        Move("lapse", ("scored_a", "scored_b"), "revealed"),
        Move("lapse", (*_BEFORE_SCORING, "scoring"), "unrated"),
        Move("witness", ("revealed", "met", "accepted_a", "accepted_b", "rechecking"), "revealed"),
        Move("meet", ("revealed",), "met", by=(A, B)),
        Move("accept", ("met",), "accepted_a", by=(A,)),
        Move("accept", ("met",), "accepted_b", by=(B,)),
        Move("accept", ("accepted_b",), "confirmed", by=(A,)),
        Move("accept", ("accepted_a",), "confirmed", by=(B,)),
        Move("object", ("met", "accepted_b", "rechecking"), "rechecking", by=(A,)),
        Move("object", ("met", "accepted_a", "rechecking"), "rechecking", by=(B,)),
        Move("recheck", ("rechecking",), "rechecked_a", by=(A,)),
        Move("recheck", ("rechecking",), "rechecked_b", by=(B,)),
        Move("countersign", ("rechecked_b",), "confirmed", by=(A,)),
        Move("countersign", ("rechecked_a",), "confirmed", by=(B,)),
        Move("dispute", ("rechecked_b",), "rechecking", by=(A,)),
        Move("dispute", ("rechecked_a",), "rechecking", by=(B,)),
        Move("publish", (*_OBJECTING, "rechecking", *_RECHECKED, "confirmed"), "publicised", by=(A, B)),
        Move("require", ("confirmed", "publicised", "concluded"), "publicised", by=(A, B)),
        Move("conclude", ("publicised",), "concluded", by=(A, B)),
        Move("mend", ("concluded", "settled"), "concluded", by=(A, B)),
        Move("verify", ("concluded", "settled"), "concluded", by=(A, B)),
        Move("settle", ("concluded",), "settled", by=(A,)),
        Move("settle", ("unrated",), "closed", by=(A,)),
        Move("finish", ("settled",), "closed"),
    ],
)
"""``keep``, ``keep_report``, ``witness``, ``require``, ``mend`` and ``verify`` leave the state as it is: the table
only says where they are open."""

STAYS = frozenset({"keep", "keep_report", "witness", "require", "mend", "verify"})

CAMPAIGN_FLOW = Flow(
    "appraisals",
    initial="running",
    states=[
        State("running", say("进行中"), turn="county", main="close"),
        State("closed", say("评分已截止"), final=True),
    ],
    moves=[
        Move("enrol", ("running",), "running"),
        Move("close", ("running",), "closed"),
    ],
)

COMPLAINT_FLOW = Flow(
    "appraisals",
    initial="filed",
    states=[
        State(
            "filed",
            say("等市级受理"),
            turn="county",
            main="take_up",
            days="appraisals.complaint_take_up_days",
        ),
        State(
            "taken_up",
            say("市级办理中"),
            turn="county",
            main="answer",
            days="appraisals.complaint_answer_days",
        ),
        State("answered", say("已答复"), final=True),
        State("withdrawn", say("已撤回"), final=True),
    ],
    moves=[
        Move("take_up", ("filed",), "taken_up", by=("county",)),
        Move("answer", ("taken_up",), "answered", by=("county",)),
        Move("withdraw", ("filed", "taken_up"), "withdrawn", by=("filer",)),
    ],
)


def after(state: str, verb: str, by: str | None = None) -> str:
    """The state after ``verb``: like ``FLOW.step``, but verbs that only add a record leave it as it is."""
    reached = FLOW.step(state, verb, by)
    return state if verb in STAYS else reached
