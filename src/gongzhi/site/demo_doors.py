"""What only the demonstration shows: one account per role, the current one-time code, and that its year is still told."""

from __future__ import annotations

import json
from typing import Any

import pyotp
from django.conf import settings

from gongzhi.core import clock, roles
from gongzhi.core.accounts import Account
from gongzhi.site import doors


def accounts() -> list[dict[str, Any]]:
    """The demonstration's accounts as its builder wrote them down; none where it has not run."""
    path = settings.GONGZHI_HOME / "demo-accounts.json"
    return list(json.loads(path.read_text(encoding="utf-8"))) if settings.DEMO and path.exists() else []


def resident() -> dict[str, Any] | None:
    """The resident as whom a visitor may come in, by a phone whose code is shown on the page."""
    return next((a for a in accounts() if a["role"] == roles.RESIDENT), None)


def told() -> int | None:
    """How many of the demonstration's matters have begun to be told; None once the year is told, and outside it."""
    path = settings.GONGZHI_HOME / "demo-stories"
    if not settings.DEMO or not path.exists():
        return None
    try:
        return path.read_text().count("\n")
    except FileNotFoundError:  # finished between the two lines
        return None


def code(account: Account) -> str:
    """The one-time code that is valid now, for an account of the demonstration only."""
    return pyotp.TOTP(doors.secret_of(account)).at(int(clock.now().timestamp()))
