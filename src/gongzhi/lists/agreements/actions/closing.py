"""The end of the year, and the passing of an agreement to a successor."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gongzhi.core import clock, todo, units
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Note
from gongzhi.core.money import Fen
from gongzhi.core.refusal import refuse
from gongzhi.core.units import Unit
from gongzhi.core.words import say
from gongzhi.lists.agreements.models import Agreement, Succession
from gongzhi.lists.agreements.queries import sources
from gongzhi.lists.agreements.rules import FLOW, flow

from . import waiting
from .writing import findable


@action("agreements.mark_evaluated", on=Agreement, label=say("转入结算"), offered=False)
def mark_evaluated(actor: Actor, agreement: Agreement, *, note: Note = "") -> dict[str, Any]:
    """The two-way evaluation is final: the agreement waits for its settlement. Called by the evaluation room."""
    agreement.state = FLOW.step(agreement.state, "mark_evaluated")
    agreement.save()
    for key in ("duty:*", "item:*"):
        todo.close(agreement, key=key)
    return {"note": note}


@action(
    "agreements.settle",
    on=Agreement,
    label=say("结算尾款"),
    offered=False,
    irreversible=True,
    effects=say("尾款按评估结果确定，随后办理付款。"),
)
def settle(
    actor: Actor,
    agreement: Agreement,
    *,
    tail: Annotated[Fen, Ask(say("应付尾款"), min=0)],
    basis: Annotated[str, Ask(say("计算依据"), max=500)] = "",
) -> dict[str, Any]:
    """Fix what is paid of the tail by the evaluation's formula; remedies of the year are added or taken off.

    ``tail`` lies between 0 and the agreed tail. Called by the evaluation room, which computes it.
    """
    part = agreement.instalments.filter(tail=True).first()
    agreed = part.amount_fen if part else 0
    if not 0 <= int(tail) <= agreed:
        refuse(say("应付尾款应在 0 和约定的尾款之间"), rule="agreements.tail_range", field="tail")
    agreement.tail_fen = int(tail)
    agreement.state = FLOW.step(agreement.state, "settle")
    if part is not None and part.finished_on is None:
        # A remedy taken earlier stands in payable − amount.
        part.payable_fen = max(part.paid_fen, int(tail) + part.payable_fen - part.amount_fen)
        if part.payable_fen == part.paid_fen:
            part.finished_on = clock.today()
        part.save()
        if part.finished_on is None:
            waiting.open_payment(agreement, part)
    agreement.save()
    return {"tail_fen": int(tail), "agreed_fen": agreed, "basis": basis}


def _may_succeed(actor: Actor, agreement: Agreement) -> None:
    if agreement.state in ("refused", "settled", "terminated"):
        refuse(say("协议已经办结，没有可以承继的权利义务"), rule="agreements.flow")


@action(
    "agreements.succeed",
    on=Agreement,
    label=say("由承继单位接续"),
    check=_may_succeed,
    leaves_scope=True,
    offered=False,
    effects=say("协议的权利义务由承继的村（居）委会享有和承担，原文和经过不变，待办转给新单位。"),
)
def succeed(
    actor: Actor,
    agreement: Agreement,
    *,
    to: Annotated[int, Ask(say("承继单位"), pick="unit")],
    on: Annotated[date, Ask(say("承继日期"))],
    basis: Annotated[str, Ask(say("依据"), help=say("撤并、更名或者村改居的批复文号"), max=300, min=2)],
) -> dict[str, Any]:
    """Pass party B's rights and duties to the committee that took its place (merge, split, renaming)."""
    heir = Unit.objects.filter(pk=to, kind=units.COMMITTEE, closed=None).select_related("parent").first()
    if heir is None or heir.pk == agreement.party_b_id:
        refuse(say("请选择承继的村（居）委会"), rule="agreements.heir", field="to")
    if heir.parent_id != agreement.party_a_id:
        refuse(say("承继单位应当属于同一个镇（街道）"), rule="agreements.heir_township", field="to")
    if on > clock.today():
        refuse(say("承继日期不能晚于今天"), rule="agreements.future", field="on")
    old = agreement.party_b
    if heir.pk not in sources.successors(old.pk):  # one side alone does not choose whom it agreed with
        refuse(
            say("台账里没有{new}承继{old}的记录，请先登记撤并或者分设", new=heir.short, old=old.short),
            rule="agreements.heir_register",
            field="to",
        )
    Succession.objects.create(agreement=agreement, side=flow.B, frm=old, to=heir, on=on, basis=basis)
    agreement.party_b = heir
    # Two merged villages may each bring an agreement of the same year.
    agreement.succeeded = True
    agreement.save()
    todo.close(agreement, key="*")
    findable(agreement)
    if agreement.signed:
        waiting.open_year(agreement)
    return {"from": old.short, "to": heir.short, "on": on, "basis": basis}
