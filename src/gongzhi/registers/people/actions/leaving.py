"""People who move or die. Handing an entry to another village is two verbs: hand_over and receive."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Reason
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.registers.people import rules
from gongzhi.registers.people.actions.entering import index, unit_of
from gongzhi.registers.people.models import Person
from gongzhi.registers.places import queries as places

On = Annotated[date, Ask(say("日期"))]


def _past(on: date) -> None:
    if on > clock.today():
        refuse(say("日期在将来"), rule="people.future", field="on")


def _step(person: Person, word: str, by: str | None = None) -> None:
    person.state = rules.FLOW.step(person.state, word, by)
    person.save()
    index([person])


@action(
    "people.hand_over",
    on=Person,
    label=say("移交给其他村居"),
    effects=say("对方接收以后，这条记录由对方维护；接收之前仍由您维护。"),
)
def hand_over(
    actor: Actor, person: Person, *, to: Annotated[int, Ask(say("迁往的村（社区）"), pick="places.place")]
) -> dict[str, Any]:
    """Offer the entry to the village or community the person moved to."""
    unit = unit_of(to)
    if unit == person.unit_id:
        refuse(say("已经在这个村居"), rule="people.same_place", field="to")
    person.destination_id = unit
    _step(person, "hand_over")
    return {"to": unit}


@action("people.receive", on=Person, label=say("接收"), main=True)
def receive(actor: Actor, person: Person) -> dict[str, Any]:
    """Take over an entry that was offered."""
    was, unit = person.unit_id, person.destination_id
    assert unit is not None
    place = places.place_of(unit)
    assert place is not None
    state = rules.FLOW.step(person.state, "receive", "to")
    person.unit_id, person.place_id, person.destination_id = unit, place.pk, None
    person.state, person.verified = state, clock.today()
    person.save()
    index([person])
    return {"from": was, "to": unit}


@action("people.send_back", on=Person, label=say("退回"), leaves_scope=True)
def send_back(actor: Actor, person: Person, *, reason: Reason) -> dict[str, Any]:
    """Return an entry that was offered: the person does not live here."""
    was = person.destination_id
    state = rules.FLOW.step(person.state, "send_back", "to")
    person.destination_id, person.state = None, state
    person.save()
    index([person])
    return {"by": was, "reason": reason}


@action(
    "people.mark_moved",
    on=Person,
    label=say("登记迁出本市"),
    effects=say("迁出后不再出现在查找里；在任的岗位请另行结束。"),
)
def mark_moved(
    actor: Actor, person: Person, *, on: On, to: Annotated[str, Ask(say("迁往何处"), max=100)] = ""
) -> dict[str, Any]:
    """The person has left the county."""
    _past(on)
    person.ended = on
    _step(person, "mark_moved")
    return {"on": on.isoformat(), "to": to}


@action(
    "people.mark_deceased",
    on=Person,
    label=say("登记去世"),
    effects=say("登记后不再出现在查找里；在任的岗位请另行结束。"),
)
def mark_deceased(
    actor: Actor, person: Person, *, on: On, basis: Annotated[str, Ask(say("依据"), max=200)]
) -> dict[str, Any]:
    """The person has died."""
    _past(on)
    person.ended = on
    _step(person, "mark_deceased")
    return {"on": on.isoformat(), "basis": basis}


@action("people.restore", on=Person, label=say("恢复在册"))
def restore(actor: Actor, person: Person, *, reason: Reason) -> dict[str, Any]:
    """Take back a wrong note of moving away or death."""
    person.ended = None
    _step(person, "restore")
    return {"reason": reason}
