"""Where an agreement, a supplement and a breach can stand, and who moves them. Pure."""

from __future__ import annotations

from gongzhi.core.flow import BOTH, Flow, Move, State
from gongzhi.core.words import Words, say

A = "a"
B = "b"
SIDES = (A, B)
EITHER = (A, B)

SIDE_LABELS: dict[str, Words] = {A: say("甲方"), B: say("乙方")}
PARTY_NAMES: dict[str, str] = {A: "甲", B: "乙"}


def other(side: str) -> str:
    """The other of the two parties."""
    return B if side == A else A


TALKING = ("with_a", "with_b")
BEFORE_SIGNING = ("drafted_a", "drafted_b", *TALKING, "paused", "agreed", "signing", "signed_a", "signed_b")
IN_FORCE = ("signed", "performing")
BINDING = (
    "agreed",
    "signing",
    "signed_a",
    "signed_b",
    "signed",
    "performing",
    "suspended",
    "evaluated",
    "settled",
)
"""States in which the sums must hold; the database checks the same list."""
SIGNED = ("signed", "performing", "suspended", "evaluated", "settled", "terminated")
"""States that count as signed for the signing rate and for the public page."""

FLOW = Flow(
    "agreements",
    initial="drafted_a",
    states=[
        State("drafted_a", say("甲方起草中"), turn=A, main="propose", days="agreements.days_to_propose"),
        State("drafted_b", say("乙方起草中"), turn=B, main="propose", days="agreements.days_to_propose"),
        State("with_a", say("协商中，轮到甲方"), turn=A, main="respond", days="agreements.days_to_respond"),
        State("with_b", say("协商中，轮到乙方"), turn=B, main="respond", days="agreements.days_to_respond"),
        State("paused", say("协商暂停"), turn=BOTH, main="reopen", days="agreements.days_paused"),
        State(
            "agreed",
            say("文本谈妥，等村（居）内决定"),
            turn=B,
            main="decide",
            days="agreements.days_to_decide",
        ),
        State("signing", say("等双方签署"), turn=BOTH, main="sign", days="agreements.days_to_sign"),
        State("signed_a", say("甲方已签，等乙方签署"), turn=B, main="sign", days="agreements.days_to_sign"),
        State("signed_b", say("乙方已签，等甲方签署"), turn=A, main="sign", days="agreements.days_to_sign"),
        State("signed", say("已签署，等公开"), turn=B, main="disclose", days="agreements.days_to_disclose"),
        State("performing", say("履约中")),
        State("suspended", say("全部中止")),
        State("evaluated", say("已评估，等结算"), turn=A, main="settle", days="agreements.days_to_settle"),
        State("settled", say("已结算"), final=True),
        State("refused", say("未同意，事项仍由部门承担"), final=True),
        State("terminated", say("已终止"), final=True),
    ],
    moves=[
        Move("propose", ("drafted_a",), "with_b", by=(A,)),
        Move("propose", ("drafted_b",), "with_a", by=(B,)),
        Move("respond", ("with_a",), "with_b", by=(A,)),
        Move("respond", ("with_b",), "with_a", by=(B,)),
        Move("agree", ("with_a",), "agreed", by=(A,)),
        Move("agree", ("with_b",), "agreed", by=(B,)),
        Move("pause", TALKING, "paused", by=EITHER),
        Move("reopen", ("paused",), "with_a", by=(A,)),
        Move("reopen", ("paused",), "with_b", by=(B,)),
        Move("decide", ("agreed",), "signing", by=(B,)),
        Move("return_to_talks", ("agreed", "signing"), "with_a", by=(A,)),
        Move("return_to_talks", ("agreed", "signing"), "with_b", by=(B,)),
        Move("sign", ("signing",), "signed_a", by=(A,)),
        Move("sign", ("signing",), "signed_b", by=(B,)),
        Move("sign", ("signed_a",), "signed", by=(B,)),
        Move("sign", ("signed_b",), "signed", by=(A,)),
        Move("refuse", BEFORE_SIGNING, "refused", by=EITHER),
        Move("disclose", ("signed",), "performing", by=(B,)),
        Move("suspend_all", IN_FORCE, "suspended", by=EITHER),
        Move("resume", ("suspended",), "performing", by=EITHER),
        Move("mark_evaluated", ("signed", "performing", "suspended"), "evaluated"),
        Move("settle", ("evaluated",), "settled"),
        Move("terminate", ("signed", "performing", "suspended"), "terminated", by=EITHER),
    ],
)

SUPPLEMENT_FLOW = Flow(
    "agreements.supplement",
    initial="with_a",
    states=[
        State("with_a", say("补充协议协商中，轮到甲方"), turn=A, main="send_supplement"),
        State("with_b", say("补充协议协商中，轮到乙方"), turn=B, main="send_supplement"),
        State("signing", say("补充协议等双方签署"), turn=BOTH, main="sign_supplement"),
        State("signed_a", say("甲方已签补充协议"), turn=B, main="sign_supplement"),
        State("signed_b", say("乙方已签补充协议"), turn=A, main="sign_supplement"),
        State("signed", say("补充协议已生效"), final=True),
        State("dropped", say("补充协议没有谈成"), final=True),
    ],
    moves=[
        Move("send_supplement", ("with_a",), "with_b", by=(A,)),
        Move("send_supplement", ("with_b",), "with_a", by=(B,)),
        Move("agree_supplement", ("with_a",), "signing", by=(A,)),
        Move("agree_supplement", ("with_b",), "signing", by=(B,)),
        Move("sign_supplement", ("signing",), "signed_a", by=(A,)),
        Move("sign_supplement", ("signing",), "signed_b", by=(B,)),
        Move("sign_supplement", ("signed_a",), "signed", by=(B,)),
        Move("sign_supplement", ("signed_b",), "signed", by=(A,)),
        Move(
            "drop_supplement", ("with_a", "with_b", "signing", "signed_a", "signed_b"), "dropped", by=EITHER
        ),
    ],
)

# A breach runs beside the agreement: several can be open at once while the rest is performed.
# Here "a" is the side that gave notice and "b" the side asked to put it right, whichever party that is.
BREACH_FLOW = Flow(
    "agreements.breach",
    initial="rectifying",
    states=[
        State("rectifying", say("限期改正中"), turn="accused", main="rectify"),
        State("reported", say("已报告改正，等对方验看"), turn="notifier", main="accept_rectification"),
        State("rectified", say("已改正"), final=True),
        State("reduced", say("已按约定减付或补偿"), final=True),
        State("withdrawn", say("通知已收回"), final=True),
    ],
    moves=[
        Move("rectify", ("rectifying",), "reported", by=("accused",)),
        Move("accept_rectification", ("reported",), "rectified", by=("notifier",)),
        Move("reject_rectification", ("reported",), "rectifying", by=("notifier",)),
        Move("reduce", ("rectifying",), "reduced", by=("notifier",)),
        Move("withdraw_notice", ("rectifying", "reported"), "withdrawn", by=("notifier",)),
    ],
)
BREACH_OPEN = ("rectifying", "reported")

CHANGE_STATES = ("draft", "open", "accepted", "countered", "refused", "withdrawn")
CHANGE_LABELS: dict[str, Words] = {
    "draft": say("草稿，未送出"),
    "open": say("等对方回应"),
    "accepted": say("已接受"),
    "countered": say("对方提出对案"),
    "refused": say("没有接受"),
    "withdrawn": say("已收回"),
}
