"""Accounts of residents: opening one, and what its holder may change."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from django.db import IntegrityError, transaction

from gongzhi.core import access, clock, dated, journal, roles, units
from gongzhi.core.access import Actor
from gongzhi.core.accounts import RESIDENT_LOGIN
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.identity import phone as checked_phone
from gongzhi.core.models import Account
from gongzhi.core.refusal import NotFound, Problem, check_all, refuse
from gongzhi.core.sealed import blind
from gongzhi.core.words import say
from gongzhi.registers.once import once
from gongzhi.registers.residents import queries, rules
from gongzhi.registers.residents.actions import codes, consents
from gongzhi.registers.residents.models import Identity, Resident

PHONE_TAKEN = Problem(say("这个手机号已经用于另一个居民账号"), "residents.phone_once", field="phone")
NICKNAME_TAKEN = Problem(say("这个昵称已经有人用了，请换一个"), "residents.nickname_once", field="nickname")
BirthYear = Annotated[int | None, Ask(say("出生年份"), help=say("四位数字，如 1965"), min=1900, max=2100)]


def open_account(*, phone: str = "", **facts: Any) -> Resident:
    """A fresh account with its resident, inside a transaction; ``facts`` are the model's own."""
    account = Account.objects.create(
        login=f"{RESIDENT_LOGIN}{secrets.token_hex(16)}",
        name="",
        home=units.county(),
        password_set=clock.now(),
    )
    return Resident.objects.create(
        account=account, phone=phone, digits=f"{secrets.randbelow(10_000):04d}", **facts
    )


def by_phone(number: str) -> Resident | None:
    """Who comes in with this phone."""
    rows: Any = Resident.objects.filter(left=None)
    found: Resident | None = rows.filter(phone_index=blind(number)).first()
    return found


def by_identity(provider: str, subject: str) -> Resident | None:
    """Whose login at a provider this is; ``subject`` is its blind hash."""
    found = Identity.objects.select_related("resident").filter(provider=provider, subject=subject).first()
    return found.resident if found is not None and found.resident.left is None else None


def keep_identity(resident: Resident, provider: str, subject: str) -> bool:
    """Keep whose login it is; False where it is somebody's already."""
    _, made = Identity.objects.get_or_create(
        provider=provider, subject=subject, defaults={"resident": resident}
    )
    return made


def drop_identity(resident: Resident, provider: str) -> bool:
    """Let a provider's logins open this account no more."""
    gone, _ = Identity.objects.filter(resident=resident, provider=provider).delete()
    return bool(gone)


def open_by_phone(
    number: str, *, birth_year: int | None = None, guardian: Resident | None = None
) -> Resident:
    """The resident who comes in with a phone that was just proven, opened now where there is none yet.

    Whoever opens it has read the notice: the consent is noted with it. Two at once open one account.
    """
    found = by_phone(number)
    if found is not None:
        return found
    check_all([rules.birth_year_problem(birth_year, clock.today())])
    try:
        with transaction.atomic():
            made = open_account(phone=number, birth_year=birth_year, guardian=guardian)
            consents.give(made, rules.SERVICE, by_account=made.pk)
            if guardian is not None:
                consents.give(made, rules.CHILD, by_account=guardian.pk)
            note(made, "accounts.resident_opened")
    except IntegrityError:
        found = by_phone(number)
        if found is None:
            raise
        return found
    return made


def note(resident: Resident, verb: str, **facts: Any) -> None:
    """Write into the journal, by number only, what a resident did at the door."""
    journal.write(
        access.Actor(role=roles.RESIDENT, account_id=resident.pk),
        verb,
        thing_type=resident.kind(),
        thing_id=resident.pk,
        label=resident.label(),
        facts=facts,
    )


def agree_at_door(resident: Resident) -> None:
    """The resident agrees to the newest notice on the way in."""
    with transaction.atomic():
        if consents.give(resident, rules.SERVICE, by_account=resident.pk):
            note(resident, "residents.agree", purpose=rules.SERVICE, version=queries.version(rules.SERVICE))


def keep_large(account_id: int, large: bool) -> None:
    """Remember the size of type a resident reads best: a convenience, no act of governance."""
    Resident.objects.filter(pk=account_id).update(large=large)


@action("residents.choose_nickname", on=Resident, label=say("起个昵称"), offered=False, keeps_todo=True)
def choose_nickname(
    actor: Actor,
    resident: Resident,
    *,
    nickname: Annotated[
        str, Ask(say("昵称"), help=say("公开的讨论里这样称呼您；留空就叫“居民”加四位数字"), max=12)
    ] = "",
) -> dict[str, Any]:
    """Choose how others read one's name, or go without."""
    text = nickname.strip()
    if text:
        check_all([rules.nickname_problem(text, dated.value("residents.nickname_reserved"))])
    resident.nickname = text
    with once(NICKNAME_TAKEN):
        resident.save(update_fields=["nickname"])
    return {"chosen": bool(text)}


@action("residents.correct", on=Resident, label=say("更正资料"), offered=False, keeps_todo=True)
def correct(
    actor: Actor,
    resident: Resident,
    *,
    name: Annotated[str | None, Ask(say("姓名"), help=say("只用来核对居住，不公开"), max=40)] = None,
    birth_year: BirthYear = None,
    contact: Annotated[
        str | None, Ask(say("亲友手机号"), help=say("您没有手机时，有事打给谁"), max=20)
    ] = None,
    contact_whose: Annotated[str | None, Ask(say("亲友是您的什么人"), max=20)] = None,
) -> dict[str, Any]:
    """Mend what is known of a resident (个人信息保护法第 46 条); what is left out stays as it is."""
    consents.helper_may(actor, resident)
    check_all([rules.birth_year_problem(birth_year, clock.today())])
    given = {
        "name": name,
        "birth_year": birth_year,
        "contact": checked_phone(contact, field="contact") if contact else contact,
        "contact_whose": contact_whose,
    }
    changed = {k: v.strip() if isinstance(v, str) else v for k, v in given.items() if v is not None}
    if "birth_year" in changed:
        _no_escape(actor, resident, int(changed["birth_year"] or 0))
    for key, value in changed.items():
        setattr(resident, key, value)
    resident.save()
    return {"fields": sorted(changed), "on_behalf": actor.role != roles.RESIDENT}


def _no_escape(actor: Actor, resident: Resident, year: int) -> None:
    """Nobody grows up by typing: a child's year, and one that was looked at when the residence was confirmed, is mended
    by the committee, which is shown a document."""
    age, was = int(dated.value("residents.guardian_age")), resident.birth_year
    if actor.role != roles.RESIDENT or year == was:
        return
    today = clock.today()
    if was is not None and rules.may_be_under(was, today, age) and not rules.may_be_under(year, today, age):
        refuse(
            say("未满十四周岁的出生年份，请到村（社区）凭证件更正"),
            rule="residents.child_year",
            source=say("个人信息保护法第 31 条"),
            field="birth_year",
        )
    if resident.claims.filter(state="confirmed").exists():
        refuse(
            say(
                "出生年份在确认居住时核对过，关系到能不能投票。写错了的，请先同意代办，再带证件到村（社区）更正"
            ),
            rule="residents.confirmed_year",
            source=say("民法典第 17 条；个人信息保护法第 46 条：更正前予以核实"),
            field="birth_year",
            way_out=f"/residents/{resident.pk}/",
        )


@action("residents.change_phone", on=Resident, label=say("更换手机号"), offered=False, keeps_todo=True)
def change_phone(
    actor: Actor,
    resident: Resident,
    *,
    proof: Annotated[str, Ask(say("新手机号的验证"), help=say("输对验证码以后由页面给出"), max=2000)],
) -> dict[str, Any]:
    """Come in with another phone, which was proven just now; everywhere else the old one is put out.

    The account's holder alone: with the phone a guardian would come in as the child, and vote as it once it is of age.
    """
    if actor.account_id != resident.pk:
        raise NotFound("residents.change_phone")
    resident.phone = codes.proven(proof, codes.NEW_PHONE)
    with once(PHONE_TAKEN):
        resident.save(update_fields=["phone", "phone_index"])
    consents.sign_out_everywhere(resident.pk)
    return {}


@action("residents.sign_out_all", on=Resident, label=say("退出所有设备"), offered=False, keeps_todo=True)
def sign_out_all(actor: Actor, resident: Resident) -> dict[str, Any]:
    """Put out every session, on every phone: for a phone that was lost."""
    consents.sign_out_everywhere(resident.pk)
    return {}


@action("residents.unlink", on=Resident, label=say("解除绑定"), offered=False, keeps_todo=True)
def unlink(
    actor: Actor, resident: Resident, *, provider: Annotated[str, Ask(say("登录方式"), max=40)]
) -> dict[str, Any]:
    """Let a provider's login open this account no more."""
    if not drop_identity(resident, provider):
        refuse(say("没有绑定这种登录方式"), rule="residents.not_linked", field="provider")
    return {"provider": provider}
