"""The workbook of people. The export masks what is sealed; a masked cell read back leaves the field as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from gongzhi.core import clock, identity, outbox, search
from gongzhi.core.access import Actor
from gongzhi.core.exchange import Change, Column, Row, Sheet, bulk
from gongzhi.core.words import say
from gongzhi.registers.people import queries, rules
from gongzhi.registers.people.models import Person
from gongzhi.registers.places import queries as places

INLINE = 200
"""So many search entries are written at once; more go to the worker."""
NEW = (
    "name",
    "sex",
    "birth_year",
    "citizen_id",
    "phone",
    "education",
    "place_id",
    "unit_id",
    "verified",
    "initials",
)
OLD = ("name", "sex", "birth_year", "citizen_id", "phone", "education", "verified", "initials")


def _masked(text: str) -> bool:
    return "*" in text or "•" in text


def _citizen_id(text: str) -> str:
    return "" if _masked(text) else identity.citizen_id(text, field="citizen_id").number


def _phone(text: str) -> str:
    return "" if _masked(text) else identity.phone(text, field="phone")


COLUMNS = [
    Column("number", say("登记号"), "text", help=say("更新已有人员时保留，新增不填"), width=10, max=12),
    Column("name", say("姓名"), required=True, max=40, example="顾勤", mask=identity.mask_name),
    Column("sex", say("性别"), "choice", choices=rules.SEXES, width=8),
    Column("birth_year", say("出生年份"), "int", width=10, example="1985"),
    Column("citizen_id", say("身份证号"), "text", sealed=True, check=_citizen_id, width=22),
    Column("phone", say("手机号"), "text", sealed=True, check=_phone, width=16),
    Column("education", say("学历"), "choice", choices=rules.EDUCATION, width=14),
    Column(
        "place", say("所在村（社区）"), required=True, width=22, help=say("村名、“镇名+村名”或 12 位区划代码")
    ),
]


def examine(actor: Actor, rows: list[Row]) -> None:
    """Scope, identity, and existing entries, for a whole chunk at once."""
    finder, today = places.Finder(), clock.today()
    held = queries.by_citizen_id([r["citizen_id"] for r in rows if r["citizen_id"]])
    wanted = {int(r["number"]) for r in rows if r["number"] and str(r["number"]).isdigit()}
    reachable = {p.pk: p for p in Person.objects.visible_to(actor, "people.import").filter(pk__in=wanted)}
    for r in rows:
        _place(actor, r, finder)
        for problem in _facts(r, today):
            r.bad(problem.field, problem.message)
        if r["number"]:
            _existing(actor, r, reachable)
        other = held.get(r["citizen_id"]) if r["citizen_id"] else None
        if other and other[0] != r.target:
            r.bad("citizen_id", say("这个身份证号已经在册，不能重复录入"))


def _place(actor: Actor, r: Row, finder: places.Finder) -> None:
    if not r["place"]:
        return
    spot = finder.find(r["place"])
    if not isinstance(spot, places.Spot):
        r.bad("place", spot)
    elif not places.reaches(actor, "people.import", spot):
        r.bad("place", say("这个村（社区）不在您的范围内"))
    else:
        r.values["place_id"], r.values["unit_id"] = spot.place_id, spot.unit_id


def _facts(r: Row, today: Any) -> list[Any]:
    """Year and sex against the citizen ID; fills both from it where they are missing."""
    found = [rules.year_problem(r["birth_year"], today)]
    if r["citizen_id"]:
        number = _taken_apart(r["citizen_id"])
        found += rules.id_problems(number, r["sex"] or "", r["birth_year"])
        r.values["sex"] = r["sex"] or number.sex
        r.values["birth_year"] = r["birth_year"] or number.born.year
    return [p for p in found if p]


def _taken_apart(number: str) -> identity.CitizenId:
    """A number that its cell's check has passed already: nothing is computed twice for 20,000 rows."""
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return identity.CitizenId(number, born, identity.MALE if int(number[16]) % 2 else identity.FEMALE)


def _existing(actor: Actor, r: Row, reachable: dict[int, Person]) -> None:
    """A row with a number updates that entry, field by field as far as the post keeps them."""
    text = str(r["number"])
    person = reachable.get(int(text)) if text.isdigit() else None
    if person is None or person.state != "listed":
        r.bad("number", say("没有这个登记号，或者不在您的范围内"))
        return
    r.doing, r.target = "update", person.pk
    if _masked(r["name"] or "") and identity.mask_name(person.name) == r["name"]:
        r.values["name"] = person.name
    elif _masked(r["name"] or ""):
        r.bad("name", say("姓名是遮盖过的，请写全名"))
    changed = [f for f in ("name", "sex", "birth_year", "education") if r[f] and r[f] != getattr(person, f)]
    changed += [f for f in ("citizen_id", "phone") if r[f]]
    for problem in rules.not_owner(actor.role, changed):
        r.bad(problem.field, problem.message)
    if not changed:
        r.doing = "same"


def apply(actor: Actor, rows: list[Row]) -> list[Change]:
    """COPY new people, one UPDATE for the others; the search follows."""
    new, old = [r for r in rows if r.doing == "create"], [r for r in rows if r.doing == "update"]
    today = clock.today()
    ids = bulk.copy_new(Person, NEW, [_new(r, today) for r in new])
    known = {p.pk: p for p in Person.objects.filter(pk__in=[r.target for r in old])}
    images = bulk.update_rows(Person, OLD, [_old(r, known[r.target or 0], today) for r in old])
    _index([*ids, *known])
    return [Change(r.line, pk, mark="0") for r, pk in zip(new, ids, strict=True)] + [
        Change(r.line, r.target or 0, *images[r.target or 0]) for r in old
    ]


def _new(r: Row, today: Any) -> tuple[Any, ...]:
    return (
        r["name"],
        r["sex"] or "",
        r["birth_year"],
        r["citizen_id"] or "",
        r["phone"] or "",
        r["education"] or "",
        r["place_id"],
        r["unit_id"],
        today,
        search.initials(r["name"]),
    )


def _old(r: Row, p: Person, today: Any) -> tuple[Any, ...]:
    return (
        p.pk,
        r["name"],
        r["sex"] or p.sex,
        r["birth_year"] or p.birth_year,
        r["citizen_id"] or p.citizen_id,
        r["phone"] or p.phone,
        r["education"] or p.education,
        today,
        search.initials(r["name"]),
    )


def _index(ids: list[int]) -> None:
    from gongzhi.registers.people.tasks import index_people, write_entries

    if len(ids) <= INLINE:
        write_entries(ids)
    else:
        outbox.defer(index_people, ids=ids)


def revert(actor: Actor, changes: list[Change]) -> None:
    """Take an import back, its search entries too."""
    bulk.revert_rows(Person, changes)
    search.drop_many("people.person", [c.object_id for c in changes if c.made])
    _index([c.object_id for c in changes if not c.made])


def rows(actor: Actor) -> Iterator[dict[str, Any]]:
    """What the actor may export: masked."""
    return lines(queries.visible(actor).filter(state__in=["listed", "moving"]))


def lines(found: Any) -> Iterator[dict[str, Any]]:
    """These people as lines of the workbook, masked."""
    names = places.Finder().names
    for p in found.order_by("unit_id", "name", "pk").iterator(2000):
        yield {
            "number": str(p.pk),
            "name": p.masked,
            "sex": p.sex or None,
            "birth_year": p.birth_year,
            "citizen_id": str(p.citizen_id) or None,
            "phone": str(p.phone) or None,
            "education": p.education or None,
            "place": names.get(p.place_id, ""),
        }


PEOPLE = Sheet(
    "people.people",
    say("人员"),
    COLUMNS,
    verb="people.import",
    examine=examine,
    apply=apply,
    revert=revert,
    rows=rows,
    unique=["number", "citizen_id"],
    personal=True,
    notes=[say("导出的姓名、身份证号、手机号是遮盖过的；带星号的格子导回来时不改动原来的内容。")],
)
