"""Entering people, mending entries, confirming them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from gongzhi.core import clock, identity, search
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.models import Unit
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import say
from gongzhi.registers.once import once
from gongzhi.registers.people import queries, rules
from gongzhi.registers.people.models import Person
from gongzhi.registers.places import queries as places

Name = Annotated[str, Ask(say("姓名"), max=40)]
Sex = Annotated[str, Ask(say("性别"), choices=rules.SEXES)]
BirthYear = Annotated[int | None, Ask(say("出生年份"), min=1900, max=2100)]
CitizenId = Annotated[
    str,
    Ask(say("身份证号"), help=say("法律要求实名的事项才填；加密保存，平时只显示前 6 位和后 4 位"), max=30),
]
Phone = Annotated[str, Ask(say("手机号"), help=say("加密保存，平时只显示前 3 位和后 4 位"), max=30)]
PlaceId = Annotated[int, Ask(say("所在村（社区）"), pick="places.place")]
Education = Annotated[str, Ask(say("学历"), choices=rules.EDUCATION)]


TAKEN = Problem(
    say("这个身份证号已经在册，不能重复录入；不在您的范围内时请联系登记管理岗"),
    "people.citizen_id_taken",
    rules.PIPL,
    "citizen_id",
)


def checked(
    name: str, sex: str, birth_year: int | None, citizen_id: str, phone: str, *, but: int | None = None
) -> dict[str, Any]:
    """The checked columns of a person; sex and year follow from the citizen ID where it is given.

    Raises Refused with every problem, a citizen ID that another entry holds among them.
    """
    today = clock.today()
    found: list[Problem | None] = [rules.year_problem(birth_year, today)]
    if not name.strip():
        found.append(Problem(say("请填姓名"), "people.name", field="name"))
    if citizen_id:
        number = identity.citizen_id(citizen_id, today=today, field="citizen_id")
        found += rules.id_problems(number, sex, birth_year)
        sex, birth_year, citizen_id = sex or number.sex, birth_year or number.born.year, number.number
        if queries.holder_of(citizen_id, but=but) is not None:
            found.append(TAKEN)
    check_all(found)
    return {
        "name": name.strip(),
        "sex": sex,
        "birth_year": birth_year,
        "citizen_id": citizen_id,
        "phone": identity.phone(phone, field="phone") if phone else "",
    }


def unit_of(place_id: int) -> int:
    """The unit of an open place of the county; Refused otherwise."""
    unit = places.enrolled_unit(place_id)
    if unit is None:
        refuse(say("请选本县在册的村或社区"), rule="people.place", field="place")
    return unit


def index(people: Iterable[Person]) -> None:
    """Let people be found by name and initials within their keeper's reach, under the masked name."""
    rows = list(people)
    units = {
        u.pk: u
        for u in Unit.objects.filter(pk__in={p.unit_id for p in rows} | {p.destination_id for p in rows})
    }
    listed = [p for p in rows if p.state in ("listed", "moving")]
    search.put_many("people.person", [entry(p, units) for p in listed])
    search.drop_many("people.person", [p.pk for p in rows if p.state not in ("listed", "moving")])


def entry(p: Person, units: dict[int, Unit]) -> search.Entry:
    """A person's search entry."""
    paths = [units[u].path for u in (p.unit_id, p.destination_id) if u]
    return search.Entry(
        p.pk, p.masked, p.get_absolute_url(), paths, hint=units[p.unit_id].short, names=[p.name]
    )


@action(
    "people.enter", label=say("录入人员"), effects=say("只录工作需要的最少信息；身份证号和手机号加密保存。")
)
def enter(
    actor: Actor,
    *,
    name: Name,
    place: PlaceId,
    sex: Sex = "",
    birth_year: BirthYear = None,
    citizen_id: CitizenId = "",
    phone: Phone = "",
    education: Education = "",
) -> Made[Person]:
    """Enter a person at a village or community. A citizen ID stands once in the whole county."""
    person = Person(
        **checked(name, sex, birth_year, citizen_id, phone),
        education=education,
        place_id=place,
        unit_id=unit_of(place),
        verified=clock.today(),
        initials=search.initials(name),
    )
    with once(TAKEN):
        person.save()
    index([person])
    return Made(person, with_citizen_id=bool(citizen_id), with_phone=bool(phone))


def still_there(actor: Actor, person: Person) -> None:
    """Refuse acts on entries that are merged or being handed over by someone else."""
    if person.state == "merged":
        refuse(say("这条记录已并入另一条"), rule="people.merged", way_out=f"/people/{person.into_id}/")
    if person.state == "moving" and actor.unit_id == person.destination_id:
        refuse(say("请先接收，再更正"), rule="people.receive_first", way_out=f"/people/{person.pk}/receive")


@action("people.correct", on=Person, label=say("更正"), check=still_there, main=True)
def correct(
    actor: Actor,
    person: Person,
    *,
    name: Annotated[str, Ask(say("姓名"), max=40)] = "",
    sex: Sex = "",
    birth_year: BirthYear = None,
    citizen_id: CitizenId = "",
    phone: Phone = "",
    education: Education = "",
    reason: Annotated[str, Ask(say("更正理由"), max=200)] = "",
) -> dict[str, Any]:
    """Mend fields; blank answers leave a field as it is. A post may change only the fields it keeps."""
    given: dict[str, Any] = {
        "name": name.strip(),
        "sex": sex,
        "birth_year": birth_year,
        "citizen_id": citizen_id,
        "phone": phone,
        "education": education,
    }
    sealed = ("citizen_id", "phone")
    changed = {k: v for k, v in given.items() if v and (k in sealed or v != getattr(person, k))}
    check_all(
        rules.not_owner(actor.role, changed, way_out=f"/corrections/new/ask?ledger=people&entry={person.pk}")
    )
    known = person.citizen_id.reveal() if person.citizen_id else ""
    facts = checked(
        changed.get("name") or person.name,
        changed.get("sex") or person.sex,
        changed.get("birth_year") or person.birth_year,
        changed.get("citizen_id") or known,
        changed.get("phone") or "",
        but=person.pk,
    )
    for field in (
        f for f in facts if f in changed or (f in ("sex", "birth_year") and not getattr(person, f))
    ):
        setattr(person, field, facts[field])
    person.education = education or person.education
    person.initials = search.initials(person.name)
    person.verified = clock.today()
    with once(TAKEN):
        person.save()
    index([person])
    return {"fields": sorted(changed), "reason": reason}


@action("people.verify", on=Person, label=say("核对无误"), check=still_there)
def verify(actor: Actor, person: Person) -> dict[str, Any]:
    """Confirm that the entry is right as of today."""
    person.verified = clock.today()
    person.save(update_fields=["verified"])
    return {}
