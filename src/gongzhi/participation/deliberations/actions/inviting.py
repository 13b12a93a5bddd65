"""Who is asked to a meeting: taken from the registers or written by hand, each in a capacity that everybody may read."""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import Problem, check_all
from gongzhi.core.words import Words, say
from gongzhi.participation.deliberations.models import Session, Stakeholder
from gongzhi.registers.people import queries as people
from gongzhi.registers.positions import queries as positions
from gongzhi.registers.residents import queries as residents

INVITED = {
    "capacity": Annotated[
        str | None,
        Ask(
            say("以什么身份"),
            help=say("如“3 号楼居民代表”“物业公司”，大家看得到；选了岗位可以不写"),
            max=60,
        ),
    ],
    "name": Annotated[
        str | None, Ask(say("姓名"), help=say("只有本单位看得到；从台账里选了可以不写"), max=40)
    ],
    "position": Annotated[int | None, Ask(say("岗位上的人"), pick="positions.position", min=1)],
    "person": Annotated[int | None, Ask(say("台账里的人"), pick="people.person", min=1)],
    "resident": Annotated[int | None, Ask(say("本地居民"), pick="residents.confirmed", min=1)],
    "unit": Annotated[int | None, Ask(say("单位"), pick="unit.any", min=1)],
}
Invited = Annotated[
    list[dict[str, Any]],
    Ask(say("请哪些人"), help=say("每行一位利益相关方，从台账里选或自己写"), row=INVITED),
]


def ask_in(actor: Actor, session: Session, rows: list[dict[str, Any]]) -> int:
    """Note who is asked; a resident stands once on the list. Refused where a row names nobody the actor may ask."""
    asked = {s.account_id for s in session.stakeholders.all()} - {None}
    found = [(_known(actor, row), row) for row in rows]
    check_all([_problem(actor, session, n, row) for n, (_, row) in enumerate(found, start=1)])
    fresh = []
    for (name, capacity), row in found:
        account = row.get("resident")
        if account and account in asked:
            continue
        asked.add(account)
        fresh.append(
            Stakeholder(
                session=session, capacity=capacity, name=name, unit_id=row.get("unit"), account_id=account,
                invited_on=clock.today(),
            )
        )  # fmt: skip
    for person in fresh:  # one by one: a sealed name is sealed as it is saved
        person.save()
    session.invited += len(fresh)
    return len(fresh)


def _known(actor: Actor, row: dict[str, Any]) -> tuple[str, str]:
    """Name and capacity of a row: as written, else as the registers have them."""
    name, capacity = row.get("name") or "", row.get("capacity") or ""
    if row.get("position") and (holder := positions.called(actor, row["position"])):
        name, capacity = name or holder.name, capacity or holder.title
    if row.get("person") and not name and people.reachable(actor, [row["person"]]):
        name = people.name_in_full(row["person"])
    if row.get("resident"):
        name = name or residents.display_name(row["resident"])
        capacity = capacity or str(say("居民"))
    row["capacity"] = capacity
    return name, capacity


def _problem(actor: Actor, session: Session, number: int, row: dict[str, Any]) -> Problem | None:
    """Why a row cannot stand; nobody learns from it who is in a register out of reach."""
    why: Words | None = None
    if row.get("position") and positions.called(actor, row["position"]) is None:
        why = say("第 {n} 行的岗位不在本单位，或者已经卸任", n=number)
    elif row.get("person") and not people.reachable(actor, [row["person"]]):
        why = say("第 {n} 行的人不在本单位的台账里", n=number)
    elif row.get("resident") and not _lives_here(session, row["resident"]):
        why = say("第 {n} 行的居民没有在这里确认居住，请写明姓名和身份", n=number)
    elif not row["capacity"]:
        why = say("第 {n} 行请写明以什么身份参加", n=number)
    return Problem(why, "deliberations.invited", field="invited") if why else None


def _lives_here(session: Session, account_id: int) -> bool:
    rows = residents.confirmed_accounts(session.matter.unit.path)
    return bool(rows.filter(resident_id=account_id).exists())
