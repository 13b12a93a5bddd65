"""Who may do what, and to which rows: closed unless opened.

An :class:`Actor` is an account acting in one of its posts. A right is role × verb with a reach; a query is
scoped by ``Model.objects.visible_to(actor, verb)``. Without the right, or out of reach, there is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from gongzhi.core import roles
from gongzhi.core.roles import Reach, Rights


@dataclass(frozen=True)
class Actor:
    """An account acting in one post: what every query and every act is asked by."""

    role: str
    unit_id: int | None = None
    unit_path: str = ""
    unit_kind: str = ""
    unit_name: str = ""
    post_id: int | None = None
    account_id: int | None = None
    name: str = ""
    only: frozenset[str] = frozenset()
    """The verbs to which an API key narrows its reads; empty where nothing is narrowed."""

    def may(self, verb: str) -> Reach | None:
        """How far this actor's right to ``verb`` reaches; None where there is no such right."""
        if self.only and verb not in self.only:
            return None
        return rights().get(verb, {}).get(self.role)

    @property
    def is_public(self) -> bool:
        """Nobody signed in."""
        return self.role == roles.PUBLIC

    @property
    def is_outside(self) -> bool:
        """The public or a resident: no post of an institution, so no inner notes, names or drafts."""
        return self.role in (roles.PUBLIC, roles.RESIDENT)


PUBLIC = Actor(role=roles.PUBLIC)
SYSTEM = Actor(role=roles.SYSTEM, name="系统")


@cache
def rights() -> Rights:
    """The whole table verb × role → reach, collected from every room's ``rules.RIGHTS``."""
    table: Rights = {}
    for room in ["gongzhi.core", *settings.ROOMS]:
        for verb, by_role in import_module(f"{room}.rules").RIGHTS.items():
            if verb in table:
                raise ValueError(f"{verb} is given rights twice")
            table[verb] = {roles.SYSTEM: Reach.ALL, **by_role}
    return table


def roles_with(verb: str) -> list[str]:
    """Every post that has the right to ``verb``: the system is none, and residents are told by other ways."""
    return sorted(r for r in rights().get(verb, {}) if r in roles.STAFF)


def scope(actor: Actor, verb: str, fields: tuple[str, ...]) -> Q | None:
    """The condition that limits rows to what ``actor``'s unit may reach with ``verb``; None means nothing at all.

    ``fields`` are lookups to Unit foreign keys, any of which brings a row into reach.
    """
    reach = actor.may(verb)
    if reach == Reach.ALL:
        return Q()
    if reach is None or reach == Reach.SELF or actor.unit_id is None or not fields:
        return None
    condition = Q()
    for name in fields:
        if reach == Reach.OWN:
            condition |= Q(**({"pk": actor.unit_id} if name == "self" else {f"{name}_id": actor.unit_id}))
        elif reach == Reach.ABOVE:
            line = [int(part) for part in actor.unit_path.rstrip(".").split(".")]
            condition |= Q(**{("pk" if name == "self" else f"{name}_id") + "__in": line})
        else:
            condition |= Q(
                **{("path" if name == "self" else f"{name}__path") + "__startswith": actor.unit_path}
            )
    return condition


class ScopedQuerySet(models.QuerySet[Any]):
    """A queryset that can be cut to an actor's scope by the model's ``SCOPE`` fields, its owner, what is open, and what
    was never sent (``told_to``)."""

    def visible_to(self, actor: Actor, verb: str) -> Self:
        """Only the rows that ``actor`` may reach with ``verb``; for looking, what is open to everyone as well."""
        looks = verb == getattr(self.model, "VIEW", "")
        return self._cut(actor, verb, getattr(self.model, "OPEN", None) if looks else None)

    def in_reach(self, actor: Actor, verb: str) -> Self:
        """Only the rows that ``actor`` may reach with ``verb`` by unit or as one's own, not what is merely open."""
        return self._cut(actor, verb, None)

    def _cut(self, actor: Actor, verb: str, opened: Q | None) -> Self:
        reach, model = actor.may(verb), self.model
        condition = scope(actor, verb, model.SCOPE)
        if reach == Reach.SELF and actor.account_id is not None:
            condition = model.owned_by(actor.account_id)
        if reach is None:
            opened = None
        if opened is not None and reach != Reach.ALL:
            condition = opened if condition is None else condition | opened
        if condition is None:
            return self.none()
        told_to = getattr(model, "told_to", None)
        known = told_to(actor) if told_to is not None and actor.role != roles.SYSTEM else None
        return self.filter(condition) if known is None else self.filter(condition, known)


ScopedManager = models.Manager.from_queryset(ScopedQuerySet)
