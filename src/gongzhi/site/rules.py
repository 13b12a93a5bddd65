"""Signing in and running the house: pure decisions and the rights of the shell's own verbs.

The customary figures come from the level-protection practice (GB/T 22239-2019 gives no numbers); all of
them are dated parameters of the ground floor.
"""

from __future__ import annotations

from gongzhi.core import roles
from gongzhi.core.refusal import Problem
from gongzhi.core.roles import Reach, Rights, grant
from gongzhi.core.words import say

SOURCE = say("GB/T 22239-2019 身份鉴别；具体数值为本县设定")
THREE = say("GB/T 22239-2019 管理员职责分离；两人办理为本县设定")
SIGNED_IN = roles.STAFF

RIGHTS: Rights = {
    "todo.oversee": {
        **grant((*roles.TOWNSHIP, *roles.COUNTY), Reach.BELOW),
        roles.AUDITOR: Reach.ALL,
    },
    "accounts.view": grant(roles.ADMINISTRATORS, Reach.BELOW),
    "accounts.open": {roles.SYSTEM_ADMIN: Reach.BELOW},
    "accounts.appoint": {roles.SYSTEM_ADMIN: Reach.BELOW},
    "accounts.dismiss": {roles.SYSTEM_ADMIN: Reach.BELOW},
    "accounts.close": {roles.SYSTEM_ADMIN: Reach.BELOW},
    "accounts.unlock": {roles.SECURITY_ADMIN: Reach.BELOW},
    "accounts.reset_password": {roles.SECURITY_ADMIN: Reach.BELOW},
    "accounts.reset_second_factor": {roles.SECURITY_ADMIN: Reach.BELOW},
    # What touches one of the three is proposed by one of them and confirmed by another (三员分立).
    "accounts.propose_reset": grant(roles.ADMINISTRATORS, Reach.BELOW),
    "accounts.propose_administrator": grant(roles.ADMINISTRATORS, Reach.BELOW),
    "accounts.propose_removal": grant(roles.ADMINISTRATORS, Reach.BELOW),
    "accounts.confirm": grant(roles.ADMINISTRATORS, Reach.BELOW),
    "accounts.decline": grant(roles.ADMINISTRATORS, Reach.BELOW),
    "accounts.lapse": {},
    "search.find": grant((*SIGNED_IN, roles.PUBLIC, roles.RESIDENT), Reach.ALL),
}
PARAMETERS: list[object] = []

PASSWORD, SECOND_FACTOR, APPOINT, DISMISS, CLOSE = "password", "second_factor", "appoint", "dismiss", "close"
RESETS = {PASSWORD: say("重设密码"), SECOND_FACTOR: say("重设动态口令")}
REMOVALS = {DISMISS: say("免去管理员岗位"), CLOSE: say("停用账号")}
MATTERS = {**RESETS, APPOINT: say("任命为管理员"), **REMOVALS}
"""What two administrators decide about one account."""
OPEN, CONFIRMED, DECLINED, LAPSED = "open", "confirmed", "declined", "lapsed"
PROPOSAL_STATES = (OPEN, CONFIRMED, DECLINED, LAPSED)


def classes(password: str) -> int:
    """How many of the four kinds of characters (lower, upper, digit, other) a password uses."""
    return sum(
        (
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
        )
    )


def password_problems(password: str, login: str, *, least_length: int, least_classes: int) -> list[Problem]:
    """Why ``password`` may not be used for ``login``: too short, too few kinds of characters, or the login itself."""
    found = []
    if len(password) < least_length:
        found.append(_password(say("密码至少 {n} 位", n=least_length), "site.password_length"))
    if classes(password) < least_classes:
        found.append(
            _password(
                say("大写、小写、数字、符号四类里至少用 {n} 类", n=least_classes), "site.password_classes"
            )
        )
    if login and login.lower() in password.lower():
        found.append(_password(say("密码里不要带登录名"), "site.password_login"))
    return found


def _password(message: object, rule: str) -> Problem:
    return Problem(message, rule, SOURCE, "password")  # type: ignore[arg-type]


def may_confirm(role: str, account_id: int | None, proposer: tuple[str, int], about: int) -> Problem | None:
    """Why this administrator cannot be the second one: it must be another person, of another of the three posts,
    and not the one it is about."""
    if account_id == proposer[1]:
        return Problem(say("您提出的，要由另一位管理员确认"), "site.two_administrators", THREE)
    if account_id == about:
        return Problem(say("这件事关系到您自己的账号，要由别的管理员确认"), "site.two_administrators", THREE)
    if role == proposer[0]:
        return Problem(say("提出和确认要由两种不同的管理员担任"), "site.two_administrators", THREE)
    return None


def clashing_administrators(held: set[str]) -> bool:
    """Whether one person would hold two of the three administrator roles (三员分立)."""
    return len(held & set(roles.ADMINISTRATORS)) > 1
