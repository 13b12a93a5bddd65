"""Kinds of things that a form picks from by a question of their own: units, holders of posts, residents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gongzhi.core import roles
from gongzhi.core.access import Actor
from gongzhi.core.units import Unit
from gongzhi.registers.positions import queries as positions
from gongzhi.registers.residents import queries as residents

Rows = list[dict[str, Any]]


def _units(actor: Actor, text: str) -> Rows:
    """The own unit and those below it."""
    return _named(Unit.objects.filter(path__startswith=actor.unit_path), text)


def _any_unit(actor: Actor, text: str) -> Rows:
    """Every unit of the county, for those who hand something over."""
    return _units(actor, text) if actor.is_outside else _named(Unit.objects.all(), text)


def _named(known: Any, text: str) -> Rows:
    known = known.filter(closed=None)
    rows = (known.filter(name__contains=text) | known.filter(code=text)).select_related("parent")
    return [
        {"id": u.pk, "label": u.short, "hint": u.parent.short if u.parent else ""}
        for u in rows.order_by("path")[:8]
    ]


def _holders(actor: Actor, text: str) -> Rows:
    """Who holds a post of the own unit today."""
    return [{"id": p.pk, "label": p.name, "hint": p.title} for p in positions.find(actor, text)]


def _helped(actor: Actor, text: str) -> Rows:
    """Residents who asked the actor's committee for help."""
    return _people(residents.find_helped(actor, text))


def _confirmed(actor: Actor, text: str) -> Rows:
    """Residents who live with the actor's committee."""
    if actor.role not in roles.COMMITTEE:
        return []
    return _people(residents.find_confirmed(actor.unit_path, text, by_name=True))


def _people(found: list[residents.Found]) -> Rows:
    return [
        {"id": r.account_id, "label": r.shown, "hint": " ".join(filter(None, (r.name, r.building)))}
        for r in found
    ]


OF: dict[str, Callable[[Actor, str], Rows]] = {
    "unit": _units,
    "unit.any": _any_unit,
    "positions.position": _holders,
    "residents.helped": _helped,
    "residents.confirmed": _confirmed,
}
"""All other kinds are found by search."""
