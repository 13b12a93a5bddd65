"""Coming in: lock-out, second factor, first password, change of post, idle time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyotp
import pytest

from gongzhi.core import clock, roles
from gongzhi.core.accounts import Account, Post
from tests.county import PASSWORD, TOTP_SECRET, County
from tests.journeys.people import Desk, People

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def enter(desk: Desk, login: str, password: str = PASSWORD) -> Desk:
    desk.go("/sign-in").answer(login=login, password=password)
    return desk.press("登录")


def code() -> str:
    return pyotp.TOTP(TOTP_SECRET).at(clock.now())


@pytest.mark.parametrize("phone", [False, True])
def test_a_village_worker_signs_in_and_leaves(people: People, phone: bool) -> None:
    desk = people.at(phone=phone)
    desk.go("/agreements/")
    assert desk.path.startswith("/sign-in?next=")
    desk.fits().answer(login="GU ", password=PASSWORD).press("登录")
    assert desk.path == "/agreements/"
    desk.go("/").fits().says("轮到您")
    desk.page.locator("details.who summary").click()
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name="退出").click()
    desk.go("/")
    assert desk.path == "/duties/ask/"


def test_too_many_wrong_passwords_lock_and_the_security_administrator_unlocks(
    people: People, town: County
) -> None:
    desk = people.at()
    for _ in range(5):
        enter(desk, "wu", "wrong").says("登录名或密码不对", within=".refusal")
    enter(desk, "wu").says("连续输错次数太多", within=".refusal")
    guard = people.at("guard")
    account = town.wu.account_id
    guard.do(f"/accounts/{account}/unlock", reason="本人到场核实")
    enter(desk, "wu")
    assert desk.path == "/"


def test_a_county_role_needs_its_one_time_code_and_each_code_once(people: People) -> None:
    desk = people.at()
    enter(desk, "wang")
    assert desk.path == "/sign-in/code"
    used = code()
    desk.answer(code=used).submit()
    assert desk.path == "/"
    other = people.at()
    enter(other, "wang").answer(code=used).submit()
    other.says("动态口令不对或已经用过", within=".refusal")


def test_a_new_account_sets_its_own_password_first(people: People, town: County) -> None:
    root = people.at("root")
    root.do(
        "/accounts/new/open", login="xin.ren", name="辛仁", unit=town.place.short, role=roles.COMMITTEE_WORKER,
        since=date(2026, 1, 12).isoformat(), first_password="Chengxiang-1",
    )  # fmt: skip
    desk = people.at()
    enter(desk, "xin.ren", "Chengxiang-1")
    assert desk.path == "/sign-in/password"
    desk.go("/agreements/")
    assert desk.path.startswith("/sign-in")  # nothing opens before the password is changed
    enter(desk, "xin.ren", "Chengxiang-1")
    desk.answer(password="Chengxiang-1", again="Chengxiang-1").submit()
    desk.says("用过的密码不能再用", within=".refusal")
    desk.answer(password="Xiangcheng-2", again="Xiangcheng-2").submit()
    assert desk.path == "/"


def test_one_account_changes_between_its_posts(people: People, town: County) -> None:
    account = Account.objects.get(login="tao")
    Post.objects.create(
        account=account, role=roles.COMMITTEE_HEAD, unit=town.committees[5], since=date(2026, 1, 1)
    )
    desk = people.at()
    enter(desk, "tao")
    desk.go("/posts").says("浏河镇", town.committees[5].short)
    desk.page.locator("form.line", has_text=town.committees[5].short).get_by_role("button").click()
    desk.page.wait_for_url("**/")
    assert town.committees[5].short in desk.text(".who")


def test_an_idle_session_ends(people: People, hand: Any) -> None:
    desk = people.at("gu").go("/")
    hand.forward(minutes=31)
    desk.go("/notices")
    assert desk.path.startswith("/sign-in?idle=1")
    desk.says("为了安全已经退出")
