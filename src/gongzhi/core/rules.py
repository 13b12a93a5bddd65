"""The ground floor's own decisions: who may see the journal and set parameters, and the security figures.

The level-protection standard gives no numbers; the figures are the customary ones and the county's to change.
"""

from __future__ import annotations

from gongzhi.core import roles
from gongzhi.core.params import Param
from gongzhi.core.roles import Reach, Rights, grant
from gongzhi.core.words import say

SIGNED_IN = roles.STAFF

RIGHTS: Rights = {
    # Business figures belong to the county's officers, security figures to the security administrator (三员分立).
    "settings.view": grant(SIGNED_IN, Reach.ALL),
    "settings.change": {roles.COUNTY_OFFICER: Reach.ALL},
    "settings.secure": {roles.SECURITY_ADMIN: Reach.ALL},
    "settings.announce_year": {roles.COUNTY_OFFICER: Reach.ALL, roles.SYSTEM_ADMIN: Reach.ALL},
    # The whole journal is the auditors'; everyone else reads the story of the things they may see.
    "journal.view": grant((roles.AUDITOR, roles.AUDIT_ADMIN), Reach.ALL),
    "journal.verify": grant((roles.AUDITOR, roles.AUDIT_ADMIN), Reach.ALL),
    # Who may hand in material, and who sees it: its own unit here, and everyone who may see the thing it proves.
    "evidence.attach": {**grant(SIGNED_IN, Reach.OWN), roles.RESIDENT: Reach.SELF},
    "evidence.view": {**grant(SIGNED_IN, Reach.OWN), roles.AUDITOR: Reach.ALL},
}

LEVEL = say("GB/T 22239-2019 身份鉴别；具体数值为本县设定")
OWN = say("本县设定")


def _secure(key: str, value: int, label: str, unit: str, least: int, most: int, help: str = "") -> Param:
    return Param(
        f"core.{key}",
        str(value),
        label=say(label),
        unit=say(unit) if unit else "",
        source=LEVEL,
        assumption=True,
        least=least,
        most=most,
        security=True,
        help=say(help) if help else "",
    )


def _own(key: str, value: str, label: str, kind: str = "int", unit: str = "", **more: int) -> Param:
    return Param(
        f"core.{key}",
        value,
        kind=kind,
        label=say(label),
        unit=say(unit) if unit else "",
        source=OWN,
        assumption=True,
        least=more.get("least"),
        most=more.get("most"),
    )


PARAMETERS: list[Param] = [
    _secure("idle_minutes", 30, "无操作自动退出", "分钟", 1, 240),
    _secure("password_length", 8, "密码最短长度", "位", 8, 64),
    _secure("password_classes", 3, "密码至少包含几类字符", "类", 1, 4, "大写、小写、数字、符号四类"),
    _secure("password_days", 90, "密码更换周期", "天", 0, 3650, "0 表示不要求定期更换"),
    _secure("password_history", 5, "不得重复最近几次的密码", "次", 0, 24),
    _secure("lock_after_failures", 5, "连续输错几次后锁定", "次", 1, 20),
    _secure("lock_minutes", 30, "锁定时长", "分钟", 1, 1440),
    # Everybody in an office may come from one address, so only failures count there, and the figure is generous.
    _secure("address_failures", 30, "同一网络地址登录失败几次后暂停", "次", 5, 1000),
    _secure("address_minutes", 15, "网络地址暂停登录的时长", "分钟", 1, 1440, "失败次数也按这么长一段时间计"),
    _secure(
        "proposal_hours", 48, "管理员账号的变更提出后多久内确认", "小时", 1, 720, "过了这段时间没有确认就失效"
    ),
    _secure("token_days", 365, "接口令牌最长有效期", "天", 1, 3650),
    Param(
        "core.second_factor_roles",
        '["county_officer", "county_head", "system_admin", "security_admin", "audit_admin"]',
        kind="json",
        label=say("须用动态口令登录的岗位"),
        source=say("GB/T 22239-2019 三级身份鉴别；适用岗位为本县设定"),
        assumption=True,
        security=True,
    ),
    _secure("evidence_megabytes", 20, "单个附件大小上限", "MB", 1, 500),
    Param(
        "core.evidence_types",
        '["jpg", "png", "webp", "gif", "heic", "pdf", "docx", "xlsx", "doc", "xls", "ofd", "mp4", "mp3", "zip"]',
        kind="json",
        label=say("可以上传的附件类型"),
        source=OWN,
        assumption=True,
        security=True,
    ),
    Param(
        "core.export_watermark",
        "true",
        kind="bool",
        label=say("导出的文件带水印（单位、岗位、时间）"),
        source=say("个人信息保护法第 51 条；本县设定"),
        assumption=True,
        security=True,
    ),
    _secure(
        "journal_months",
        36,
        "办事记录最少保存",
        "个月",
        6,
        1200,
        "网络安全法要求日志不少于六个月，业务记录宜更久",
    ),
    _own("publicity_days", "5", "公示期默认长度", unit="个工作日", least=1, most=60),
    _own("notice_days", "90", "消息保留", unit="天", least=7, most=3650),
    # Personal data are kept no longer than the purpose needs (个人信息保护法第 19 条).
    _own("import_staged_days", "7", "导入预览保留多久", unit="天", least=1, most=90),
    _own("import_undo_days", "30", "导入后多久之内可以撤销", unit="天", least=1, most=365),
]
