"""The ground floor's own verb: a year's working days are announced by the county."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from gongzhi.core import calendar
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.calendar import CalendarYear
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say

HOLIDAY = {
    "name": Annotated[str, Ask(say("节日"), max=20)],
    "first": Annotated[date, Ask(say("第一天"))],
    "last": Annotated[date, Ask(say("最后一天"))],
}
LONGEST = 15
"""No holiday of the State Council's arrangement has ever lasted longer, in days."""


@action(
    "settings.announce_year",
    label=say("录入一年的工作日历"),
    effects=(say("从此按这份安排计算该年的工作日期限；已经算好的期限不变。"),),
)
def announce_year(
    actor: Actor,
    *,
    year: Annotated[int, Ask(say("年份"), min=2000, max=2100)],
    holidays: Annotated[
        list[dict[str, Any]], Ask(say("放假"), help=say("每个节日一行，含周末"), row=HOLIDAY)
    ],
    source: Annotated[str, Ask(say("依据"), help=say("国务院办公厅通知的名称"), max=300)],
    workdays: Annotated[
        list[dict[str, Any]], Ask(say("调休上班"), row={"day": Annotated[date, Ask(say("上班的周末"))]})
    ] = [],  # noqa: B006  read only
    document: Annotated[str, Ask(say("文号"), max=100)] = "",
    provisional: Annotated[bool, Ask(say("调休尚未公布，暂按法定节日"))] = False,
) -> Made[CalendarYear]:
    """Write which days of a year rest and which weekends work, replacing what was known of that year."""
    rest: dict[date, str] = {}
    for line in holidays:
        first, last = line["first"], line["last"]
        if not timedelta(0) <= last - first < timedelta(LONGEST):
            refuse(
                say("“{name}”的起止日期不对", name=line["name"]),
                rule="core.calendar_period",
                field="holidays",
            )
        rest.update({first + timedelta(n): line["name"] for n in range((last - first).days + 1)})
    work = [line["day"] for line in workdays]
    row = calendar.announce(
        year, rest, work, source=source, document=document, provisional=provisional, set_by=actor.post_id
    )
    return Made(row, year=year, rest=sorted(rest), work=sorted(work), source=source, document=document)
