"""Starting a real county: its units, and the three administrators who open everybody else's accounts.

等级保护 asks for three separate administrators: one opens accounts, one sets security, one reads the audit trail.
Each gets a random first password, shown once and to be changed at the first sign-in.
"""

from __future__ import annotations

import secrets
from typing import Any

from gongzhi.running.trouble import FOUND, USAGE, Trouble

ADMINISTRATORS = (
    ("sysadmin", "系统管理员", "system_admin"),
    ("secadmin", "安全管理员", "security_admin"),
    ("auditadmin", "审计管理员", "audit_admin"),
)


def found(code: str) -> dict[str, Any]:
    """Open the units of the county with this division code, and its administrators. Django must be set up.

    The county's places must have been imported. Refused where accounts exist already.
    """
    from gongzhi.core import clock
    from gongzhi.core.access import SYSTEM
    from gongzhi.core.accounts import Account
    from gongzhi.core.units import Unit
    from gongzhi.registers.places.bulk import enrol_county
    from gongzhi.registers.places.models import Place
    from gongzhi.site.actions import open_account

    if Account.objects.exists():
        raise Trouble("This county has accounts already; its system administrator opens more.", code=FOUND)
    try:
        place = enrol_county(code)
    except Place.DoesNotExist:
        raise Trouble(
            f"No place has the code {code}.", code=USAGE, help="`gongzhi import places FILE` comes first."
        ) from None
    assert place.unit_id is not None  # enrolled just now
    county = Unit.objects.get(pk=place.unit_id)
    accounts = []
    for login, name, role in ADMINISTRATORS:
        password = secrets.token_urlsafe(9) + "-" + secrets.token_hex(2).upper() + "a1"
        open_account(
            SYSTEM,
            login=login,
            name=name,
            unit=county.pk,
            role=role,
            since=clock.today(),
            first_password=password,
        )
        accounts.append({"role": role, "label": name, "login": login, "password": password})
    units = Unit.objects.filter(path__startswith=county.path).count()
    return {"county": county.name, "units": units, "accounts": accounts}
