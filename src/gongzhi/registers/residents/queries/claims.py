"""Claims of residence: a resident's own, the committee's list, and who in the register the claimant may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gongzhi.core.access import Actor
from gongzhi.core.words import Words
from gongzhi.registers.people import queries as people
from gongzhi.registers.residents import rules
from gongzhi.registers.residents.models import Claim, Resident


def visible(actor: Actor) -> Any:
    """The claims that the actor may read: the own and the wards', or those made to the own committee."""
    return Claim.objects.visible_to(actor, "residents.view").select_related("resident", "unit", "came_from")


def looked_after(actor: Actor) -> Any:
    """The residents whom the actor's committee looks after."""
    return Resident.objects.visible_to(actor, "residents.view").select_related("unit")


def of_resident(account_id: int) -> list[Claim]:
    """Every claim of one resident, latest first."""
    return list(
        Claim.objects.filter(resident_id=account_id).select_related("unit", "came_from").order_by("-pk")
    )


@dataclass(frozen=True)
class Hint:
    """Somebody in the register who may be the claimant: on which ground, and whether an account has them already."""

    person_id: int
    name: str
    sex: str
    birth_year: int | None
    url: str
    ground: str
    taken: bool

    @property
    def label(self) -> Words:
        """The ground in words."""
        return rules.GROUNDS[self.ground]


def hints(actor: Actor, claim: Claim) -> list[Hint]:
    """Entries of the register like the claimant, the surest first. Two queries."""
    resident = claim.resident
    found = people.lookalikes(
        actor,
        name=resident.name.reveal() if resident.name else "",
        phone=resident.phone.reveal() if resident.phone else "",
        citizen_id=claim.citizen_id.reveal() if claim.citizen_id else "",
    )
    held = Claim.objects.filter(person_id__in=[f.summary.id for f in found], state="confirmed")
    taken = set(held.exclude(resident_id=resident.pk).values_list("person_id", flat=True))
    order = list(rules.GROUNDS)
    return sorted(
        (
            Hint(
                f.summary.id,
                f.summary.name,
                f.summary.sex,
                f.summary.birth_year,
                f.summary.url,
                _ground(f, resident.birth_year),
                f.summary.id in taken,
            )
            for f in found
        ),
        key=lambda h: (order.index(h.ground), h.person_id),
    )


def _ground(found: people.Lookalike, birth_year: int | None) -> str:
    if found.by_citizen_id:
        return "citizen_id"
    if found.by_phone:
        return "phone"
    same_year = birth_year is not None and found.summary.birth_year == birth_year
    return "name_year" if same_year else "name"


def namesakes(claim: Claim) -> int:
    """How many other residents of the same name are confirmed with the same committee: perhaps the same person twice."""
    index = getattr(claim.resident, "name_index")  # noqa: B009  the field's companion column
    if index is None:
        return 0
    rows = Claim.objects.filter(unit_id=claim.unit_id, state="confirmed", resident__name_index=index)
    return int(rows.exclude(resident_id=claim.resident_id).count())
