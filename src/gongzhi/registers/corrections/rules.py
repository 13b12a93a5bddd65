"""Where a request for correction stands and who may do what with it. Pure."""

from __future__ import annotations

from gongzhi.core import roles
from gongzhi.core.flow import Flow, Move, State
from gongzhi.core.params import Param
from gongzhi.core.roles import Reach, Rights, grant
from gongzhi.core.words import say

FLOW = Flow(
    "corrections",
    initial="asked",
    states=[
        State(
            "asked", say("等维护单位答复"), turn="keeper", main="accept", days="corrections.days_to_answer"
        ),
        State("accepted", say("已更正"), final=True),
        State("declined", say("未更正"), final=True),
        State("withdrawn", say("已撤回"), final=True),
    ],
    moves=[
        Move("accept", ("asked",), "accepted", by=("keeper",)),
        Move("decline", ("asked",), "declined", by=("keeper",)),
        Move("withdraw", ("asked",), "withdrawn", by=("asker",)),
    ],
)
_KEEPERS = grant(
    (roles.REGISTRAR, roles.COUNTY_OFFICER, roles.TOWNSHIP_OFFICER, *roles.COMMITTEE, roles.ORG_MANAGER),
    Reach.OWN,
)
_ASKERS = grant(tuple(r for r in roles.STAFF if r not in roles.ADMINISTRATORS), Reach.OWN)
RIGHTS: Rights = {
    "corrections.view": {**_ASKERS, roles.REGISTRAR: Reach.ALL},
    "corrections.ask": _ASKERS,
    "corrections.accept": _KEEPERS,
    "corrections.decline": _KEEPERS,
    "corrections.withdraw": _ASKERS,
}
PARAMETERS = [
    Param(
        "corrections.days_to_answer",
        "10",
        kind="int",
        label=say("答复更正请求的期限"),
        unit=say("个工作日"),
        source=say("本县设定"),
        assumption=True,
        since="2000-01-01",
    ),
]
