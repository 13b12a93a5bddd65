"""The environment that web, worker and commands run in."""

from __future__ import annotations

import os

from gongzhi.running.database import Access
from gongzhi.running.home import Home


def demo_wanted() -> bool:
    """A demonstration county is built unless in production or told ``GONGZHI_DEMO=0``."""
    return os.environ.get("GONGZHI_PRODUCTION") != "1" and os.environ.get("GONGZHI_DEMO", "1") != "0"


def site_environment(home: Home, access: Access, *, demo: bool) -> dict[str, str]:
    """Ours, with the addresses and secrets filled in. The owner's address is left out: only migrations get it."""
    environment = {key: value for key, value in os.environ.items() if key != "GONGZHI_OWNER_DATABASE_URL"}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "gongzhi.settings",
        "GONGZHI_HOME": str(home.root),
        "GONGZHI_DEMO": "1" if demo else "0",
        "DATABASE_URL": access.app,
        "PYTHONUNBUFFERED": "1",
    }
    if not environment.get("GONGZHI_SECRET"):
        environment["GONGZHI_SECRET"] = home.secrets()["django"]
    return environment
