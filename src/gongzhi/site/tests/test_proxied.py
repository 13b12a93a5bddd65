"""Behind a proxy: whose address counts, when a page is sent to HTTPS, and what a stranger's headers are worth."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings

from gongzhi.cast import Cast
from gongzhi.core import clock, dated, proxies
from gongzhi.core.accounts import Account
from gongzhi.core.journal import JournalEntry
from gongzhi.site.actions import set_password

GOOD = "Gongzhi#2026"
BEHIND = override_settings(PROXIES=proxies.read("127.0.0.1"))
SECURE = override_settings(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=31536000)


@pytest.fixture
def lu(cast: Cast) -> Account:
    account = Account.objects.get(login="lu")
    set_password(account, GOOD)
    return account


def enter(peer: str, forwarded: str = "", login: str = "lu", password: str = "x") -> Any:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    form = {"login": login, "password": password}
    return Client(REMOTE_ADDR=peer).post("/sign-in", form, headers=headers)


def from_where() -> str:
    return str(JournalEntry.objects.filter(verb="accounts.signed_in").latest("pk").done["address"])


def test_the_address_is_the_clients_behind_our_proxy_and_the_peers_otherwise(lu: Account) -> None:
    enter("127.0.0.1", "198.51.100.7", password=GOOD)
    assert from_where() == "127.0.0.1"  # no proxy is named
    with BEHIND:
        enter("127.0.0.1", "198.51.100.7", password=GOOD)
        assert from_where() == "198.51.100.7"
        enter("127.0.0.1", "1.2.3.4, 198.51.100.7", password=GOOD)
        assert from_where() == "198.51.100.7"
        enter("203.0.113.5", "1.2.3.4", password=GOOD)
        assert from_where() == "203.0.113.5"


def spray(times: int, peer: str, forwarded: str = "", start: int = 0) -> list[int]:
    """One wrong password for each of many logins: no account locks."""
    return [enter(peer, forwarded, login=f"nobody{start + n}").status_code for n in range(times)]


def test_an_address_that_fails_too_often_is_paused_whatever_the_login(lu: Account, now: datetime) -> None:
    most, minutes = int(dated.value("core.address_failures")), int(dated.value("core.address_minutes"))
    assert spray(most, "203.0.113.5") == [422] * most
    answer = enter("203.0.113.5", password=GOOD)
    assert answer.status_code == 429
    assert f"请 {minutes} 分钟后再试" in answer.content.decode()
    assert enter("203.0.113.6", password=GOOD).status_code == 302
    paused = JournalEntry.objects.get(verb="accounts.address_paused")
    assert paused.done == {"address": "203.0.113.5"}
    with clock.at(now + timedelta(minutes=minutes)):
        assert enter("203.0.113.5", password=GOOD).status_code == 302


def test_a_made_up_header_changes_no_address_and_blames_nobody_else(lu: Account) -> None:
    most = int(dated.value("core.address_failures"))
    with BEHIND:
        for n in range(most):  # from a stranger, each time another made-up client
            enter("203.0.113.5", f"198.51.100.{n}", login=f"nobody{n}")
        assert enter("203.0.113.5", "198.51.100.200", password=GOOD).status_code == 429
        assert enter("127.0.0.1", "198.51.100.1", password=GOOD).status_code == 302
        for n in range(most):  # through our proxy, which appends the true one
            enter("127.0.0.1", f"198.51.100.1, 192.0.2.{9}", login=f"other{n}")
        assert enter("127.0.0.1", "198.51.100.77, 192.0.2.9", password=GOOD).status_code == 429
        assert enter("127.0.0.1", "198.51.100.1", password=GOOD).status_code == 302


def test_an_office_behind_one_address_signs_in_all_day(lu: Account) -> None:
    for _ in range(3 * int(dated.value("core.address_failures"))):
        assert enter("203.0.113.5", password=GOOD).status_code == 302


def test_a_login_that_does_not_exist_locks_as_one_that_does(lu: Account, now: datetime) -> None:
    said = {}
    for login in ("lu", "nobody"):
        answers = [enter("203.0.113.5", login=login) for _ in range(6)]
        said[login] = [a.content.decode().split('role="alert"')[1].split("</div>")[0] for a in answers]
    assert said["lu"] == said["nobody"]
    assert "请 30 分钟后再试" in said["nobody"][-1]


@SECURE
def test_plain_http_is_led_to_https_and_strict_transport_is_told_over_https_only(db: None) -> None:
    plain = Client(REMOTE_ADDR="127.0.0.1").get("/help")
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/help")
    assert "Strict-Transport-Security" not in plain
    assert Client().get("/healthz").status_code == 200
    with BEHIND:
        https = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
        page = Client(REMOTE_ADDR="127.0.0.1").get("/help", headers=https)
        assert (page.status_code, page["Strict-Transport-Security"]) == (200, "max-age=31536000")
        spoofed = Client(REMOTE_ADDR="203.0.113.5").get("/help", headers=https)
        assert spoofed.status_code == 301
        assert "Strict-Transport-Security" not in spoofed


def test_production_turns_both_on() -> None:
    import os
    import subprocess
    import sys

    asked = "from gongzhi import settings as s; print(s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.SESSION_COOKIE_SECURE)"
    for production, found in (("1", "True 31536000 True"), ("0", "False 0 False")):
        environment = os.environ | {"GONGZHI_PRODUCTION": production, "PYTHONPATH": os.pathsep.join(sys.path)}
        out = subprocess.check_output([sys.executable, "-c", asked], env=environment, text=True)
        assert out.strip() == found


def test_guessing_the_old_password_at_a_signed_in_screen_locks_too(lu: Account) -> None:
    client = Client()
    client.post("/sign-in", {"login": "lu", "password": GOOD})
    guess = {"old": "x", "password": "Anders#2026", "again": "Anders#2026"}
    for _ in range(5):
        assert client.post("/sign-in/password", guess).status_code == 422
    answer = client.post("/sign-in/password", {**guess, "old": GOOD})
    assert "连续输错次数太多" in answer.content.decode()
