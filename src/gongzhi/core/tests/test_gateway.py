"""Messages leave by the way the county has configured, and by no other."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from gongzhi.core import gateway


@pytest.fixture
def service() -> Iterator[Any]:
    """A message service that notes what it gets and answers as told."""

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.got.append((self.headers["X-Gongzhi-Signature"], body))
            self.send_response(server.answer)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server: Any = HTTPServer(("127.0.0.1", 0), Service)
    server.got, server.answer = [], 202
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def use(settings: Any, way: str, service: Any = None, production: bool = False) -> None:
    settings.GATEWAY, settings.PRODUCTION = way, production
    settings.GATEWAY_URL = f"http://127.0.0.1:{service.server_port}/" if service else ""
    settings.GATEWAY_SECRET = "shared"


def test_the_service_gets_the_message_signed(settings: Any, service: Any) -> None:
    use(settings, "http", service)
    assert gateway.send("sms", "13800000001", "验证码 123456", key="once") == ""
    signed, body = service.got[0]
    assert json.loads(body) == {"channel": "sms", "to": "13800000001", "text": "验证码 123456", "key": "once"}
    seconds = int(signed.split(",")[0].removeprefix("t="))
    assert signed == gateway.signature("shared", body, seconds)
    assert signed != gateway.signature("other", body, seconds)


@pytest.mark.parametrize("answer", [302, 404, 500])
def test_what_the_service_does_not_take_is_undelivered(settings: Any, service: Any, answer: int) -> None:
    use(settings, "http", service)
    service.answer = answer
    with pytest.raises(gateway.Undelivered):
        gateway.send("sms", "13800000001", "…")
    assert len(service.got) == 1  # not followed elsewhere


def test_nobody_there_is_undelivered(settings: Any, service: Any) -> None:
    use(settings, "http", service)
    settings.GATEWAY_URL = "http://127.0.0.1:9/"
    with pytest.raises(gateway.Undelivered):
        gateway.send("letterbox", "7 号楼 2 单元", "…")


def test_the_screen_shows_and_the_log_masks(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    use(settings, "screen")
    assert gateway.send("sms", "13800000001", "验证码 123456") == "验证码 123456"
    use(settings, "console")
    with caplog.at_level(logging.WARNING):
        assert gateway.send("sms", "13800000001", "验证码 123456") == ""
    assert "138****0001" in caplog.text
    assert "13800000001" not in caplog.text


def test_production_has_its_own_service_or_none(settings: Any) -> None:
    for way in ("console", "screen"):
        use(settings, way, production=True)
        with pytest.raises(ImproperlyConfigured):
            gateway.send("sms", "13800000001", "…")
    use(settings, "http", production=True)
    settings.GATEWAY_URL = "http://gateway.example/"  # codes do not travel in the clear
    with pytest.raises(ImproperlyConfigured):
        gateway.send("sms", "13800000001", "…")
    use(settings, "off", production=True)
    assert not gateway.is_open()
    with pytest.raises(gateway.Undelivered):
        gateway.send("sms", "13800000001", "…")


def test_an_unknown_channel_or_way_is_a_mistake(settings: Any) -> None:
    use(settings, "pigeon")
    with pytest.raises(ImproperlyConfigured):
        gateway.send("sms", "13800000001", "…")
    with pytest.raises(ValueError, match="fax"):
        gateway.send("fax", "13800000001", "…")
