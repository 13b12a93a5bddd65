"""Reads of the register of people: always scoped, always masked. Plain text comes out of ``people.unmask`` alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q

from gongzhi.core.access import Actor
from gongzhi.core.identity import mask_name
from gongzhi.core.sealed import blind
from gongzhi.registers.people import rules
from gongzhi.registers.people.models import Merge, Person


@dataclass(frozen=True)
class Summary:
    """What other rooms may show of a person: masked name, sex, place, and how the entry stands."""

    id: int
    name: str
    sex: str
    birth_year: int | None
    unit_id: int
    state: str
    url: str


def visible(actor: Actor) -> Any:
    """The people whose entries the actor may see; merged entries are left out."""
    return Person.objects.visible_to(actor, "people.view").exclude(state="merged")


def display(person: Person | int) -> str:
    """A person's masked name: 张*."""
    if isinstance(person, Person):
        return person.masked
    return mask_name(Person.objects.values_list("name", flat=True).get(pk=person))


def name_in_full(person_id: int) -> str:
    """The plain name, for those whom the law makes public: members of committees. The caller checks that."""
    return Person.objects.values_list("name", flat=True).get(pk=person_id)


def summaries(person_ids: Iterable[int]) -> dict[int, Summary]:
    """Person id → summary, in one query; not scoped, for the holders of positions that the actor may see."""
    return {p.pk: _summary(p) for p in Person.objects.filter(pk__in=list(person_ids))}


def _summary(p: Person) -> Summary:
    return Summary(p.pk, p.masked, str(p.sex_label), p.birth_year, p.unit_id, p.state, p.get_absolute_url())


@dataclass(frozen=True)
class Facts:
    """What the rules of other rooms need to know of a person."""

    id: int
    unit_id: int
    state: str
    birth_year: int | None


def facts(person_ids: Iterable[int], *, lock: bool = False) -> dict[int, Facts]:
    """Person id → facts for the rules, in one query; ``lock`` holds the rows until the act ends."""
    rows = Person.objects.filter(pk__in=list(person_ids)).order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",))
    return {p.pk: Facts(p.pk, p.unit_id, p.state, p.birth_year) for p in rows}


def reachable(actor: Actor, person_ids: Iterable[int]) -> set[int]:
    """Those of ``person_ids`` whose entries the actor may see."""
    return set(visible(actor).filter(pk__in=list(person_ids)).values_list("pk", flat=True))


def by_citizen_id(numbers: Iterable[str]) -> dict[str, tuple[int, int, str]]:
    """Citizen ID → (person, unit, name), by the blind index; whole county, merged entries left out."""
    wanted = {index: n for n in numbers if (index := _index("citizen_id", n))}
    rows = Person.objects.exclude(state="merged").filter(citizen_id_index__in=list(wanted))
    return {
        wanted[i]: (pk, unit, name)
        for i, pk, unit, name in rows.values_list("citizen_id_index", "pk", "unit_id", "name")
    }


def by_phone(phones: Iterable[str]) -> dict[tuple[str, str], list[tuple[int, int]]]:
    """(name, phone) → [(person, unit)], by the blind index; whole county, merged entries left out."""
    wanted = {index: p for p in phones if (index := _index("phone", p))}
    rows = Person.objects.exclude(state="merged").filter(phone_index__in=list(wanted))
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for index, name, pk, unit in rows.values_list("phone_index", "name", "pk", "unit_id"):
        found.setdefault((name, wanted[index]), []).append((pk, unit))
    return found


def _index(field: str, text: str) -> str | None:
    column: Any = Person._meta.get_field(field)
    index: str | None = column.index_of(text)
    return index


@dataclass(frozen=True)
class Lookalike:
    """Somebody in the register who may be the one that was told of, and on which grounds."""

    summary: Summary
    by_citizen_id: bool
    by_phone: bool
    by_name: bool


def lookalikes(actor: Actor, *, name: str, phone: str = "", citizen_id: str = "") -> list[Lookalike]:
    """Who within the actor's reach has this citizen ID, phone or name; at most twenty, in one query."""
    wanted = {"citizen_id": _index("citizen_id", citizen_id), "phone": _index("phone", phone)}
    condition = Q(name=name) if name else Q(pk=0)
    for field, index in wanted.items():
        condition |= Q(**{f"{field}_index": index}) if index else Q()
    rows = visible(actor).filter(condition, state__in=["listed", "moving"]).order_by("pk")[:20]
    return [
        Lookalike(
            _summary(p),
            by_citizen_id=wanted["citizen_id"] is not None and p.citizen_id_index == wanted["citizen_id"],
            by_phone=wanted["phone"] is not None and p.phone_index == wanted["phone"],
            by_name=bool(name) and p.name == name,
        )
        for p in rows
    ]


def holder_of(citizen_id: str, *, but: int | None = None) -> Person | None:
    """Who has this citizen ID, whole county, merged entries left out."""
    rows = Person.objects.exclude(state="merged").filter(citizen_id_index=blind(citizen_id))
    return (rows.exclude(pk=but) if but else rows).first()


@dataclass(frozen=True)
class Candidate:
    """Two entries that may be one person."""

    keep: Person
    drop: Person
    ground: str


CANDIDATES = """SELECT a.id, b.id, CASE WHEN a.phone_index = b.phone_index THEN 'same_phone' ELSE 'same_birth' END
 FROM people_person a JOIN people_person b ON a.name = b.name AND a.id < b.id
  AND (a.phone_index = b.phone_index OR (a.birth_year = b.birth_year AND a.sex = b.sex AND a.sex <> ''))
  AND (a.citizen_id_index IS NULL OR b.citizen_id_index IS NULL)
  AND (a.sex = b.sex OR a.sex = '' OR b.sex = '')
  AND (a.birth_year = b.birth_year OR a.birth_year IS NULL OR b.birth_year IS NULL)
 WHERE a.state = 'listed' AND b.state = 'listed' AND a.id = ANY(%(ids)s) AND b.id = ANY(%(ids)s)
  AND NOT EXISTS (SELECT FROM people_merge m WHERE m.state IN ('proposed', 'rejected', 'undone')
   AND ((m.keep_id = a.id AND m.drop_id = b.id) OR (m.keep_id = b.id AND m.drop_id = a.id)))
 ORDER BY (a.phone_index = b.phone_index) DESC NULLS LAST, a.id, b.id LIMIT %(limit)s"""


def candidates(actor: Actor, limit: int = 100) -> list[Candidate]:
    """Pairs within the actor's reach that may be one person and that nobody has decided on yet."""
    names = (
        visible(actor)
        .filter(state="listed")
        .order_by()
        .values("name")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
    )
    ids = list(
        visible(actor).filter(state="listed", name__in=names.values("name")).values_list("pk", flat=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, {"ids": ids, "limit": limit})
        pairs = cursor.fetchall()
    people = {
        p.pk: p
        for p in Person.objects.filter(pk__in=[i for a, b, _ in pairs for i in (a, b)]).select_related("unit")
    }
    return [Candidate(people[a], people[b], ground) for a, b, ground in pairs]


def merges(actor: Actor) -> Any:
    """The merges in the actor's reach, open ones first, latest first."""
    rows = Merge.objects.visible_to(actor, "people.view").select_related("keep__unit", "drop__unit")
    return rows.annotate(open=Q(state="proposed")).order_by("-open", "-pk")


@dataclass(frozen=True)
class Standing:
    """How well the register is kept within an actor's reach."""

    entries: int
    filled: int
    wanted: int
    fresh: int


def standing(actor: Actor, fresh_since: date) -> Standing:
    """Completeness of the required fields and freshness, over people in the register; one query."""
    rows = visible(actor).filter(state__in=["listed", "moving"]).order_by()
    found = rows.aggregate(
        entries=Count("pk"),
        fresh=Count("pk", filter=Q(verified__gte=fresh_since)),
        name=Count("pk", filter=~Q(name="")),
        sex=Count("pk", filter=~Q(sex="")),
        birth_year=Count("birth_year"),
        phone=Count("phone_index"),
        place=Count("place_id"),
    )
    filled = sum(found[f] for f in rules.REQUIRED)
    return Standing(found["entries"], filled, found["entries"] * len(rules.REQUIRED), found["fresh"])


def by_township(actor: Actor) -> list[tuple[str, int]]:
    """(unit's path, number of people) for each committee within reach; summed up by the caller."""
    rows = visible(actor).filter(state__in=["listed", "moving"]).order_by()
    return list(rows.values(path=F("unit__path")).annotate(n=Count("pk")).values_list("path", "n"))
