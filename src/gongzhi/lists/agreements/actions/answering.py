"""Answering the other side's changes, taking back a draft, and speaking in the margin."""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.lists.agreements.actions.changes import Key, may_edit
from gongzhi.lists.agreements.actions.writing import my_side
from gongzhi.lists.agreements.models import Agreement, Change, Comment
from gongzhi.lists.agreements.queries import text
from gongzhi.lists.agreements.rules import talks


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
