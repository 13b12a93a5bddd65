"""Parameters: fixed from a day on, with their source. Security ones are the security administrator's."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from gongzhi.core import dated
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.dated import Parameter
from gongzhi.core.words import say


def _fix(
    actor: Actor,
    *,
    key: Annotated[str, Ask(say("参数"), max=100)],
    value: Annotated[str, Ask(say("新的数值"), max=20000)],
    since: Annotated[date, Ask(say("从哪天起"))],
    source: Annotated[str, Ask(say("依据"), help=say("文件名称或会议纪要"), max=300)],
    document: Annotated[str, Ask(say("文号"), max=100)] = "",
) -> Made[Parameter]:
    """Fix a parameter from a day on; what was decided before keeps the version it was decided under."""
    before = dated.all_on(since).get(key)
    row = dated.change(actor, key, value, since, source, document=document)
    return Made(row, key=key, was=str(before), since=since)


change_setting = action("settings.change", label=say("修改参数"))(_fix)
secure_setting = action("settings.secure", label=say("修改安全参数"))(_fix)
