"""Reads of correction requests, and which fields of which register can be asked about."""

from __future__ import annotations

from typing import Any

from gongzhi.core.access import Actor
from gongzhi.core.refusal import NotFound
from gongzhi.core.words import Words, say
from gongzhi.registers.corrections.models import Correction
from gongzhi.registers.organisations import queries as organisations
from gongzhi.registers.organisations import rules as organisation_rules
from gongzhi.registers.people import queries as people
from gongzhi.registers.people import rules as people_rules
from gongzhi.registers.places import queries as places

PLACE_FIELDS: dict[str, Words] = {"short": say("简称"), "kind": say("村或社区"), "opened": say("设立日期")}
REGISTERS: dict[str, Words] = {"places": say("村和社区"), "organisations": say("组织"), "people": say("人员")}
FIELDS: dict[str, dict[str, Words]] = {
    "places": PLACE_FIELDS,
    "organisations": {k: v for k, v in organisation_rules.LABELS.items() if k not in ("place", "authority")},
    "people": {k: v for k, v in people_rules.LABELS.items() if k != "place"},
}
SEALED = ("citizen_id", "phone")
"""Fields whose right value is never written into a request."""


def entry(actor: Actor, ledger: str, thing_id: int) -> Any:
    """The register's entry if the actor may see it, otherwise NotFound."""
    rows = {"places": places.enrolled, "organisations": organisations.visible, "people": people.visible}[
        ledger
    ](actor)
    found = rows.filter(pk=thing_id).first()
    if found is None:
        raise NotFound(ledger)
    return found


def field_label(ledger: str, field: str) -> Words:
    """The field in words."""
    return FIELDS[ledger][field]


def visible(actor: Actor) -> Any:
    """The requests that the actor's unit asked or has to answer, open ones first."""
    return Correction.objects.visible_to(actor, "corrections.view").select_related("asker", "keeper")
