"""Finding a confirmed resident who stands at the table: by phone, nickname, house or name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from gongzhi.core import roles
from gongzhi.core.access import Actor
from gongzhi.core.sealed import blind
from gongzhi.registers.residents import rules
from gongzhi.registers.residents.models import Claim, Resident

MOST = 5000
"""Sealed names are opened one by one; no committee looks after more people."""


@dataclass(frozen=True)
class Found:
    """A confirmed resident: the account, what others read, the masked name, and the house without the room."""

    account_id: int
    shown: str
    name: str
    building: str


def find_confirmed(unit_path: str, text: str, *, by_name: bool, limit: int = 8) -> list[Found]:
    """Confirmed residents of a unit's subtree whose nickname, digits, house or phone fit; ``by_name`` also by name,
    which only the committee that looks after them may ask. At most two queries."""
    if not text:
        return []
    rows = Claim.objects.filter(state="confirmed", unit__path__startswith=unit_path).select_related(
        "resident"
    )
    fits = Q(resident__nickname__icontains=text) | Q(resident__digits=text) | Q(building__icontains=text)
    if text.isdigit() and len(text) >= 8:
        fits = Q(resident__phone_index=blind(text))
    if by_name:
        fits |= Q(person__name__icontains=text) | Q(resident__in=_named(rows, text))
    return [
        Found(c.resident_id, c.resident.shown, str(c.resident.name) if by_name else "", c.building)
        for c in rows.filter(fits).order_by("resident__nickname", "pk")[:limit]
    ]


def find_helped(actor: Actor, text: str, limit: int = 8) -> list[Found]:
    """Residents of the actor's committee who asked to be helped and whose nickname, digits, name or phone fit."""
    if not text or actor.role not in roles.COMMITTEE:
        return []
    asked = Resident.objects.filter(
        unit_id=actor.unit_id or 0, left=None, consents__purpose=rules.HELPED, consents__withdrawn=None
    ).order_by("pk")
    phone = blind(text) if text.isdigit() and len(text) >= 8 else None
    found = [
        Found(r.pk, r.shown, str(r.name), "")
        for r in asked.distinct()[:MOST]
        if text in r.shown or (phone and r.phone_index == phone) or (r.name and text in r.name.reveal())
    ]
    return found[:limit]


def accounts_by_phone(phones: Iterable[str]) -> dict[str, int]:
    """Phone → account, of those numbers by which a resident comes in. One query."""
    field = Resident._meta.get_field("phone")
    wanted = {field.index_of(phone): phone for phone in phones}
    rows = Resident.objects.filter(left=None, phone_index__in=list(wanted)).values_list("phone_index", "pk")
    return {wanted[index]: pk for index, pk in rows} if wanted else {}


def _named(rows: Any, text: str) -> list[int]:
    """Those who stand in no register of people but gave a name: registered by a worker, most of them."""
    names = ((c.resident_id, c.resident.name) for c in rows.filter(person=None)[:MOST])
    return [pk for pk, name in names if name and text in name.reveal()]
