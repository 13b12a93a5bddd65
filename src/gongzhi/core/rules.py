"""The ground floor's own decisions: who may see the journal and set parameters, and the security figures.

The level-protection standard gives no numbers; the figures are the customary ones and the county's to change.
"""

from __future__ import annotations

from gongzhi.core import roles
from gongzhi.core.params import Param
from gongzhi.core.roles import Reach, Rights, grant
from gongzhi.core.words import Words, say

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


def _secure(
    key: str, value: int, label: Words, unit: Words | str, least: int, most: int, help: Words | str = ""
) -> Param:
    return Param(
        f"core.{key}",
        str(value),
        label=label,
        unit=unit,
        source=LEVEL,
        assumption=True,
        least=least,
        most=most,
        security=True,
        help=help,
    )


def _own(key: str, value: str, label: Words, kind: str = "int", unit: Words | str = "", **more: int) -> Param:
    return Param(
        f"core.{key}",
        value,
        kind=kind,
        label=label,
        unit=unit,
        source=OWN,
        assumption=True,
        least=more.get("least"),
        most=more.get("most"),
    )


PARAMETERS: list[Param] = [
    _secure("idle_minutes", 30, say("无操作自动退出"), say("分钟"), 1, 240),
    _secure("password_length", 8, say("密码最短长度"), say("位"), 8, 64),
    _secure(
        "password_classes", 3, say("密码至少包含几类字符"), say("类"), 1, 4, say("大写、小写、数字、符号四类")
    ),
    _secure("password_days", 90, say("密码更换周期"), say("天"), 0, 3650, say("0 表示不要求定期更换")),
    _secure("password_history", 5, say("不得重复最近几次的密码"), say("次"), 0, 24),
    _secure("lock_after_failures", 5, say("连续输错几次后锁定"), say("次"), 1, 20),
    _secure("lock_minutes", 30, say("锁定时长"), say("分钟"), 1, 1440),
    # Everybody in an office may come from one address, so only failures count there, and the figure is generous.
    _secure("address_failures", 30, say("同一网络地址登录失败几次后暂停"), say("次"), 5, 1000),
    _secure(
        "address_minutes",
        15,
        say("网络地址暂停登录的时长"),
        say("分钟"),
        1,
        1440,
        say("失败次数也按这么长一段时间计"),
    ),
    _secure(
        "proposal_hours",
        48,
        say("管理员账号的变更提出后多久内确认"),
        say("小时"),
        1,
        720,
        say("过了这段时间没有确认就失效"),
    ),
    _secure("token_days", 365, say("接口令牌最长有效期"), say("天"), 1, 3650),
    Param(
        "core.second_factor_roles",
        '["county_officer", "county_head", "system_admin", "security_admin", "audit_admin"]',
        kind="json",
        label=say("须用动态口令登录的岗位"),
        names=roles.LABELS,
        source=say("GB/T 22239-2019 三级身份鉴别；适用岗位为本县设定"),
        assumption=True,
        security=True,
    ),
    _secure("evidence_megabytes", 20, say("单个附件大小上限"), "MB", 1, 500),
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
        say("办事记录最少保存"),
        say("个月"),
        6,
        1200,
        say("网络安全法要求日志不少于六个月，业务记录宜更久"),
    ),
    # What nobody uses serves no purpose (个人信息保护法第 19、47 条); a phone's storm of files must not fill the disk.
    _secure("uploads_resident", 40, say("居民一段时间内最多上传几个附件"), say("个"), 5, 1000),
    _secure("uploads_staff", 400, say("岗位一段时间内最多上传几个附件"), say("个"), 20, 10_000),
    _secure("upload_minutes", 60, say("附件个数按多长时间计，超过后暂停多久"), say("分钟"), 1, 1440),
    _own("unused_days", "30", say("上传后没有使用的附件保留"), unit=say("天"), least=1, most=365),
    _own("publicity_days", "5", say("公示期默认长度"), unit=say("个工作日"), least=1, most=60),
    _own("notice_days", "90", say("消息保留"), unit=say("天"), least=7, most=3650),
    # Personal data are kept no longer than the purpose needs (个人信息保护法第 19 条).
    _own("import_staged_days", "7", say("导入预览保留多久"), unit=say("天"), least=1, most=90),
    _own("import_undo_days", "30", say("导入后多久之内可以撤销"), unit=say("天"), least=1, most=365),
]
