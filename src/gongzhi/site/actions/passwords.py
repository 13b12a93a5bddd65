"""Giving an account a password or taking its keys, whoever decided it."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password, make_password

from gongzhi.core import clock, dated
from gongzhi.core.accounts import Account, ApiToken, UsedPassword
from gongzhi.core.refusal import Problem, check_all
from gongzhi.core.words import say
from gongzhi.site import rules


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


def give_first_password(account: Account, password: str) -> None:
    """A password that others know: its holder must change it at the next sign-in."""
    set_password(account, password)
    account.must_change = True
    account.save(update_fields=["must_change"])


def revoke_keys(account: Account) -> int:
    """End every API key of the account; returns how many."""
    rows = ApiToken.objects.filter(post__account=account, revoked=None)
    return rows.update(revoked=clock.now())


def forget_second_factor(account: Account) -> None:
    """A lost phone: the holder sets the second factor up anew at the next sign-in."""
    account.totp_secret, account.totp_last = None, 0
    account.save(update_fields=["totp_secret", "totp_last"])
