"""One-time codes: good once and for minutes, counted, locked, and the same words whoever asks."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from gongzhi.cast import Cast
from gongzhi.core import clock, gateway
from gongzhi.core.refusal import Refused
from gongzhi.registers.residents.actions import codes, entering
from gongzhi.registers.residents.models import Code, Resident

NEW, KNOWN = "13911112222", "13800000001"


@pytest.fixture(autouse=True)
def on_screen(settings: Any) -> None:
    settings.GATEWAY = "screen"


def ask(phone: str = NEW, purpose: str = "sign_in", address: str = "10.0.0.1") -> str:
    """The code that was sent."""
    found = re.search(r"\d{6}", codes.send(phone, purpose, address))
    assert found is not None
    return found.group()


def rule(call: Any, *args: Any) -> str:
    with pytest.raises(Refused) as refused:
        call(*args)
    return refused.value.rule


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_code_proves_a_phone_once(cast: Cast) -> None:
    code = ask("+86 139-1111-2222")
    proof = codes.check(NEW, "sign_in", code)
    assert codes.proven(proof, "sign_in") == NEW
    assert NEW not in proof
    assert rule(codes.check, NEW, "sign_in", code) == "residents.code"
    assert rule(codes.proven, proof, "new_phone") == "residents.proof"
    assert rule(codes.proven, proof[:-4] + "AAA=", "sign_in") == "residents.proof"
    with clock.at(clock.now() + timedelta(minutes=16)):
        assert rule(codes.proven, proof, "sign_in") == "residents.proof"


def test_neither_phone_nor_code_is_kept(cast: Cast) -> None:
    code = ask()
    row = Code.objects.values().get()
    assert NEW not in str(row)
    assert code not in str(row)


def test_a_code_is_for_its_purpose_its_phone_and_its_minutes(cast: Cast) -> None:
    code = ask(purpose="guardian")
    assert rule(codes.check, NEW, "sign_in", code) == "residents.code"
    assert rule(codes.check, KNOWN, "guardian", code) == "residents.code"
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert rule(codes.check, NEW, "guardian", code) == "residents.code"
    assert codes.check(NEW, "guardian", code)


def test_a_newer_code_replaces_the_older(cast: Cast) -> None:
    first = ask()
    with clock.at(clock.now() + timedelta(minutes=1)):
        second = ask()
        if first != second:
            assert rule(codes.check, NEW, "sign_in", first) == "residents.code"
        assert codes.check(NEW, "sign_in", second)


def test_five_wrong_tries_spoil_a_code(cast: Cast) -> None:
    code = ask()
    for _ in range(5):
        assert rule(codes.check, NEW, "sign_in", wrong(code)) == "residents.code"
    assert rule(codes.check, NEW, "sign_in", code) == "residents.code"


def test_ten_wrong_tries_lock_the_phone_whether_it_is_known_or_not(cast: Cast) -> None:
    for phone in (NEW, KNOWN):
        for _ in range(10):
            assert rule(codes.check, phone, "sign_in", "000000") == "residents.code"
        code = ask(phone)
        assert rule(codes.check, phone, "sign_in", code) == "residents.code_locked"
        with clock.at(clock.now() + timedelta(minutes=31)):
            assert codes.check(phone, "sign_in", ask(phone))


def test_not_too_soon_and_not_too_many(cast: Cast) -> None:
    start = clock.now()
    ask()
    with clock.at(start) as hand:
        hand.forward(seconds=59)
        assert rule(codes.send, NEW, "sign_in", "10.0.0.1") == "residents.code_resend"
        for _ in range(4):
            hand.forward(seconds=61)
            ask()
        hand.forward(seconds=61)
        assert rule(codes.send, NEW, "sign_in", "10.0.0.1") == "residents.codes_per_phone"
        hand.forward(minutes=61)
        assert ask()


def test_a_stranger_who_tries_wrong_codes_locks_himself_out_and_not_the_holder(cast: Cast) -> None:
    for _ in range(10):
        assert rule(codes.check, KNOWN, "sign_in", "000000", "10.6.6.6") == "residents.code"
    code = ask(KNOWN)
    assert rule(codes.check, KNOWN, "sign_in", code, "10.6.6.6") == "residents.code_locked"
    assert codes.check(KNOWN, "sign_in", code, "10.0.0.1")


def test_strangers_who_have_codes_sent_stop_the_holder_for_minutes_and_a_known_device_never(
    cast: Cast,
) -> None:
    with clock.at(clock.now()) as hand:
        sent = []
        for n in range(6):
            sent.append(ask(KNOWN, address=f"10.6.6.{n}"))
            hand.forward(seconds=61)
        assert rule(codes.send, KNOWN, "sign_in", "10.0.0.1") == "residents.codes_everywhere"
        assert codes.send(KNOWN, "sign_in", "10.0.0.1", known=True)
        hand.forward(minutes=10)
        assert ask(KNOWN)


def test_all_strangers_together_have_few_guesses(cast: Cast) -> None:
    """Whatever addresses they have: so many codes as are sent, five tries each, and none that counts afterwards."""
    tried = 0
    with clock.at(clock.now()) as hand:
        for n in range(20):
            try:
                code = ask(KNOWN, address=f"10.6.6.{n}")
            except Refused:
                break
            for m in range(5):
                assert rule(codes.check, KNOWN, "sign_in", wrong(code), f"10.7.{n}.{m}") == "residents.code"
                tried += 1
            assert rule(codes.check, KNOWN, "sign_in", code, "10.8.8.8") == "residents.code", "spoilt"
            hand.forward(seconds=61)
    assert tried == 30


def test_one_address_asks_for_so_many(cast: Cast) -> None:
    for n in range(60):
        codes.send(f"1391111{n:04d}", "sign_in", "10.0.0.9")
    assert rule(codes.send, "13911119999", "sign_in", "10.0.0.9") == "residents.codes_per_address"
    assert ask("13911119999", address="10.0.0.10")


def test_a_number_that_is_none_costs_nothing(cast: Cast) -> None:
    assert rule(codes.send, "12345", "sign_in", "10.0.0.1") == "identity.phone"
    assert not Code.objects.exists()


def test_what_the_gateway_does_not_take_may_be_asked_for_again(cast: Cast, settings: Any) -> None:
    settings.GATEWAY = "off"
    assert rule(codes.send, NEW, "sign_in", "10.0.0.1") == "residents.undelivered"
    settings.GATEWAY = "screen"
    assert ask()


def test_in_production_no_page_shows_a_code(cast: Cast, settings: Any, monkeypatch: Any) -> None:
    settings.PRODUCTION, settings.GATEWAY = True, "http"
    monkeypatch.setattr(gateway, "_post", lambda message: None)
    assert codes.send(NEW, "sign_in", "10.0.0.1") == ""


def test_known_and_unknown_phones_hear_the_same(cast: Cast) -> None:
    heard = [re.sub(r"\d{6}", "…", codes.send(p, "sign_in", "10.0.0.1")) for p in (NEW, KNOWN)]
    assert heard[0] == heard[1]
    said = []
    for phone in (NEW, KNOWN):
        with pytest.raises(Refused) as refused:
            codes.check(phone, "sign_in", "abc")
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_old_codes_are_forgotten(cast: Cast) -> None:
    ask()
    with clock.at(clock.now() + timedelta(days=2, minutes=1)):
        assert (codes.forget_old(), codes.forget_old()) == (1, 0)


def test_an_account_is_opened_once_with_the_consent_that_was_given(cast: Cast) -> None:
    made = entering.open_by_phone(NEW, birth_year=1960)
    again = entering.open_by_phone(NEW)
    assert made.pk == again.pk
    assert [c.purpose for c in made.consents.all()] == ["service"]
    assert made.account.login.startswith("resident:")
    assert str(made.phone) == "139****2222"
    assert Resident.objects.filter(left=None).count() == 4  # 梅, 兰, 松 and this one
