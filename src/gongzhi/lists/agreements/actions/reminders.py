"""Reminders before something falls due, counted in working days; each goes out once. Run daily by the worker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db import transaction

from gongzhi.core import access, calendar, clock, dated, notices
from gongzhi.core.money import yuan
from gongzhi.core.refusal import Refused
from gongzhi.core.words import Words, say
from gongzhi.lists.agreements.models import Agreement, GovtDuty, Instalment, Item, Reminder
from gongzhi.lists.agreements.rules import flow

Due = tuple[Agreement, str, date, int, str, Words]


def remind() -> int:
    """Tell each side what it owes within the county's number of working days; returns how many were told."""
    today = clock.today()
    days = int(dated.value("agreements.remind_days", on=today))
    told = 0
    for agreement, key, due, unit_id, verb, about in _coming(_horizon(today, days)):
        with transaction.atomic():
            _, fresh = Reminder.objects.get_or_create(agreement=agreement, key=key, due=due)
            if fresh:
                notices.send(unit_id, access.roles_with(verb), about, agreement, verb=verb)
                told += 1
    return told


def _horizon(today: date, days: int) -> date:
    """The last day that lies within ``days`` working days; the year's end where the next year is not announced."""
    try:
        return calendar.workday_after(today, days)
    except Refused:
        return date(today.year, 12, 31)


def _coming(until: date) -> Iterator[Due]:
    running = {"agreement__state__in": flow.IN_FORCE}
    for part in Instalment.objects.filter(
        finished_on=None, tail=False, due__lte=until, **running
    ).select_related("agreement__party_a", "agreement__party_b"):
        a = part.agreement
        about = say("{name} {amount} 元应于 {due} 前付给{place}", name=part.name, amount=yuan(part.rest_fen),
                    due=part.pay_by.isoformat(), place=a.party_b.short)  # fmt: skip
        yield a, f"pay:{part.seq}", part.due, a.party_a_id, "agreements.pay", about
    for duty in GovtDuty.objects.filter(due__lte=until, clause__struck=False, **running).select_related(
        "agreement__party_a", "agreement__party_b", "clause"
    ):
        assert duty.due is not None
        a = duty.agreement
        about = say("{what}应于 {due} 前办妥（{place}）", what=duty.clause.heading, due=duty.due.isoformat(),
                    place=a.party_b.short)  # fmt: skip
        yield a, f"duty:{duty.pk}", duty.due, a.party_a_id, "agreements.record", about
    for item in Item.objects.filter(
        deadline__lte=until, clause__struck=False, suspended=False, **running
    ).select_related("agreement__party_a", "agreement__party_b", "clause"):
        if item.due is None or item.due > until:
            continue  # put off by a stop
        a = item.agreement
        about = say("{what}应于 {due} 前完成", what=item.clause.heading, due=item.due.isoformat())
        yield a, f"item:{item.pk}", item.due, a.party_b_id, "agreements.record", about
