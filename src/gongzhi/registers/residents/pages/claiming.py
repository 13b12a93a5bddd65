"""The page on which a resident says where to live."""

from __future__ import annotations

from typing import Any

from gongzhi.core import action, roles
from gongzhi.registers.places import queries as places
from gongzhi.registers.residents import queries, rules


def context(request: Any, _: Any) -> dict[str, Any]:
    """The places to choose from, the one chosen, and what is said about citizen IDs."""
    actor = request.actor
    staff = actor.role != roles.RESIDENT
    towns = places.tiles(actor)
    names = {t.place_id: f"{town.name} {t.short}" for town in towns for t in town.tiles}
    chosen = request.POST.get("place") or request.GET.get("place") or ""
    if staff:
        own = places.place_of(actor.unit_id)
        chosen = str(own.pk) if own else ""
    here = int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0
    resident = None if staff else queries.resident_of(actor.account_id)
    return {
        "towns": [] if staff else towns,
        "chosen": here if here in names else "",
        "chosen_name": names.get(here, ""),
        "sensitive": queries.notice(rules.SENSITIVE),
        "asks": action.registry["residents.claim"].asks,
        "named": bool(resident and resident.name),
        "staff": staff,
        "on_behalf": request.GET.get("on_behalf") or request.POST.get("on_behalf") or "",
    }
