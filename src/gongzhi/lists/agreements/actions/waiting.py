"""The to-dos of the year: payments, the government's duties, items with a deadline. Opened and closed within acts."""

from __future__ import annotations

from datetime import date

from gongzhi.core import calendar, todo
from gongzhi.core.money import yuan
from gongzhi.core.refusal import Refused
from gongzhi.core.words import say
from gongzhi.lists.agreements.models import Agreement, GovtDuty, Instalment, Item


def last_day(day: date) -> date:
    """The day until which something due on ``day`` is in time: a day of rest moves it on (民法典 203). Where the
    next year's calendar is not announced yet, the day itself."""
    try:
        return calendar.next_workday(day)
    except Refused:
        return day


def open_year(agreement: Agreement) -> None:
    """What both sides owe from the day of signing."""
    for part in agreement.instalments.filter(tail=False, finished_on=None):
        open_payment(agreement, part)
    for duty in agreement.duties.filter(clause__struck=False, due__isnull=False).select_related("clause"):
        open_duty(agreement, duty)
    for item in agreement.items.filter(clause__struck=False, deadline__isnull=False).select_related("clause"):
        open_item(agreement, item)


def open_payment(agreement: Agreement, part: Instalment) -> None:
    """A waits to pay, B waits for the money."""
    todo.open(
        agreement, key=f"pay:{part.seq}", unit_id=agreement.party_a_id, verb="agreements.pay", due=part.pay_by,
        about=say("付{name} {amount} 元：{place} {year} 年协议", name=part.name, amount=yuan(part.rest_fen),
                  place=agreement.party_b.short, year=str(agreement.year)),
        waits_unit_id=agreement.party_b_id, url=f"{agreement.get_absolute_url()}pay?instalment={part.pk}",
    )  # fmt: skip


def open_duty(agreement: Agreement, duty: GovtDuty) -> None:
    """A owes guidance, training or data."""
    assert duty.due is not None
    todo.open(
        agreement, key=f"duty:{duty.pk}", unit_id=agreement.party_a_id, verb="agreements.record",
        due=last_day(duty.due), waits_unit_id=agreement.party_b_id,
        about=say("{what}：约定 {times} 次（{place} {year} 年协议）", what=duty.clause.heading, times=duty.times,
                  place=agreement.party_b.short, year=str(agreement.year)),
        url=f"{agreement.get_absolute_url()}record?duty={duty.pk}",
    )  # fmt: skip


def open_item(agreement: Agreement, item: Item) -> None:
    """B owes an item by a day."""
    assert item.due is not None
    todo.open(
        agreement, key=f"item:{item.pk}", unit_id=agreement.party_b_id, verb="agreements.record",
        due=last_day(item.due), waits_unit_id=agreement.party_a_id,
        about=say("{what}（{year} 年协议）", what=item.clause.heading, year=str(agreement.year)),
        url=f"{agreement.get_absolute_url()}record?item={item.pk}",
    )  # fmt: skip


def close_year(agreement: Agreement) -> None:
    """Nothing more is awaited of either side."""
    for key in ("pay:*", "duty:*", "item:*", "confirm:*", "breach:*", "stop:*", "supplement:*", "received:*"):
        todo.close(agreement, key=key)
