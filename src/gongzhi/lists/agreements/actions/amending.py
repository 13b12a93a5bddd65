"""Amending a clause that stands: an item, a duty, words, the payment, or all the numbers at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.money import Fen
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.lists.agreements.actions.changes import Heading, Key, Why, current, may_edit, put
from gongzhi.lists.agreements.actions.writing import my_side
from gongzhi.lists.agreements.models import Agreement
from gongzhi.lists.agreements.rules import talks, terms
from gongzhi.lists.agreements.rules.terms import (
    DutyTerms,
    InstalmentTerms,
    ItemTerms,
    PaymentTerms,
    TextTerms,
)


@action(
    "agreements.amend_item",
    on=Agreement,
    label=say("改协助事项"),
    check=may_edit,
    offered=False,
    keeps_todo=True,
)
def amend_item(
    actor: Actor,
    agreement: Agreement,
    *,
    clause: Key,
    heading: Heading,
    standard: Annotated[str, Ask(say("要求"), max=1000, rows=4)],
    weight: Annotated[int, Ask(say("权重"), min=1, max=100)],
    amount: Annotated[Fen, Ask(say("全年金额"), min=0)],
    quantity: Annotated[Decimal, Ask(say("数量"), places=2, min=0)] = Decimal(0),
    unit: Annotated[str, Ask(say("单位"), max=20)] = "",
    unit_price: Annotated[Fen | None, Ask(say("单价"), min=0)] = None,
    deadline: Annotated[date | None, Ask(say("完成期限"))] = None,
    reason: Why = "",
) -> dict[str, Any]:
    """Change an item's requirement, measure, weight or price."""
    old = current(agreement, my_side(actor, agreement), clause, terms.ITEM)
    assert isinstance(old, ItemTerms)
    new = replace(
        old, heading=heading, standard=standard, quantity=quantity.normalize(), unit=unit, unit_price_fen=unit_price,
        deadline=deadline, weight=weight, amount_fen=int(amount),
    )  # fmt: skip
    return put(actor, agreement, clause, new, talks.ALTER, reason)


@action(
    "agreements.amend_duty",
    on=Agreement,
    label=say("改甲方义务"),
    check=may_edit,
    offered=False,
    keeps_todo=True,
)
def amend_duty(
    actor: Actor,
    agreement: Agreement,
    *,
    clause: Key,
    heading: Heading,
    body: Annotated[str, Ask(say("内容"), max=1000, rows=4)],
    duty_kind: Annotated[str, Ask(say("类别"), choices=terms.DUTY_KINDS)],
    times: Annotated[int, Ask(say("全年次数"), min=1, max=400)] = 1,
    due: Annotated[date | None, Ask(say("完成期限"))] = None,
    reason: Why = "",
) -> dict[str, Any]:
    """Change a duty of the government."""
    current(agreement, my_side(actor, agreement), clause, terms.DUTY)
    return put(actor, agreement, clause, DutyTerms(heading, body, duty_kind, times, due), talks.ALTER, reason)


@action(
    "agreements.amend_text", on=Agreement, label=say("改条款"), check=may_edit, offered=False, keeps_todo=True
)
def amend_text(
    actor: Actor,
    agreement: Agreement,
    *,
    clause: Key,
    heading: Heading,
    body: Annotated[str, Ask(say("内容"), max=3000, rows=8)],
    reason: Why = "",
) -> dict[str, Any]:
    """Change a clause that is only words."""
    old = current(agreement, my_side(actor, agreement), clause, terms.TEXT)
    assert isinstance(old, TextTerms)
    return put(actor, agreement, clause, TextTerms(heading, body, old.code), talks.ALTER, reason)


@action(
    "agreements.amend_payment",
    on=Agreement,
    label=say("改付款"),
    check=may_edit,
    offered=False,
    keeps_todo=True,
)
def amend_payment(
    actor: Actor,
    agreement: Agreement,
    *,
    clause: Key,
    instalments: Annotated[
        list[dict[str, Any]],
        Ask(
            say("各期付款"),
            row={
                "due": Annotated[date, Ask(say("不晚于"))],
                "amount": Annotated[Fen, Ask(say("金额"), min=0)],
                "tail": Annotated[bool, Ask(say("尾款"))],
            },
        ),
    ],
    reason: Why = "",
) -> dict[str, Any]:
    """Change how the total is divided and when it is due."""
    old = current(agreement, my_side(actor, agreement), clause, terms.PAYMENT)
    assert isinstance(old, PaymentTerms)
    parts = tuple(InstalmentTerms(r["due"], int(r["amount"]), bool(r.get("tail"))) for r in instalments)
    return put(actor, agreement, clause, replace(old, instalments=parts), talks.ALTER, reason)


@action(
    "agreements.set_numbers", on=Agreement, label=say("一起改数字"), check=may_edit, keeps_todo=True,
    effects=say("只有改了的事项和付款才算一处修改。起草时直接改，协商时作为您的提议随本轮送出。"),
)  # fmt: skip
def set_numbers(
    actor: Actor,
    agreement: Agreement,
    *,
    items: Annotated[
        list[dict[str, Any]],
        Ask(
            say("协助事项"),
            row={
                "clause": Annotated[str, Ask(say("条款"), max=20)],
                "weight": Annotated[int, Ask(say("权重"), min=1, max=100)],
                "quantity": Annotated[Decimal, Ask(say("数量"), places=2, min=0)],
                "unit_price": Annotated[Fen | None, Ask(say("单价"), min=0)],
                "amount": Annotated[Fen, Ask(say("金额"), min=0)],
            },
        ),
    ],
    instalments: Annotated[
        list[dict[str, Any]],
        Ask(
            say("各期付款"),
            row={
                "due": Annotated[date, Ask(say("不晚于"))],
                "amount": Annotated[Fen, Ask(say("金额"), min=0)],
                "tail": Annotated[bool, Ask(say("尾款"))],
            },
        ),
    ],
    reason: Why = "",
) -> dict[str, Any]:
    """Change weights, quantities, prices and instalments of the whole text at once; untouched lines stay untouched."""
    side = my_side(actor, agreement)
    done: list[dict[str, Any]] = []
    for row in items:
        old = current(agreement, side, row["clause"], terms.ITEM)
        assert isinstance(old, ItemTerms)
        price = row.get("unit_price")
        new = replace(
            old, weight=int(row["weight"]), quantity=Decimal(row["quantity"]).normalize(), amount_fen=int(row["amount"]),
            unit_price_fen=None if price is None else int(price),
        )  # fmt: skip
        if new != old:
            done.append(put(actor, agreement, row["clause"], new, talks.ALTER, reason))
    payment = agreement.clauses.get(kind=terms.PAYMENT, struck=False)
    before = current(agreement, side, payment.key, terms.PAYMENT)
    assert isinstance(before, PaymentTerms)
    parts = tuple(InstalmentTerms(r["due"], int(r["amount"]), bool(r.get("tail"))) for r in instalments)
    if parts != before.instalments:
        done.append(
            put(actor, agreement, payment.key, replace(before, instalments=parts), talks.ALTER, reason)
        )
    if not done:
        refuse(say("数字没有变化"), rule="agreements.no_change")
    return {"changes": done}
