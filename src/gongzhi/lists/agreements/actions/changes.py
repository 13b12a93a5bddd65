"""Changing the text, clause by clause: directly while drafting, as attributed proposals while talking.

The same verbs serve the main talks and an open supplement; a change on a clause where the other side has one open
is a counter-proposal. Drafts are seen by their own side only, until the round is sent.
"""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import say
from gongzhi.lists.agreements.models import Agreement, Change
from gongzhi.lists.agreements.queries import text
from gongzhi.lists.agreements.rules import flow, talks, terms
from gongzhi.lists.agreements.rules.terms import (
    PaymentTerms,
    Terms,
)

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
    return terms.from_json(theirs.new or theirs.old or {})


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
        found = terms.from_json(theirs.new or {}) if theirs else line.terms if line else None
    if found is None or found.kind != kind:
        refuse(say("协议里没有这一条"), rule="agreements.no_clause", field="clause")
    return found
