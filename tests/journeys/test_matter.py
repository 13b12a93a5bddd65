"""A resident's word becomes a finished, supervised result: the five steps in the browsers of everybody concerned.

梅 comes in by phone and reports a dark flight of stairs where there is no network. The tests are one story, in order.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import override_settings

from gongzhi.core.evidence import EvidenceUse
from gongzhi.core.todo import Todo
from gongzhi.participation.deliberations.models import Matter, Raising, Session
from gongzhi.registers.residents import queries as residents
from gongzhi.registers.residents.models import Claim
from tests.county import SHANGHAI, County, come_in
from tests.journeys.people import Desk, People, picture

pytestmark = [pytest.mark.journey, pytest.mark.story, pytest.mark.xdist_group("journeys")]

SAID = "7 号楼 2 单元的楼道灯坏了三天，我妈 78 岁，晚上下楼看不见台阶。"
TITLE = "7 号楼楼道和门口没有灯"
NEIGHBOURS = [
    # name, nickname, phone, year of birth, name in full, building
    ("lan", "兰草", "13800000012", 1990, "兰青", "榉树弄 7 号楼 1 单元"),
    ("zhu", "竹影", "13800000013", 1958, "竹茂", "榉树弄 7 号楼 2 单元"),
    ("ju", "菊花", "13800000014", 1971, "菊香", "榉树弄 6 号楼"),
    ("song", "松间", "13800000015", 1966, "宋松", "榉树弄 8 号楼"),
]


@pytest.fixture(scope="module", autouse=True)
def neighbours(town: County) -> Iterator[None]:
    """Codes are shown on the page, as in the demonstration; four neighbours live there already."""
    with override_settings(GATEWAY="screen"):
        for row in NEIGHBOURS:
            come_in(town, *row, unit=town.place)
        yield


def moment(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def matter() -> Matter:
    return Matter.objects.get(title=TITLE)


def base() -> str:
    return str(matter().get_absolute_url())


def meeting() -> Session:
    return matter().sessions.latest("seq")


def turns(unit: int) -> set[str]:
    """The verbs that wait for a unit."""
    return set(Todo.objects.filter(closed=None, unit_id=unit).values_list("verb", flat=True))


# ---- coming in ----


def test_a_resident_comes_in_by_phone_and_one_time_code(people: People, town: County) -> None:
    mei = people.at(phone=True).go("/resident/").fits()
    assert mei.path.startswith("/resident/sign-in")
    mei.answer(phone="138 0000 0011").press("获取验证码").fits().says("138****0011", "演示")
    code = re.search(r"\b\d{6}\b", mei.text(".note"))
    assert code is not None
    mei.answer(code="000000" if code[0] != "000000" else "111111").press("登录").says("验证码不对")
    mei.answer(code=code[0]).press("登录").fits().says("个人信息")
    mei.answer(birth_year="1985").press("同意，继续")
    assert mei.path == "/resident/"
    mei.fits().says("拍一张", "说一段", "写几句", "申请居住登记")
    place = town.place.short
    mei.go("/residents/new/claim").fits()
    mei.answer(place=place, building="榉树弄 7 号楼 2 单元", name="梅红").submit()
    claim = Claim.objects.get(state="claimed")
    people.at("gu").go("/").says("轮到您").do(f"/residents/claims/{claim.pk}/confirm")
    mei.go("/resident/").fits().says(place, "已确认")
    mei_actor = residents.actor(claim.resident_id)
    assert mei_actor is not None
    town.actors["mei"] = mei_actor


READY = """async () => {
  for (let tries = 0; tries < 600; tries += 1) {
    const kept = await Promise.all(['/resident/report', '/resident/outbox'].map((page) => caches.match(page)));
    if (navigator.serviceWorker.controller && kept.every(Boolean)) return true;
    await new Promise((done) => setTimeout(done, 50));
  }
  return false;
}"""


def controlled(desk: Desk) -> Desk:
    """The phone has the pages it needs without a network."""
    assert desk.page.evaluate(READY)
    return desk


def test_without_a_network_the_report_waits_in_the_phone_and_goes_out_once(people: People) -> None:
    mei = controlled(people.at("mei", phone=True).go("/resident/"))
    phone = mei.page.context
    phone.set_offline(True)
    mei.go("/resident/report").fits().answer(text=SAID, photos=picture(40), unnamed=True)
    mei.page.locator("#report-photos img").wait_for()
    mei.press("送出")
    assert mei.path == "/resident/outbox"
    mei.page.get_by_text(SAID).wait_for()
    mei.fits().says("照片 1")
    assert not Raising.objects.exists()
    other = Desk(phone.new_page(), people.address)
    people.desks.append(other)
    other.go("/resident/outbox").page.get_by_text(SAID).wait_for()
    # two tabs hear that the network is back, and one is loaded anew while it sends
    phone.set_offline(False)
    mei.page.reload(wait_until="domcontentloaded")
    for desk in (mei, other):
        desk.page.get_by_text("手机里没有等着送的").wait_for()
    raising = Raising.objects.get()
    assert (raising.text, raising.unnamed) == (SAID, True)
    assert EvidenceUse.objects.filter(thing_type=Raising.kind(), thing_id=raising.pk).count() == 1
    mei.go("/resident/").fits().says("我的事", SAID[:20], "等社区登记")
    assert mei.page.locator("[data-waiting]").is_hidden()


def test_an_answer_that_is_lost_on_its_way_makes_no_second_report(people: People) -> None:
    """The server had it, the phone never heard so: what is sent again under the same key is known."""
    lan = controlled(people.at("lan", phone=True).go("/resident/"))
    phone = lan.page.context
    phone.set_offline(True)
    lan.go("/resident/report").answer(text="7 号楼门口的灯也不亮。").press("送出")
    lan.page.get_by_text("7 号楼门口的灯也不亮。").wait_for()
    lost: list[int] = []

    def lose(route: Any) -> None:
        lost.append(route.fetch().status)
        route.abort()

    lan.page.route("**/resident/report", lose)
    phone.set_offline(False)
    lan.page.wait_for_timeout(1)
    deadline = time.monotonic() + 20
    while not lost and time.monotonic() < deadline:
        lan.page.wait_for_timeout(50)
    assert lost == [200]
    assert Raising.objects.filter(account_id=town_account("lan", people)).count() == 1
    lan.page.unroute("**/resident/report")
    lan.page.reload()
    lan.page.get_by_text("手机里没有等着送的").wait_for()
    assert Raising.objects.filter(account_id=town_account("lan", people)).count() == 1


def town_account(who: str, people: People) -> int | None:
    return people.county.actors[who].account_id
