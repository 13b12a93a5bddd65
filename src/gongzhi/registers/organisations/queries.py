"""Reads of the register of organisations. Names, codes and states are public; leaders only as :func:`leader_for` says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from gongzhi.core.access import Actor
from gongzhi.core.identity import mask_name, mask_phone
from gongzhi.core.models import Unit
from gongzhi.core.roles import Reach
from gongzhi.registers.organisations import rules
from gongzhi.registers.organisations.models import Organisation, Status
from gongzhi.registers.places import queries as places

MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


def visible(actor: Actor) -> Any:
    """Every organisation the actor may read about (all of them: the register is public), by kind and name."""
    return Organisation.objects.visible_to(actor, "organisations.view")


def managed(actor: Actor) -> Any:
    """The organisations whose entries the actor keeps."""
    return Organisation.objects.visible_to(actor, "organisations.manage")


def by_unit(unit_id: int) -> Organisation | None:
    """The organisation whose own seat the unit is; None where no organisation was entered for it."""
    return Organisation.objects.filter(unit_id=unit_id).first()


def by_units(unit_ids: Iterable[int]) -> dict[int, Organisation]:
    """Unit id → organisation, in one query."""
    return {o.unit_id: o for o in Organisation.objects.filter(unit_id__in=list(unit_ids))}


def legal_name(unit_id: int) -> str:
    """The full legal name behind a unit: the organisation's, else the unit's own."""
    found = Organisation.objects.filter(unit_id=unit_id).values_list("name", flat=True).first()
    return found or Unit.objects.values_list("name", flat=True).get(pk=unit_id)


def leader_for(actor: Actor, org: Organisation) -> str:
    """The leader's name as this actor may read it: in full for 村（居）委会 and for those who keep the entry."""
    if not org.leader or rules.shows_leader(org.type, public=not keeps(actor, org)):
        return org.leader
    return mask_name(org.leader)


def phone_for(actor: Actor, org: Organisation) -> str:
    """The telephone as this actor may read it: an office's in full, a mobile, which is somebody's own, only by those
    who keep the entry."""
    return org.phone if keeps(actor, org) else MOBILE.sub(lambda found: mask_phone(found[0]), org.phone)


def keeps(actor: Actor, org: Organisation) -> bool:
    """Whether the actor keeps this entry, decided on the loaded row where that needs no query."""
    reach = actor.may("organisations.manage")
    if reach is None:
        return False
    if reach == "own":
        return actor.unit_id in (org.under_id, org.unit_id)
    if reach == "all":
        return True
    return org.under.path.startswith(actor.unit_path)


def township_of(unit_id: int) -> int | None:
    """The township unit at or above a unit; None for the county and its departments."""
    path = Unit.objects.values_list("path", flat=True).get(pk=unit_id)
    ids = [int(part) for part in path.rstrip(".").split(".")]
    return Unit.objects.filter(pk__in=ids, kind="township").values_list("pk", flat=True).first()


def hold(organisation_id: int) -> None:
    """Hold an organisation's row until the act ends, so that its seats are filled one after another."""
    Organisation.objects.select_for_update(of=("self",)).filter(pk=organisation_id).values_list("pk").first()


def history(org: Organisation) -> list[Status]:
    """How it stood, latest first."""
    return list(org.history.all())


def ids_by_number(numbers: Iterable[str]) -> dict[str, int]:
    """Credit code → organisation id; for imports."""
    return dict(Organisation.objects.filter(uscc__in=list(numbers)).values_list("uscc", "pk"))


def ids_by_record(pairs: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """(township unit, record number) → organisation id; for imports."""
    wanted = set(pairs)
    rows = Organisation.objects.filter(
        township_id__in={t for t, _ in wanted}, record_no__in={n for _, n in wanted}
    ).values_list("township_id", "record_no", "pk")
    return {(t, n): pk for t, n, pk in rows if (t, n) in wanted}


def ids_by_name(names: Iterable[str]) -> dict[str, list[int]]:
    """Full name → organisation ids (names repeat); for imports."""
    found: dict[str, list[int]] = {}
    rows = Organisation.objects.filter(name__in=list(names)).exclude(state="deregistered")
    for name, pk in rows.values_list("name", "pk"):
        found.setdefault(name, []).append(pk)
    return found


@dataclass(frozen=True)
class Body:
    """An organisation as imports of positions need it."""

    id: int
    type: str
    unit_id: int
    path: str

    def reached_by(self, actor: Actor, verb: str) -> bool:
        """Whether the actor's right to ``verb`` reaches it."""
        reach = actor.may(verb)
        if reach == Reach.OWN:
            return self.unit_id == actor.unit_id
        return reach == Reach.ALL or (reach == Reach.BELOW and self.path.startswith(actor.unit_path))


def bodies(names: Iterable[str]) -> dict[str, list[Body]]:
    """Name as written → organisations of that name; a committee also by its place ("沙溪镇中荷村", "中荷村")."""
    wanted = {"".join(n.split()) for n in names}
    found: dict[str, list[Body]] = {}
    rows = Organisation.objects.exclude(state="deregistered").select_related("unit", "under")
    for o in rows.filter(name__in=wanted):
        seat = o.unit or o.under
        found.setdefault(o.name, []).append(Body(o.pk, o.type, seat.pk, seat.path))
    finder = places.Finder()
    spots = {n: s for n in wanted - found.keys() if isinstance(s := finder.find(n), places.Spot)}
    by_unit = {o.unit_id: o for o in rows.filter(unit_id__in={s.unit_id for s in spots.values()})}
    for name, spot in spots.items():
        if own := by_unit.get(spot.unit_id):
            found[name] = [Body(own.pk, own.type, spot.unit_id, spot.path)]
    return found


def of_place(actor: Actor, place_id: int) -> list[Organisation]:
    """The organisations of one village or community, social ones first in name order."""
    return list(
        visible(actor).filter(place_id=place_id).exclude(state="deregistered").order_by("type", "name")
    )


@dataclass(frozen=True)
class KindCount:
    """A number of organisations of one kind, and of those still active."""

    type: str
    total: int
    active: int


def counts(actor: Actor, *, below: str = "") -> list[KindCount]:
    """By kind, for the whole register or the units below a path; one query."""
    rows = visible(actor)
    if below:
        rows = rows.filter(under__path__startswith=below)
    found = (
        rows.order_by()
        .values("type")
        .annotate(total=Count("pk"), active=Count("pk", filter=Q(state="active")))
    )
    numbers = {r["type"]: r for r in found}
    return [KindCount(k, numbers[k]["total"], numbers[k]["active"]) for k in rules.KINDS if k in numbers]


def by_service(actor: Actor) -> dict[tuple[str, str], int]:
    """(kind, service) → number of social organisations that are not deregistered."""
    rows = visible(actor).filter(type__in=rules.SOCIAL).exclude(state="deregistered")
    found = rows.order_by().values("type", "service").annotate(n=Count("pk"))
    return {(r["type"], r["service"]): r["n"] for r in found}


def by_township(actor: Actor) -> dict[tuple[int, str], int]:
    """(township unit, kind) → number of social organisations that are not deregistered."""
    rows = visible(actor).filter(type__in=rules.SOCIAL).exclude(state="deregistered").exclude(township=None)
    found = rows.order_by().values("township_id", "type").annotate(n=Count("pk"))
    return {(r["township_id"], r["type"]): r["n"] for r in found}


@dataclass(frozen=True)
class Standing:
    """How well the register is kept within an actor's reach."""

    entries: int
    filled: int
    wanted: int
    fresh: int


def standing(actor: Actor, fresh_since: date) -> Standing:
    """Completeness of the required fields and freshness, over the entries the actor keeps; one query."""
    rows = managed(actor).exclude(state="deregistered").order_by()
    sums: dict[str, Any] = {"entries": Count("pk"), "fresh": Count("pk", filter=Q(verified__gte=fresh_since))}
    for name in {f for kind in rules.KINDS for f in rules.required(kind)}:
        kinds = [k for k in rules.KINDS if name in rules.required(k)]
        sums[f"wanted_{name}"] = Count("pk", filter=Q(type__in=kinds))
        sums[f"filled_{name}"] = Count("pk", filter=Q(type__in=kinds) & _filled(name))
    found = rows.aggregate(**sums)
    return Standing(
        found["entries"],
        sum(v for k, v in found.items() if k.startswith("filled_")),
        sum(v for k, v in found.items() if k.startswith("wanted_")),
        found["fresh"],
    )


def _filled(name: str) -> Q:
    return (
        ~Q(**{name: None}) if name in ("uscc", "record_no", "established", "authority") else ~Q(**{name: ""})
    )
