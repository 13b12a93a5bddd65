"""The residents' door as a browser goes through it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gongzhi.cast import Cast
from gongzhi.core import clock, dated, roles
from gongzhi.core.journal import JournalEntry
from gongzhi.core.refusal import Refused
from gongzhi.registers.residents import actions, queries
from gongzhi.registers.residents.actions import entering
from gongzhi.registers.residents.models import Consent, Identity, Resident
from gongzhi.site import providers

NEW, KNOWN, PARENT = "13911112222", "13800000001", "13922223333"


@pytest.fixture(autouse=True)
def on_screen(settings: Any) -> None:
    settings.GATEWAY = "screen"


def page(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer
    return str(answer.content.decode())


def shown_code(client: Client, at: str = "/resident/sign-in/code") -> str:
    """The code as the demonstration's page shows it."""
    found = re.search(r"验证码 (\d{6})", page(client.get(at)))
    assert found is not None
    return found.group(1)


def through(client: Client, phone: str, next_page: str = "") -> Any:
    """Phone and code; the answer to the code."""
    asked = client.post("/resident/sign-in", {"phone": phone, "next": next_page})
    assert asked["Location"] == "/resident/sign-in/code", page(asked, 422)
    return client.post("/resident/sign-in/code", {"code": shown_code(client)})


def role(client: Client) -> str:
    return str(client.get("/api/v1/me").json()["role"])


def test_a_newcomer_reads_the_notice_before_anything_is_kept(cast: Cast) -> None:
    client, before = Client(), Resident.objects.count()
    assert through(client, NEW, "/residents/new/claim")["Location"] == "/resident/welcome"
    assert Resident.objects.count() == before
    assert role(client) == roles.PUBLIC
    told = page(client.get("/resident/welcome"))
    assert "太仓市共治平台" in told
    assert "个人信息保护法第 17 条" in told
    assert "〔" not in told
    assert "四位数字" in page(client.post("/resident/welcome", {"birth_year": "六五"}), 422)
    answer = client.post("/resident/welcome", {"birth_year": "1965"})
    assert answer["Location"] == "/residents/new/claim"
    assert role(client) == roles.RESIDENT
    made = Resident.objects.latest("pk")
    assert (made.birth_year, made.phone.reveal()) == (1965, NEW)
    assert made.consents.get().purpose == "service"
    assert JournalEntry.objects.filter(account_id=made.pk, verb="accounts.signed_in").count() == 1


def test_whoever_does_not_agree_leaves_nothing_behind(cast: Cast) -> None:
    client, before = Client(), Resident.objects.count()
    through(client, NEW)
    assert client.post("/resident/welcome", {"refuse": "1"})["Location"] == "/resident/sign-in"
    assert Resident.objects.count() == before
    assert client.get("/resident/welcome")["Location"] == "/resident/sign-in"


def test_a_known_phone_comes_straight_in_with_the_size_of_type(cast: Cast) -> None:
    Resident.objects.filter(pk=cast.mei.account_id).update(large=True)
    client = Client()
    answer = through(client, KNOWN)
    assert answer["Location"] == "/resident/"
    assert answer.cookies["type"].value == "large"
    assert 'class="no-js large"' in page(client.get("/resident/"))
    client.get("/resident/?type=normal")
    client.get("/resident/")
    assert not Resident.objects.get(pk=cast.mei.account_id).large


def test_a_newer_notice_is_shown_at_the_next_page(cast: Cast, client_for: Any) -> None:
    client = client_for(cast.mei)
    page(client.get("/resident/"))
    with clock.at(clock.now()) as hand:
        dated.change(
            cast.wang, "residents.notice_service", "新的告知", clock.today() + timedelta(days=1), "会议"
        )
        hand.forward(days=1)
        assert client.get("/resident/")["Location"] == "/resident/welcome?next=/resident/"
        assert client.get("/places/")["Location"].startswith("/resident/welcome")
        page(client.get(f"/residents/{cast.mei.account_id}/"))  # the own data are always at hand
        told = page(client.get("/resident/welcome?next=/places/"))
        assert "告知改了" in told
        assert 'name="next" value="/places/"' in told
        assert client.post("/resident/welcome", {"next": "/places/"})["Location"] == "/places/"
        page(client.get("/resident/"))
    given = Consent.objects.filter(resident_id=cast.mei.account_id, withdrawn=None).get()
    assert given.version == clock.today() + timedelta(days=1)


def test_a_child_comes_in_with_a_guardian(cast: Cast) -> None:
    client = Client()
    through(client, NEW)
    answer = client.post("/resident/welcome", {"birth_year": "2015"})
    assert answer["Location"] == "/resident/welcome/guardian"
    assert entering.by_phone(NEW) is None
    at = "/resident/welcome/guardian"
    assert "监护人要用自己的手机号" in _guardian(client, NEW, at, 422)
    client.get("/resident/sign-in")
    with clock.at(clock.now() + timedelta(seconds=61)):
        client.post(at, {"phone": PARENT})
        code = shown_code(client, at)
        assert "请监护人勾选同意" in page(client.post(at, {"code": code}), 422)
        assert client.post(at, {"code": code, "agree": "on"})["Location"] == "/resident/"
    child, parent = entering.by_phone(NEW), entering.by_phone(PARENT)
    assert child is not None
    assert parent is not None
    assert child.guardian_id == parent.pk
    assert set(child.consents.values_list("purpose", "by_account")) == {
        ("service", child.pk),
        ("child", parent.pk),
    }
    watched = queries.actor(parent.pk)
    assert Resident.objects.visible_to(watched, "residents.view").count() == 2
    with clock.at(clock.now() + timedelta(minutes=5)):
        actions.withdraw_consent(watched, child, purpose="child")
        assert role(client) == roles.PUBLIC
    with pytest.raises(Refused) as refused:
        actions.agree(queries.actor(child.pk), child, purpose="child")
    assert refused.value.rule == "residents.guardian"


def _guardian(client: Client, phone: str, at: str, status: int) -> str:
    with clock.at(clock.now() + timedelta(seconds=61)):
        client.post(at, {"phone": phone})
        return page(client.post(at, {"code": shown_code(client, at), "agree": "on"}), status)


def test_signing_in_takes_over_no_session(cast: Cast) -> None:
    client = Client()
    client.get("/resident/sign-in")
    through(client, KNOWN)
    before = client.session.session_key
    client.post("/resident/welcome", {})
    assert client.session.session_key != before
    assert client.session.get_expire_at_browser_close() is False


def test_next_never_leads_out_of_the_house(cast: Cast) -> None:
    client = Client()
    through(client, NEW, "https://elsewhere.example/")
    assert client.post("/resident/welcome", {"birth_year": "1965"})["Location"] == "/resident/"


def test_staff_and_residents_use_their_own_doors(cast: Cast, client_for: Any) -> None:
    public = Client()
    assert public.get("/residents/me/")["Location"] == "/resident/sign-in?next=/residents/me/"
    assert public.get("/residents/new/claim")["Location"].startswith("/resident/sign-in?next=")
    assert public.get("/people/")["Location"].startswith("/sign-in?next=")
    mei = client_for(cast.mei)
    assert mei.post("/sign-out")["Location"] == "/resident/sign-in"
    assert role(mei) == roles.PUBLIC
    refused = page(public.post("/sign-in", {"login": f"resident:{cast.mei.account_id}", "password": ""}), 422)
    assert "登录名或密码不对" in refused


def test_without_a_gateway_the_page_says_so(cast: Cast, settings: Any) -> None:
    settings.GATEWAY = "off"
    assert "还没有开通手机登录" in page(Client().get("/resident/sign-in"))


def test_withdrawing_ends_the_session_and_asks_again(cast: Cast) -> None:
    client = Client()
    through(client, KNOWN)
    client.post("/resident/welcome", {})
    assert role(client) == roles.RESIDENT
    with clock.at(clock.now() + timedelta(minutes=2)):
        actions.withdraw_consent(cast.mei, cast.mei.account_id, purpose="service")
        assert role(client) == roles.PUBLIC
        with pytest.raises(Refused) as refused:
            actions.claim(cast.mei, place=1, building="1")
        assert refused.value.rule == "residents.consent"
        assert through(client, KNOWN)["Location"] == "/resident/welcome"
        client.post("/resident/welcome", {})
        assert role(client) == roles.RESIDENT


def test_a_code_that_a_stranger_had_sent_is_the_holders_and_the_device_is_known_afterwards(
    cast: Cast,
) -> None:
    from gongzhi.registers.residents.actions import codes

    code = re.search(r"\d{6}", codes.send(KNOWN, codes.SIGN_IN, "10.6.6.6"))
    assert code is not None
    client = Client()
    asked = client.post("/resident/sign-in", {"phone": KNOWN})  # too soon for another one
    assert asked["Location"] == "/resident/sign-in/code"
    answer = client.post("/resident/sign-in/code", {"code": code.group()})
    assert answer["Location"] == "/resident/"
    mark = answer.cookies["known"]
    assert KNOWN not in mark.value
    assert mark["httponly"]
    client.post("/sign-out")
    with clock.at(clock.now()) as hand:
        for n in range(5):  # the sixth of these minutes
            hand.forward(seconds=61)
            codes.send(KNOWN, codes.SIGN_IN, f"10.6.7.{n}")
        hand.forward(seconds=61)
        other = Client().post("/resident/sign-in", {"phone": KNOWN})
        assert "验证码太多了" in page(other, 422)
        assert through(client, KNOWN)["Location"] == "/resident/"
        hand.forward(seconds=61)
        forger = Client()
        forger.cookies["known"] = mark.value.split(":")[0]
        assert "验证码太多了" in page(forger.post("/resident/sign-in", {"phone": KNOWN}), 422)


def not_agreed(cast: Cast, client_for: Any) -> Client:
    """梅's session, opened to a notice that is no longer the one in force."""
    client = client_for(cast.mei)
    session = client.session
    session["agreed"] = ""
    session.save()
    return client


def test_without_the_consent_no_method_and_no_way_leads_past_the_notice(cast: Cast, client_for: Any) -> None:
    client, mei = not_agreed(cast, client_for), cast.mei.account_id
    welcome = "/resident/welcome?next="
    for path in ("/resident/report", "/resident/alike", "/deliberations/new/raise", "/conversations/digest/"):
        assert client.post(path, {"text": "路灯坏了"})["Location"].startswith(welcome), path
        assert client.get(path)["Location"].startswith(welcome), path
    kept = client.post("/resident/report", {"text": "路灯坏了"}, headers={"Accept": "application/json"})
    assert "请先看一看告知" in json.loads(page(kept, 422))["detail"]  # the phone keeps it until then
    headers = {"Idempotency-Key": "raise-0001", "X-CSRFToken": client.get("/resident/token").json()["token"]}
    for answer in (
        client.get("/api/v1/deliberations"),
        client.post("/api/v1/deliberations/new/raise", {}, "application/json", headers=headers),
        client.post("/api/v1/evidence", {}, headers=headers),
    ):
        assert "residents.consent" in page(answer, 422)
    # what is one's own, and going, stay open
    assert role(client) == roles.RESIDENT
    for path in ("held", "take_along", "withdraw_consent?purpose=service", "leave"):
        page(client.get(f"/residents/{mei}/{path}"))
    taken = client.post(f"/residents/{mei}/take_along", {"form": "json"})
    assert "13800000001" in page(taken)
    gone = client.post(
        f"/api/v1/residents/{mei}/leave",
        {},
        "application/json",
        headers={**headers, "Idempotency-Key": "leave-0001"},
    )
    assert gone.status_code == 200, gone.content
    assert client.post("/sign-out")["Location"]


# ---- other ways in ----


def test_no_provider_no_button_no_address(cast: Cast) -> None:
    client = Client()
    assert "其他登录方式" not in page(client.get("/resident/sign-in"))
    assert client.get("/resident/with/weixin/").status_code == 404
    assert client.get("/resident/with/cyberid/back").status_code == 404


def test_a_providers_login_is_linked_by_phone_once_and_opens_the_session_afterwards(cast: Cast) -> None:
    client = Client()
    answer = _arrive(client, "weixin", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M")
    assert answer["Location"] == "/resident/sign-in"
    assert "请用手机号验证一次" in page(client.get("/resident/sign-in"))
    through(client, KNOWN)
    kept = Identity.objects.get()
    assert kept.resident_id == cast.mei.account_id
    assert "o6_bmj" not in str(Identity.objects.values().get())
    again = Client()
    assert _arrive(again, "weixin", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M")["Location"] == "/resident/"
    assert role(again) == roles.RESIDENT
    stranger = Client()
    assert _arrive(stranger, "alipay", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M")["Location"] == "/resident/sign-in"
    actions.unlink(cast.mei, cast.mei.account_id, provider="weixin")
    assert _arrive(Client(), "weixin", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M")["Location"] == "/resident/sign-in"


def test_a_providers_login_does_not_get_around_the_notice(cast: Cast) -> None:
    client = Client()
    _arrive(client, "weixin", "x-3")
    through(client, KNOWN)
    with clock.at(clock.now() + timedelta(minutes=2)):
        actions.withdraw_consent(cast.mei, cast.mei.account_id, purpose="service")
        client = Client()
        assert _arrive(client, "weixin", "x-3")["Location"] == "/resident/welcome"
        assert role(client) == roles.PUBLIC
        assert client.post("/resident/welcome", {})["Location"] == "/resident/"
        assert role(client) == roles.RESIDENT
    said = JournalEntry.objects.filter(verb="accounts.signed_in").latest("pk")
    assert said.done["by"] == "weixin"


def test_a_trusted_providers_phone_needs_no_code(cast: Cast) -> None:
    client = Client()
    assert _arrive(client, "cyberid", "x-1", phone=NEW)["Location"] == "/resident/welcome"
    client.post("/resident/welcome", {"birth_year": "1965"})
    assert role(client) == roles.RESIDENT
    assert Identity.objects.get().resident.phone.reveal() == NEW


def test_a_link_that_is_not_wanted_is_not_made(cast: Cast) -> None:
    client = Client()
    _arrive(client, "weixin", "x-2")
    client.get("/resident/sign-in?alone=1")
    through(client, KNOWN)
    client.post("/resident/welcome", {})
    assert role(client) == roles.RESIDENT
    assert not Identity.objects.exists()


def _arrive(client: Client, provider: str, subject: str, phone: str = "") -> Any:
    """What django-allauth's adapter does once a provider has vouched for somebody."""
    from django.test import RequestFactory

    request: Any = RequestFactory().get("/")
    request.session = client.session
    request.session.save()
    answer = providers.arrived(request, provider, subject, phone)
    request.session.save()
    client.cookies["sessionid"] = request.session.session_key
    return answer
