"""A resident who is signed in and tries the staff's doors: nothing is there, and nothing breaks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import get_resolver

from gongzhi.cast import Cast, resident
from gongzhi.core.access import Actor
from gongzhi.core.accounts import ApiToken

STAFFS = (
    "/tokens/",
    "/posts",
    "/accounts/",
    "/accounts/new/open",
    "/settings/",
    "/records/",
    "/late",
    "/people/",
)


@pytest.fixture
def client(cast: Cast, client_for: Callable[[Actor], Client]) -> Client:
    return client_for(resident(cast["中荷村"], phone="13800001234"))


def plain_addresses() -> list[str]:
    """Every address of the house that names nothing in particular."""
    found: list[str] = []

    def walk(patterns: object, before: str) -> None:
        for one in patterns:  # type: ignore[attr-defined]
            here = before + str(one.pattern)
            if hasattr(one, "url_patterns"):
                walk(one.url_patterns, here)
            elif "<" not in here and not here.startswith("api/"):
                found.append(here.replace("^", "").replace("$", "").replace("\\Z", ""))

    walk(get_resolver().url_patterns, "/")
    return found


@pytest.mark.parametrize("path", STAFFS)
def test_the_staffs_own_pages_are_not_there(path: str, client: Client) -> None:
    assert client.get(path).status_code == 404, path
    assert client.post(path, {"name": "x", "days": "9", "post": "1"}).status_code in (404, 405), path
    assert not ApiToken.objects.exists()


def test_no_address_breaks(client: Client) -> None:
    client.raise_request_exception = False
    broken = {path: client.get(path).status_code for path in plain_addresses()}
    assert {path: status for path, status in broken.items() if status >= 500} == {}
    assert len(broken) > 40
