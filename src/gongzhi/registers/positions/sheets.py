"""The workbooks of positions and of certificates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gongzhi.core import clock, dated, identity
from gongzhi.core.access import Actor
from gongzhi.core.exchange import Change, Column, Row, Sheet, bulk
from gongzhi.core.words import say
from gongzhi.registers.organisations import queries as organisations
from gongzhi.registers.organisations import rules as organisation_rules
from gongzhi.registers.people import queries as people
from gongzhi.registers.positions import queries, rules
from gongzhi.registers.positions.actions.certificates import checked_number
from gongzhi.registers.positions.models import Certificate, Position
from gongzhi.registers.positions.rules import Held

LAW_VILLAGE = say("村民委员会组织法第 6 条")
LAW_RESIDENTS = say("城市居民委员会组织法第 7 条")


def _citizen_id(text: str) -> str:
    return identity.citizen_id(text, field="citizen_id").number


def _phone(text: str) -> str:
    return identity.phone(text, field="phone")


WHO = [
    Column(
        "number", say("人员登记号"), "text", width=12, max=12, help=say("写了登记号就不用写身份证号和手机号")
    ),
    Column("name", say("姓名"), required=True, max=40, mask=identity.mask_name),
    Column("citizen_id", say("身份证号"), "text", sealed=True, check=_citizen_id, width=22),
    Column("phone", say("手机号"), "text", sealed=True, check=_phone, width=16),
]
POSITION_COLUMNS = [
    *WHO,
    Column(
        "organisation",
        say("组织"),
        required=True,
        width=28,
        help=say("组织全称，村（居）委会可以写“沙溪镇中荷村”"),
    ),
    Column("type", say("岗位"), "choice", required=True, choices=rules.KINDS, width=18),
    Column("area", say("组别或楼栋"), max=40),
    Column("basis", say("产生方式"), "choice", required=True, choices=rules.BASES),
    Column("part_time", say("兼职"), "bool", width=8),
    Column("since", say("从"), "date", required=True),
    Column("until", say("到"), "date"),
    Column("note", say("依据"), max=200, width=24),
]
CERTIFICATE_COLUMNS = [
    *WHO,
    Column("level", say("级别"), "choice", required=True, choices=rules.LEVELS, width=18),
    Column("certificate", say("证书编号"), "text", required=True, width=22, check=checked_number),
    Column("issued", say("发证日期"), "date", required=True),
    Column("period_since", say("本登记周期从"), "date"),
]


def find_people(actor: Actor, rows: list[Row]) -> None:
    """Put the person's id on each row: by register number, citizen ID, or name and phone; within reach only."""
    by_id = people.by_citizen_id([r["citizen_id"] for r in rows if r["citizen_id"]])
    by_phone = people.by_phone([r["phone"] for r in rows if r["phone"]])
    asked: dict[int, int] = {}
    for r in rows:
        if r["number"] and str(r["number"]).isdigit():
            asked[r.line] = int(r["number"])
        elif r["citizen_id"] and r["citizen_id"] in by_id:
            asked[r.line] = by_id[r["citizen_id"]][0]
        elif r["phone"] and r["name"]:
            found = by_phone.get((r["name"], r["phone"]), [])
            if len(found) == 1:
                asked[r.line] = found[0][0]
    reachable = people.reachable(actor, asked.values())
    for r in rows:
        if not (r["number"] or r["citizen_id"] or r["phone"]):
            r.bad("name", say("请写登记号、身份证号或手机号中的一个，好确定是哪一位"))
        elif asked.get(r.line) not in reachable:
            r.bad("name", say("人员台账里没有这个人，或者不在您的范围内"))
        else:
            r.values["person_id"] = asked[r.line]


class _Bodies:
    """Organisations as a chunk of rows names them."""

    def __init__(self, actor: Actor, names: list[str]) -> None:
        self.found = organisations.bodies(names)
        self.actor = actor

    def put(self, r: Row) -> None:
        """Put the organisation's id, unit and kind on the row, or say why not."""
        found = self.found.get("".join((r["organisation"] or "").split()), [])
        if len(found) != 1:
            r.bad("organisation", say("有重名的组织，请写全称") if found else say("组织台账里没有这个组织"))
            return
        body = found[0]
        if not body.reached_by(self.actor, "positions.import"):
            r.bad("organisation", say("这个组织不在您的范围内"))
            return
        r.values |= {"organisation_id": body.id, "unit_id": body.unit_id, "org_type": body.type}


def examine(actor: Actor, rows: list[Row]) -> None:
    """People, organisations, and every rule of positions against the register and the rows before."""
    find_people(actor, rows)
    bodies = _Bodies(actor, [r["organisation"] for r in rows if r["organisation"]])
    for r in rows:
        if r["organisation"]:
            bodies.put(r)
    good = [
        r for r in rows if r["organisation_id"] and r["person_id"] and r["type"] and r["since"] and r["basis"]
    ]
    facts = people.facts({r["person_id"] for r in good})
    seats = queries.held_by_organisation({r["organisation_id"] for r in good})
    for r in good:
        new = Held(r["person_id"], r["organisation_id"], r["type"], r["since"], r["until"], r["area"] or "")
        others = seats.setdefault(new.organisation, [])
        same = next(
            (
                o
                for o in others
                if (o.person, o.kind, o.area, o.since) == (new.person, new.kind, new.area, new.since)
            ),
            None,
        )
        if same is not None and same.pk:
            r.doing, r.target = ("same" if same.until == new.until else "update"), same.pk
            continue
        found = _problems(new, r, facts[new.person], others)
        for problem in found:
            r.bad(problem.field or "", problem.message)
        if not found:
            others.append(new)


def _problems(new: Held, r: Row, person: people.Facts, others: list[Held]) -> list[Any]:
    committee = r["org_type"] in organisation_rules.COMMITTEES
    age = int(dated.value("positions.minimum_age", on=new.since))
    checks = [
        rules.dates_problem(new.since, new.until),
        rules.place_problem(new.kind, committee=committee),
        rules.basis_problem(new.kind, r["basis"], committee=committee),
        rules.person_problem(person.state, person.birth_year, new.since, age),
        *rules.clashes(new, others),
    ]
    if committee:
        village = r["org_type"] == organisation_rules.VILLAGE
        key = "positions.village_committee_max" if village else "positions.residents_committee_max"
        law = LAW_VILLAGE if village else LAW_RESIDENTS
        checks.append(rules.seats_problem(new, others, int(dated.value(key, on=new.since)), law))
    return [c for c in checks if c]


def apply(actor: Actor, rows: list[Row]) -> list[Change]:
    """COPY new positions; a known one gets its last day."""
    new, old = [r for r in rows if r.doing == "create"], [r for r in rows if r.doing == "update"]
    fields = (
        "person_id",
        "organisation_id",
        "unit_id",
        "type",
        "area",
        "part_time",
        "basis",
        "note",
        "since",
        "until",
    )
    ids = bulk.copy_new(Position, fields, [_values(r) for r in new])
    images = bulk.update_rows(Position, ("until",), [(r.target, r["until"]) for r in old])
    return [Change(r.line, pk, mark="0") for r, pk in zip(new, ids, strict=True)] + [
        Change(r.line, r.target or 0, *images[r.target or 0]) for r in old
    ]


def _values(r: Row) -> tuple[Any, ...]:
    part_time = bool(r["part_time"]) or r["type"] == rules.PART_TIME
    return (
        r["person_id"], r["organisation_id"], r["unit_id"], r["type"], r["area"] or "", part_time, r["basis"],
        r["note"] or "", r["since"], r["until"],
    )  # fmt: skip


def position_rows(actor: Actor) -> Iterator[dict[str, Any]]:
    """What the actor may export: positions held today."""
    return position_lines(queries.current(actor))


def position_lines(found: Any) -> Iterator[dict[str, Any]]:
    """These positions as lines of the workbook."""
    for p in found.select_related("person", "organisation").order_by("unit_id", "type", "pk").iterator(2000):
        yield {
            "number": str(p.person_id),
            "name": p.name,
            "organisation": p.organisation.name,
            "type": p.type,
            "area": p.area or None,
            "basis": p.basis,
            "part_time": p.part_time,
            "since": p.since,
            "until": p.until,
            "note": p.note or None,
        }


def examine_certificates(actor: Actor, rows: list[Row]) -> None:
    """People within reach; numbers that are known are left as they are."""
    find_people(actor, rows)
    taken = queries.certificate_numbers([r["certificate"] for r in rows if r["certificate"]])
    held = queries.levels_of({r["person_id"] for r in rows if r["person_id"]})
    for r in rows:
        if r["issued"] and r["issued"] > clock.today():
            r.bad("issued", say("发证日期在将来"))
        if r["issued"] and r["period_since"] and r["period_since"] < r["issued"]:
            r.bad("period_since", say("周期早于发证日期"))
        if r["period_since"] and r["period_since"] > clock.today():
            r.bad("period_since", say("周期还没有开始"))
        if not r["person_id"]:
            continue
        known = taken.get(r["certificate"])
        if known is not None and known[1] == r["person_id"]:
            r.doing, r.target = "same", known[0]
        elif known is not None:
            r.bad("certificate", say("这个证书编号已经登记"))
        elif (r["person_id"], r["level"]) in held:
            r.bad("level", say("这个人已有同级别的有效证书"))
        else:
            held.add((r["person_id"], r["level"]))


def apply_certificates(actor: Actor, rows: list[Row]) -> list[Change]:
    """COPY new certificates."""
    values = []
    for r in rows:
        start = r["period_since"] or r["issued"]
        ends = rules.years_later(start, int(dated.value("positions.certificate_years", on=start)))
        values.append((r["person_id"], r["level"], r["certificate"], r["issued"], start, ends))
    fields = ("person_id", "level", "number", "issued", "period_since", "valid_to")
    ids = bulk.copy_new(Certificate, fields, values)
    return [Change(r.line, pk, mark="0") for r, pk in zip(rows, ids, strict=True)]


def certificate_rows(actor: Actor) -> Iterator[dict[str, Any]]:
    """What the actor may export."""
    return certificate_lines(queries.certificates(actor))


def certificate_lines(found: Any) -> Iterator[dict[str, Any]]:
    """These certificates as lines of the workbook."""
    for c in found.select_related("person").order_by("number").iterator(2000):
        yield {
            "number": str(c.person_id),
            "name": identity.mask_name(c.person.name),
            "level": c.level,
            "certificate": c.number,
            "issued": c.issued,
            "period_since": c.period_since,
        }


POSITIONS = Sheet(
    "positions.positions",
    say("任职"),
    POSITION_COLUMNS,
    verb="positions.import",
    examine=examine,
    apply=apply,
    revert=lambda actor, changes: bulk.revert_rows(Position, changes),
    rows=position_rows,
    personal=True,
    notes=[say("村（居）委会成员由选举产生，这里登记选举结果；“到”填最后一天，仍在任不填。")],
)
CERTIFICATES = Sheet(
    "positions.certificates",
    say("社会工作者证书"),
    CERTIFICATE_COLUMNS,
    verb="positions.certify",
    examine=examine_certificates,
    apply=apply_certificates,
    revert=lambda actor, changes: bulk.revert_rows(Certificate, changes),
    rows=certificate_rows,
    unique=["certificate"],
    personal=True,
)
