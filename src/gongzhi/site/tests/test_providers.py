"""A provider's login from end to end, in a process of its own that has one configured."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[3]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.slow
def test_a_configured_provider_lets_residents_in() -> None:
    port = free_port()
    configured = [
        {
            "provider": "openid_connect",
            "provider_id": "cyberid",
            "name": "国家网络身份认证",
            "client_id": "taicang",
            "secret": "shared",
            "settings": {"server_url": f"http://127.0.0.1:{port}", "trusts_phone": True},
        },
        {"provider": "weixin", "client_id": "wx123", "secret": "shared"},
    ]
    environment = {
        **os.environ,
        "GONGZHI_PROVIDERS": json.dumps(configured),
        "GONGZHI_TEST_DB": "test_providers",
        "PROVIDER_PORT": str(port),
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        str(HERE / "with_provider.py"),
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "4 passed" in done.stdout
