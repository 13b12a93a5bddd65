"""Every page of the shell, as insider, administrator, auditor and stranger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from gongzhi.cast import Cast
from gongzhi.core.access import PUBLIC

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
