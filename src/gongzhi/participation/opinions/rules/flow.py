"""Where a poll and a statement stand. Pure."""

from __future__ import annotations

from gongzhi.core.flow import Flow, Move, State
from gongzhi.core.words import say

POLL_FLOW = Flow(
    "opinions",
    initial="open",
    states=[State("open", say("正在征集")), State("closed", say("已结束"), final=True)],
    moves=[Move("close", ("open",), "closed")],
)

STATEMENT_FLOW = Flow(
    "opinions",
    initial="held",
    states=[
        State("held", say("等审核")),
        State("shown", say("已公开")),
        State("hidden", say("已隐藏")),
        State("merged", say("已并入"), final=True),
    ],
    moves=[
        Move("approve", ("held",), "shown"),
        Move("hide", ("held", "shown"), "hidden"),
        Move("restore", ("hidden",), "shown"),
        Move("merge", ("held", "shown"), "merged"),
    ],
)
