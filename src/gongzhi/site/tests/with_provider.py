"""Run by test_providers.py alone, with a provider configured: a small OpenID provider, and a browser that comes back."""

from __future__ import annotations

import html
import json
import os
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client

from gongzhi.cast import Cast
from gongzhi.core import roles
from gongzhi.registers.residents.models import Identity, Resident

PORT = int(os.environ.get("PROVIDER_PORT", "0"))
BASE = f"http://127.0.0.1:{PORT}"


class Provider(BaseHTTPRequestHandler):
    """What an OpenID provider answers; ``server.person`` is who signs in there."""

    def do_GET(self) -> None:
        known = {
            "/.well-known/openid-configuration": {
                "issuer": BASE,
                "authorization_endpoint": f"{BASE}/authorize",
                "token_endpoint": f"{BASE}/token",
                "userinfo_endpoint": f"{BASE}/userinfo",
                "jwks_uri": f"{BASE}/jwks",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            },
            "/userinfo": self.server.person,  # type: ignore[attr-defined]
            "/jwks": {"keys": []},
        }
        self._say(known[urlsplit(self.path).path])

    def do_POST(self) -> None:
        server: Any = self.server
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        server.asked.append(asked)
        now = int(time.time())
        told = {"iss": BASE, "aud": "taicang", "sub": server.person["sub"], "iat": now, "exp": now + 60}
        token = jwt.encode(told, "shared-secret-of-thirty-two-bytes", algorithm="HS256")
        self._say({"access_token": "a", "token_type": "Bearer", "id_token": token})

    def _say(self, answer: Any) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def provider() -> Iterator[Any]:
    server: Any = HTTPServer(("127.0.0.1", PORT), Provider)
    server.asked, server.person = [], {"sub": "net-1"}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def led(answer: Any) -> str:
    """Where the page leads on to."""
    found = re.search(r'id="onward" href="([^"]+)"', answer.content.decode())
    assert found is not None, answer
    return html.unescape(found.group(1))


def there_and_back(client: Client, **changes: str) -> Any:
    """Press the button, sign in at the provider, and be sent back."""
    onward = led(client.post("/resident/with/cyberid/"))
    asked = {k: v[0] for k, v in parse_qs(urlsplit(onward).query).items()}
    assert onward.startswith(f"{BASE}/authorize?")
    assert asked["redirect_uri"] == "http://testserver/resident/with/cyberid/back"
    return client.get("/resident/with/cyberid/back", {"code": "c", "state": asked["state"], **changes})


def role(client: Client) -> str:
    return str(client.get("/api/v1/me").json()["role"])


def test_who_is_linked_comes_straight_in(cast: Cast, provider: Any) -> None:
    provider.person = {
        "sub": "net-1",
        "phone_number": "+8613800000001",
        "phone_number_verified": True,
        "name": "梅红",
    }
    client = Client()
    assert there_and_back(client)["Location"] == "/resident/"
    assert role(client) == roles.RESIDENT
    assert provider.asked[0]["code"] == ["c"]
    kept = Identity.objects.get()
    assert kept.resident_id == cast.mei.account_id
    provider.person = {"sub": "net-1"}  # no phone any more: the link stands
    again = Client()
    assert there_and_back(again)["Location"] == "/resident/"
    assert role(again) == roles.RESIDENT
    assert "梅红" not in str(list(Resident.objects.values()))


def test_a_phone_the_provider_has_not_verified_is_none(cast: Cast, provider: Any) -> None:
    provider.person = {"sub": "net-2", "phone_number": "13800000001", "phone_number_verified": "no"}
    client = Client()
    assert there_and_back(client)["Location"] == "/resident/sign-in"
    assert role(client) == roles.PUBLIC
    assert "请用手机号验证一次" in client.get("/resident/sign-in").content.decode()


def test_a_forged_or_cancelled_return_opens_nothing(cast: Cast, provider: Any) -> None:
    for changes in ({"state": "forged"}, {"code": "", "error": "access_denied"}):
        client = Client()
        answer = there_and_back(client, **changes)
        assert answer["Location"] == "/resident/sign-in?failed=1"
        assert role(client) == roles.PUBLIC
    assert not Identity.objects.exists()


def test_the_buttons_and_addresses_of_what_is_configured(cast: Cast) -> None:
    client = Client()
    page = client.get("/resident/sign-in").content.decode()
    assert "国家网络身份认证" in page
    assert "微信" in page
    assert client.get("/resident/with/cyberid/").status_code == 405  # a picture on some page starts no login
    assert client.post("/resident/with/alipay/").status_code == 404
    onward = led(client.post("/resident/with/weixin/"))
    assert onward.startswith("https://open.weixin.qq.com/connect/qrconnect?")
    assert "resident%2Fwith%2Fweixin%2Fback" in onward
