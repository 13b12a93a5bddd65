"""Whom a meeting asks: picked from people, posts and residents of the unit, or written by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gongzhi.core import clock
from gongzhi.participation.deliberations import actions
from gongzhi.participation.deliberations.models import Matter, Stakeholder
from gongzhi.registers.positions import actions as positions
from gongzhi.registers.positions.models import Position

from .conftest import Village, rule


def call(village: Village, *rows: dict[str, Any], matter: Matter | None = None) -> Matter:
    return actions.call(
        village.gu, matter or village.accepted(), level="community", held_at=clock.now() + timedelta(days=3),
        place="村部", material="三个方案。", invited=list(rows),
    )  # fmt: skip


@pytest.fixture
def leader(village: Village) -> Position:
    """何根 leads group 3 of 中荷村."""
    county = village.county
    person = county.person(village.gu, "何根", birth_year=1970)
    return positions.appoint(
        village.gu, person=person.pk, organisation=county.bodies["中荷村"].pk, kind="group_leader", area="第 3 组",
        basis="elected", since=clock.today() - timedelta(days=30),
    )  # fmt: skip


def test_names_and_capacities_come_from_the_registers(village: Village, leader: Position) -> None:
    somebody = village.county.person(village.gu, "程素", birth_year=1980)
    call(
        village,
        {"position": leader.pk},
        {"person": somebody.pk, "capacity": "5 号楼居民代表"},
        {"resident": village.lan.account_id},
        {"name": "老白", "capacity": "物业公司"},
        {"resident": village.lan.account_id, "capacity": "再写一次"},
    )
    rows = [(s.capacity, s.name.reveal(), s.account_id) for s in Stakeholder.objects.order_by("pk")]
    shown = rows[2][1]
    assert rows == [
        (leader.title, "何根", None),
        ("5 号楼居民代表", "程素", None),
        ("居民", shown, village.lan.account_id),
        ("物业公司", "老白", None),
    ]
    assert shown.startswith("居民")


def test_who_is_not_of_here_is_refused_by_the_row(village: Village, leader: Position) -> None:
    elsewhere = village.county.person(village.wu, "吴邻", place="虹桥村")
    matter = village.accepted()
    for row in (
        {"position": leader.pk + 999, "capacity": "组长"},
        {"person": elsewhere.pk, "capacity": "代表"},
        {"resident": village.liu.account_id, "capacity": "代表"},
        {"resident": village.ke.account_id, "capacity": "代表"},
        {"name": "没有身份"},
    ):
        assert (
            rule(lambda row=row: call(village, {"capacity": "甲"}, row, matter=matter))
            == "deliberations.invited"
        )
    assert not Stakeholder.objects.exists()


def test_the_form_finds_them_and_finds_nobody_of_elsewhere(
    village: Village, leader: Position, client_for: Any
) -> None:
    village.county.person(village.gu, "程素", birth_year=1980)

    def found(who: Any, kind: str, text: str) -> str:
        return client_for(who).get("/search/pick", {"kind": kind, "q": text}).content.decode()

    assert f'data-value="{leader.pk}"' in found(village.gu, "positions.position", "第 3 组")
    assert "data-value" not in found(village.wu, "positions.position", "第 3 组")
    assert "data-value" in found(village.gu, "people.person", "程素")
    house = "1 号楼"
    from gongzhi.registers.residents.models import Claim

    Claim.objects.update(building=house)
    assert f'data-value="{village.lan.account_id}"' in found(village.gu, "residents.confirmed", house)
    assert f'data-value="{village.liu.account_id}"' not in found(village.gu, "residents.confirmed", house)
    for who in (village.county.mei, village.min, village.shen):
        assert "data-value" not in found(who, "residents.confirmed", house)
    matter = village.registered()
    assert f'data-value="{matter.pk}"' in found(village.gu, "deliberations.matter", "路灯")
    assert "data-value" not in found(village.wu, "deliberations.matter", "路灯")
