"""What the county may set, each value with its source. No law fixes these numbers; all are marked so."""

from __future__ import annotations

from typing import Any

from gongzhi.core.params import Param
from gongzhi.core.words import Words, say
from gongzhi.lists.appraisals.rules.scoring import ASPECTS

_OURS = "本县设定"


def _days(key: str, value: str, label: Words, **more: Any) -> Param:
    return Param(
        f"appraisals.{key}",
        value,
        kind="int",
        label=label,
        unit=say("个工作日"),
        source=_OURS,
        assumption=True,
        least=0,
        most=120,
        **more,
    )


def _score(key: str, value: str, label: Words, **more: Any) -> Param:
    return Param(
        f"appraisals.{key}",
        value,
        kind="decimal",
        label=label,
        unit=say("分"),
        source=_OURS,
        assumption=True,
        least=0,
        most=100,
        **more,
    )


PARAMETERS = [
    _days("report_days", "10", say("自评期限")),
    _days("score_days", "10", say("评分期限（自评期满起）")),
    _days("meet_days", "10", say("交换意见会期限（评分期满起）")),
    _days("objection_days", "5", say("异议期")),
    _days("recheck_days", "10", say("联合复核期限")),
    _days("publicity_days", "5", say("公示期")),
    _days("settle_days", "10", say("尾款结算期限（公示期满起）")),
    _days("complaint_take_up_days", "3", say("打击报复投诉的受理期限")),
    _days("complaint_answer_days", "10", say("打击报复投诉的答复期限")),
    _days("mend_days_most", "60", say("整改期限最长")),
    Param(
        "appraisals.reminders",
        "[5, 2, 0]",
        kind="json",
        label=say("到期前几个工作日各催办一次"),
        unit=say("个工作日"),
        source=_OURS,
        assumption=True,
    ),
    Param(
        "appraisals.reminders_least",
        "1",
        kind="int",
        label=say("记“未评”以前至少催办几次"),
        unit=say("次"),
        source=_OURS,
        assumption=True,
        least=0,
        most=10,
    ),
    Param(
        "appraisals.weights_b_to_a",
        '{"guidance": 40, "payment": 35, "conditions": 25}',
        kind="json",
        label=say("村（居）委会评政府：指导、支付、条件的权重"),
        names=ASPECTS,
        source=_OURS,
        assumption=True,
        help=say("三项合计 100"),
    ),
    Param(
        "appraisals.grades",
        '[["优秀", "90"], ["良好", "80"], ["合格", "60"], ["不合格", "0"]]',
        kind="json",
        label=say("等次和各等次的最低分"),
        show=lambda steps: [say("{grade} {least} 分起", grade=name, least=least) for name, least in steps],
        source=_OURS,
        assumption=True,
    ),
    _score("text_below", "60", say("低于这个分要写理由并附材料")),
    _score("text_above", "95", say("高于这个分要写理由并附材料")),
    _score("mend_below", "60", say("终评低于这个分的事项必须列入整改清单")),
    _score("tail_full_from", "80", say("尾款全额支付的最低分")),
    _score("tail_scaled_from", "60", say("尾款按分折算的最低分；再低就等整改核验后结算")),
    _score("tail_rectified_score", "60", say("整改核验通过后，按这个分折算尾款")),
    Param(
        "appraisals.tail_when_a_silent",
        "full",
        kind="text",
        label=say("甲方未评时的尾款"),
        source="本县设定，参照民法典第 159 条",
        assumption=True,
        choices={"full": say("全额支付"), "pass_line": say("按整改合格的分折算")},
        help=say(
            "全额支付：为自己的利益不正当地阻止条件成就的，视为条件已经成就；甲方不评分，不能成为不付尾款的理由。"
            "乙方未评不影响乙方的尾款"
        ),
    ),
]
