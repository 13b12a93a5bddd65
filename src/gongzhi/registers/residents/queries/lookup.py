"""Finding a confirmed resident who stands at the table: by phone, nickname, house or the whole name.

Whoever knows a phone or a name learns no nickname by it: such a hit is told by what was asked, masked. Looking behind
the mask is ``residents.unmask``, with a reason (个人信息保护法第 6 条).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from gongzhi.core import identity, roles
from gongzhi.core.access import Actor
from gongzhi.core.sealed import blind
from gongzhi.registers.residents import rules
from gongzhi.registers.residents.models import Claim, Resident


@dataclass(frozen=True)
class Found:
    """A resident: the account, the nickname or the mask of what was asked, the masked name, the house without the room."""

    account_id: int
    shown: str
    name: str
    building: str


def find_confirmed(unit_path: str, text: str, *, by_name: bool, limit: int = 8) -> list[Found]:
    """Confirmed residents of a unit's subtree whose nickname, digits, house or phone fit; ``by_name`` also by the whole
    name, which only the committee that looks after them may ask. One query."""
    if not text:
        return []
    rows = Claim.objects.filter(state="confirmed", unit__path__startswith=unit_path)
    fits = Q(resident__nickname__icontains=text) | Q(resident__digits=text) | Q(building__icontains=text)
    if _is_phone(text):
        fits = Q(resident__phone_index=blind(text))
    elif by_name:
        fits |= Q(person__name=text) | Q(resident__name_index=blind(text))
    rows = rows.filter(fits).select_related("resident").order_by("resident__nickname", "pk")
    return [_found(c.resident, text, c.building, named=by_name) for c in rows[:limit]]


def find_helped(actor: Actor, text: str, limit: int = 8) -> list[Found]:
    """Residents of the actor's committee who asked to be helped and whose nickname, digits, whole name or phone fit."""
    if not text or actor.role not in roles.COMMITTEE:
        return []
    fits = Q(nickname__icontains=text) | Q(digits=text) | Q(name_index=blind(text))
    if _is_phone(text):
        fits = Q(phone_index=blind(text))
    asked = Resident.objects.filter(
        fits, unit_id=actor.unit_id or 0, left=None, consents__purpose=rules.HELPED, consents__withdrawn=None
    )
    return [_found(r, text) for r in asked.distinct().order_by("pk")[:limit]]


def accounts_by_phone(unit_path: str, phones: Iterable[str]) -> dict[str, int]:
    """Phone → account, of those confirmed in a unit's subtree who come in by it. One query."""
    field = Resident._meta.get_field("phone")
    wanted = {field.index_of(phone): phone for phone in phones}
    rows = Claim.objects.filter(
        state="confirmed", unit__path__startswith=unit_path, resident__phone_index__in=list(wanted)
    ).values_list("resident__phone_index", "resident_id")
    return {wanted[index]: pk for index, pk in rows} if wanted else {}


def _is_phone(text: str) -> bool:
    return text.isdigit() and len(text) >= 8


def _found(resident: Any, text: str, building: str = "", *, named: bool = True) -> Found:
    """A hit, by the nickname where it or the house was asked for; otherwise by the mask of what the asker knew before."""
    name = str(resident.name) if named else ""
    if _is_phone(text):
        return Found(resident.pk, identity.mask_phone(text), name, building)
    if text.casefold() in resident.shown.casefold() or text.casefold() in building.casefold():
        return Found(resident.pk, resident.shown, name, building)
    return Found(resident.pk, identity.mask_name(text), "", building)
