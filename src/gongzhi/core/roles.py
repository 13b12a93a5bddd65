"""The roles a post can carry and how far a right reaches. Pure.

A role is what a post does, not who holds it; the same account may hold several posts and acts as one of
them at a time. Rights are a table role × verb in each room's ``rules.RIGHTS``; what is not listed is closed.
"""

from __future__ import annotations

from enum import StrEnum

from gongzhi.core.words import Words, say


class Reach(StrEnum):
    """How far a right reaches from the post's own unit."""

    SELF = "self"
    """What the account itself brought in: ``Thing.owned_by``."""
    OWN = "own"
    BELOW = "below"
    ABOVE = "above"
    """The own unit and those above it: a resident votes in the community, the township and the county."""
    ALL = "all"


PUBLIC = "public"
SYSTEM = "system"
RESIDENT = "resident"
COUNTY_OFFICER = "county_officer"
COUNTY_HEAD = "county_head"
DEPARTMENT_OFFICER = "department_officer"
LEGAL_OFFICER = "legal_officer"
REGISTRAR = "registrar"
TOWNSHIP_OFFICER = "township_officer"
TOWNSHIP_HEAD = "township_head"
TOWNSHIP_FINANCE = "township_finance"
COMMITTEE_HEAD = "committee_head"
COMMITTEE_WORKER = "committee_worker"
SUPERVISOR = "supervisor"
ORG_MANAGER = "org_manager"
SOCIAL_WORKER = "social_worker"
AUDITOR = "auditor"
SYSTEM_ADMIN = "system_admin"
SECURITY_ADMIN = "security_admin"
AUDIT_ADMIN = "audit_admin"

LABELS: dict[str, Words] = {
    PUBLIC: say("公众"),
    SYSTEM: say("系统"),
    RESIDENT: say("居民"),
    COUNTY_OFFICER: say("市级社会治理岗"),
    COUNTY_HEAD: say("市级分管领导"),
    DEPARTMENT_OFFICER: say("部门经办岗"),
    LEGAL_OFFICER: say("合法性审核岗"),
    REGISTRAR: say("登记管理岗"),
    TOWNSHIP_OFFICER: say("镇（街道）社会治理岗"),
    TOWNSHIP_HEAD: say("镇（街道）负责人"),
    TOWNSHIP_FINANCE: say("镇（街道）财政岗"),
    COMMITTEE_HEAD: say("村（居）委会主任"),
    COMMITTEE_WORKER: say("村（社区）工作者"),
    SUPERVISOR: say("村（居）务监督委员会"),
    ORG_MANAGER: say("社会组织负责人"),
    SOCIAL_WORKER: say("社会工作者"),
    AUDITOR: say("审计岗"),
    SYSTEM_ADMIN: say("系统管理员"),
    SECURITY_ADMIN: say("安全管理员"),
    AUDIT_ADMIN: say("审计管理员"),
}

SHORT: dict[str, Words] = {
    **LABELS,
    COUNTY_OFFICER: say("社会治理岗"),
    COUNTY_HEAD: say("分管领导"),
    TOWNSHIP_OFFICER: say("社会治理岗"),
    TOWNSHIP_HEAD: say("负责人"),
    TOWNSHIP_FINANCE: say("财政岗"),
    COMMITTEE_HEAD: say("主任"),
    COMMITTEE_WORKER: say("工作者"),
    SUPERVISOR: say("监督委员会"),
}
"""The same after the unit's name has been said: "沙溪镇 社会治理岗"."""

COMMITTEE = (COMMITTEE_HEAD, COMMITTEE_WORKER)
TOWNSHIP = (TOWNSHIP_OFFICER, TOWNSHIP_HEAD, TOWNSHIP_FINANCE)
COUNTY = (COUNTY_OFFICER, COUNTY_HEAD)
ADMINISTRATORS = (SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN)

STAFF = tuple(r for r in LABELS if r not in (PUBLIC, SYSTEM, RESIDENT))
"""Everyone who holds a post for an institution."""

Rights = dict[str, dict[str, Reach]]


def grant(roles: tuple[str, ...], reach: Reach) -> dict[str, Reach]:
    """The same reach for several roles: ``grant(COMMITTEE, Reach.OWN)``."""
    return dict.fromkeys(roles, reach)
