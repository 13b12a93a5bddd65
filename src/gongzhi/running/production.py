"""What must not be true of an installation that serves people."""

from __future__ import annotations

import os
from collections.abc import Mapping

from gongzhi.core import proxies
from gongzhi.running.trouble import SETUP, Trouble

SHORTEST_SECRET = 40
DEMO_SECRETS = ("demo", "django-insecure", "test", "secret", "changeme")


def asked_for(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether ``GONGZHI_PRODUCTION=1``."""
    return environment.get("GONGZHI_PRODUCTION") == "1"


def problems(
    environment: Mapping[str, str], *, demo_accounts: bool = False, one_role: bool = False, keys: bool = True
) -> list[str]:
    """Every reason against starting, so that all are mended at once. Empty if there is none."""
    found = []
    secret = environment.get("GONGZHI_SECRET", "")
    if not secret:
        found.append("GONGZHI_SECRET is not set.")
    elif secret.lower().startswith(DEMO_SECRETS):
        found.append("GONGZHI_SECRET is a demonstration secret.")
    elif len(secret) < SHORTEST_SECRET or len(set(secret)) < 12:
        found.append(f"GONGZHI_SECRET is too easy to guess: use {SHORTEST_SECRET} random characters or more.")
    for name, meaning in (
        ("GONGZHI_DEBUG", "shows settings to every visitor"),
        ("GONGZHI_FAST_HASH", "is for tests"),
    ):
        if environment.get(name) == "1":
            found.append(f"{name}=1 {meaning}.")
    if environment.get("GONGZHI_DEMO") == "1":
        found.append("GONGZHI_DEMO=1 would build a demonstration county.")
    if not environment.get("GONGZHI_HOSTS"):
        found.append("GONGZHI_HOSTS is not set: name the host names that this site answers to.")
    found += _proxies(environment.get("GONGZHI_PROXIES", ""))
    if demo_accounts:
        found.append(
            "The database has demonstration accounts, whose passwords everybody knows. Use a fresh database."
        )
    if not keys:
        found.append(
            "There are no keys to seal personal fields with. Set GONGZHI_KEYS, or put the county's ring into "
            "GONGZHI_HOME/keys/ring (docs/operating.md says how to make one)."
        )
    if problem := _gateway(environment):
        found.append(problem)
    if one_role:
        found.append(
            "The application owns its tables, so the database would not protect the journal. Set "
            "GONGZHI_OWNER_DATABASE_URL to the role that owns the tables and DATABASE_URL to another one."
        )
    return found


def _gateway(environment: Mapping[str, str]) -> str:
    """Codes that let residents in must reach their phones, and nobody else's screen or log."""
    way = environment.get("GONGZHI_GATEWAY") or "off"
    if way == "http":
        complete = environment.get("GONGZHI_GATEWAY_URL", "").startswith("https://")
        if complete and environment.get("GONGZHI_GATEWAY_SECRET"):
            return ""
        return "GONGZHI_GATEWAY=http needs GONGZHI_GATEWAY_URL (https) and GONGZHI_GATEWAY_SECRET."
    if way == "off":
        return ""
    return f"GONGZHI_GATEWAY={way} would show one-time codes to others: use http, or off."


def _proxies(text: str) -> list[str]:
    """Behind an unnamed proxy everybody would share one address, and every page would be sent to HTTPS for ever."""
    if not text.strip():
        return [
            "GONGZHI_PROXIES is not set: name the address of the TLS proxy in front (127.0.0.1 if it runs here), or "
            "say `none` where the web server itself speaks TLS."
        ]
    try:
        proxies.read(text)
    except ValueError as error:
        return [f"{error}."]
    return []


def refuse(
    environment: Mapping[str, str], *, demo_accounts: bool = False, one_role: bool = False, keys: bool = True
) -> None:
    """Raise with every reason, if there is one."""
    found = problems(environment, demo_accounts=demo_accounts, one_role=one_role, keys=keys)
    if found:
        raise Trouble(
            "This is not safe for production:\n" + "\n".join(f"  - {line}" for line in found), code=SETUP
        )
