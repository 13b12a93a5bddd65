"""The paper of a correction request: the answer that its asker is owed."""

from __future__ import annotations

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.papers import Doc, Facts, Paper
from gongzhi.core.words import say
from gongzhi.registers.corrections import queries
from gongzhi.registers.corrections.models import Correction


def reply(actor: Actor, correction: Correction) -> Doc:
    """更正请求答复单."""
    facts = [
        ("请求单位", correction.asker.short),
        ("更正事项", correction.about),
        ("哪一项", str(queries.field_label(correction.ledger, correction.field))),
        ("理由", correction.reason),
        ("维护单位", correction.keeper.short),
        ("结果", str(correction.state_label)),
        ("说明", correction.answer or "—"),
    ]
    return Doc("更正请求答复单", issuer=correction.keeper.name, date=clock.today(), blocks=[Facts(facts)])


PAPERS = {
    "reply": Paper(
        say("更正请求答复单"),
        build=reply,
        on=Correction,
        personal=True,
        when=lambda actor, c: c.state in ("accepted", "declined"),
    )
}
