"""Where the daily digest goes: only to those who agreed to it and to the service, and to no other page or room."""

from __future__ import annotations

from collections.abc import Iterable

from gongzhi.registers.residents import rules
from gongzhi.registers.residents.models import Resident
from gongzhi.registers.residents.queries.notices import taking_part


def numbers(account_ids: Iterable[int]) -> dict[int, str]:
    """Account → the number for messages, of those who agreed to the daily digest and have one. One query."""
    rows = Resident.objects.filter(
        taking_part(),
        pk__in=list(account_ids),
        left=None,
        consents__purpose=rules.MESSAGES,
        consents__withdrawn=None,
    )
    found = {person.pk: person.phone or person.contact for person in rows}
    return {pk: number.reveal() for pk, number in found.items() if number}


def agrees(account_id: int) -> bool:
    """Whether the resident agreed to be sent a daily digest. One query."""
    rows = Resident.objects.filter(pk=account_id, left=None)
    return bool(rows.filter(consents__purpose=rules.MESSAGES, consents__withdrawn=None).exists())
