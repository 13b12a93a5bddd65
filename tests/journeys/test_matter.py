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
from gongzhi.participation.ballots.models import Ballot
from gongzhi.participation.deliberations import actions as deliberations
from gongzhi.participation.deliberations.models import Matter, Raising, Session, Supervisor
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
    mei.do(f"/residents/{claim.resident_id}/choose_nickname", nickname="梅子")
    mei_actor = residents.actor(claim.resident_id)
    assert mei_actor is not None
    town.actors["mei"] = mei_actor


SOMEBODY_ELSE = """() => {
  document.querySelector('[data-resident]').dataset.resident = 'another';
  new BroadcastChannel('gongzhi-outbox').postMessage('');
}"""
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
    other.page.evaluate(SOMEBODY_ELSE)
    other.page.get_by_text("还有 1 件等写的人自己登录后再送").wait_for()
    assert not other.page.get_by_text(SAID).count(), (
        "a phone in a family: another account reads nothing of it"
    )
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


def test_an_answer_that_is_lost_on_its_way_makes_no_second_report(people: People, town: County) -> None:
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
    deadline = time.monotonic() + 20
    while not lost and time.monotonic() < deadline:
        lan.page.wait_for_timeout(50)
    assert lost == [200]
    lan.page.unroute("**/resident/report")
    lan.page.reload()
    lan.page.get_by_text("手机里没有等着送的").wait_for()
    assert Raising.objects.filter(account_id=town.lan.account_id).count() == 1


# ---- 问 and 提 ----


def test_the_worker_registers_it_and_joins_what_is_the_same(people: People, town: County) -> None:
    first, second = Raising.objects.order_by("pk")
    gu = people.at("gu").go("/").says("轮到您").go("/deliberations/desk/")
    gu.says("2 件居民说的事等登记", SAID[:20], "不公开称呼")
    gu.go(first.get_absolute_url()).says(SAID, "不公开称呼")
    gu.refused(f"{first.get_absolute_url()}register", "公开的事由", title=TITLE, category="lighting")
    gu.do(
        f"{first.get_absolute_url()}register", title=TITLE, category="lighting", location="榉树弄 7 号楼",
        text="7 号楼 2 单元楼道灯坏了，老人晚上下楼不安全。",
    )  # fmt: skip
    gu.go(second.get_absolute_url()).says("这里已经有差不多的", TITLE)
    gu.do(f"{second.get_absolute_url()}join?matter={matter().pk}")
    assert (matter().raised, matter().number) == (2, "2026-0001")
    mei = people.at("mei", phone=True).go("/resident/").fits().says(TITLE, "等两委商量")
    mei.open_link(TITLE).fits().says("和另外 1 位邻居并在一起", "已经登记")
    assert people.at().page.request.get(people.address + base()).status == 404  # not published yet


def test_the_two_committees_take_it_on_and_answer(people: People, town: County, hand: Any) -> None:
    hand.to(moment(1, 14))
    votes = {
        "held_on": "2026-01-13",
        "eligible": 9,
        "present": 8,
        "answer": "您说的事受理了，下周请大家商量怎么办。",
    }
    zhou = people.at("zhou")
    zhou.refused(f"{base()}accept", **votes, yes=4, no=4)
    zhou.do(f"{base()}accept", **votes, yes=8)
    assert "deliberations.call" in turns(town.place.pk)
    people.at("mei", phone=True).go("/resident/").open_link(TITLE).fits().says(
        "您说的事受理了", "正在商量办法"
    )
    public = people.at(phone=True).go(base()).fits().says(TITLE, "由 2 位居民提出")
    public.hides(SAID, "梅子", "兰草", "梅红")


# ---- 议 ----


def test_those_concerned_are_asked_with_the_material_three_days_before(
    people: People, town: County, hand: Any
) -> None:
    gu = people.at("gu")
    asked = {
        "level": "community", "place": "社区议事厅", "material": "方案一：换感应灯 12 盏，3,600 元。\n方案二：每层装节能灯，2,100 元。",
        "online": True, "evidence": picture(60), "invited__0__capacity": "2 单元居民代表", "invited__0__name": "梅红",
        "invited__0__resident": "梅子", "invited__1__capacity": "1 单元居民代表", "invited__1__name": "兰青",
        "invited__1__resident": "兰草", "invited__2__capacity": "物业公司",
    }  # fmt: skip
    gu.refused(f"{base()}call", "3 天", held_at="2026-01-16T19:00", **asked)
    gu.do(f"{base()}call", held_at="2026-01-19T19:00", **asked)
    gu.do(
        f"{base()}put_to_vote", question="楼道装哪一种灯", options="感应灯\n节能灯", closes="2026-01-19T21:00"
    )
    mei = people.at("mei", phone=True).go("/resident/").fits().says("轮到您", "楼道装哪一种灯")
    mei.go(meeting().get_absolute_url()).fits().says("社区议事厅", "方案一").hides("兰青")


def test_people_vote_from_home_and_on_paper_in_the_hall_and_nobody_twice(people: People, hand: Any) -> None:
    ballot = Ballot.objects.get()
    vote, page = f"{ballot.get_absolute_url()}vote", ballot.get_absolute_url()
    for who in ("mei", "lan"):
        desk = people.at(who, phone=True).go(vote).fits().answer(choices=int(who == "lan")).submit()
        desk.go("/resident/").hides("楼道装哪一种灯")
    people.at("lan", phone=True).go(vote).fits().says("这次投的会代替上次的").answer(choices=0).submit()
    hand.to(moment(1, 19, 19))
    gu = people.at("gu")
    for name in ("竹影", "菊花"):
        gu.go(f"{page}roll?q={name}").press("发纸质票", exact=False)
    people.at("zhu", phone=True).refused(vote, "纸质票")
    hand.to(moment(1, 19, 21))
    gu = people.at("gu").do(f"{page}close")
    count(gu, page)
    gu.go(f"{page}batches").says("等第二人录入")
    fill_counts(gu.go(f"{page}enter?batch=1").answer(**SHEET), 1, 1).submit_plain()
    gu.says("请另一位工作人员用自己的账号再录一遍", within=".refusal")
    gu.refused(f"{page}count", "还没有核对一致")
    count(people.at("zhou"), page)
    people.at("gu").do(f"{page}count", tellers="监票 宋松")
    public = (
        people.at(phone=True).go(page).fits().says("感应灯", "网上 2，纸质 2")
    )  # a changed mind is one vote
    public.hides("梅子", "兰草", "竹影", "菊花")


SHEET = {"batch": 1, "printed": 4, "issued": 2, "spoiled": 0, "returned": 2, "invalid": 0}


def fill_counts(desk: Desk, *counts: int) -> Desk:
    for box, n in zip(desk.page.locator('main [name="counts"]').all(), counts, strict=True):
        box.fill(str(n))
    return desk


def count(desk: Desk, page: str) -> None:
    """One person's own count of the two papers in the box."""
    fill_counts(desk.go(f"{page}enter?batch=1").answer(**SHEET), 1, 1).submit()
    desk.says("第 1 批")


def test_they_agree_on_a_text_which_hangs_out(people: People, town: County, hand: Any) -> None:
    gu = people.at("gu")
    gu.do(
        f"{meeting().get_absolute_url()}hold",
        hall=2,
        remote=1,
        minutes="梅红：老人要感应灯。物业同意出一半。",
        evidence=picture(70),
    )
    gu.do(f"{base()}draft_outcome", text="楼道换感应灯 10 盏，物业出一半，社区出一半。")
    gu.do(
        f"{base()}draft_outcome",
        text="楼道换感应灯 12 盏，物业出一半，社区出一半；堆物由志愿者清走。",
        reason="门口再加两盏",
    )
    gu.do(f"{base()}settle", agree=3, place="7 号楼门口和公开栏")
    song = (
        people.at("song", phone=True).go(base()).fits().says("公示中", "12 盏").hides("老人要感应灯", "梅红")
    )
    assert song.page.locator("ins").count() > 0
    song.open_link("提异议").fits().says(TITLE).answer(text="感应灯太亮，照到一楼卧室。").submit()
    people.at("zhou").refused(f"{base()}adopt", "公示到")
    objection = matter().objections.get()
    people.at("gu").do(
        f"/deliberations/objections/{objection.pk}/answer_objection", answer="一楼装暖光、加灯罩。"
    )
    song.go(objection.get_absolute_url()).fits().says("加灯罩")
    hand.to(moment(1, 27))
    people.at("zhou").do(f"{base()}adopt")
    assert matter().state == "adopted"


# ---- 干 ----


def test_tasks_have_owners_who_take_them_on_and_show_what_they_did(
    people: People, town: County, hand: Any
) -> None:
    people.at("gu").do(
        f"{base()}assign",
        tasks__0__title="换感应灯 12 盏", tasks__0__owner_kind="department", tasks__0__owner_unit="民政局",
        tasks__0__budget="3600.00", tasks__0__due="2026-02-09",
        tasks__1__title="清走楼道堆物", tasks__1__owner_kind="volunteers", tasks__1__owner_name="榉树弄志愿者",
        tasks__1__budget="0", tasks__1__due="2026-02-09",
    )  # fmt: skip
    lamps, heaps = matter().tasks.order_by("seq")
    assert lamps.owner_unit_id == town.min.unit_id
    min_ = people.at("min", phone=True).go("/").fits().says("轮到您")
    min_.do(f"{lamps.get_absolute_url()}accept_task", photos=picture(20))
    people.at("gu").do(f"{heaps.get_absolute_url()}accept_task", photos=picture(25))
    hand.to(moment(2, 2))
    people.at("gu").do(f"{heaps.get_absolute_url()}finish_task", result="清走三车。", photos=picture(130))
    min_ = people.at("min", phone=True)
    min_.do(
        f"{lamps.get_absolute_url()}finish_task", result="装了 12 盏。", spent="3480.00", photos=picture(140)
    )
    assert matter().state == "done"
    page = people.at(phone=True).go(base()).fits().says("换感应灯 12 盏", "实付 3,480.00 元", "榉树弄志愿者")
    assert page.page.locator(".job-photos img").count() == 4


# ---- 监 ----


def test_supervisors_are_drawn_and_send_it_back_once(people: People, town: County, hand: Any) -> None:
    people.at("lan", phone=True).go(base()).open_link("我愿意当监督人").fits().submit()
    for who in (town.zhu, town.ju, town.song):
        deliberations.volunteer(who, matter=matter().pk)
    people.at("gu").do(f"{base()}draw", words="27、408、1963", places=3, witnesses="许东")
    first = look(people, town, passed=False)
    people.at("gu").refused(f"{base()}conclude", "不认可")
    people.at("gu").do(f"{base()}send_back", reason="三楼那盏不亮。")
    lamps = matter().tasks.get(seq=1)
    assert (lamps.state, matter().state, matter().sent_back) == ("returned", "doing", 1)
    first.go(base()).fits().says("退回重办", "三楼那盏不亮")
    people.at("min", phone=True).do(
        f"{lamps.get_absolute_url()}finish_task", result="换了灯座。", photos=picture(150)
    )
    assert matter().state == "checking"  # the same supervisors look again
    look(people, town, passed=True)
    people.at("gu").do(f"{base()}conclude", note="12 盏都亮。")
    assert matter().state == "rating"


def look(people: People, town: County, *, passed: bool) -> Desk:
    """Two of the three look at the lamps, and where these pass at what was cleared, too."""
    names = {town.actors[w].account_id: w for w in ("lan", "zhu", "ju", "song")}
    lamps, heaps = matter().tasks.order_by("seq")
    desk = None
    for duty in Supervisor.objects.filter(matter=matter(), state="chosen").order_by("pk")[:2]:
        desk = people.at(names[duty.account_id], phone=True).go("/resident/").fits().says("请您到现场查验")
        page = duty.get_absolute_url()
        desk.go(page).fits().says("换感应灯 12 盏")
        more = {"passed": True} if passed else {"finding": "三楼那盏不亮。"}
        desk.do(f"{page}check?task={lamps.pk}", photos=picture(30), score=5 if passed else 2, **more)
        if passed:
            desk.do(f"{page}check?task={heaps.pk}", passed=True)
    assert desk is not None
    return desk


def test_the_raisers_are_satisfied_and_it_is_closed(people: People, hand: Any) -> None:
    mei = people.at("mei", phone=True).go("/resident/").fits().says("请您说说满意不满意")
    mei.open_link("请您说说满意不满意").fits().answer(score=5, text="亮堂了，我妈敢下楼了。").submit()
    people.at("zhou").refused(f"{base()}close", "评价", conclusion="灯都亮了。")
    lan = people.at("lan", phone=True).go("/resident/")
    lan.open_link("请您说说满意不满意").answer(score=4).submit()
    people.at("zhou").do(
        f"{base()}close", conclusion="换感应灯 12 盏，花了 3,480 元，监督人查过两轮。", photos=picture(160)
    )
    assert (matter().state, matter().satisfied) == ("closed", True)
    mei.go("/resident/").fits().says("已经办结", TITLE)


def test_anybody_verifies_the_receipt_on_the_public_page(people: People) -> None:
    from gongzhi.core import sealing

    sealing.seal_now(full=True)
    public = people.at(phone=True).go(base()).fits().says("已办结", "3,480 元", "回执")
    public.hides(SAID, "梅子", "兰草", "竹影", "菊花", "顾勤", "周和", "亮堂了")
    number = re.search(r"/records/(\d+)", public.page.content())
    assert number is not None
    public.go(number[0]).fits().says("是真的，没有改过", "核验通过：指纹、路径、签名三样都对")
    assert public.page.request.get(f"{people.address}{number[0]}/proof.json").json()["index"] >= 0


# ---- in large type ----


def test_in_large_type_a_report_is_one_step_a_screen(people: People) -> None:
    desk = (
        people.at("ju", phone=True)
        .go("/resident/report?type=large")
        .fits()
        .says("第 1 步，共 4 步", "拍一张")
    )
    page = desk.page
    on, parts = page.locator("[data-step-on]"), page.locator("[data-step]:visible")
    low = "[...document.querySelectorAll('form .btn, form .chip, form input, form select, form textarea')]" \
        ".filter(e => e.offsetParent && e.type !== 'file' && e.getBoundingClientRect().height < 60).map(e => e.outerHTML)"  # fmt: skip
    for number, said in enumerate(("拍一张", "什么事", "在哪里"), start=1):
        desk.fits().says(f"第 {number} 步，共 4 步", said)
        assert parts.count() == 1
        assert page.evaluate(low) == []
        if number == 2:
            on.click()  # nothing is said yet
            desk.says("第 2 步，共 4 步")
            page.get_by_role("button", name="楼道堆东西").click()
        on.click()
    page.go_back()  # the phone's own way back
    desk.says("第 3 步，共 4 步")
    on.click()
    desk.says("第 4 步，共 4 步").press("送出").fits().says("您说的", "楼道堆东西")


def test_without_script_the_same_form_is_whole(people: People) -> None:
    desk = people.at("song", phone=True, scripts=False).go("/resident/report?type=large").fits()
    desk.says("拍一张", "什么事", "在哪里", "公开不公开").answer(text="8 号楼也没有灯。").press("送出")
    desk.says("您说的", "8 号楼也没有灯")
