"""Supplementary agreements: a change of the signed text, negotiated clause by clause and signed by both."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gongzhi.core import clock, todo
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Evidence, Note, Reason
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.lists.agreements.models import Agreement, Change, Supplement
from gongzhi.lists.agreements.queries import text
from gongzhi.lists.agreements.rules import SUPPLEMENT_FLOW, flow, talks, year

from . import waiting
from .rounds import check_agreeable, close_round, round_facts, send
from .signing import disclose_later, put_signature
from .writing import apply, my_side, sum_up
from .year import Channels, post


def may_open(actor: Actor, agreement: Agreement) -> None:
    """One supplement at a time, while the agreement is in force."""
    my_side(actor, agreement)
    if agreement.state not in flow.IN_FORCE:
        refuse(say("协议生效期间才能签补充协议"), rule="agreements.flow")
    if text.open_supplement(agreement) is not None:
        refuse(say("已有一份补充协议在协商"), rule="agreements.supplement_open")


@action(
    "agreements.open_supplement",
    on=Agreement,
    label=say("发起补充协议"),
    check=may_open,
    keeps_todo=True,
    effects=say("原协议继续履行。您先提出修改，送出后轮到对方；谈妥并由双方签署后才生效。"),
)
def open_supplement(
    actor: Actor,
    agreement: Agreement,
    *,
    cause: Annotated[str, Ask(say("事由"), choices=year.REASONS)],
    reason: Reason,
) -> dict[str, Any]:
    """Begin a supplement; the side that begins it drafts."""
    side = my_side(actor, agreement)
    seq = agreement.supplements.count() + 1
    row = Supplement.objects.create(
        agreement=agreement, seq=seq, side=side, cause=cause, reason=reason, state=f"with_{side}"
    )
    _wait(agreement, row)
    return {"supplement": seq, "cause": cause, "reason": reason}


def _wait(agreement: Agreement, row: Supplement) -> None:
    """Whose turn it is in the supplement."""
    todo.close(agreement, key="supplement:*")
    state = SUPPLEMENT_FLOW.state(row.state)
    sides = flow.SIDES if state.turn == "both" else (state.turn,) if state.turn else ()
    for side in sides:
        unit, other = agreement.sides()[side], agreement.sides()[flow.other(side)]
        assert unit is not None
        todo.open(
            agreement, key=f"supplement:{row.seq}:{row.state}:{row.round}:{side}", unit_id=unit,
            verb=f"agreements.{state.main}", waits_unit_id=other,
            about=say("{state}：{what}", state=state.label, what=agreement.label()), url=agreement.get_absolute_url(),
        )  # fmt: skip


def _current(agreement: Agreement) -> Supplement:
    row = text.open_supplement(agreement)
    if row is None:
        refuse(say("没有在协商的补充协议"), rule="agreements.flow")
    return row


def in_turn(verb: str) -> Any:
    """A check: the open supplement's own flow allows ``verb`` to this side."""

    def check(actor: Actor, agreement: Agreement) -> None:
        SUPPLEMENT_FLOW.step(_current(agreement).state, verb, my_side(actor, agreement))

    return check


def _move(actor: Actor, agreement: Agreement, row: Supplement, verb: str) -> str:
    side = my_side(actor, agreement)
    row.state = SUPPLEMENT_FLOW.step(row.state, verb, side)
    return side


@action(
    "agreements.send_supplement", on=Agreement, label=say("送出补充协议的修改"), check=in_turn("send_supplement"),
    keeps_todo=True, main=True, effects=say("送出后轮到对方回应，这一轮的文字封存。"),
)  # fmt: skip
def send_supplement(actor: Actor, agreement: Agreement, *, note: Note = "") -> dict[str, Any]:
    """Send this side's answers and proposals on the supplement."""
    table = text.table(agreement)
    row = _current(agreement)
    side = my_side(actor, agreement)
    table = text.Table(table.agreement, row, table.base, table.rows, table.changes, table.turn)
    sent = send(actor, table, side, note, write_now=False)
    _move(actor, agreement, row, "send_supplement")
    row.save()
    _wait(agreement, row)
    return {"supplement": row.seq, **round_facts(sent)}


@action(
    "agreements.agree_supplement", on=Agreement, label=say("同意补充协议全文"), check=in_turn("agree_supplement"),
    keeps_todo=True, effects=say("接受对方全部修改，补充协议定稿，等双方签署。"),
)  # fmt: skip
def agree_supplement(actor: Actor, agreement: Agreement, *, note: Note = "") -> dict[str, Any]:
    """Take the supplement as it lies on the table; its words are fixed."""
    table, row, side = text.table(agreement), _current(agreement), my_side(actor, agreement)
    table = text.Table(agreement, row, table.base, table.rows, table.changes, table.turn)
    check_agreeable(table, side)
    sent = close_round(actor, table, side, note, "agree", write_now=False)
    accepted = agreement.changes.filter(supplement=row, status="accepted")
    settled = [change for change in accepted if not change.of_nothing]
    if not settled:
        refuse(say("补充协议里还没有谈妥的修改"), rule="agreements.empty_supplement")
    _move(actor, agreement, row, "agree_supplement")
    row.frozen_text = text.supplement_words(agreement, row, settled)
    row.text_sha256 = text.fingerprint(row.frozen_text)
    row.save()
    _wait(agreement, row)
    return {"supplement": row.seq, "sha256": row.text_sha256, **round_facts(sent)}


@action(
    "agreements.sign_supplement", on=Agreement, label=say("签署补充协议"), check=in_turn("sign_supplement"),
    keeps_todo=True, main=True, irreversible=True,
    effects=(say("您代表本方签署补充协议，文字指纹随签署记录封存。"), say("双方都签以后修改生效，合计和付款提醒随之更新。")),
)  # fmt: skip
def sign_supplement(actor: Actor, agreement: Agreement, *, note: Note = "") -> dict[str, Any]:
    """Sign the supplement; with the second signature its changes become part of the agreement."""
    row = _current(agreement)
    side = _move(actor, agreement, row, "sign_supplement")
    put_signature(actor, agreement, row, side, row.text_sha256)
    if row.state == "signed":
        row.signed_on = clock.today()
        row.save()
        _take_effect(agreement, row)
    row.save()
    _wait(agreement, row)
    return {"supplement": row.seq, "side": side, "sha256": row.text_sha256, "in_force": row.state == "signed"}


def _take_effect(agreement: Agreement, row: Supplement) -> None:
    """Write the settled changes into the text, add up again, and renew what is waited for."""
    for change in agreement.changes.filter(supplement=row, status="accepted").order_by("id"):
        _follow_key(agreement, change)
        apply(agreement, change)
    sum_up(agreement)
    for key in ("pay:*", "duty:*", "item:*"):
        todo.close(agreement, key=key)
    waiting.open_year(agreement)
    shown = disclose_later(agreement, row)
    todo.open(
        agreement, key=f"disclose:{row.seq}", unit_id=agreement.party_b_id, verb="agreements.disclose_supplement",
        due=shown.due, about=say("公开补充协议（{seq}）：{what}", seq=row.seq, what=agreement.label()),
    )  # fmt: skip


def _follow_key(agreement: Agreement, change: Change) -> None:
    """A later change of a clause that this supplement itself added finds the clause by its key."""
    if change.clause_id is None and change.op != talks.ADD:
        first = agreement.changes.filter(
            key=change.key, supplement=change.supplement_id, clause__isnull=False
        ).first()
        if first is not None:
            change.clause = first.clause


@action(
    "agreements.drop_supplement",
    on=Agreement,
    label=say("不签补充协议了"),
    check=in_turn("drop_supplement"),
    keeps_todo=True,
)
def drop_supplement(actor: Actor, agreement: Agreement, *, reason: Reason) -> dict[str, Any]:
    """Either side gives the supplement up; the agreement stays as it was."""
    row = _current(agreement)
    _move(actor, agreement, row, "drop_supplement")
    row.save()
    agreement.changes.filter(supplement=row, status__in=talks.LIVE).update(status="withdrawn")
    _wait(agreement, row)
    return {"supplement": row.seq, "reason": reason}


def _undisclosed(actor: Actor, agreement: Agreement) -> None:
    if not agreement.disclosures.filter(supplement__isnull=False, posted_on=None).exists():
        refuse(say("没有等待公开的补充协议"), rule="agreements.flow")


@action(
    "agreements.disclose_supplement",
    on=Agreement,
    label=say("记录补充协议公开"),
    check=_undisclosed,
    keeps_todo=True,
)
def disclose_supplement(
    actor: Actor,
    agreement: Agreement,
    *,
    posted_on: Annotated[date, Ask(say("公开日期"))],
    channel: Channels = "board",
    place: Annotated[str, Ask(say("公开地点"), max=100)] = "",
    evidence: Evidence = [],  # noqa: B006  never changed
) -> dict[str, Any]:
    """Record that the oldest undisclosed supplement was shown to villagers."""
    row = (
        agreement.disclosures.filter(supplement__isnull=False, posted_on=None)
        .select_related("supplement")
        .first()
    )
    assert row is not None
    assert row.supplement is not None
    todo.close(agreement, key=f"disclose:{row.supplement.seq}")
    return post(actor, agreement, row, posted_on, channel, place, evidence)
