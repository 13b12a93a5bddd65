"""What agreements read from other rooms: the list in force, a committee's kind and its households."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongzhi.core import decisions
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.lists.agreements.rules.template import Listed
from gongzhi.lists.duties import queries as duties
from gongzhi.registers.places import queries as places


@dataclass(frozen=True)
class ListInForce:
    """The version of the list that a draft is made from, and its assisted tasks for one kind of committee."""

    id: int
    name: str
    items: list[Listed]


def kind_of(unit_id: int) -> str:
    """ "village" or "residents"; a committee that the register does not know yet counts as a village."""
    return places.kind_of(unit_id) or decisions.VILLAGE


def successors(unit_id: int) -> list[int]:
    """The committees that took over from one, by the register of places."""
    return places.successors(unit_id)


def households(unit_id: int) -> int:
    """The committee's households as last registered; 1,000 where none are registered yet."""
    return places.households([unit_id]).get(unit_id, 1000)


def list_in_force(on: date, kind: str) -> ListInForce:
    """The list in force on a day with its assisted tasks for ``kind``; refused where there is none."""
    version = duties.in_force(on)
    if version is None:
        refuse(
            say("现在没有生效的协助政府工作事项清单，不能起草协议。请先印发清单"), rule="agreements.no_list"
        )
    rows = duties.assist_items(on, list_id=version.pk, applies_to=kind)
    return ListInForce(
        version.pk, version.label(), [Listed(r.id, r.code, r.name, r.lead, r.standard) for r in rows]
    )
