"""Accounts and posts: opened by the system administrator, secured by the security administrator.

What touches one of the three administrators is not done here but proposed and confirmed (``administrators``).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from gongzhi.core import roles, sealed
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Account, Post
from gongzhi.core.action import Check, Made, action
from gongzhi.core.ask import Ask, Reason
from gongzhi.core.refusal import NotFound, refuse
from gongzhi.core.units import Unit
from gongzhi.core.words import say
from gongzhi.site import rules
from gongzhi.site.actions.administrators import TWO, administers, check_clash, propose
from gongzhi.site.actions.passwords import forget_second_factor, give_first_password, revoke_keys

ROLE_CHOICES = {r: roles.LABELS[r] for r in roles.STAFF}
ORDINARY = {r: label for r, label in ROLE_CHOICES.items() if r not in roles.ADMINISTRATORS}
Login = Annotated[str, Ask(say("登录名"), help=say("字母、数字、点和横线"), max=40, min=3)]
UnitId = Annotated[int, Ask(say("单位"), pick="unit")]


def _unit(actor: Actor, pk: int) -> Unit:
    unit = Unit.objects.filter(pk=pk, path__startswith=actor.unit_path, closed=None).first()
    if unit is None:
        raise NotFound("unit")
    return unit


def _not_own(actor: Actor, account: Account) -> None:
    """Nobody mends his own lock or takes his own way in: another one looks at who is asking."""
    if account.pk == actor.account_id:
        refuse(say("不能给自己的账号办这件事，请另一位管理员办理"), rule="site.not_own_account")


def _alone(instead: str) -> Check:
    """A check: one administrator acts alone on an ordinary account only; for the others there is ``instead``."""

    def check(actor: Actor, account: Account) -> None:
        _not_own(actor, account)
        if administers(account):
            refuse(
                say("这是管理员的账号：要由三员中的一位提出、另一位确认"),
                rule="site.two_administrators",
                source=TWO,
                way_out=f"{account.get_absolute_url()}{instead}",
            )

    return check


@action(
    "accounts.open",
    label=say("开设账号"),
    effects=say("开设管理员账号时，先开账号、提出任命；另一位管理员确认以后才能登录。"),
)
def open_account(
    actor: Actor,
    *,
    login: Login,
    name: Annotated[str, Ask(say("姓名"), max=40)],
    unit: UnitId,
    role: Annotated[str, Ask(say("岗位"), choices=ROLE_CHOICES)],
    since: Annotated[date, Ask(say("起任日期"))],
    first_password: Annotated[str, Ask(say("初始密码"), help=say("本人首次登录时必须改掉"), max=128)],
) -> Made[Account]:
    """Open an account with its first post; the holder must change the password at the first sign-in.

    An administrator's post is proposed only, and the one who confirms adds a second half to the password: who could
    open a second administrator alone would be two of the three.
    """
    login = login.strip().lower()
    if not all(c.isascii() and (c.isalnum() or c in ".-_") for c in login):
        refuse(say("登录名只能用字母、数字、点和横线"), rule="site.login_letters", field="login")
    if Account.objects.filter(login=login).exists():
        refuse(say("登录名“{login}”已经有人用了", login=login), rule="site.login_unique", field="login")
    home = _unit(actor, unit)
    account = Account.objects.create(login=login, name=name, home=home)
    give_first_password(account, first_password)
    alone = role not in roles.ADMINISTRATORS or actor.role == roles.SYSTEM
    if alone:
        Post.objects.create(account=account, role=role, unit=home, since=since)
    else:
        propose(
            actor, account, rules.APPOINT, role=role, unit=home, day=since, half=sealed.seal(first_password)
        )
    return Made(account, role=role, unit=home.short, confirmed=alone)


@action("accounts.appoint", on=Account, label=say("增加岗位"), main=True)
def appoint(
    actor: Actor,
    account: Account,
    *,
    unit: UnitId,
    role: Annotated[
        str, Ask(say("岗位"), choices=ORDINARY, help=say("管理员岗位另行提出，要另一位管理员确认"))
    ],
    since: Annotated[date, Ask(say("起任日期"))],
) -> dict[str, object]:
    """Give the account one more post; nobody appoints himself, and an administrator's post takes two."""
    if account.pk == actor.account_id:
        refuse(say("不能给自己增加岗位，请另一位系统管理员办理"), rule="site.not_own_account")
    if role in roles.ADMINISTRATORS:
        way_out = f"{account.get_absolute_url()}propose_administrator"
        refuse(
            say("任命管理员要由三员中的一位提出、另一位确认"),
            rule="site.two_administrators",
            source=TWO,
            field="role",
            way_out=way_out,
        )
    check_clash(account, role, since)
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
    """End one of the account's posts on a day (included); its API keys end with it."""
    row = account.posts.filter(pk=post, until=None).first()
    if row is None:
        refuse(say("这个账号没有这个在任岗位"), rule="site.no_such_post", field="post")
    if row.role in roles.ADMINISTRATORS:
        way_out = f"{account.get_absolute_url()}propose_removal"
        refuse(
            say("免去管理员要由三员中的一位提出、另一位确认"),
            rule="site.two_administrators",
            source=TWO,
            field="post",
            way_out=way_out,
        )
    if until < row.since:
        refuse(say("最后一天不能早于起任日期"), rule="site.post_dates", field="until")
    row.until = until
    row.save(update_fields=["until"])
    return {"post": post, "role": row.role, "until": until}


@action(
    "accounts.close", on=Account, label=say("停用账号"), irreversible=True, check=_alone("propose_removal")
)
def close(actor: Actor, account: Account, *, reason: Reason) -> dict[str, object]:
    """Close the account; what it did stays."""
    account.is_active = False
    account.save(update_fields=["is_active"])
    return {"reason": reason}


@action("accounts.unlock", on=Account, label=say("解除锁定"), check=_not_own)
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
    check=_alone("propose_reset"),
)
def reset_password(
    actor: Actor,
    account: Account,
    *,
    first_password: Annotated[str, Ask(say("临时密码"), help=say("本人下次登录时必须改掉"), max=128)],
    reason: Reason,
) -> dict[str, object]:
    """Give a temporary password that must be changed at the next sign-in."""
    give_first_password(account, first_password)
    return {"reason": reason, "keys_revoked": revoke_keys(account)}


@action("accounts.reset_second_factor", on=Account, label=say("重设动态口令"), check=_alone("propose_reset"))
def reset_second_factor(actor: Actor, account: Account, *, reason: Reason) -> dict[str, object]:
    """Forget the second factor (a lost phone); the holder sets it up anew at the next sign-in."""
    forget_second_factor(account)
    return {"reason": reason}
