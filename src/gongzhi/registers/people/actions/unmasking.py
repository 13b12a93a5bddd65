"""Showing what is masked, once, for a reason that the journal keeps."""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core.access import Actor, scope
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.registers.people.models import Person


def kept_here(actor: Actor, person: Person) -> None:
    """An entry on its way is looked behind by those who keep it, not yet by those to whom it is offered."""
    if person.state == "moving":
        kept = scope(actor, "people.unmask", ("unit",))
        if kept is None or not Person.objects.filter(kept, pk=person.pk).exists():
            refuse(
                say("请先接收，再查看"), rule="people.receive_first", way_out=f"/people/{person.pk}/receive"
            )


@action(
    "people.unmask",
    on=Person,
    label=say("查看完整信息"),
    effects=(
        say("完整的姓名、身份证号和手机号只显示这一次。"),
        say("谁、何时、为什么查看，会记入操作记录。"),
    ),
    check=kept_here,
    keeps_todo=True,
)
def unmask(
    actor: Actor,
    person: Person,
    *,
    reason: Annotated[str, Ask(say("为什么要看"), help=say("写清办什么事"), min=4, max=200, rows=2)],
) -> dict[str, Any]:
    """Note that the actor looks at the plain entry, and why. The page that did this act shows it, nothing else does."""
    if len(reason.strip()) < 4:
        refuse(
            say("请写清办什么事"), rule="people.unmask_reason", source="个人信息保护法第 6 条", field="reason"
        )
    return {"reason": reason.strip(), "shown": ["name", "citizen_id", "phone"]}


def revealed(person: Person) -> dict[str, str]:
    """The plain entry, for the page that has just done ``people.unmask``."""
    return {
        "name": person.name,
        "citizen_id": person.citizen_id.reveal() if person.citizen_id else "",
        "phone": person.phone.reveal() if person.phone else "",
    }
