"""Accounts and posts: opened by the system administrator, secured by the security administrator."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Annotated

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import Q

from gongzhi.core import clock, dated, roles
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Account, ApiToken, Post, UsedPassword
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask, Reason
from gongzhi.core.dated import Parameter
from gongzhi.core.refusal import NotFound, Problem, check_all, refuse
from gongzhi.core.units import Unit
from gongzhi.core.words import say
from gongzhi.site import rules

ROLE_CHOICES = {r: roles.LABELS[r] for r in roles.STAFF}
Login = Annotated[str, Ask(say("登录名"), help=say("字母、数字、点和横线"), max=40, min=3)]
UnitId = Annotated[int, Ask(say("单位"), pick="unit")]
Role = Annotated[str, Ask(say("岗位"), choices=ROLE_CHOICES)]


def _unit(actor: Actor, pk: int) -> Unit:
    unit = Unit.objects.filter(pk=pk, path__startswith=actor.unit_path, closed=None).first()
    if unit is None:
        raise NotFound("unit")
    return unit


def set_password(account: Account, password: str) -> None:
    """Give ``account`` a new password after every rule is met; keeps the old hash so that it is not reused."""
    problems = rules.password_problems(
        password,
        account.login,
        least_length=int(dated.value("core.password_length")),
        least_classes=int(dated.value("core.password_classes")),
    )
    kept = int(dated.value("core.password_history"))
    used = [
        account.password,
        *account.used_passwords.order_by("-at").values_list("password", flat=True)[:kept],
    ]
    if any(old and check_password(password, old) for old in used[:kept]):
        message = say("最近 {n} 次用过的密码不能再用", n=kept)
        problems.append(Problem(message, "site.password_reused", rules.SOURCE, "password"))
    check_all(problems)
    if account.password:
        UsedPassword.objects.create(account=account, password=account.password)
    account.password = make_password(password)
    account.password_set = clock.now()
    account.must_change = False
    account.save(update_fields=["password", "password_set", "must_change"])


@action("accounts.open", label=say("开设账号"))
def open_account(
    actor: Actor,
    *,
    login: Login,
    name: Annotated[str, Ask(say("姓名"), max=40)],
    unit: UnitId,
    role: Role,
    since: Annotated[date, Ask(say("起任日期"))],
    first_password: Annotated[str, Ask(say("初始密码"), help=say("本人首次登录时必须改掉"), max=128)],
) -> Made[Account]:
    """Open an account with its first post; the holder must change the password at the first sign-in."""
    login = login.strip().lower()
    if not all(c.isascii() and (c.isalnum() or c in ".-_") for c in login):
        refuse(say("登录名只能用字母、数字、点和横线"), rule="site.login_letters", field="login")
    if Account.objects.filter(login=login).exists():
        refuse(say("登录名“{login}”已经有人用了", login=login), rule="site.login_unique", field="login")
    home = _unit(actor, unit)
    account = Account.objects.create(login=login, name=name, home=home)
    set_password(account, first_password)
    account.must_change = True
    account.save(update_fields=["must_change"])
    Post.objects.create(account=account, role=role, unit=home, since=since)
    return Made(account, role=role, unit=home.short)


@action("accounts.appoint", on=Account, label=say("增加岗位"), main=True)
def appoint(
    actor: Actor, account: Account, *, unit: UnitId, role: Role, since: Annotated[date, Ask(say("起任日期"))]
) -> dict[str, object]:
    """Give the account one more post; nobody holds two of the three administrator roles, nor appoints himself."""
    if account.pk == actor.account_id:
        refuse(say("不能给自己增加岗位，请另一位系统管理员办理"), rule="site.not_own_account")
    overlapping = account.posts.filter(Q(until=None) | Q(until__gte=since))
    held = set(overlapping.values_list("role", flat=True)) | {role}
    if rules.clashing_administrators(held):
        refuse(
            say("系统、安全、审计三种管理员不能由同一个人担任"),
            rule="site.three_administrators",
            source=say("GB/T 22239-2019 管理员职责分离"),
            field="role",
        )
    Post.objects.create(account=account, role=role, unit=_unit(actor, unit), since=since)
    return {"role": role, "unit": unit}


@action("accounts.dismiss", on=Account, label=say("结束岗位"))
def dismiss(
    actor: Actor,
    account: Account,
    *,
    post: Annotated[int, Ask(say("岗位"))],
    until: Annotated[date, Ask(say("最后一天"))],
) -> dict[str, object]:
    """End one of the account's posts on a day (included)."""
    row = account.posts.filter(pk=post, until=None).first()
    if row is None:
        refuse(say("这个账号没有这个在任岗位"), rule="site.no_such_post", field="post")
    if until < row.since:
        refuse(say("最后一天不能早于起任日期"), rule="site.post_dates", field="until")
    row.until = until
    row.save(update_fields=["until"])
    return {"post": post, "role": row.role, "until": until}


@action("accounts.close", on=Account, label=say("停用账号"), irreversible=True)
def close(actor: Actor, account: Account, *, reason: Reason) -> dict[str, object]:
    """Close the account; what it did stays."""
    if account.pk == actor.account_id:
        refuse(say("不能停用自己的账号"), rule="site.not_own_account")
    account.is_active = False
    account.save(update_fields=["is_active"])
    return {"reason": reason}


@action("accounts.unlock", on=Account, label=say("解除锁定"))
def unlock(actor: Actor, account: Account, *, reason: Reason) -> dict[str, object]:
    """Let a locked account try again."""
    account.failures, account.locked_until = 0, None
    account.save(update_fields=["failures", "locked_until"])
    return {"reason": reason}


@action(
    "accounts.reset_password",
    on=Account,
    label=say("重设密码"),
    effects=say("这个账号已经登录的地方会退出，它的接口钥匙同时停用。"),
)
def reset_password(
    actor: Actor,
    account: Account,
    *,
    first_password: Annotated[str, Ask(say("临时密码"), help=say("本人下次登录时必须改掉"), max=128)],
    reason: Reason,
) -> dict[str, object]:
    """Give a temporary password that must be changed at the next sign-in."""
    set_password(account, first_password)
    account.must_change = True
    account.save(update_fields=["must_change"])
    keys = ApiToken.objects.filter(post__account=account, revoked=None).update(revoked=clock.now())
    return {"reason": reason, "keys_revoked": keys}


@action("accounts.reset_second_factor", on=Account, label=say("重设动态口令"))
def reset_second_factor(actor: Actor, account: Account, *, reason: Reason) -> dict[str, object]:
    """Forget the second factor (a lost phone); the holder sets it up anew at the next sign-in."""
    account.totp_secret, account.totp_last = None, 0
    account.save(update_fields=["totp_secret", "totp_last"])
    return {"reason": reason}


def _fix(
    actor: Actor,
    *,
    key: Annotated[str, Ask(say("参数"), max=100)],
    value: Annotated[str, Ask(say("新的数值"), max=20000)],
    since: Annotated[date, Ask(say("从哪天起"))],
    source: Annotated[str, Ask(say("依据"), help=say("文件名称或会议纪要"), max=300)],
    document: Annotated[str, Ask(say("文号"), max=100)] = "",
) -> Made[Parameter]:
    """Fix a parameter from a day on; what was decided before keeps the version it was decided under."""
    before = dated.all_on(since).get(key)
    row = dated.change(actor, key, value, since, source, document=document)
    return Made(row, key=key, was=str(before), since=since)


change_setting = action("settings.change", label=say("修改参数"))(_fix)
secure_setting = action("settings.secure", label=say("修改安全参数"))(_fix)


def temporary_password() -> str:
    """A random password that meets the customary rules."""
    return f"Gz{secrets.token_urlsafe(9)}#7"
