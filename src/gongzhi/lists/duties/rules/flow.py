"""The procedure as a table, who may do what in it, and the county's own settings."""

from __future__ import annotations

from datetime import date

from gongzhi.core import roles
from gongzhi.core.flow import Flow, Move, State
from gongzhi.core.params import Param, percent
from gongzhi.core.refusal import Problem
from gongzhi.core.roles import Reach
from gongzhi.core.words import Words, say

FLOW = Flow(
    "duties",
    initial="drafted",
    states=[
        State("drafted", say("编制中"), turn="office", main="send_review"),
        State(
            "under_review", say("合法性审核"), turn="legal", main="pass_review", days="duties.days_to_review"
        ),
        State("reviewed", say("审核通过"), turn="office", main="open_consultation"),
        State(
            "consulting",
            say("征求村居意见"),
            turn="office",
            main="close_consultation",
            days="duties.days_to_consult",
        ),
        State("consulted", say("意见已汇总"), turn="office", main="publicise"),
        State("amending", say("按意见修改"), turn="office", main="open_consultation"),
        State("publicised", say("公示中"), turn="signer", main="issue", days="duties.days_of_publicity"),
        State("issued", say("已印发，待施行")),
        State("in_force", say("施行中")),
        State("superseded", say("已被新版替代"), final=True),
        State("withdrawn", say("已停止编制"), final=True),
    ],
    moves=[
        Move("send_review", ("drafted",), "under_review"),
        Move("return_review", ("under_review",), "drafted"),
        Move("pass_review", ("under_review",), "reviewed"),
        Move("open_consultation", ("reviewed", "amending"), "consulting"),
        Move("close_consultation", ("consulting",), "consulted"),
        Move("amend", ("consulted",), "amending"),
        Move("publicise", ("consulted",), "publicised"),
        # An upheld objection returns the list to the consultation; issue is the only other way on.
        Move("reopen", ("publicised",), "amending"),
        Move("issue", ("publicised",), "issued"),
        Move("enter_force", ("issued",), "in_force"),
        Move("retire", ("in_force",), "superseded"),
        Move("withdraw", ("drafted", "reviewed", "consulted", "amending"), "withdrawn"),
    ],
)

EDITABLE = ("drafted", "amending")  # items may be added, edited and dropped only here
OPEN = ("drafted", "under_review", "reviewed", "consulting", "consulted", "amending", "publicised")
ISSUED = ("issued", "in_force", "superseded")  # versions that are law for some days; never edited
PUBLIC = ("publicised", *ISSUED)  # what people see without signing in
OBJECTABLE = ("publicised", "issued", "in_force")

CONSULTATION_FLOW = Flow(
    "duties",
    initial="asked",
    states=[
        State("asked", say("等待答复"), turn="committee", main="agree", days="duties.days_to_consult"),
        State("agreed", say("同意")),
        State("dissented", say("有不同意见")),
        State("silent", say("期满未答复"), final=True),
    ],
    moves=[
        Move("agree", ("asked", "agreed", "dissented"), "agreed"),
        Move("dissent", ("asked", "agreed", "dissented"), "dissented"),
        Move("note_silence", ("asked",), "silent"),
    ],
)

OBJECTION_FLOW = Flow(
    "duties",
    initial="open",
    states=[
        State("open", say("等待答复"), turn="office", main="dismiss", days="duties.days_to_answer"),
        State("upheld", say("采纳"), final=True),
        State("dismissed", say("未采纳，已说明理由"), final=True),
    ],
    moves=[Move("uphold", ("open",), "upheld"), Move("dismiss", ("open",), "dismissed")],
)

_ALL = Reach.ALL
_EVERYBODY = dict.fromkeys([roles.PUBLIC, *(r for r in roles.LABELS if r != roles.SYSTEM)], _ALL)
_OFFICE = {roles.COUNTY_OFFICER: _ALL}
_LEGAL = {roles.LEGAL_OFFICER: _ALL}
_COMMITTEE = roles.grant(roles.COMMITTEE, Reach.OWN)
# The county's list is one list for all, so reading and drawing it up reach everywhere; a committee answers for
# itself only, and a township may write down the answer of a committee below it.
RIGHTS: roles.Rights = {
    "duties.view": _EVERYBODY,
    # A version that was never sent out, and what departments hand in for one: those who make it, and the auditor.
    "duties.drafts": roles.grant(
        (*roles.COUNTY, roles.LEGAL_OFFICER, roles.DEPARTMENT_OFFICER, roles.AUDITOR), _ALL
    ),
    "duties.draft": _OFFICE,
    "duties.revise": _OFFICE,
    "duties.load_default": _OFFICE,
    "duties.add_item": _OFFICE,
    "duties.edit_item": _OFFICE,
    "duties.drop_item": _OFFICE,
    "duties.import_items": _OFFICE,
    "duties.offer_item": {roles.DEPARTMENT_OFFICER: _ALL},
    "duties.accept_item": _OFFICE,
    "duties.return_item": _OFFICE,
    "duties.send_review": _OFFICE,
    "duties.review_item": _LEGAL,
    "duties.pass_review": _LEGAL,
    "duties.return_review": _LEGAL,
    "duties.open_consultation": _OFFICE,
    "duties.close_consultation": _OFFICE,
    "duties.amend": _OFFICE,
    "duties.publicise": _OFFICE,
    "duties.reopen": _OFFICE,
    "duties.issue": {roles.COUNTY_HEAD: _ALL},
    # These follow from an issue or from the calendar; nobody does them by hand.
    "duties.enter_force": {},
    "duties.close_before": {},
    "duties.retire": {},
    "duties.withdraw": _OFFICE,
    "duties.flag_repealed": {
        roles.COUNTY_OFFICER: _ALL,
        roles.LEGAL_OFFICER: _ALL,
        roles.DEPARTMENT_OFFICER: _ALL,
    },
    "duties.consultation": {
        **_COMMITTEE,
        **roles.grant(roles.TOWNSHIP, Reach.BELOW),
        **roles.grant((*roles.COUNTY, roles.LEGAL_OFFICER, roles.AUDITOR), _ALL),
    },
    "duties.agree": _COMMITTEE,
    "duties.dissent": _COMMITTEE,
    "duties.record": {roles.TOWNSHIP_OFFICER: Reach.BELOW, roles.COUNTY_OFFICER: _ALL},
    "duties.reply": _OFFICE,
    "duties.object": _EVERYBODY,
    "duties.objection": roles.grant((*roles.COUNTY, roles.LEGAL_OFFICER, roles.AUDITOR), _ALL),
    "duties.dismiss": _OFFICE,
    "duties.uphold": _OFFICE,
}


def _param(key: str, value: str, label: Words, unit: Words) -> Param:
    return Param(
        f"duties.{key}", value, label=label, unit=unit, source=say("本市设定"), assumption=True, least=1, most=250,
    )  # fmt: skip


PARAMETERS = [
    _param("days_to_review", "10", say("合法性审核时限"), say("个工作日")),
    _param("days_to_consult", "10", say("征求村（居）委会意见时限"), say("个工作日")),
    _param("days_of_publicity", "5", say("清单公示天数"), say("个工作日")),
    _param("days_to_answer", "10", say("异议答复时限"), say("个工作日")),
    Param(
        "duties.same_task",
        "0.85",
        kind="decimal",
        label=say("两个事项名称相似到多少算同一件事"),
        show=percent,
        help=say("写成 0 到 1 的小数，0.85 就是 85%"),
        source=say("本市设定"),
        assumption=True,
        least=0,
        most=1,
    ),
    _param("objections_an_hour", "5", say("同一来源每小时最多提几条异议"), say("条")),
]

_CONSULT_SOURCE = say("清单编制程序：征求全部村（居）委会意见，分歧如实记录（本市设定）")
_PUBLICITY_SOURCE = say("清单编制程序：公示期满且异议全部答复后印发（本市设定）")


def check_consultation_over(waiting: int, last_day: date, today: date) -> Problem | None:
    """A consultation closes when everybody answered or its last day (included) has passed."""
    if not waiting or today > last_day:
        return None
    text = say(
        "还有 {waiting} 个村（居）委会没有答复，征求意见到 {day} 为止",
        waiting=waiting,
        day=last_day.isoformat(),
    )
    return Problem(text, "duties.consultation_running", _CONSULT_SOURCE)


def check_dissent_answered(unanswered: int) -> Problem | None:
    """Every committee that dissented learns what became of its opinion before the list is shown to the public."""
    if not unanswered:
        return None
    text = say("还有 {count} 份不同意见没有回复采纳情况", count=unanswered)
    return Problem(text, "duties.dissent_unanswered", _CONSULT_SOURCE)


def check_publicity_over(end: date | None, open_objections: int, today: date) -> list[Problem]:
    """The list is issued after the last day of publicity (included) and with every objection answered."""
    found = []
    if end is None or today <= end:
        day = end.isoformat() if end else "—"
        found.append(
            Problem(
                say("公示到 {day} 为止，期满后才能印发", day=day),
                "duties.publicity_running",
                _PUBLICITY_SOURCE,
            )
        )
    if open_objections:
        text = say("还有 {count} 条异议没有答复", count=open_objections)
        found.append(Problem(text, "duties.objections_open", _PUBLICITY_SOURCE))
    return found
