"""Taking along what is held (个人信息保护法第 45 条)."""

from __future__ import annotations

from typing import Any

from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.words import say
from gongzhi.registers.residents.models import Resident


@action(
    "residents.take_along",
    on=Resident,
    label=say("带走我的资料"),
    offered=False,
    keeps_todo=True,
    effects=say("文件里有您的姓名、手机号和门牌，请妥善保管，不要转发。"),
)
def take_along(actor: Actor, resident: Resident) -> dict[str, Any]:
    """Note that a resident takes a copy of everything along; the page that did this act hands the file over."""
    return {"own": actor.account_id == resident.pk}
