"""The questions that several verbs share."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from gongzhi.core.ask import Ask
from gongzhi.core.words import say
from gongzhi.participation.deliberations.rules import sources

Title = Annotated[str, Ask(say("题目"), help=say("一句话说清什么事、在哪里"), min=2, max=60)]
PublicText = Annotated[
    str, Ask(say("公开的事由"), help=say("大家都会看到，请不要写提出人的姓名、电话和门牌"), max=3000, rows=5)
]
Category = Annotated[str, Ask(say("类别"), choices=sources.CATEGORIES)]
Location = Annotated[str, Ask(say("在哪里"), max=120)]
PlaceId = Annotated[int | None, Ask(say("村（社区）"), pick="places.place")]
HeldOn = Annotated[date, Ask(say("开会日期"))]
Eligible = Annotated[int, Ask(say("应到人数"), min=1, max=100000)]
Present = Annotated[int, Ask(say("实到人数"), min=0, max=100000)]
Yes = Annotated[int, Ask(say("同意"), min=0, max=100000)]
No = Annotated[int, Ask(say("反对"), min=0, max=100000)]
Abstain = Annotated[int, Ask(say("弃权"), min=0, max=100000)]
Minutes = Annotated[str, Ask(say("会议记录"), max=10000, rows=6)]
AnswerText = Annotated[
    str,
    Ask(say("给提出人的答复"), help=say("称呼“您”，说清怎么办、由谁办、什么时候有结果"), max=1000, rows=4),
]
