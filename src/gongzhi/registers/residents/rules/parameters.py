"""The dated figures and texts of the residents' door. Pure.

The level-protection standard gives no numbers, and the law says "promptly": every figure is this county's to set.
"""

from __future__ import annotations

from gongzhi.core.params import Param
from gongzhi.core.words import Words, say
from gongzhi.registers.residents.rules import notice

LEVEL = say("GB/T 22239-2019 身份鉴别；具体数值为本县设定")
OWN = say("本县设定")


def _figure(
    key: str, value: int, label: Words, unit: Words, least: int, most: int, *, security: bool = False
) -> Param:
    return Param(
        f"residents.{key}",
        str(value),
        label=label,
        unit=unit,
        source=LEVEL if security else OWN,
        assumption=True,
        least=least,
        most=most,
        security=security,
    )


def _door(key: str, value: int, label: Words, unit: Words, least: int, most: int) -> Param:
    return _figure(key, value, label, unit, least, most, security=True)


def _text(key: str, value: str, label: Words, source: Words) -> Param:
    return Param(f"residents.{key}", value, kind="text", label=label, source=source, assumption=True)


PARAMETERS = [
    _door("code_length", 6, say("短信验证码位数"), say("位"), 4, 8),
    _door("code_minutes", 5, say("短信验证码有效期"), say("分钟"), 1, 30),
    _door("code_tries", 5, say("同一验证码最多可以输错几次"), say("次"), 1, 10),
    _door("code_resend_seconds", 60, say("多久以后可以重发验证码"), say("秒"), 10, 600),
    _door("codes_per_phone", 5, say("同一手机号从同一网络地址一个时段内最多发几条验证码"), say("条"), 1, 50),
    _door("codes_everywhere", 6, say("同一手机号从各处一个短时段内最多发几条验证码"), say("条"), 3, 50),
    _door("codes_everywhere_minutes", 10, say("从各处计算验证码条数的短时段"), say("分钟"), 1, 60),
    _door("codes_per_address", 60, say("同一网络地址一个时段内最多发几条验证码"), say("条"), 1, 1000),
    _door("codes_minutes", 60, say("计算验证码条数的时段"), say("分钟"), 10, 1440),
    _door("code_failures", 10, say("同一手机号从同一网络地址连续输错几次后锁定"), say("次"), 3, 100),
    _door("code_lock_minutes", 30, say("手机号锁定时长"), say("分钟"), 1, 1440),
    _door("proof_minutes", 15, say("手机号验证以后多久之内办完"), say("分钟"), 1, 60),
    _door("code_kept_days", 2, say("发过的验证码记录保留"), say("天"), 1, 30),
    _door("idle_minutes", 10080, say("居民无操作自动退出"), say("分钟"), 5, 43200),
    _figure("days_to_confirm", 5, say("核对居住申请的期限"), say("个工作日"), 1, 60),
    _figure("days_to_answer", 30, say("居民补充材料的期限，过期申请关闭"), say("天"), 5, 365),
    _figure("evidence_days", 90, say("居住证明材料在办结后保留"), say("天"), 0, 3650),
    Param(
        "residents.guardian_age",
        "14",
        label=say("未满几周岁须监护人同意"),
        unit=say("周岁"),
        source=say("个人信息保护法第 28、31 条"),
        least=14,
        most=18,
    ),
    Param(
        "residents.adult_age",
        "18",
        label=say("满几周岁可以参加协商表决"),
        unit=say("周岁"),
        source=say("民法典第 17 条"),
        least=16,
        most=18,
    ),
    Param(
        "residents.second_person",
        "true",
        kind="bool",
        label=say("代办登记的居民须由另一人确认"),
        source=OWN,
        assumption=True,
    ),
    Param(
        "residents.nickname_reserved",
        '["村委会", "居委会", "社区", "政府", "街道", "书记", "主任", "民警", "派出所", "法院", "管理员", "客服", '
        '"官方", "工作人员", "网格员", "共治"]',
        kind="json",
        label=say("昵称里不能有的字样"),
        source=say("互联网用户账号信息管理规定；具体字样为本县设定"),
        assumption=True,
    ),
    *(_text(key, text, label, source) for key, (text, label, source) in notice.TEXTS.items()),
]
