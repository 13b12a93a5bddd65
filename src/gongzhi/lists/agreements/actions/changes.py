"""Changing the text, clause by clause: directly while drafting, as attributed proposals while talking.

The same verbs serve the main talks and an open supplement; a change on a clause where the other side has one open
is a counter-proposal. Drafts are seen by their own side only, until the round is sent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.money import Fen
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import say

from ..models import Agreement, Change, Comment
from ..queries import sources, text
from ..rules import flow, sums, talks, terms
from ..rules.terms import DutyTerms, InstalmentTerms, ItemTerms, PaymentTerms, Terms, TextTerms
from .writing import drafting_side, find, instalment_problem, my_side, strike_clause, sum_up, write

Key = Annotated[str, Ask(say("条款"), max=20)]
Heading = Annotated[str, Ask(say("标题"), max=60)]
Why = Annotated[str, Ask(say("理由"), max=500, rows=3)]


def may_edit(actor: Actor, agreement: Agreement) -> None:
    """Only the side whose turn it is changes the text."""
    side = my_side(actor, agreement)
    drafting = drafting_side(agreement)
    if drafting:
        if drafting != side:
            refuse(say("对方还在起草，送出以后您再逐条提意见"), rule="agreements.turn")
        return
    supplement = text.open_supplement(agreement)
    turn = supplement.turn if supplement else agreement.turn if agreement.state in flow.TALKING else ""
    if turn not in flow.SIDES or (supplement is not None and supplement.state not in flow.TALKING):
        if agreement.state in flow.BEFORE_SIGNING:
            refuse(say("文本已经谈妥。要再改，请先退回协商"), rule="agreements.flow")
        refuse(say("签署以后不能直接改。请发起补充协议"), rule="agreements.flow")
    if turn != side:
        refuse(say("现在轮到对方，等对方送出回应后再改"), rule="agreements.turn")


def put(
    actor: Actor, agreement: Agreement, key: str, new: Terms | None, op: str, reason: str
) -> dict[str, Any]:
    """Write a change: at once while drafting, else as a draft proposal or counter-proposal."""
    side = my_side(actor, agreement)
    if drafting_side(agreement):
        return _write_now(agreement, key, new, op)
    table = text.table(agreement)
    return _propose(actor, table, side, key, new, op, reason)


def _write_now(agreement: Agreement, key: str, new: Terms | None, op: str) -> dict[str, Any]:
    clause = find(agreement, key) if op != talks.ADD else None
    if new is None:
        assert clause is not None
        _may_strike(clause.kind)
        strike_clause(agreement, clause)
    else:
        check_all(talks.check_terms(new))
        clause = write(agreement, clause, new)
    sum_up(agreement)
    return {"clause": clause.pk, "op": op, "heading": clause.heading}


def _may_strike(kind: str) -> None:
    if kind == terms.PAYMENT:
        refuse(say("付款条款不能删去，可以改金额和期限"), rule="agreements.payment_stays", field="clause")


def _propose(
    actor: Actor, table: text.Table, side: str, key: str, new: Terms | None, op: str, reason: str
) -> dict[str, Any]:
    agreement = table.agreement
    live = table.live(key)
    theirs = next((c for c in live if c.side != side and c.status == "open"), None)
    mine = next((c for c in live if c.side == side), None)
    base = table.line(key)
    if op != talks.ADD and base is None and theirs is None and mine is None:
        refuse(say("协议里没有这一条"), rule="agreements.no_clause", field="clause")
    if new is None:
        _may_strike((theirs or mine).kind if base is None else base.terms.kind)  # type: ignore[union-attr]
    else:
        check_all([*talks.check_terms(new), *_payment_problems(agreement, new)])
        _check_moved(theirs, base, new)
    if theirs is not None and theirs.reply:
        theirs.reply = theirs.reply_reason = ""
        theirs.save(update_fields=["reply", "reply_reason"])
    row = mine or Change(agreement=agreement, supplement=table.supplement, key=key, side=side)
    base_row = agreement.clauses.filter(pk=key).first() if key.isdigit() else None
    row.clause = base_row
    row.op = op if base is not None or op == talks.ADD else talks.ADD if new is not None else talks.STRIKE
    row.kind = (new or (base.terms if base else None) or _theirs_terms(theirs)).kind
    row.old = terms.to_json(base.terms) if base else None
    row.new = terms.to_json(new) if new else None
    row.reason = reason or row.reason
    row.by, row.drafted_at, row.counters = actor.name, clock.now(), theirs
    if not row.key:
        row.key = "n?"
        row.save()
        row.key = f"n{row.pk}"
    row.save()
    return {"change": row.pk, "clause": row.key, "op": row.op, "counters": theirs.pk if theirs else None}


def _theirs_terms(theirs: Change | None) -> Terms:
    assert theirs is not None
    return terms.from_json(theirs.new or theirs.old)


def _payment_problems(agreement: Agreement, new: Terms) -> list[Problem | None]:
    return [instalment_problem(agreement, new)] if isinstance(new, PaymentTerms) else []


def _check_moved(theirs: Change | None, base: terms.Line | None, new: Terms) -> None:
    """A change must change something, and a counter-proposal must differ from what it counters."""
    if theirs is not None and theirs.new and terms.from_json(theirs.new) == new:
        refuse(say("和对方提出的一样，请直接接受"), rule="agreements.same_as_theirs")
    same = base is not None and not base.struck and base.terms == new
    if same and theirs is None:
        refuse(say("内容没有变化"), rule="agreements.no_change")
    if same:
        refuse(say("和原来的文字一样。不同意对方的修改，请写明理由不接受"), rule="agreements.refuse_instead")


def current(agreement: Agreement, side: str, key: str, kind: str) -> Terms:
    """The newest terms of a clause as ``side`` sees them, to build the new ones on."""
    table = text.table(agreement)
    found = text.terms_of(table, key, side)
    if found is None or found.kind != kind:
        theirs = next((c for c in reversed(table.live(key)) if c.new), None)
        line = table.line(key)
        found = terms.from_json(theirs.new) if theirs else line.terms if line else None
    if found is None or found.kind != kind:
        refuse(say("协议里没有这一条"), rule="agreements.no_clause", field="clause")
    return found


# ---- amend ----


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
        done.append(put(actor, agreement, payment.key, replace(before, instalments=parts), talks.ALTER, reason))
    if not done:
        refuse(say("数字没有变化"), rule="agreements.no_change")
    return {"changes": done}


# ---- add ----


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


# ---- answer ----


def _open_change(agreement: Agreement, side: str, pk: int) -> Change:
    supplement = text.open_supplement(agreement)
    row = agreement.changes.filter(pk=pk, supplement=supplement, status="open").exclude(side=side).first()
    if row is None:
        refuse(say("这处修改已经有结果了，请刷新"), rule="agreements.change_closed", field="change")
    return row


def _drop_counter(row: Change, side: str) -> None:
    """An answer takes the place of one's own draft counter-proposal."""
    Change.objects.filter(agreement=row.agreement_id, key=row.key, side=side, status="draft").delete()


def _reply(actor: Actor, agreement: Agreement, pk: int, reply: str, reason: str) -> dict[str, Any]:
    side = my_side(actor, agreement)
    row = _open_change(agreement, side, pk)
    if reply == talks.REFUSE:
        talks.may_refuse(row.view())
    _drop_counter(row, side)
    row.reply, row.reply_reason, row.reply_by, row.reply_at = reply, reason, actor.name, clock.now()
    row.save(update_fields=["reply", "reply_reason", "reply_by", "reply_at"])
    return {"change": pk, "clause": row.key, "reply": reply}


ChangeId = Annotated[int, Ask(say("修改"), min=1)]


@action("agreements.accept", on=Agreement, label=say("接受"), check=may_edit, offered=False, keeps_todo=True)
def accept(actor: Actor, agreement: Agreement, *, change: ChangeId) -> dict[str, Any]:
    """Accept one change of the other side; it goes out with the round."""
    return _reply(actor, agreement, change, talks.ACCEPT, "")


@action(
    "agreements.refuse_change",
    on=Agreement,
    label=say("不接受，写理由"),
    check=may_edit,
    offered=False,
    keeps_todo=True,
)
def refuse_change(
    actor: Actor,
    agreement: Agreement,
    *,
    change: ChangeId,
    reason: Annotated[str, Ask(say("理由"), help=say("对方会看到这个理由"), max=500, min=2, rows=3)],
) -> dict[str, Any]:
    """Decline one change with a reason; the agreed text stands."""
    return _reply(actor, agreement, change, talks.REFUSE, reason)


@action(
    "agreements.reconsider", on=Agreement, label=say("改主意"), check=may_edit, offered=False, keeps_todo=True
)
def reconsider(actor: Actor, agreement: Agreement, *, clause: Key) -> dict[str, Any]:
    """Take back one's own unsent draft or answer on a clause."""
    side = my_side(actor, agreement)
    live = text.table(agreement).live(clause)
    mine = [c for c in live if c.side == side and c.status == "draft"]
    answered = [c for c in live if c.side != side and c.reply]
    if not mine and not answered:
        refuse(say("这一条没有未送出的草稿"), rule="agreements.nothing_to_take_back", field="clause")
    for row in mine:
        row.delete()
    for row in answered:
        row.reply = row.reply_reason = ""
        row.save(update_fields=["reply", "reply_reason"])
    return {"clause": clause}


def may_comment(actor: Actor, agreement: Agreement) -> None:
    """Both sides speak at any time until the agreement has ended."""
    my_side(actor, agreement)
    if flow_final(agreement):
        refuse(say("协议已经办结"), rule="agreements.flow")


def flow_final(agreement: Agreement) -> bool:
    """Whether nothing can happen to the agreement any more."""
    assert agreement.FLOW is not None
    return agreement.FLOW.state(agreement.state).final


@action(
    "agreements.comment",
    on=Agreement,
    label=say("请对方说明"),
    check=may_comment,
    keeps_todo=True,
    offered=False,
)
def comment(
    actor: Actor,
    agreement: Agreement,
    *,
    text: Annotated[str, Ask(say("想问或想说的"), max=1000, min=1, rows=3)],
    clause: Annotated[str, Ask(say("条款"), max=20)] = "",
    question: Annotated[bool, Ask(say("请对方说明"))] = False,
) -> dict[str, Any]:
    """Write a remark or a question beside a clause; both sides see it at once."""
    row = Comment.objects.create(
        agreement=agreement,
        key=clause,
        side=my_side(actor, agreement),
        text=text,
        question=question,
        by=actor.name,
    )
    return {"comment": row.pk, "clause": clause, "question": question}


__all__ = [
    "accept", "add_duty", "add_item", "add_text", "amend_duty", "amend_item", "amend_payment", "amend_text", "balance",
    "comment", "may_edit", "reconsider", "refuse_change", "set_numbers", "strike",
]  # fmt: skip
