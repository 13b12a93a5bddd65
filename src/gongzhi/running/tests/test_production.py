"""Production refuses what only a demonstration may have."""

from __future__ import annotations

import pytest

from gongzhi import settings
from gongzhi.running import production
from gongzhi.running.trouble import SETUP, Trouble

SAFE = {
    "GONGZHI_PRODUCTION": "1",
    "GONGZHI_SECRET": "q9Zr4Vw7Lk2Xs8Tn1Bd6Hf3Jm5Pc0Gy-Ae_UoIiEe",
    "GONGZHI_HOSTS": "gongzhi.example.gov.cn",
    "GONGZHI_PROXIES": "127.0.0.1, 10.20.0.0/16",
}


def test_safe_settings_start():
    assert production.problems(SAFE) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"GONGZHI_SECRET": ""}, "not set"),
        ({"GONGZHI_SECRET": settings.DEMO_SECRET}, "demonstration secret"),
        ({"GONGZHI_SECRET": "django-insecure-" + "x" * 50}, "demonstration secret"),
        ({"GONGZHI_SECRET": "short"}, "easy to guess"),
        ({"GONGZHI_SECRET": "ab" * 40}, "easy to guess"),
        ({"GONGZHI_DEBUG": "1"}, "GONGZHI_DEBUG"),
        ({"GONGZHI_FAST_HASH": "1"}, "GONGZHI_FAST_HASH"),
        ({"GONGZHI_DEMO": "1"}, "demonstration county"),
        ({"GONGZHI_HOSTS": ""}, "GONGZHI_HOSTS"),
        ({"GONGZHI_GATEWAY": "screen"}, "GONGZHI_GATEWAY=screen"),
        ({"GONGZHI_GATEWAY": "http", "GONGZHI_GATEWAY_URL": "http://sms.example"}, "GONGZHI_GATEWAY=http"),
        ({"GONGZHI_PROXIES": ""}, "GONGZHI_PROXIES is not set"),
        ({"GONGZHI_PROXIES": "the proxy"}, "GONGZHI_PROXIES: 'the proxy'"),
        ({"GONGZHI_PROXIES": "0.0.0.0/0"}, "trust everybody"),
    ],
)
def test_each_unsafe_setting_is_named(change, words):
    found = production.problems(SAFE | change)
    assert len(found) == 1
    assert words in found[0]


def test_demo_accounts_and_a_single_role_are_refused():
    with pytest.raises(Trouble) as refused:
        production.refuse(SAFE, demo_accounts=True, one_role=True)
    assert refused.value.code == SETUP
    assert "demonstration accounts" in refused.value.message
    assert "GONGZHI_OWNER_DATABASE_URL" in refused.value.message


def test_keys_must_be_there():
    assert production.problems(SAFE, keys=False)[0].startswith("There are no keys")


def test_all_reasons_come_at_once():
    assert len(production.problems({"GONGZHI_DEBUG": "1", "GONGZHI_DEMO": "1"})) == 5


def test_only_asked_for_by_the_exact_switch():
    assert production.asked_for({"GONGZHI_PRODUCTION": "1"})
    assert not production.asked_for({"GONGZHI_PRODUCTION": "0"})
    assert not production.asked_for({})
