"""Every page of the shell, as insider, administrator, auditor and stranger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from markupsafe import Markup

from gongzhi.cast import Cast
from gongzhi.core import clock, journal, story
from gongzhi.core.access import PUBLIC
from gongzhi.core.accounts import Account, ApiToken
from gongzhi.core.refusal import Refused
from gongzhi.site import actions
from gongzhi.site.filters import unbroken

ClientFor = Callable[[Any], Client]
SIGNED_IN = [
    "/",
    "/done",
    "/notices",
    "/late",
    "/search",
    "/search?q=中荷",
    "/me",
    "/posts",
    "/settings/",
    "/tokens/",
]


@pytest.mark.parametrize("path", SIGNED_IN)
@pytest.mark.parametrize("who", ["lu", "zhou", "wang", "shen", "guard"])
def test_pages_open_for_the_signed_in(cast: Cast, client_for: ClientFor, who: str, path: str) -> None:
    answer = client_for(getattr(cast, who)).get(path)
    assert answer.status_code == 200, path
    assert "<h1" in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    ["/done", "/notices", "/late", "/me", "/posts", "/settings/", "/tokens/", "/accounts/", "/records/"],
)
def test_strangers_are_asked_to_sign_in(cast: Cast, client_for: ClientFor, path: str) -> None:
    answer = client_for(PUBLIC).get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in?next=/")


@pytest.mark.parametrize("path", ["/sign-in", "/search", "/help", "/verify", "/healthz"])
def test_open_pages_are_open(cast: Cast, client_for: ClientFor, path: str) -> None:
    assert client_for(PUBLIC).get(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "allowed"), [("/accounts/", {"root", "guard", "eye"}), ("/records/", {"shen", "eye"})]
)
def test_administration_is_for_administrators(
    cast: Cast, client_for: ClientFor, path: str, allowed: set[str]
) -> None:
    for who in cast.actors:
        expected = 200 if who in allowed else 404
        assert client_for(cast.actors[who]).get(path).status_code == expected, who


def test_a_page_that_does_not_exist_is_not_found(cast: Cast, client_for: ClientFor) -> None:
    assert client_for(cast.lu).get("/nothing").status_code == 404
    assert client_for(cast.root).get("/accounts/999999/").status_code == 404


def test_the_security_administrator_sets_security_and_the_county_sets_business(
    cast: Cast, client_for: ClientFor
) -> None:
    change = {"value": "10", "since": "2026-03-12", "source": "会议纪要"}
    key = "/settings/core.password_length"
    assert client_for(cast.wang).post(key, change).status_code == 200  # shown, not done
    assert "会议纪要" not in client_for(cast.wang).get(key).content.decode()
    assert client_for(cast.guard).post(key, change).status_code == 302
    assert "会议纪要" in client_for(cast.guard).get(key).content.decode()
    refused = client_for(cast.guard).post(key, {**change, "value": "3", "since": "2026-03-13"})
    assert refused.status_code == 422
    assert "应在 8 到 64 之间" in refused.content.decode()


@pytest.mark.parametrize("path", ["//evil.example/?lang=en", "//evil.example//?type=large"])
def test_choosing_a_language_leads_nowhere_outside(cast: Cast, path: str) -> None:
    answer = Client().get("/", PATH_INFO=path.partition("?")[0], QUERY_STRING=path.partition("?")[2])
    assert answer.status_code == 302
    assert not answer["Location"].startswith("//")


def test_a_verbs_page_returns_only_into_the_house(cast: Cast, client_for: ClientFor) -> None:
    path, client = f"/accounts/{cast.gu.account_id}/unlock", client_for(cast.guard)
    for wanted, reached in (
        ("/accounts/", "/accounts/"),
        ("https://evil.example/", f"/accounts/{cast.gu.account_id}/"),
        ("//evil.example/", f"/accounts/{cast.gu.account_id}/"),
    ):
        answer = client.post(path, {"reason": "忘了", "next_page": wanted})
        assert (answer.status_code, answer["Location"]) == (302, reached)


@pytest.mark.parametrize("path", ["/search?q=%00", "/accounts/?q=a%00", "/duties/reply/%00/"])
def test_what_the_database_cannot_hold_is_no_crash(cast: Cast, client_for: ClientFor, path: str) -> None:
    assert client_for(cast.root).get(path).status_code == 400


def test_a_key_asked_for_verbs_one_lacks_is_not_a_key_to_everything(
    cast: Cast, client_for: ClientFor
) -> None:
    client = client_for(cast.gu)
    assert client.post("/tokens/", {"name": "x", "verbs": ["accounts.open"]}).status_code == 422
    assert not ApiToken.objects.exists()
    assert client.post("/tokens/", {"name": "x", "days": "abc", "verbs": ["people.view"]}).status_code == 200
    assert client.post("/tokens/", {"revoke": "x"}).status_code == 302
    assert ApiToken.objects.get().verbs == ["people.view"]


def test_nobody_appoints_himself(cast: Cast) -> None:
    county, today = cast["太仓市"].pk, clock.today()
    with pytest.raises(Refused) as told:
        actions.appoint(cast.root, cast.root.account_id, unit=county, role="county_head", since=today)
    assert told.value.rule == "site.not_own_account"


def test_the_public_reads_what_a_unit_did_without_names_and_notes(cast: Cast) -> None:
    actions.unlock(cast.guard, cast.gu.account_id, reason="顾勤本人来电")
    entries = journal.of(Account.objects.get(login="gu"))
    (inside,), (outside,) = story.lines(entries), story.lines(entries, public=True)
    assert (inside.note, str(inside.text)) == ("顾勤本人来电", "安* 解除锁定")
    assert (outside.note, str(outside.text)) == ("", "太仓市 解除锁定")


def test_titles_keep_numbers_with_their_counting_words() -> None:
    assert unbroken("8 个镇区，88 个社区") == (
        '<span class="nowrap">8 个</span>镇区，<span class="nowrap">88 个</span>社区'
    )
    assert unbroken("<b>2 件</b>") == '&lt;b&gt;<span class="nowrap">2 件</span>&lt;/b&gt;'
    assert unbroken(Markup("<b>2 件</b>")) == '<b><span class="nowrap">2 件</span></b>'


@pytest.mark.django_db
def test_a_demonstration_whose_year_is_being_told_says_so(
    client_for: ClientFor, settings: Any, tmp_path: Any
) -> None:
    settings.GONGZHI_HOME, settings.DEMO = tmp_path, True
    client = client_for(PUBLIC)
    assert "正在后台写入" not in client.get("/duties/ask/").content.decode()
    (tmp_path / "demo-stories").write_text("1\n2\n")
    assert "已经写到第 2 件" in client.get("/duties/ask/").content.decode()
    settings.DEMO = False
    assert "正在后台写入" not in client.get("/duties/ask/").content.decode()
