"""The signs at the door: one sign-in per role, and a second factor for those who need one."""

from __future__ import annotations

from typing import Any

from demo import neighbours
from demo.county import PASSWORD, County
from gongzhi.core import dated, roles, sealed
from gongzhi.core.accounts import Account, Post

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SHOWN = [
    (roles.COMMITTEE_WORKER, "320585101208", "村（社区）工作者 · 沙溪镇虹桥村"),
    (roles.COMMITTEE_HEAD, "320585101207", "村委会主任 · 沙溪镇泥桥村（协议正谈到这一方）"),
    (roles.SUPERVISOR, "320585101208", "村务监督委员会 · 沙溪镇虹桥村"),
    (roles.TOWNSHIP_OFFICER, "320585101000", "镇社会治理岗 · 沙溪镇"),
    (roles.TOWNSHIP_HEAD, "320585101000", "镇长 · 沙溪镇"),
    (roles.TOWNSHIP_FINANCE, "320585101000", "镇财政岗 · 沙溪镇"),
    (roles.COMMITTEE_HEAD, "320585100003", "居委会主任 · 城厢镇府东社区"),
    (roles.COUNTY_OFFICER, "320585000000", "市级社会治理岗"),
    (roles.COUNTY_HEAD, "320585000000", "市级分管领导"),
    (roles.REGISTRAR, "320585000000", "登记管理岗"),
    (roles.DEPARTMENT_OFFICER, "民政局", "部门经办岗 · 市民政局"),
    (roles.LEGAL_OFFICER, "司法局", "合法性审核岗 · 市司法局"),
    (roles.AUDITOR, "320585000000", "审计岗"),
    (roles.SYSTEM_ADMIN, "320585000000", "系统管理员"),
    (roles.SECURITY_ADMIN, "320585000000", "安全管理员"),
    (roles.AUDIT_ADMIN, "320585000000", "审计管理员"),
]


def build(county: County) -> None:
    """Give every account whose role needs one the demonstration's second factor."""
    needed = dated.value("core.second_factor_roles")
    for account in Account.objects.filter(posts__role__in=needed).distinct():
        account.totp_secret = sealed.seal(SECRET).encode()
        account.save(update_fields=["totp_secret"])


def accounts(county: County) -> list[dict[str, Any]]:
    """What the sign-in page and ``gongzhi up`` show: one account per role, a resident's first."""
    found = [
        {
            "role": roles.RESIDENT,
            "label": "居民 · 城厢镇府东社区（手机号，不用密码）",
            "login": str(neighbours.PHONE),
            "password": "验证码显示在页面上",
            "url": "/resident/sign-in",
        }
    ]
    for role, where, label in SHOWN:
        posts = Post.objects.filter(role=role).select_related("account")
        if where.isdigit():
            post = posts.filter(unit__code=where).order_by("pk").first()
        else:
            post = posts.filter(unit=county.departments[where]).order_by("pk").first()
        if post is not None:
            found.append(
                {
                    "role": role,
                    "label": label,
                    "login": post.account.login,
                    "password": PASSWORD,
                    "url": "/sign-in",
                }
            )
    return found
