"""The county itself: its real divisions, the departments of its list, and an account for every post."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password

from demo import moment
from demo.dice import dice
from demo.names import name
from gongzhi.core import calendar, roles, units
from gongzhi.core.access import SYSTEM, Actor
from gongzhi.core.accounts import Account, Post
from gongzhi.core.units import Unit
from gongzhi.lists.duties.actions import departments
from gongzhi.registers.places import bulk

COUNTY = "320585000000"
OPENED = date(2020, 1, 1)
PASSWORD = "Taicang#2026"

COUNTY_POSTS = {
    "county": (roles.COUNTY_OFFICER, "市社会治理岗"),
    "chief": (roles.COUNTY_HEAD, "市分管领导"),
    "registrar": (roles.REGISTRAR, "登记管理岗"),
    "auditor": (roles.AUDITOR, "审计岗"),
    "system": (roles.SYSTEM_ADMIN, "系统管理员"),
    "security": (roles.SECURITY_ADMIN, "安全管理员"),
    "audit": (roles.AUDIT_ADMIN, "审计管理员"),
}
TOWNSHIP_POSTS = {
    "officer": (roles.TOWNSHIP_OFFICER, "社会治理岗"),
    "head": (roles.TOWNSHIP_HEAD, "镇长（主任）"),
    "finance": (roles.TOWNSHIP_FINANCE, "财政岗"),
}
COMMITTEE_POSTS = {
    "head": (roles.COMMITTEE_HEAD, "主任"),
    "worker": (roles.COMMITTEE_WORKER, "工作者"),
    "watch": (roles.SUPERVISOR, "监督委员会"),
}


@dataclass
class County:
    """Units and actors, found by what they are."""

    unit: Unit
    townships: list[Unit]
    committees: dict[int, list[Unit]]
    departments: dict[str, Unit]
    actors: dict[tuple[int, str], Actor] = field(default_factory=dict)

    def actor(self, unit: Unit, role: str) -> Actor:
        """Who holds ``role`` at ``unit``."""
        return self.actors[unit.pk, role]

    @property
    def officer(self) -> Actor:
        return self.actor(self.unit, roles.COUNTY_OFFICER)

    @property
    def chief(self) -> Actor:
        return self.actor(self.unit, roles.COUNTY_HEAD)

    @property
    def registrar(self) -> Actor:
        return self.actor(self.unit, roles.REGISTRAR)

    @property
    def legal(self) -> Actor:
        return self.actor(self.departments["司法局"], roles.LEGAL_OFFICER)


def build() -> County:
    """Divisions, departments and accounts."""
    calendar.seed()
    bulk.import_places(bulk.COUNTY_FILE)
    bulk.enrol_county(COUNTY)
    root = Unit.objects.get(code=COUNTY)
    names = list(dict.fromkeys([*departments(), "财政局"]))
    made = units.open_units(
        [(units.DEPARTMENT, f"太仓市{n}", f"市{n}", f"dept:{i:02d}") for i, n in enumerate(names, start=1)],
        parent=root,
        opened=OPENED,
    )
    townships = list(Unit.objects.filter(kind=units.TOWNSHIP, parent=root).order_by("code"))
    committees: dict[int, list[Unit]] = {t.pk: [] for t in townships}
    for unit in Unit.objects.filter(kind=units.COMMITTEE).order_by("code"):
        committees[unit.parent_id].append(unit)  # type: ignore[index]
    county = County(root, townships, committees, dict(zip(names, made, strict=True)))
    _accounts(county)
    return county


def load() -> County:
    """The county that was built before."""
    root = Unit.objects.get(code=COUNTY)
    townships = list(Unit.objects.filter(kind=units.TOWNSHIP, parent=root).order_by("code"))
    committees: dict[int, list[Unit]] = {t.pk: [] for t in townships}
    for unit in Unit.objects.filter(kind=units.COMMITTEE, closed=None).order_by("code"):
        committees[unit.parent_id].append(unit)  # type: ignore[index]
    departments = {
        u.short.removeprefix("市"): u for u in Unit.objects.filter(kind=units.DEPARTMENT, parent=root)
    }
    county = County(root, townships, committees, departments)
    for post in Post.objects.select_related("account", "unit").exclude(role=roles.RESIDENT).order_by("pk"):
        county.actors.setdefault((post.unit_id, post.role), post.actor())
    return county


def _accounts(county: County) -> None:
    """One account a post, all with the demonstration's password. Bulk rows: five hundred hashes would take a minute."""
    plan: list[tuple[str, str, Unit]] = [
        (login, role, county.unit) for login, (role, _) in COUNTY_POSTS.items()
    ]
    for unit in county.departments.values():
        role = roles.LEGAL_OFFICER if unit.name.endswith("司法局") else roles.DEPARTMENT_OFFICER
        plan.append((unit.code.replace("dept:", "dept"), role, unit))  # type: ignore[union-attr]
        if role == roles.LEGAL_OFFICER:
            plan.append((f"{unit.code}b".replace("dept:", "dept"), roles.DEPARTMENT_OFFICER, unit))
    for township in county.townships:
        code = (township.code or "")[6:9]
        plan += [(f"zhen{code}{word}", role, township) for word, (role, _) in TOWNSHIP_POSTS.items()]
        for unit in county.committees[township.pk]:
            code = (unit.code or "")[6:12]
            plan += [(f"cun{code}{word}", role, unit) for word, (role, _) in COMMITTEE_POSTS.items()]
    secret = make_password(PASSWORD)
    people = [
        Account(
            login=login,
            name=name(dice("account", login), dice("sex", login).choice("MF")),
            home=unit,
            demo=True,
            password=secret,
            password_set=moment.TODAY,
        )
        for login, _, unit in plan
    ]
    Account.objects.bulk_create(people)
    posts = [
        Post(account=account, role=role, unit=unit, since=OPENED)
        for account, (_, role, unit) in zip(people, plan, strict=True)
    ]
    Post.objects.bulk_create(posts)
    for post in posts:
        county.actors.setdefault((post.unit_id, post.role), post.actor())


__all__ = ["PASSWORD", "SYSTEM", "County", "build"]
