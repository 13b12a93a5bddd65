"""The figures a county may set. Quorums fixed by law are packs (``bodies``), these are our proposals."""

from __future__ import annotations

from gongzhi.core.params import Param
from gongzhi.core.words import say

OWN = say("本县设定")
PARAMETERS = [
    Param("ballots.days_to_count", "2", label=say("截止后计票并公布的期限"), unit=say("个工作日"), source=OWN,
          assumption=True, least=0, most=30),
    Param("ballots.longest_days", "60", label=say("一次投票最长"), unit=say("天"), source=OWN, assumption=True,
          least=1, most=366),
    Param("ballots.stakeholders_quorum", "50", label=say("利益相关方表决的最低到会比例"), unit="%",
          source=say("关于加强城乡社区协商的意见（2015）未定比例，本县设定"), assumption=True, least=0, most=100,
          help=say("填 0 表示不设最低到会比例")),
]  # fmt: skip
