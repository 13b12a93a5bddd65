"""Coming in: password, lock-out, second factor, post. Every try is journalled, the failed ones too.

Failures count twice: on the account, which locks, and on the network address, which pauses. A login that does not
exist locks in the same way as one that does, so that nobody learns which do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pyotp
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from gongzhi.core import access, clock, dated, journal, proxies, roles, sealed, throttle
from gongzhi.core.accounts import RESIDENT_LOGIN, Account, Post, locked, posts_of
from gongzhi.core.refusal import Problem, Refused
from gongzhi.core.words import say
from gongzhi.site import rules

TOO_OFTEN = say("连续输错次数太多，请 {n} 分钟后再试，或请安全管理员解锁")
ADDRESS = throttle.Limit(
    "sign_in.address",
    "core.address_failures",
    "core.address_minutes",
    say("从这个网络地址登录失败的次数太多，请 {n} 分钟后再试"),
    rules.SOURCE,
)
NOBODY = throttle.Limit(
    "sign_in.login",
    "core.lock_after_failures",
    "core.lock_minutes",
    TOO_OFTEN,
    rules.SOURCE,
    rule="site.locked",
    lapses=False,
)


@dataclass(frozen=True)
class Passed:
    """The account that came through the password, and what it still owes before it is in."""

    account: Account
    posts: list[Post]
    second_factor: str  # "" not needed, "ask" for a code, "enrol" to set one up
    must_change: bool


def _note(account: Account | None, word: str, **facts: Any) -> None:
    journal.write(
        access.Actor(
            role="system", account_id=account.pk if account else None, name=account.name if account else ""
        ),
        f"accounts.{word}",
        thing_type="core.account",
        thing_id=account.pk if account else 0,
        label=account.login if account else "",
        unit_id=account.home_id if account else None,
        unit_path=account.home.path if account else "",
        facts=facts,
        before={},
        after={},
    )


def _wrong() -> Refused:
    return Refused(Problem(say("登录名或密码不对"), "site.sign_in", rules.SOURCE))


def try_password(login: str, password: str, address: str) -> Passed:
    """Check login and password. Counts failures and locks; the same answer whatever was wrong.

    Raises Refused. What it writes about a failed try is kept.
    """
    where = proxies.neighbourhood(address)
    if throttle.take(ADDRESS, where):
        _note(None, "address_paused", address=address)
    login = login.strip().lower()
    with transaction.atomic():
        account = (
            Account.objects.select_for_update(of=("self",))
            .select_related("home")
            .filter(login=login, is_active=True)
            .exclude(login__startswith=RESIDENT_LOGIN)  # residents have a door of their own
            .first()
        )
        refused = _failure(account, password, address)
        posts = list(posts_of(account.pk)) if account is not None and refused is None else []
        if account is not None and refused is None:
            account.last_login = clock.now()
            if second_factor_of(account, posts) != "ask":  # otherwise wrong codes go on counting
                account.failures, account.locked_until = 0, None
            account.save(update_fields=["failures", "locked_until", "last_login"])
    if account is None:
        throttle.take(NOBODY, login)
    if refused is not None:
        raise refused
    throttle.give_back(ADDRESS, where)
    assert account is not None
    if not posts:
        raise Refused(Problem(say("这个账号现在没有在任岗位，请联系系统管理员"), "site.no_post"))
    return Passed(account, posts, second_factor_of(account, posts), password_expired(account))


def _failure(account: Account | None, password: str, address: str) -> Refused | None:
    now = clock.now()
    refused = _locked(account, now) if account is not None else _wrong()
    if account is None or refused is not None:
        make_password(password)  # the same work whether the login exists or not, locked or not
        return refused
    if check_password(password, account.password):
        return None
    _count_failure(account, now, address=address)
    return _wrong()


def _locked(account: Account, now: datetime) -> Refused | None:
    if not locked(account, now):
        return None
    minutes = max(1, -(-int((account.locked_until - now).total_seconds()) // 60))  # type: ignore[operator]
    text = replace(TOO_OFTEN, params={"n": minutes})
    return Refused(Problem(text, "site.locked", rules.SOURCE))


def _count_failure(account: Account, now: datetime, **facts: Any) -> None:
    account.failures += 1
    if account.failures >= int(dated.value("core.lock_after_failures")):
        account.failures = 0
        account.locked_until = now + timedelta(minutes=int(dated.value("core.lock_minutes")))
    account.save(update_fields=["failures", "locked_until"])
    _note(account, "sign_in_failed", **facts, locked=locked(account, now))


def check_own_password(account: Account, password: str) -> None:
    """Whoever sits at a signed-in screen and guesses its password is counted as at the door. Raises Refused."""
    with transaction.atomic():
        row = Account.objects.select_for_update(of=("self",)).select_related("home").get(pk=account.pk)
        refused = _locked(row, clock.now())
        if refused is None and not check_password(password, row.password):
            _count_failure(row, clock.now(), step="change")
            refused = Refused(Problem(say("现在的密码不对"), "site.old_password", field="old"))
    if refused is not None:
        raise refused


def password_expired(account: Account) -> bool:
    """Whether the password must be changed before anything else."""
    days = int(dated.value("core.password_days"))
    return account.must_change or (days > 0 and clock.now() - account.password_set > timedelta(days=days))


def second_factor_of(account: Account, posts: list[Post]) -> str:
    """What the account still owes: nothing, a code, or setting one up. Which roles owe it is a dated parameter; the
    three administrators always do.
    """
    needed = {p.role for p in posts} & {*dated.value("core.second_factor_roles"), *roles.ADMINISTRATORS}
    if not needed:
        return ""
    return "ask" if account.totp_secret else "enrol"


def new_secret() -> str:
    """A fresh base32 secret for an authenticator."""
    return pyotp.random_base32()


def enrol(account: Account, secret: str, code: str) -> None:
    """Keep ``secret`` once a code made from it is right."""
    account.totp_secret = sealed.seal(secret).encode()
    _check_code(account, code)
    account.save(update_fields=["totp_secret", "totp_last"])
    _note(account, "second_factor_set")


def check_code(account: Account, code: str) -> None:
    """Check a one-time code; each code passes once. Wrong codes count and lock as wrong passwords do."""
    with transaction.atomic():
        row = Account.objects.select_for_update(of=("self",)).select_related("home").get(pk=account.pk)
        refused = _locked(row, clock.now())
        if refused is None:
            try:
                _check_code(row, code)
            except Refused as wrong:
                refused = wrong
                _count_failure(row, clock.now(), step="code")
            else:
                row.failures, row.locked_until = 0, None
                row.save(update_fields=["totp_last", "failures", "locked_until"])
    if refused is not None:
        raise refused


def _check_code(account: Account, code: str) -> None:
    secret = secret_of(account)
    now = clock.now()
    step = int(now.timestamp()) // 30
    for candidate in (step - 1, step, step + 1):
        if candidate > account.totp_last and pyotp.TOTP(secret).verify(code.strip(), for_time=candidate * 30):
            account.totp_last = candidate
            return
    raise Refused(
        Problem(say("动态口令不对或已经用过，请等下一个"), "site.second_factor", rules.SOURCE, "code")
    )


def secret_of(account: Account) -> str:
    """The account's authenticator secret; only for checking codes (and the demonstration's sign-in page)."""
    assert account.totp_secret is not None
    return sealed.unseal(bytes(account.totp_secret).decode())


def entered(post: Post, address: str) -> None:
    """Note in the journal that someone came in as ``post``."""
    _note(post.account, "signed_in", post=post.pk, role=post.role, address=address)
