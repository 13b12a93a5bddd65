"""The county of these tests: 太仓市 on 12 January 2026, made by the same verbs as people use.

城厢镇 has 23 committees, which all get an account for their head; 浏河镇 is the neighbour with two. The memorable
people are those of :mod:`gongzhi.cast`, seated here: 陆 and 陈 and 何 at the township, 周, 顾 and 简 at the first
committee, 吴 and 许 at its neighbours, 钱, 陶 and 孙 next door, 王 and the others at the county.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from gongzhi import cast
from gongzhi.core import calendar, clock, dated, roles, sealed, units
from gongzhi.core.access import Actor
from gongzhi.core.accounts import RESIDENT_LOGIN, Account, Post
from gongzhi.core.units import Unit
from gongzhi.registers.residents import queries as residents

if TYPE_CHECKING:
    from gongzhi.registers.residents.models import Claim

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = datetime(2026, 1, 12, 9, 0, tzinfo=SHANGHAI)  # a Monday
PASSWORD = "Loujiang-2026"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
TOWNSHIP, NEIGHBOUR = "320585100000", "320585102000"
RESIDENTS = [
    # name, nickname, phone, year of birth, name in full, building
    ("mei", "梅子", "13800000001", 1985, "梅红", "榉树弄 7 号楼"),
    ("lan", "兰草", "13800000002", 1990, "兰青", "石桥 3 组 18 号"),
    ("song", "松间", "13800000003", 1970, "宋松", ""),
]
SEATS = {"沙溪镇": TOWNSHIP, "浏河镇": NEIGHBOUR}  # the cast's townships → ours


@dataclass
class County:
    """Everybody by the cast's names, and the committees of the township in the order of their codes."""

    actors: dict[str, Actor]
    township: Unit
    committees: list[Unit]
    heads: dict[int, Actor]

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.__dict__["actors"][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def place(self) -> Unit:
        """The committee of 周, 顾 and 简."""
        return self.committees[0]


def build(folder: Path) -> None:
    """Make the county in an empty database: divisions, departments, accounts, and the list in force."""
    from gongzhi.lists.duties import actions as duties

    with clock.at(datetime(2025, 12, 1, 9, 0, tzinfo=SHANGHAI)):
        calendar.seed()
        _divisions(folder)
        _accounts(_departments(duties.departments()))
        county = load()
        duties.seed_default(
            county.wang,
            2026,
            number="太政发〔2025〕51号",
            valid_from=date(2026, 1, 1),
            legal=county.fang,
            head=county.zhang,
        )
    with clock.at(datetime(2026, 1, 1, 0, 5, tzinfo=SHANGHAI)):
        duties.turn_of_the_day()


def _divisions(folder: Path) -> None:
    """The real divisions, cut down to one township of 23 committees and a neighbour with two."""
    from gongzhi.registers.places import bulk

    with bulk.COUNTY_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    of_neighbour = [r for r in rows if r["code"].startswith(NEIGHBOUR[:9])][:3]
    kept = [r for r in rows if r["level"] == "county" or r["code"].startswith(TOWNSHIP[:9])] + of_neighbour
    path = folder / "divisions.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, rows[0].keys())
        out.writeheader()
        out.writerows(kept)
    bulk.import_places(path)
    bulk.enrol_county("320585000000")
    # Written by hand in the law's numbers: the county is one, the townships two, the committees 23 and 2.
    assert [Unit.objects.filter(kind=k).count() for k in (units.COUNTY, units.TOWNSHIP, units.COMMITTEE)] == [
        1,
        2,
        25,
    ]


def _departments(names: list[str]) -> dict[str, Unit]:
    names = list(dict.fromkeys([*names, "司法局", "民政局", "残联"]))
    made = units.open_units(
        [(units.DEPARTMENT, f"太仓市{n}", f"市{n}", f"dept:{i:02d}") for i, n in enumerate(names, start=1)],
        parent=units.county(),
        opened=cast.OPENED,
    )
    return {u.name.removeprefix("太仓市"): u for u in made}


def _seat(name: str, departments: dict[str, Unit], of_town: list[Unit], of_next: list[Unit]) -> Unit:
    known = {
        "太仓市": units.county,
        "中荷村": lambda: of_town[0],
        "虹桥村": lambda: of_town[1],
        "府东社区": lambda: of_town[2],
        "万安村": lambda: of_next[0],
    }
    if name in known:
        return known[name]()
    if name in SEATS:
        return Unit.objects.get(code=SEATS[name])
    return departments[name.removeprefix("市")]


def _accounts(departments: dict[str, Unit]) -> None:
    of_town = _committees(TOWNSHIP)
    seated = [
        (key, name, role, _seat(unit, departments, of_town, _committees(NEIGHBOUR)))
        for key, name, role, unit in cast.PEOPLE
    ]
    seated += [
        (f"head{n:02d}", f"村主任{n}", roles.COMMITTEE_HEAD, unit) for n, unit in enumerate(of_town) if n > 2
    ]
    secret = make_password(PASSWORD)
    codes = dated.value("core.second_factor_roles")
    people = [
        Account(
            login=key,
            name=name,
            home=unit,
            password=secret,
            password_set=TODAY,
            totp_secret=sealed.seal(TOTP_SECRET).encode() if role in codes else None,
        )
        for key, name, role, unit in seated
    ]
    Account.objects.bulk_create(people)
    Post.objects.bulk_create(
        Post(account=a, role=role, unit=unit, since=cast.OPENED)
        for a, (_, _, role, unit) in zip(people, seated, strict=True)
    )


def _committees(township: str) -> list[Unit]:
    return list(Unit.objects.filter(kind=units.COMMITTEE, parent__code=township).order_by("code"))


def load() -> County:
    """The county as the database has it."""
    posts = Post.objects.select_related("account", "unit").order_by("pk")
    actors: dict[str, Actor] = {}
    for post in posts:
        actors.setdefault(post.account.login, post.actor())
    for key, account in _residents():
        found = residents.actor(account)
        if found is not None:
            actors[key] = found
    heads = {p.unit_id: p.actor() for p in posts if p.role == roles.COMMITTEE_HEAD}
    return County(actors, Unit.objects.get(code=TOWNSHIP), _committees(TOWNSHIP), heads)


def _residents() -> list[tuple[str, int]]:
    """The residents of the cast who have come in so far, by their nicknames: (name, account)."""
    names = {nickname: key for key, nickname, *_ in RESIDENTS}
    accounts = Account.objects.filter(login__startswith=RESIDENT_LOGIN, resident__nickname__in=list(names))
    return [(names[n], pk) for pk, n in accounts.values_list("pk", "resident__nickname")]


def come_in(
    county: County, key: str, nickname: str, phone: str, year: int, name: str = "", building: str = "", unit: Unit | None = None
) -> Claim | None:  # fmt: skip
    """A resident comes in by phone, and where a unit is given claims to live there and is confirmed by its head."""
    from gongzhi.registers.places.models import Place
    from gongzhi.registers.residents import actions
    from gongzhi.registers.residents.actions import entering

    made = entering.open_by_phone(phone, birth_year=year)
    actor = residents.actor(made.pk)
    assert actor is not None
    actions.choose_nickname(actor, made.pk, nickname=nickname)
    claim = None
    if unit is not None:
        place = Place.objects.get(unit=unit).pk
        claim = actions.claim(actor, place=place, building=building, name=name)
        actions.confirm(county.heads[unit.pk], claim)
    county.actors[key] = residents.actor(made.pk) or actor
    return claim


def plain(value: Any) -> str:
    """A value as a form wants it."""
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
