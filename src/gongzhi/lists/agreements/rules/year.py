"""The year of performance: late interest, what can be paid, remedies and notices. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from gongzhi.core import tally
from gongzhi.core.days import late_days
from gongzhi.core.money import Fen, yuan
from gongzhi.core.refusal import refuse
from gongzhi.core.words import Words, say

from .flow import A, B

SUSPEND, BREACH, TERMINATE = "suspend", "breach", "terminate"
NOTICES: dict[str, Words] = {
    SUSPEND: say("中止通知"),
    BREACH: say("违约通知"),
    TERMINATE: say("终止通知"),
}
RECORDED, CONFIRMED, CONTESTED = "recorded", "confirmed", "contested"
RECORD_STATES: dict[str, Words] = {
    RECORDED: say("等对方确认"),
    CONFIRMED: say("对方已确认"),
    CONTESTED: say("对方有异议"),
}
CHANNELS: dict[str, Words] = {
    "board": say("公开栏"),
    "web": say("网站、公众号"),
    "group": say("居民群"),
    "meeting": say("会议"),
    "broadcast": say("广播"),
}
REASONS: dict[str, Words] = {
    "list": say("清单调整"),
    "workload": say("工作量变化"),
    "force_majeure": say("不可抗力"),
    "admission": say("新事项准入"),
    "other": say("其他"),
}


def interest(amount_fen: int, rate: Decimal, due: date, paid_on: date) -> tuple[int, Fen]:
    """(late days, interest in fen) for one payment: amount × rate × days, halves up.

    ``due`` is the last day on which payment is in time. 84,000.00 at 0.05 % for 12 days is 504.00.
    """
    days = late_days(due, paid_on)
    return days, tally.interest(amount_fen, rate, days)


@dataclass(frozen=True)
class Open:
    """What one instalment still asks for: ``due`` already moved off holidays."""

    amount_fen: int
    paid_fen: int
    due: date

    @property
    def rest_fen(self) -> int:
        return self.amount_fen - self.paid_fen


def check_payment(instalment: Open, amount_fen: int, paid_on: date, today: date) -> None:
    """Refuse payments of nothing, of more than is open, or dated in the future."""
    if amount_fen <= 0:
        refuse(say("付款金额应大于 0"), rule="agreements.pay_nothing", field="amount")
    if amount_fen > instalment.rest_fen:
        msg = say(
            "这一期还剩 {rest} 元没付，不能付 {amount} 元",
            rest=yuan(instalment.rest_fen),
            amount=yuan(amount_fen),
        )
        refuse(msg, rule="agreements.overpaid", field="amount")
    if paid_on > today:
        refuse(say("付款日期不能晚于今天"), rule="agreements.pay_future", field="paid_on")


@dataclass(frozen=True)
class Claim:
    """A remedy that changes what is paid: negative where B was in breach, positive where A was."""

    accused: str
    amount_fen: int


def net_remedy(claims: Sequence[Claim]) -> int:
    """Sum of remedies as it changes what A pays: B's breaches reduce it, A's breaches add to it."""
    return sum(-c.amount_fen if c.accused == B else c.amount_fen for c in claims)


def remedy_problem(accused: str, amount_fen: int, item_fen: int) -> Words | None:
    """Why a reduction is too large: it may not exceed the item's own amount."""
    if amount_fen <= 0:
        return say("请写减付或补偿的金额")
    if amount_fen > item_fen:
        name = say("减付") if accused == B else say("补偿")
        return say("{what}不能超过该事项金额 {amount} 元", what=name, amount=yuan(item_fen))
    return None


def rectify_by(served_on: date, days: int) -> date:
    """The last of ``days`` calendar days after a breach notice; the day of service does not count."""
    return served_on + timedelta(days=days)


def due_on_time(due: date, finished_on: date | None, today: date) -> bool | None:
    """Whether a payment came in time: None while it is neither paid nor late."""
    if finished_on is not None:
        return finished_on <= due
    return False if today > due else None


def rate_of(part: int, whole: int) -> Decimal:
    """Per cent with two decimals, halves up; 0 of 0 is 0."""
    return tally.rate(part, whole)


def owed_side(duty_side: str) -> Words:
    """Who owes it, in words."""
    return say("甲方") if duty_side == A else say("乙方")


@dataclass(frozen=True)
class WorkDone:
    """A contested, confirmed or open count for one item at termination."""

    amount_fen: int
    quantity: Decimal
    done: Decimal


def earned(work: WorkDone) -> Fen:
    """What finished work is worth when an agreement ends early: amount × done / agreed, never more than the amount.

    An item without a quantity counts as a whole or not at all (done > 0).
    """
    if work.quantity <= 0:
        return Fen(work.amount_fen if work.done > 0 else 0)
    return tally.portion(work.amount_fen, min(work.done, work.quantity), of=work.quantity)
