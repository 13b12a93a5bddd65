"""Coming in: passwords, lock-out, the second factor, idle sessions, and what the journal keeps of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
import pytest
from django.test import Client

from gongzhi.cast import Cast
from gongzhi.core import clock, dated
from gongzhi.core.accounts import Account
from gongzhi.core.journal import JournalEntry
from gongzhi.core.refusal import Refused
from gongzhi.site import actions, doors
from gongzhi.site.actions import set_password
from gongzhi.site.rules import classes, password_problems

GOOD = "Gongzhi#2026"


@pytest.fixture
def lu(cast: Cast) -> Account:
    account = Account.objects.get(login="lu")
    set_password(account, GOOD)
    return account


def sign_in(client: Client, password: str, login: str = "lu", **more: str) -> object:
    return client.post("/sign-in", {"login": login, "password": password, **more})


def test_the_right_password_opens_the_workbench(lu: Account) -> None:
    client = Client()
    answer = sign_in(client, GOOD, next="/done")
    assert (answer.status_code, answer["Location"]) == (302, "/done")
    assert client.get("/").status_code == 200
    entry = JournalEntry.objects.get(verb="accounts.signed_in")
    assert entry.account_id == lu.pk
    client.post("/sign-out")
    assert client.get("/done").status_code == 302


def test_a_wrong_login_and_a_wrong_password_read_alike(lu: Account) -> None:
    one, other = sign_in(Client(), "x"), sign_in(Client(), "x", login="nobody")
    assert one.status_code == other.status_code == 422
    assert "登录名或密码不对" in one.content.decode()
    assert "登录名或密码不对" in other.content.decode()


def test_five_failures_lock_for_thirty_minutes(lu: Account, now: datetime) -> None:
    for _ in range(5):
        sign_in(Client(), "x")
    assert "请 30 分钟后再试" in sign_in(Client(), GOOD).content.decode()
    assert JournalEntry.objects.filter(verb="accounts.sign_in_failed").count() == 5
    with clock.at(now + timedelta(minutes=31)):
        assert sign_in(Client(), GOOD).status_code == 302


def test_a_target_outside_the_house_is_not_followed(lu: Account) -> None:
    assert sign_in(Client(), GOOD, next="https://evil.example/")["Location"] == "/"


def test_an_old_password_must_be_changed_first(lu: Account, now: datetime) -> None:
    with clock.at(now + timedelta(days=91)):
        client = Client()
        assert sign_in(client, GOOD)["Location"] == "/sign-in/password"
        assert client.get("/done").status_code == 302
        again = client.post("/sign-in/password", {"password": GOOD, "again": GOOD})
        assert "用过的密码不能再用" in again.content.decode()
        assert (
            client.post("/sign-in/password", {"password": "Anders#2026", "again": "Anders#2026"}).status_code
            == 302
        )
        assert client.get("/done").status_code == 200


def test_county_roles_need_a_code_and_each_code_passes_once(cast: Cast, now: datetime) -> None:
    account = Account.objects.get(login="wang")
    set_password(account, GOOD)
    client = Client()
    assert sign_in(client, GOOD, login="wang")["Location"] == "/sign-in/code"
    assert client.get("/done").status_code == 302
    page = client.get("/sign-in/code").content.decode()
    secret = client.session["enrolling"]
    assert secret in page
    assert client.post("/sign-in/code", {"code": "000000"}).status_code == 422
    code = pyotp.TOTP(secret).at(int(now.timestamp()))
    assert client.post("/sign-in/code", {"code": code}).status_code == 302
    assert client.get("/done").status_code == 200
    account.refresh_from_db()
    assert secret.encode() not in bytes(account.totp_secret or b"")
    with pytest.raises(Refused):
        doors.check_code(account, code)
    with clock.at(now + timedelta(seconds=60)):
        doors.check_code(account, pyotp.TOTP(secret).at(int(clock.now().timestamp())))


def test_wrong_codes_lock_the_account_however_often_the_password_is_right(cast: Cast, now: datetime) -> None:
    account = Account.objects.get(login="wang")
    set_password(account, GOOD)
    doors.enrol(account, secret := doors.new_secret(), pyotp.TOTP(secret).at(int(now.timestamp())))
    for _ in range(5):
        client = Client()
        assert sign_in(client, GOOD, login="wang")["Location"] == "/sign-in/code"
        assert client.post("/sign-in/code", {"code": "000000"}).status_code == 422
    assert "请 30 分钟后再试" in sign_in(Client(), GOOD, login="wang").content.decode()
    with clock.at(now + timedelta(minutes=31)):
        client = Client()
        sign_in(client, GOOD, login="wang")
        good = pyotp.TOTP(secret).at(int(clock.now().timestamp()))
        assert client.post("/sign-in/code", {"code": good}).status_code == 302
    account.refresh_from_db()
    assert (account.failures, account.locked_until) == (0, None)


def test_a_county_post_given_meanwhile_is_not_taken_without_a_code(cast: Cast, lu: Account) -> None:
    client = Client()
    sign_in(client, GOOD)
    given = lu.posts.create(role="county_officer", unit=cast["太仓市"], since=clock.today())
    assert client.post("/posts", {"post": given.pk})["Location"] == "/sign-in"
    assert client.get("/done").status_code == 302
    assert sign_in(client, GOOD)["Location"] == "/sign-in/code"
    code = pyotp.TOTP(client.get("/sign-in/code") and client.session["enrolling"]).at(
        int(clock.now().timestamp())
    )
    assert client.post("/sign-in/code", {"code": code}).status_code == 302
    assert client.post("/posts", {"post": given.pk})["Location"] == "/"
    assert client.get("/settings/").status_code == 200


def test_a_reset_password_puts_out_whoever_is_in(cast: Cast, lu: Account, now: datetime) -> None:
    client = Client()
    sign_in(client, GOOD)
    with clock.at(now + timedelta(minutes=1)):
        assert client.get("/done").status_code == 200
        actions.reset_password(cast.guard, lu, first_password="Anders#2026", reason="手机丢了")
        assert client.get("/done").status_code == 302


def test_changing_ones_own_password_puts_out_the_other_sessions_only(lu: Account, now: datetime) -> None:
    here, there = Client(), Client()
    sign_in(here, GOOD)
    sign_in(there, GOOD)
    with clock.at(now + timedelta(minutes=1)):
        new = {"old": GOOD, "password": "Anders#2026", "again": "Anders#2026"}
        assert here.post("/sign-in/password", new).status_code == 302
        assert here.get("/done").status_code == 200
        assert there.get("/done").status_code == 302


def test_an_idle_session_ends(lu: Account, now: datetime) -> None:
    client = Client()
    sign_in(client, GOOD)
    with clock.at(now + timedelta(minutes=int(dated.value("core.idle_minutes")) + 1)):
        assert client.get("/done")["Location"].startswith("/sign-in?idle=1")


def test_a_post_that_ended_opens_nothing(lu: Account, now: datetime) -> None:
    client = Client()
    sign_in(client, GOOD)
    lu.posts.update(until=now.date())
    assert client.get("/done").status_code == 200
    with clock.at(now + timedelta(minutes=10)):
        lu.posts.update(until=now.date() - timedelta(days=1))
        assert client.get("/done").status_code == 302


@pytest.mark.parametrize(("password", "kinds"), [("abc", 1), ("abC", 2), ("abC1", 3), ("abC1#", 4), ("", 0)])
def test_kinds_of_characters(password: str, kinds: int) -> None:
    assert classes(password) == kinds


def test_every_fault_of_a_password_is_named() -> None:
    rules = {p.rule for p in password_problems("lu1", "lu", least_length=8, least_classes=3)}
    assert rules == {"site.password_length", "site.password_classes", "site.password_login"}
    assert not password_problems(GOOD, "lu", least_length=8, least_classes=3)
