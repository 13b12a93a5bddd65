"""Who stands for each party: the head who signs and the officer to talk to, names masked; evidence by its key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from gongzhi.core import clock, roles
from gongzhi.core.compiled import compiled
from gongzhi.core.evidence import Evidence, EvidenceUse
from gongzhi.core.identity import mask_name
from gongzhi.core.models import Post
from gongzhi.core.words import Words, say
from gongzhi.lists.agreements.models import Agreement
from gongzhi.lists.agreements.rules import flow

HEADS = {roles.TOWNSHIP_HEAD: say("镇长（主任）"), roles.COMMITTEE_HEAD: say("主任")}
CONTACTS = (roles.TOWNSHIP_OFFICER, roles.COMMITTEE_WORKER)


@dataclass(frozen=True)
class Party:
    """One party as the page shows it."""

    side: str
    unit: str
    rep: str
    contact: Words | str
    turn: bool


def parties(agreement: Agreement, turn: str) -> dict[str, Party]:
    """Both parties with their people. One query."""
    people: dict[tuple[int, str], str] = {}
    for unit_id, role, name in _posts(agreement.party_a_id, agreement.party_b_id):
        people.setdefault((unit_id, role), name)
    out = {}
    for side, unit in ((flow.A, agreement.party_a), (flow.B, agreement.party_b)):
        head, contact = _people(people, unit.pk, side)
        out[side] = Party(side, unit.name, head, contact, turn == side)
    return out


@compiled
def _posts(party_a_id: int, party_b_id: int) -> QuerySet[Any, Any]:
    today = clock.today()
    rows = Post.objects.filter(Q(unit_id=party_a_id) | Q(unit_id=party_b_id))
    rows = rows.filter(role__in=[*HEADS, *CONTACTS], since__lte=today)
    rows = rows.filter(Q(until=None) | Q(until__gte=today)).order_by("pk")
    return rows.values_list("unit_id", "role", "account__name")


def _people(people: dict[tuple[int, str], str], unit_id: int, side: str) -> tuple[str, Words | str]:
    head = roles.TOWNSHIP_HEAD if side == flow.A else roles.COMMITTEE_HEAD
    officer = roles.TOWNSHIP_OFFICER if side == flow.A else roles.COMMITTEE_WORKER
    name, contact = people.get((unit_id, head), ""), people.get((unit_id, officer), "")
    rep = f"{HEADS[head]} {mask_name(name)}" if name else ""
    return rep, say("联系 {name}", name=mask_name(contact)) if contact else ""


def evidence(agreement: Agreement) -> dict[str, list[Evidence]]:
    """The agreement's evidence by key ("record:12", "scan"). One query."""
    found: dict[str, list[Evidence]] = {}
    for use in _uses(agreement.pk):
        found.setdefault(use.key, []).append(use.evidence)
    return found


@compiled
def _uses(agreement_id: int) -> QuerySet[EvidenceUse]:
    rows = EvidenceUse.objects.filter(thing_type=Agreement.kind(), thing_id=agreement_id)
    return rows.select_related("evidence").order_by("pk")
