"""A breach of either side: putting it right, and the reduction or compensation where it was not."""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core import calendar, clock, dated, todo
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Evidence, Note, Reason
from gongzhi.core.evidence import use
from gongzhi.core.money import Fen
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.lists.agreements.actions.notices import may_remedy
from gongzhi.lists.agreements.actions.writing import my_side
from gongzhi.lists.agreements.models import Agreement, Breach
from gongzhi.lists.agreements.rules import BREACH_FLOW, flow, year

BreachId = Annotated[int, Ask(say("违约"), min=1)]


def _breach(actor: Actor, agreement: Agreement, pk: int, verb: str) -> Breach:
    """The breach, moved on by its own flow; the wrong side is refused."""
    side = my_side(actor, agreement)
    row = agreement.breaches.select_related("notice").filter(pk=pk).first()
    if row is None:
        refuse(say("协议里没有这一项"), rule="agreements.no_breach", field="breach")
    row.state = BREACH_FLOW.step(row.state, verb, "accused" if side == row.accused else "notifier")
    if BREACH_FLOW.state(row.state).final:
        row.closed_on = clock.today()
    return row


@action(
    "agreements.rectify",
    on=Agreement,
    label=say("报告改正"),
    check=may_remedy,
    keeps_todo=True,
    offered=False,
)
def rectify(
    actor: Actor,
    agreement: Agreement,
    *,
    breach: BreachId,
    report: Annotated[str, Ask(say("改正情况"), max=2000, min=2, rows=4)],
    evidence: Evidence = [],  # noqa: B006  never changed
) -> dict[str, Any]:
    """The side in breach reports how it put things right."""
    row = _breach(actor, agreement, breach, "rectify")
    row.report = report
    row.save()
    use(actor, agreement, evidence, key=f"breach:{row.pk}")
    _ask_for_check(agreement, row)
    return {"breach": row.pk, "report": report, "evidence": evidence}


def _ask_for_check(agreement: Agreement, row: Breach) -> None:
    todo.close(agreement, key=f"breach:{row.pk}")
    unit = agreement.sides()[row.notice.side]
    assert unit is not None
    todo.open(
        agreement, key=f"breach-check:{row.pk}", unit_id=unit, verb="agreements.accept_rectification",
        due=calendar.due(clock.today(), int(dated.value("agreements.days_to_confirm"))),
        about=say("验看改正：{what}", what=row.notice.about or agreement.label()),
        waits_unit_id=agreement.sides()[row.accused], url=f"{agreement.get_absolute_url()}remedies#breach-{row.pk}",
    )  # fmt: skip


@action(
    "agreements.accept_rectification", on=Agreement, label=say("确认已改正"), check=may_remedy, keeps_todo=True,
    offered=False,
)  # fmt: skip
def accept_rectification(
    actor: Actor, agreement: Agreement, *, breach: BreachId, note: Note = ""
) -> dict[str, Any]:
    """The side that gave notice is satisfied."""
    row = _breach(actor, agreement, breach, "accept_rectification")
    row.save()
    _close_notice(agreement, row)
    return {"breach": row.pk, "note": note}


def _close_notice(agreement: Agreement, row: Breach) -> None:
    row.notice.status = "effected"
    row.notice.save(update_fields=["status"])
    todo.close(agreement, key=f"breach:{row.pk}")
    todo.close(agreement, key=f"breach-check:{row.pk}")


@action(
    "agreements.reject_rectification", on=Agreement, label=say("还没有改正"), check=may_remedy, keeps_todo=True,
    offered=False,
)  # fmt: skip
def reject_rectification(
    actor: Actor, agreement: Agreement, *, breach: BreachId, reason: Reason
) -> dict[str, Any]:
    """The side that gave notice is not satisfied; the term goes on as it was."""
    row = _breach(actor, agreement, breach, "reject_rectification")
    row.save()
    todo.close(agreement, key=f"breach-check:{row.pk}")
    return {"breach": row.pk, "reason": reason}


@action(
    "agreements.reduce",
    on=Agreement,
    label=say("减付或补偿"),
    check=may_remedy,
    keeps_todo=True,
    offered=False,
    irreversible=True,
    effects=say("乙方违约的，从尚未支付的款项中减去；甲方违约的，加在尚未支付的款项上。"),
)
def reduce(
    actor: Actor,
    agreement: Agreement,
    *,
    breach: BreachId,
    amount: Annotated[Fen, Ask(say("金额"), min=1)],
    reason: Reason,
) -> dict[str, Any]:
    """After the term has run out: B's breach reduces what is unpaid, A's breach adds to it."""
    row = _breach(actor, agreement, breach, "reduce")
    if clock.today() <= row.due:
        refuse(
            say("改正期到 {day} 满", day=row.due.isoformat()), rule="agreements.rectify_runs", field="breach"
        )
    limit = row.notice.item.amount_fen if row.notice.item else agreement.total_fen
    before = agreement.breaches.filter(notice__item=row.notice.item, accused=row.accused).exclude(pk=row.pk)
    limit -= sum(before.values_list("remedy_fen", flat=True))  # several notices take no more than one
    if problem := year.remedy_problem(row.accused, int(amount), limit):
        refuse(problem, rule="agreements.remedy_too_large", field="amount")
    row.remedy_fen = int(amount)
    row.save()
    _close_notice(agreement, row)
    sign = -1 if row.accused == flow.B else 1
    _change_payable(agreement, sign * int(amount))
    agreement.remedy_fen += sign * int(amount)
    agreement.save()
    return {"breach": row.pk, "amount_fen": int(amount), "accused": row.accused, "reason": reason}


def _change_payable(agreement: Agreement, change: int) -> None:
    """Spread a remedy over the unpaid instalments, the last one first; what is not there cannot be taken."""
    rest = change
    for part in agreement.instalments.filter(finished_on=None).order_by("-seq"):
        step = rest if rest > 0 else max(rest, -part.rest_fen)
        part.payable_fen += step
        if part.payable_fen == part.paid_fen and not part.tail:
            part.finished_on = clock.today()
            todo.close(agreement, key=f"pay:{part.seq}")
        part.save()
        rest -= step
        if not rest:
            return
    refuse(say("未付的款项不够减，请另行协商退还"), rule="agreements.nothing_to_reduce", field="amount")
