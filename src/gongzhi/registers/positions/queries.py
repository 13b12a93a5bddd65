"""Reads of positions and certificates. Counts always give distinct persons and positions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, Sum

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.identity import mask_name
from gongzhi.registers.positions import rules
from gongzhi.registers.positions.models import Certificate, Education, Position


def visible(actor: Actor) -> Any:
    """The positions in the actor's reach, ended ones included."""
    return Position.objects.visible_to(actor, "positions.view")


def held_on(rows: Any, day: date) -> Any:
    """Only the positions held on ``day``."""
    return rows.filter(since__lte=day).filter(Q(until=None) | Q(until__gte=day))


def current(actor: Actor) -> Any:
    """The positions in the actor's reach that are held today."""
    return held_on(visible(actor), clock.today())


@dataclass(frozen=True)
class PostCount:
    """Distinct persons and positions of one kind."""

    type: str
    persons: int
    positions: int


def counts(actor: Actor, *, unit_path: str = "") -> dict[str, PostCount]:
    """Kind → distinct persons and positions held today, within reach; "" is the whole. Two queries.

    The whole is less than the sum of persons where people hold several positions.
    """
    rows = current(actor).order_by()
    if unit_path:
        rows = rows.filter(unit__path__startswith=unit_path)
    sums = {"persons": Count("person_id", distinct=True), "positions": Count("pk")}
    found = {r["type"]: PostCount(**r) for r in rows.values("type").annotate(**sums)}
    found[""] = PostCount("", **rows.aggregate(**sums))
    return found


def by_township(actor: Actor) -> list[tuple[str, str, int, int]]:
    """(unit's path, kind, persons, positions) for every unit within reach; summed up by the caller."""
    rows = current(actor).order_by().values("unit__path", "type")
    found = rows.annotate(persons=Count("person_id", distinct=True), positions=Count("pk"))
    return list(found.values_list("unit__path", "type", "persons", "positions"))


@dataclass(frozen=True)
class Holder:
    """Who holds a position: the name as it may be shown in public, and since when."""

    person_id: int
    name: str
    type: str
    title: str
    since: date
    part_time: bool


def holders(unit_id: int, kind: str = "", *, on: date | None = None) -> list[Holder]:
    """Who holds positions at a unit on a day (today), of one kind or of all; names masked but for the elected."""
    rows = held_on(Position.objects.filter(unit_id=unit_id), on or clock.today())
    rows = rows.filter(type=kind) if kind else rows
    order = list(rules.KINDS)
    found = [_holder(p) for p in rows.select_related("person")]
    return sorted(found, key=lambda h: (order.index(h.type), h.since, h.person_id))


def _holder(p: Position) -> Holder:
    return Holder(p.person_id, p.name, p.type, p.title, p.since, p.part_time)


@dataclass(frozen=True)
class Called:
    """A post held today, for asking its holder to something: the name in full, and what post it is."""

    position_id: int
    name: str
    title: str


def called(actor: Actor, position_id: int) -> Called | None:
    """The holder of a post in the actor's reach, with the plain name: to be kept sealed by whoever asks. One query."""
    p = current(actor).filter(pk=position_id).select_related("person").first()
    return Called(p.pk, p.person.name, p.title) if p else None


def find(actor: Actor, text: str, limit: int = 8) -> list[Position]:
    """The posts of the actor's own unit that are held today and whose holder's name, area or kind fits. One query."""
    kinds = [kind for kind, label in rules.KINDS.items() if text in str(label)]
    fits = Q(person__name__contains=text) | Q(area__contains=text) | Q(type__in=kinds)
    rows = current(actor).filter(fits, unit_id=actor.unit_id or 0).select_related("person")
    return list(rows.order_by("type", "pk")[:limit]) if text else []


def committees(unit_ids: Iterable[int], on: date | None = None) -> dict[int, list[Holder]]:
    """Unit id → the elected members and supervisors on a day (today), 主任 first. Public by law; one query."""
    order = list(rules.KINDS)
    found: dict[int, list[Holder]] = {}
    rows = held_on(
        Position.objects.filter(unit_id__in=list(unit_ids), type__in=rules.PUBLIC_KINDS), on or clock.today()
    )
    for p in rows.select_related("person"):
        found.setdefault(p.unit_id, []).append(_holder(p))
    for members in found.values():
        members.sort(key=lambda h: (order.index(h.type), h.since, h.person_id))
    return found


def directors(unit_ids: Iterable[int]) -> dict[int, str]:
    """Unit id → the director's name today, in full."""
    rows = held_on(Position.objects.filter(unit_id__in=list(unit_ids), type=rules.DIRECTOR), clock.today())
    return dict(rows.values_list("unit_id", "person__name"))


def of_person(actor: Actor, person_id: int) -> list[Position]:
    """A person's positions in the actor's reach, latest first."""
    rows = visible(actor).filter(person_id=person_id).select_related("organisation", "person")
    return list(rows.order_by("-since", "-pk"))


def of_organisation(actor: Actor, organisation_id: int) -> list[Position]:
    """The positions of an organisation held today that the actor may see, in the order of kinds."""
    order = list(rules.KINDS)
    rows = list(current(actor).filter(organisation_id=organisation_id).select_related("person"))
    return sorted(rows, key=lambda p: (order.index(p.type), p.area, p.since))


def to_mend(actor: Actor) -> list[Position]:
    """Positions still running whose holder is no longer in the register."""
    rows = (
        current(actor)
        .filter(person__state__in=["moved", "deceased"])
        .select_related("person", "organisation")
    )
    return list(rows.order_by("pk")[:50])


def held(person: int | None, organisation: int) -> list[rules.Held]:
    """The positions of a person and of an organisation, as the rules see them."""
    rows = (
        Position.objects.filter(Q(person_id=person) | Q(organisation_id=organisation))
        if person
        else Position.objects.filter(organisation_id=organisation)
    )
    return [as_held(p) for p in rows]


def held_by_organisation(organisation_ids: Iterable[int]) -> dict[int, list[rules.Held]]:
    """Organisation id → its positions as the rules see them, in one query; for imports."""
    found: dict[int, list[rules.Held]] = {}
    for p in Position.objects.filter(organisation_id__in=list(organisation_ids)):
        found.setdefault(p.organisation_id, []).append(as_held(p))
    return found


def as_held(p: Position) -> rules.Held:
    """One row as the rules see it."""
    return rules.Held(p.person_id, p.organisation_id, p.type, p.since, p.until, p.area, p.pk)


def merge_clashes(keep: int, drop: int) -> list[rules.Held]:
    """The positions of ``drop`` that overlap one of ``keep`` in the same post."""
    mine = [as_held(p) for p in Position.objects.filter(person_id=keep)]
    return [
        other
        for other in (as_held(p) for p in Position.objects.filter(person_id=drop))
        if any(
            (o.organisation, o.kind, o.area) == (other.organisation, other.kind, other.area)
            and o.overlaps(other)
            for o in mine
        )
    ]


# ---- certificates ----


def certificates(actor: Actor) -> Any:
    """The certificates in the actor's reach."""
    return Certificate.objects.visible_to(actor, "positions.view_certificates")


def certificates_of(actor: Actor, person_id: int) -> list[Certificate]:
    """A person's certificates in the actor's reach, latest first."""
    return list(certificates(actor).filter(person_id=person_id).select_related("person").order_by("-issued"))


def hours(certificate: Certificate) -> Decimal:
    """Hours of continuing education within the running registration period."""
    rows = Education.objects.filter(
        certificate=certificate, on__gte=certificate.period_since, on__lte=certificate.valid_to
    )
    return rows.aggregate(total=Sum("hours"))["total"] or Decimal(0)


@dataclass(frozen=True)
class LevelCount:
    """Certificates of one level: persons, certificates, and those valid today."""

    level: str
    persons: int
    certificates: int
    valid: int


def by_level(actor: Actor) -> dict[str, LevelCount]:
    """Level → counts, "" for the whole (a person with two levels counts once)."""
    rows = certificates(actor).filter(revoked=None).order_by()
    sums = {
        "persons": Count("person_id", distinct=True),
        "certificates": Count("pk"),
        "valid": Count("pk", filter=Q(valid_to__gte=clock.today())),
    }
    found = {r["level"]: LevelCount(**r) for r in rows.values("level").annotate(**sums)}
    found[""] = LevelCount("", **rows.aggregate(**sums))
    return found


def certificate_numbers(numbers: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Certificate number → (certificate, person); for imports."""
    rows = Certificate.objects.filter(number__in=list(numbers))
    return {n: (pk, person) for n, pk, person in rows.values_list("number", "pk", "person_id")}


def levels_of(person_ids: Iterable[int]) -> set[tuple[int, str]]:
    """(person, level) of every certificate that is not revoked; for imports."""
    rows = Certificate.objects.filter(person_id__in=list(person_ids), revoked=None)
    return set(rows.values_list("person_id", "level"))


def licensed(person_ids: Iterable[int]) -> dict[int, str]:
    """Person id → label of the highest valid level."""
    order = list(rules.LEVELS)
    best: dict[int, str] = {}
    rows = Certificate.objects.filter(
        person_id__in=list(person_ids), revoked=None, valid_to__gte=clock.today()
    )
    for person, level in rows.values_list("person_id", "level"):
        if person not in best or order.index(level) > order.index(best[person]):
            best[person] = level
    return {person: str(rules.LEVELS[level]) for person, level in best.items()}


def last_change(actor: Actor) -> date | None:
    """The latest beginning of a position in the actor's reach."""
    found: date | None = visible(actor).aggregate(last=Max("since"))["last"]
    return found


def mask(name: str) -> str:
    """The masked form of a name read with ``values_list``."""
    return mask_name(name)
