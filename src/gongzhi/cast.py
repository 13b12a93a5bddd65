"""The cast of the tests: a small county with memorable people, one per role that matters.

太仓市 has two townships: 沙溪镇 (陆 officer, 陈 head, 何 finance) with 中荷村 (周 director, 顾 worker, 沈 supervisor),
虹桥村 (吴 director) and 府东社区 (许 director); and 浏河镇 (钱 head) with 万安村 (孙 director). Insider, superior,
neighbour and stranger are found among them. 梅 lives in 中荷村 and 兰 in 虹桥村, both confirmed; 松 has come in by phone
and said nothing about where he lives.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from gongzhi.core import roles, units
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Account, Post
from gongzhi.core.units import Unit

OPENED = date(2020, 1, 1)
OPENED_AT = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Cast:
    """Units by their short names and actors by family name."""

    units: dict[str, Unit]
    actors: dict[str, Actor]

    def __getitem__(self, name: str) -> Unit:
        return self.units[name]

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.__dict__["actors"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(name) from None


PEOPLE = [
    # name, family name shown, role, unit
    ("wang", "王敏", roles.COUNTY_OFFICER, "太仓市"),
    ("zhang", "张立", roles.COUNTY_HEAD, "太仓市"),
    ("shen", "沈言", roles.AUDITOR, "太仓市"),
    ("ren", "任静", roles.REGISTRAR, "太仓市"),
    ("root", "管平", roles.SYSTEM_ADMIN, "太仓市"),
    ("guard", "安防", roles.SECURITY_ADMIN, "太仓市"),
    ("eye", "秦鉴", roles.AUDIT_ADMIN, "太仓市"),
    ("fang", "方正", roles.LEGAL_OFFICER, "司法局"),
    ("min", "闵政", roles.DEPARTMENT_OFFICER, "民政局"),
    ("can", "蔡联", roles.DEPARTMENT_OFFICER, "市残联"),
    ("lu", "陆远", roles.TOWNSHIP_OFFICER, "沙溪镇"),
    ("chen", "陈诚", roles.TOWNSHIP_HEAD, "沙溪镇"),
    ("he", "何账", roles.TOWNSHIP_FINANCE, "沙溪镇"),
    ("zhou", "周和", roles.COMMITTEE_HEAD, "中荷村"),
    ("gu", "顾勤", roles.COMMITTEE_WORKER, "中荷村"),
    ("jian", "简督", roles.SUPERVISOR, "中荷村"),
    ("wu", "吴桥", roles.COMMITTEE_HEAD, "虹桥村"),
    ("xu", "许东", roles.COMMITTEE_HEAD, "府东社区"),
    ("qian", "钱江", roles.TOWNSHIP_HEAD, "浏河镇"),
    ("tao", "陶远", roles.TOWNSHIP_OFFICER, "浏河镇"),
    ("sun", "孙安", roles.COMMITTEE_HEAD, "万安村"),
]


RESIDENTS = [
    # name, nickname, unit of the confirmed residence, phone, year of birth
    ("mei", "梅子", "中荷村", "13800000001", 1985),
    ("lan", "兰草", "虹桥村", "13800000002", 1990),
    ("song", "", "", "13800000003", 1970),
]


def build() -> Cast:
    """Make the county in an empty database."""
    county = units.open_unit(units.COUNTY, "太仓市", "太仓市", "320585000000", parent=None, opened=OPENED)
    shaxi, liuhe, *departments = units.open_units(
        [
            (units.TOWNSHIP, "沙溪镇人民政府", "沙溪镇", "320585101000"),
            (units.TOWNSHIP, "浏河镇人民政府", "浏河镇", "320585102000"),
            (units.DEPARTMENT, "太仓市民政局", "民政局", "dept:minzheng"),
            (units.DEPARTMENT, "太仓市司法局", "司法局", "dept:sifa"),
            (units.DEPARTMENT, "太仓市残疾人联合会", "市残联", "dept:canlian"),
        ],
        parent=county,
        opened=OPENED,
    )
    of_shaxi = units.open_units(
        [
            (units.COMMITTEE, "中荷村村民委员会", "中荷村", "320585101204"),
            (units.COMMITTEE, "虹桥村村民委员会", "虹桥村", "320585101205"),
            (units.COMMITTEE, "府东社区居民委员会", "府东社区", "320585101001"),
        ],
        parent=shaxi,
        opened=OPENED,
    )
    of_liuhe = units.open_units(
        [(units.COMMITTEE, "万安村村民委员会", "万安村", "320585102201")], parent=liuhe, opened=OPENED
    )
    known = {u.short: u for u in [county, shaxi, liuhe, *departments, *of_shaxi, *of_liuhe]}
    actors = {key: _actor(key, name, role, known[unit]) for key, name, role, unit in PEOPLE}
    for key, nickname, unit, phone, year in RESIDENTS:
        actors[key] = resident(known.get(unit), nickname=nickname, phone=phone, birth_year=year)
    return Cast(known, actors)


def _actor(key: str, name: str, role: str, unit: Unit) -> Actor:
    account = Account.objects.create(login=key, name=name, home=unit)
    post = Post.objects.create(account=account, role=role, unit=unit, since=OPENED)
    return post.actor()


def resident(home: Unit | None = None, *, phone: str = "", **facts: Any) -> Actor:
    """One more resident, confirmed with the committee ``home`` if it is given; ``facts`` are the model's own."""
    from gongzhi.registers.residents import queries
    from gongzhi.registers.residents.models import Claim, Consent, Resident

    county = Unit.objects.get(kind=units.COUNTY)
    account = Account.objects.create(
        login=f"resident:{uuid4().hex}", name="", home=county, password_set=OPENED_AT
    )
    made = Resident.objects.create(
        account=account, digits=f"{account.pk % 10000:04d}", phone=phone, unit=home, **facts
    )
    Consent.objects.create(
        resident=made, purpose="service", version=queries.version("service"), by_account=account.pk
    )
    if home is not None:
        post = Post.objects.create(account=account, role=roles.RESIDENT, unit=home, since=OPENED)
        Claim.objects.create(
            resident=made, unit=home, building="1 号楼", state="confirmed", post=post, decided=OPENED
        )
    found = queries.actor(account.pk)
    assert found is not None
    return found
