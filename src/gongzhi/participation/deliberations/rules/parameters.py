"""The county's settings for the five steps. Everything marked as assumption is our proposal, not law."""

from __future__ import annotations

from gongzhi.core.params import Param
from gongzhi.core.words import say

_WORKDAYS = say("个工作日")
_SHARES = {"over_half": say("过半数"), "two_thirds": say("三分之二以上"), "all": say("全部")}
_OURS = say("五事协商办法（本县设定）")


def _days(key: str, value: int, label: object, unit: object = _WORKDAYS) -> Param:
    return Param(
        f"deliberations.{key}", str(value), label=label, unit=unit, source=_OURS, assumption=True,  # type: ignore[arg-type]
        least=1, most=250,
    )  # fmt: skip


PARAMETERS = [
    _days("days_to_register", 2, say("居民说的事登记的期限")),
    _days("days_to_answer", 7, say("登记后答复提出人的期限")),
    _days("days_to_take_on", 3, say("责任单位接收转办的期限")),
    _days("days_to_report_back", 15, say("责任单位办结转办的期限")),
    _days("days_to_call", 10, say("受理后发出会议通知的期限")),
    _days("material_days", 3, say("会前送达材料的天数"), say("天")),
    _days("days_to_settle", 10, say("开会后形成共识文本的期限")),
    _days("days_to_resolve", 10, say("没有谈拢后作出安排的期限")),
    _days("days_to_assembly", 20, say("提交村（居）民会议后表决的期限")),
    _days("days_to_answer_objection", 5, say("答复异议的期限")),
    _days("days_to_assign", 5, say("公示后派出任务的期限")),
    _days("days_to_accept_task", 3, say("承办方接下任务的期限")),
    _days("days_to_appoint", 3, say("办完后产生监督人的期限")),
    _days("days_to_check", 10, say("监督人查验的期限")),
    _days("days_to_rate", 7, say("请提出人评价的期限")),
    _days("days_to_reply", 10, say("答复居民询问的期限")),
    Param(
        "deliberations.raisings_a_day", "10", label=say("一位居民一天最多说几件"), unit=say("件"), source=_OURS,
        assumption=True, least=1, most=1000,
    ),
    Param(
        "deliberations.supervisors_least", "3", label=say("监督人至少"), unit=say("人"), source=_OURS, assumption=True,
        least=1, most=15,
    ),
    Param(
        "deliberations.supervisors_most", "5", label=say("监督人至多"), unit=say("人"), source=_OURS, assumption=True,
        least=1, most=15,
    ),
    Param(
        "deliberations.quorum", "over_half", kind="text", label=say("利益相关方到会多少才能开会"), source=_OURS,
        assumption=True, choices=_SHARES,
    ),
    Param(
        "deliberations.consensus", "two_thirds", kind="text", label=say("到会者同意多少算达成共识"), source=_OURS,
        assumption=True, choices=_SHARES,
    ),
    Param(
        "deliberations.satisfied_from", "4", label=say("几分以上算满意"), unit=say("分"), source=_OURS, assumption=True,
        least=1, most=5,
    ),
    Param(
        "deliberations.alike_permille", "280", label=say("文字多像才提示可能是同一件事"), unit=say("‰"), source=_OURS,
        assumption=True, least=50, most=1000,
    ),
]  # fmt: skip
