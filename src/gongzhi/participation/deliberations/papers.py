"""The papers of a matter."""

from __future__ import annotations

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.papers import Doc, Facts, Paper
from gongzhi.core.words import say
from gongzhi.participation.deliberations.models import Matter
from gongzhi.participation.deliberations.rules import sources


def registration(actor: Actor, matter: Matter) -> Doc:
    """问事登记单: what was registered, in the words that everybody may read."""
    facts = [
        ("编号", matter.number),
        ("题目", matter.title),
        ("类别", str(sources.CATEGORIES[matter.category])),
        ("来源", str(sources.SOURCES[matter.source])),
        ("地点", matter.location or "—"),
        ("提出人数", str(matter.raised)),
        ("听到日期", matter.heard_on.isoformat()),
        ("登记时间", f"{matter.registered_at:%Y-%m-%d}"),
        ("事由", matter.text),
    ]
    return Doc("问事登记单", issuer=matter.unit.name, date=clock.today(), blocks=[Facts(facts)])


PAPERS = {"registration": Paper(say("问事登记单"), build=registration, on=Matter)}
