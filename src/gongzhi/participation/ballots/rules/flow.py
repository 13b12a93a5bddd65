"""Where a ballot stands. Votes and paper ballots are no moves: they have refusals of their own (``voting``)."""

from __future__ import annotations

from gongzhi.core.flow import Flow, Move, State
from gongzhi.core.words import say

HOST = "host"
FLOW = Flow(
    "ballots",
    initial="open",
    states=[
        State("open", say("投票中")),
        State("closed", say("已截止，等计票"), turn=HOST, main="count", days="ballots.days_to_count"),
        State("counted", say("已公布")),
        State("cancelled", say("已取消"), final=True),
    ],
    moves=[
        Move("extend", ("open",), "open"),
        Move("close", ("open",), "closed"),
        Move("enter", ("closed",), "closed"),
        Move("drop_batch", ("closed",), "closed"),
        Move("count", ("closed",), "counted"),
        Move("recount", ("counted",), "closed"),
        Move("run_off", ("counted",), "counted"),
        Move("cancel", ("open", "closed"), "cancelled"),
    ],
)
