"""Adding a clause, striking one, and the mend that brings the sums into balance."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.money import Fen
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.lists.agreements.actions.changes import Heading, Key, Why, may_edit, put
from gongzhi.lists.agreements.actions.writing import drafting_side, my_side
from gongzhi.lists.agreements.models import Agreement
from gongzhi.lists.agreements.queries import sources, text
from gongzhi.lists.agreements.rules import sums, talks, terms
from gongzhi.lists.agreements.rules.terms import (
    DutyTerms,
    ItemTerms,
    TextTerms,
)


@action(
    "agreements.add_item",
    on=Agreement,
    label=say("加一个协助事项"),
    check=may_edit,
    offered=False,
    keeps_todo=True,
)
def add_item(
    actor: Actor,
    agreement: Agreement,
    *,
    code: Annotated[str, Ask(say("清单事项代码"), max=20)],
    standard: Annotated[str, Ask(say("要求"), max=1000, rows=4)],
    weight: Annotated[int, Ask(say("权重"), min=1, max=100)],
    amount: Annotated[Fen, Ask(say("全年金额"), min=0)],
    quantity: Annotated[Decimal, Ask(say("数量"), places=2, min=0)] = Decimal(0),
    unit: Annotated[str, Ask(say("单位"), max=20)] = "",
    unit_price: Annotated[Fen | None, Ask(say("单价"), min=0)] = None,
    deadline: Annotated[date | None, Ask(say("完成期限"))] = None,
    reason: Why = "",
) -> dict[str, Any]:
    """Propose one more task of the list of assisted tasks; anything else is refused."""
    source = sources.list_in_force(clock.today(), agreement.committee_kind)
    listed = next((i for i in source.items if i.code == code.strip().upper()), None)
    if listed is None:
        refuse(
            say("{codes} 不在现行的协助政府工作事项清单里，不能写进协议", codes=code),
            rule="agreements.not_on_list",
            source=say("清单之外的工作，村（居）委会可以不办"),
            field="code",
        )
    _check_new_item(agreement, my_side(actor, agreement), listed.code)
    new = ItemTerms(
        heading=listed.name, standard=standard, quantity=quantity.normalize(), unit=unit, unit_price_fen=unit_price,
        deadline=deadline, weight=weight, amount_fen=int(amount), code=listed.code, lead=listed.lead,
        duty_item_id=listed.id,
    )  # fmt: skip
    return put(actor, agreement, "", new, talks.ADD, reason)


def _check_new_item(agreement: Agreement, side: str, code: str) -> None:
    for line in text.table(agreement).projected(side):
        if isinstance(line.terms, ItemTerms) and not line.struck and line.terms.code == code:
            refuse(
                say("协议里已经有“{name}”", name=line.terms.heading),
                rule="agreements.item_twice",
                field="code",
            )


@action(
    "agreements.add_duty",
    on=Agreement,
    label=say("加一项甲方义务"),
    check=may_edit,
    offered=False,
    keeps_todo=True,
)
def add_duty(
    actor: Actor,
    agreement: Agreement,
    *,
    heading: Heading,
    body: Annotated[str, Ask(say("内容"), max=1000, rows=4)],
    duty_kind: Annotated[str, Ask(say("类别"), choices=terms.DUTY_KINDS)],
    times: Annotated[int, Ask(say("全年次数"), min=1, max=400)] = 1,
    due: Annotated[date | None, Ask(say("完成期限"))] = None,
    reason: Why = "",
) -> dict[str, Any]:
    """Propose one more duty of the government."""
    return put(actor, agreement, "", DutyTerms(heading, body, duty_kind, times, due), talks.ADD, reason)


@action(
    "agreements.add_text", on=Agreement, label=say("加一条"), check=may_edit, offered=False, keeps_todo=True
)
def add_text(
    actor: Actor,
    agreement: Agreement,
    *,
    heading: Heading,
    body: Annotated[str, Ask(say("内容"), max=3000, rows=8)],
    reason: Why = "",
) -> dict[str, Any]:
    """Propose one more clause."""
    return put(actor, agreement, "", TextTerms(heading, body), talks.ADD, reason)


@action("agreements.strike", on=Agreement, label=say("删去"), check=may_edit, offered=False, keeps_todo=True)
def strike(actor: Actor, agreement: Agreement, *, clause: Key, reason: Why = "") -> dict[str, Any]:
    """Propose to strike a clause. An assisted item that either side strikes cannot be forced on it again."""
    if not drafting_side(agreement) and not reason.strip():
        refuse(say("请写明为什么删去，对方才好回应"), rule="agreements.reason", field="reason")
    return put(actor, agreement, clause, None, talks.STRIKE, reason)


@action(
    "agreements.balance", on=Agreement, label=say("补平合计"), check=may_edit, offered=False, keeps_todo=True
)
def balance(
    actor: Actor,
    agreement: Agreement,
    *,
    what: Annotated[str, Ask(say("补哪一项"), choices={"payment": say("付款"), "weights": say("权重")})],
) -> dict[str, Any]:
    """Take the mend that the page offers: the tail takes the missing money, the heaviest item the missing weight."""
    side = my_side(actor, agreement)
    offers = [m for m in sums.mends(text.table(agreement).projected(side)) if m.what == what]
    if not offers:
        refuse(
            say("这一项已经相等，或者差得太多，请逐条修改"), rule="agreements.nothing_to_mend", field="what"
        )
    mend = offers[0]
    return put(actor, agreement, mend.key, mend.terms, talks.ALTER, "")
