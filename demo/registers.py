"""The registers at the county's size: organisations, people, positions and certificates, all invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from demo import moment, names
from demo.county import County
from demo.dice import dice
from demo.names import People, Someone
from gongzhi.core import roles
from gongzhi.core.units import Unit
from gongzhi.registers.organisations import bulk as organisations
from gongzhi.registers.people import bulk as people
from gongzhi.registers.places import actions as place_actions
from gongzhi.registers.places import queries as places
from gongzhi.registers.positions import bulk as positions

REGISTERED, RECORDED = 513, 1638
GROUP_LEADERS, BUILDING_LEADERS, PART_TIME, SOCIAL_WORKERS, CERTIFIED = 5120, 1634, 212, 318, 1203
TERM = date(
    2021, 1, 20
)  # the committees' election; terms last five years, the next one was held in January 2026
NEW_TERM = date(2026, 1, 18)
EDUCATION = ("secondary", "college", "bachelor", "bachelor", "college", "master")


class Register:
    """Rows gathered place by place, then entered in a few acts."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.makes = People(dice("people"))
        self.people: list[dict[str, Any]] = []
        self.posts: list[tuple[int, dict[str, Any]]] = []
        self.kinds = {u.pk: places.kind_of(u.pk) for us in county.committees.values() for u in us}

    def person(self, unit: Unit, someone: Someone, education: str = "") -> int:
        """Note a person at a place; returns the row's place in the list."""
        self.people.append(
            {
                "name": someone.name,
                "place": unit.code,
                "sex": "male" if someone.sex == "M" else "female",
                "birth_year": someone.born.year,
                "citizen_id": someone.citizen_id,
                "phone": someone.phone,
                "education": education,
            }
        )
        return len(self.people) - 1

    def post(self, who: int, unit: Unit, kind: str, basis: str, since: date, **more: Any) -> None:
        """Note that a person holds a position at a committee."""
        since = max(since, date(self.people[who]["birth_year"] + 22, 7, 1))
        row = {
            "name": self.people[who]["name"],
            "organisation": unit.code,
            "type": kind,
            "basis": basis,
            "since": since,
        }
        self.posts.append((who, {**row, **more}))


def begin(county: County, hand: Any, progress: Any) -> None:
    """What the agreements need: the bodies themselves and their households, before the first year."""
    hand.set(moment.on(date(moment.LAST - 1, 12, 30)))
    progress("台账", 0, 5)
    organisations.open_bodies(county.registrar, basis="2023 年统计用区划代码")
    _households(county, hand)
    progress("台账", 1, 5)


def build(county: County, hand: Any, progress: Any) -> dict[str, int]:
    """Enter organisations, people, positions and certificates as they stand this autumn; returns the counts."""
    hand.set(moment.on(date(moment.YEAR, 12, 4), 16))
    made = organisations.enter(county.registrar, list(_social(county)))
    progress("台账", 2, 5)
    register = Register(county)
    for n, unit in enumerate(u for t in county.townships for u in county.committees[t.pk]):
        _committee(register, unit, n)
    ids = people.enter(county.registrar, register.people)
    progress("台账", 3, 5)
    rows = [{**row, "number": str(ids[who])} for who, row in register.posts]
    positions.appoint(county.registrar, rows)
    progress("台账", 4, 5)
    certified = list(_certificates(register, ids))
    positions.certify(county.registrar, certified)
    progress("台账", 5, 5)
    return {
        "organisations": len(made) + 168,
        "people": len(ids),
        "positions": len(rows),
        "certificates": len(certified),
    }


def _households(county: County, hand: Any) -> None:
    """Each committee enters how many households and people it has, from the year before the first agreements on."""
    for township in county.townships:
        for unit in county.committees[township.pk]:
            rng = dice("households", unit.code)
            count = (
                rng.randrange(620, 1500) if places.kind_of(unit.pk) == "village" else rng.randrange(980, 3150)
            )
            place = places.place_of(unit.pk)
            assert place is not None
            place_actions.set_figures(
                county.actor(unit, roles.COMMITTEE_WORKER), place, on=moment.today(hand),
                households=count, residents=int(count * rng.uniform(2.3, 3.1)), source="村（社区）年底统计",
            )  # fmt: skip


# ---- organisations ----


def _social(county: County) -> Iterator[dict[str, Any]]:
    units = [u for t in county.townships for u in county.committees[t.pk]]
    maker = People(dice("leaders"))
    seen: set[str] = set()
    for n in range(REGISTERED):
        yield _registered(county, units, maker, n, seen)
    for n in range(RECORDED):
        unit = units[n % len(units)]
        rng = dice("recorded", unit.code, n)
        kind = (
            list(names.THEMES)[n // len(units) % len(names.THEMES)]
            if n < 5 * len(units)
            else rng.choice(list(names.THEMES))
        )
        name = f"{unit.short}{rng.choice(names.THEMES[kind])}{rng.choice(names.ENDINGS[kind])}"
        while name in seen:
            name = f"{unit.short}{rng.choice(names.WORDS)}{rng.choice(names.THEMES[kind])}{rng.choice(names.ENDINGS[kind])}"
        seen.add(name)
        yield {
            "type": "recorded", "name": name, "place": unit.code, "record_no": f"备{(unit.code or '')[6:]}-{n // len(units) + 1:02d}",
            "service": SERVICE[kind], "leader": maker.one(30, 72).name, "address": f"{unit.short}党群服务中心",
            "established": date(2012, 3, 1) + timedelta(days=rng.randrange(5000)),
        }  # fmt: skip


SERVICE = {
    "public_benefit": "welfare",
    "service": "service",
    "mutual_aid": "mutual",
    "governance": "governance",
    "mediation": "mediation",
}


def _registered(county: County, units: list[Unit], maker: People, n: int, seen: set[str]) -> dict[str, Any]:
    rng = dice("registered", n)
    prefix, pattern, kind = names.REGISTERED[n % len(names.REGISTERED)]
    word = rng.choice(names.SUBJECTS if prefix == "51" else names.WORDS)
    name = pattern.format(word=word if prefix == "51" else f"太仓市{word}")
    while name in seen:
        extra = rng.choice(names.WORDS)
        name = pattern.format(word=f"{extra}{word}" if prefix == "51" else f"太仓市{extra}{word}")
    seen.add(name)
    unit = units[(n * 37) % len(units)]
    return {
        "type": "registered", "name": name, "place": unit.code, "uscc": names.uscc(prefix, n + 1),
        "form": "association" if prefix == "51" else "service_body", "service": SERVICE[kind], "leader": maker.one(28, 66).name,
        "address": f"{unit.short}{rng.randrange(1, 90)} 号", "phone": f"0512-53{rng.randrange(100000, 999999)}",
        "established": date(2005, 1, 10) + timedelta(days=rng.randrange(7300)),
    }  # fmt: skip


# ---- people and positions ----


def _share(total: int, n: int, of: int) -> int:
    """The ``n``-th of ``of`` nearly equal parts of ``total``."""
    return total * (n + 1) // of - total * n // of


def _committee(register: Register, unit: Unit, n: int) -> None:
    """The people of one village or community: committee, supervisors, leaders of groups and buildings, workers."""
    rng, make, of = dice("committee", unit.code), register.makes, 160
    village = register.kinds[unit.pk] == "village"
    head = register.county.actor(unit, roles.COMMITTEE_HEAD)
    for i in range(5):
        someone = make.one(28, 57)
        if i == 0:
            someone = Someone(head.name, someone.sex, someone.born, someone.citizen_id, someone.phone)
        who = register.person(unit, someone, rng.choice(EDUCATION))
        kind = ("director", "deputy", "member", "member", "member")[i]
        register.post(who, unit, kind, "elected", NEW_TERM, note="2026 年换届选举")
    for i in range(3):
        who = register.person(unit, make.one(30, 66), rng.choice(EDUCATION))
        register.post(who, unit, "supervisor_head" if i == 0 else "supervisor", "elected", NEW_TERM)
    for i in range(_share(GROUP_LEADERS, n, of)):
        who = register.person(unit, make.one(35, 70))
        register.post(
            who,
            unit,
            "group_leader",
            "chosen",
            TERM + timedelta(days=rng.randrange(900)),
            area=f"第 {i + 1} 组",
            part_time=True,
        )
    for i in range(_share(BUILDING_LEADERS, n, of)):
        who = register.person(unit, make.one(30, 72))
        area = f"{rng.choice('东西南北')}区 {i + 1} 号楼" if not village else f"{i + 1} 号片"
        register.post(
            who,
            unit,
            "building_leader",
            "chosen",
            TERM + timedelta(days=rng.randrange(1500)),
            area=area,
            part_time=True,
        )
    for _ in range(_share(PART_TIME, n, of)):
        who = register.person(unit, make.one(35, 68), "bachelor")
        register.post(
            who, unit, "part_time_member", "engaged", date(2024, 5, 6), part_time=True, note="乡贤、能人聘任"
        )
    for _ in range(_share(SOCIAL_WORKERS, n, of)):
        who = register.person(unit, make.one(23, 45), rng.choice(["bachelor", "bachelor", "master"]))
        register.post(
            who, unit, "social_worker", "engaged", date(2019, 7, 1) + timedelta(days=rng.randrange(2200))
        )
    for _ in range(4):
        who = register.person(unit, make.one(23, 52), rng.choice(EDUCATION))
        register.post(
            who, unit, "community_worker", "engaged", date(2018, 3, 1) + timedelta(days=rng.randrange(2700))
        )
    who = register.person(unit, make.one(24, 50), "college")
    register.post(who, unit, "grid_worker", "assigned", date(2022, 9, 1))


WORKING = ("social_worker", "community_worker", "member", "deputy", "grid_worker")


def _certificates(register: Register, ids: list[int]) -> Iterator[dict[str, Any]]:
    """Certificates for the article's number of people: the social workers first, then others who work there."""
    ranked = sorted(
        (WORKING.index(row["type"]), who) for who, row in register.posts if row["type"] in WORKING
    )
    for n, (_, who) in enumerate(ranked[:CERTIFIED]):
        rng = dice("certificate", n)
        year = rng.randrange(2010, 2026)
        level = "senior" if n % 60 == 17 else "worker" if rng.random() < 0.36 else "assistant"
        issued = date(year, 11, rng.randrange(1, 28))
        again = date(2024 if n % 9 else 2023, 11 if n % 9 else 3, 15)
        yield {
            "name": register.people[who]["name"], "number": str(ids[who]), "level": level,
            "certificate": f"{year}32058{n + 1:07d}", "issued": issued, "period_since": max(issued, again),
        }  # fmt: skip
