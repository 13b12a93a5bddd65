"""Taking up, correcting and ending positions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gongzhi.core import clock, dated
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import NotFound, Problem, check_all
from gongzhi.core.words import say
from gongzhi.registers.organisations import queries as organisations
from gongzhi.registers.organisations import rules as organisation_rules
from gongzhi.registers.people import queries as people
from gongzhi.registers.positions import queries, rules
from gongzhi.registers.positions.models import Position
from gongzhi.registers.positions.rules import Held

Kind = Annotated[str, Ask(say("岗位"), choices=rules.KINDS)]
Basis = Annotated[str, Ask(say("产生方式"), choices=rules.BASES)]
Area = Annotated[str, Ask(say("组别或楼栋"), help=say("小组长、楼栋长填，如“第 3 组”“5 幢”"), max=40)]
Note = Annotated[str, Ask(say("依据"), help=say("选举结果公告、聘书等"), max=200)]


def problems(new: Held, basis: str, org_type: str) -> list[Problem | None]:
    """Everything that forbids a position: basis, body, age, overlaps, seats. The person's row is locked."""
    found = people.facts([new.person], lock=True).get(new.person)
    if found is None:
        raise NotFound("people.person")
    committee = org_type in organisation_rules.COMMITTEES
    others = queries.held(new.person, new.organisation)
    age = int(dated.value("positions.minimum_age", on=new.since))
    checks = [
        rules.dates_problem(new.since, new.until),
        rules.place_problem(new.kind, committee=committee),
        rules.basis_problem(new.kind, basis, committee=committee),
        rules.person_problem(found.state, found.birth_year, new.since, age),
        *rules.clashes(new, others),
    ]
    if committee:
        village = org_type == organisation_rules.VILLAGE
        key = "positions.village_committee_max" if village else "positions.residents_committee_max"
        law = say("村民委员会组织法第 6 条") if village else say("城市居民委员会组织法第 7 条")
        checks.append(rules.seats_problem(new, others, int(dated.value(key, on=new.since)), law))
    return checks


@action(
    "positions.appoint", label=say("登记任职"), effects=say("村（居）委会成员由选举产生，这里只登记结果。")
)
def appoint(
    actor: Actor,
    *,
    person: Annotated[int, Ask(say("人员"), pick="people.person")],
    organisation: Annotated[int, Ask(say("组织"), pick="organisations.organisation")],
    kind: Kind,
    basis: Basis,
    since: Annotated[date, Ask(say("从"))],
    until: Annotated[date | None, Ask(say("到"), help=say("仍在任就不填"))] = None,
    area: Area = "",
    part_time: Annotated[bool, Ask(say("兼职"))] = False,
    note: Note = "",
) -> Made[Position]:
    """Register that a person holds a position. Members of a committee are elected; nobody appoints them."""
    org = organisations.visible(actor).filter(pk=organisation).exclude(state="deregistered").first()
    if org is None or not people.reachable(actor, [person]):
        raise NotFound("positions.appoint")
    organisations.hold(organisation)
    new = Held(person, organisation, kind, since, until, area.strip())
    check_all(problems(new, basis, org.type))
    made = Position.objects.create(
        person_id=person,
        organisation_id=organisation,
        unit_id=org.unit_id or org.under_id,
        type=kind,
        area=area.strip(),
        part_time=part_time or kind == rules.PART_TIME,
        basis=basis,
        note=note,
        since=since,
        until=until,
    )
    return Made(made, kind=kind, note=note)


def _running(actor: Actor, position: Position) -> None:
    if position.until is not None and position.until < clock.today():
        check_all([Problem(say("已于 {day} 结束", day=position.until), "positions.ended")])


@action("positions.end", on=Position, label=say("结束任职"), check=_running, main=True)
def end(
    actor: Actor,
    position: Position,
    *,
    until: Annotated[date, Ask(say("最后一天"))],
    reason: Annotated[str, Ask(say("原因"), help=say("届满、辞职、罢免、合同到期等"), max=200)],
) -> dict[str, Any]:
    """The position ends on ``until``, which is its last day."""
    check_all([rules.dates_problem(position.since, until)])
    position.until = until
    position.save(update_fields=["until"])
    return {"reason": reason}


@action("positions.correct", on=Position, label=say("更正"))
def correct(
    actor: Actor,
    position: Position,
    *,
    since: Annotated[date | None, Ask(say("从"))] = None,
    basis: Annotated[str, Ask(say("产生方式"), choices=rules.BASES)] = "",
    area: Area = "",
    part_time: Annotated[str, Ask(say("兼职"), choices={"yes": say("是"), "no": say("否")})] = "",
    note: Note = "",
    reason: Annotated[str, Ask(say("更正理由"), max=200)] = "",
) -> dict[str, Any]:
    """Mend what was entered wrongly; blank answers leave a field as it is."""
    org = organisations.visible(actor).get(pk=position.organisation_id)
    new = Held(
        position.person_id,
        position.organisation_id,
        position.type,
        since or position.since,
        position.until,
        area.strip() or position.area,
        position.pk,
    )
    found = [
        p
        for p in problems(new, basis or position.basis, org.type)
        if p and p.rule != "positions.person_ended"
    ]
    check_all(found)
    position.since, position.area = new.since, new.area
    position.basis = basis or position.basis
    position.part_time = {"yes": True, "no": False}.get(part_time, position.part_time)
    position.note = note or position.note
    position.save()
    return {"reason": reason}


def merge_problems(keep: int, drop: int) -> list[Problem]:
    """Why the positions of two entries cannot stand under one person: they overlap in the same post."""
    return [
        Problem(
            say("两条记录同时担任{kind}，请先结束或更正其中一条", kind=rules.KINDS[clash.kind]),
            "positions.merge_overlap",
            way_out=f"/positions/{clash.pk}/",
        )
        for clash in queries.merge_clashes(keep, drop)
    ]
