"""One-time codes: sent to a phone, good once and for minutes, with every limit a dated parameter.

Whether a phone is known makes no difference to anything said here. Nothing in this file runs inside a transaction of
somebody else's: what a wrong try has counted must stay.

Tries are counted by phone *and* address, so that a stranger who knows a number locks himself out and not its holder; a
device that came in with this phone before is ``known`` and counted by itself. A code is guessed no sooner for that: it
is good once and for five tries, and all strangers together have it sent six times in ten minutes, which is thirty
guesses among a million. Each of them reaches the holder's phone.
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from gongzhi.core import clock, dated, gateway, identity, keys, sealed, throttle
from gongzhi.core.proxies import neighbourhood
from gongzhi.core.refusal import Problem, Refused, refuse
from gongzhi.core.words import say
from gongzhi.registers.residents import rules
from gongzhi.registers.residents.models import Code

SIGN_IN, NEW_PHONE, GUARDIAN = "sign_in", "new_phone", "guardian"
TEXTS = {
    SIGN_IN: say("【共治】验证码 {code}，{n} 分钟内有效，用于登录。工作人员不会向您要验证码。"),
    NEW_PHONE: say("【共治】验证码 {code}，{n} 分钟内有效，用于更换手机号。不是您本人操作请不要理会。"),
    GUARDIAN: say("【共治】验证码 {code}，{n} 分钟内有效，用于确认您是孩子的监护人。不同意请不要告诉他人。"),
}
PHONE = throttle.Limit(
    "residents.phone",
    "residents.codes_per_phone",
    "residents.codes_minutes",
    say("给这个手机号发的验证码太多了，请 {n} 分钟后再试"),
    rules.LEVEL,
    rule="residents.codes_per_phone",
)
EVERYWHERE = throttle.Limit(
    "residents.phone_everywhere",
    "residents.codes_everywhere",
    "residents.codes_everywhere_minutes",
    say("给这个手机号发的验证码太多了，请 {n} 分钟后再试，或到村（社区）当面办"),
    rules.LEVEL,
    rule="residents.codes_everywhere",
)
ADDRESS = throttle.Limit(
    "residents.address",
    "residents.codes_per_address",
    "residents.codes_minutes",
    say("从这个网络地址要的验证码太多了，请 {n} 分钟后再试，或到村（社区）当面办"),
    rules.LEVEL,
    rule="residents.codes_per_address",
)
WRONG = throttle.Limit(
    "residents.wrong",
    "residents.code_failures",
    "residents.code_lock_minutes",
    say("连续输错次数太多，请 {n} 分钟后再试，或到村（社区）当面办"),
    rules.LEVEL,
    rule="residents.code_locked",
)


def _key(number: str, address: str, known: bool) -> str:
    return f"{number} {'known' if known else neighbourhood(address)}"


def send(phone: str, purpose: str, address: str, *, known: bool = False) -> str:
    """Send a fresh code to ``phone`` (checked here); returns what the page may show: nothing but in the demonstration.

    Raises Refused for a number that is none, too many codes, one asked for again too soon, a gateway that fails.
    """
    number = identity.phone(phone, field="phone")
    _not_too_soon(number)
    throttle.take(ADDRESS, neighbourhood(address))
    throttle.take(PHONE, _key(number, address, known))
    if not known:
        throttle.take(EVERYWHERE, number)
    minutes = int(dated.value("residents.code_minutes"))
    code = _fresh()
    with transaction.atomic():
        _alone(number)
        _not_too_soon(number)
        Code.objects.filter(phone=_index(number), purpose=purpose, used=None).update(used=clock.now())
        row = Code.objects.create(
            phone=_index(number),
            purpose=purpose,
            digest=keys.mac(_content(number, purpose, code)),
            made=clock.now(),
            expires=clock.now() + timedelta(minutes=minutes),
        )
    text = str(say(TEXTS[purpose].msgid, code=code, n=minutes))
    try:
        return gateway.send(gateway.SMS, number, text, key=f"code-{row.pk}")
    except gateway.Undelivered:
        row.delete()
        refuse(say("短信暂时发不出去，请过几分钟再试"), rule="residents.undelivered", field="phone")


def check(phone: str, purpose: str, code: str, address: str = "", *, known: bool = False) -> str:
    """Use a code up; returns a proof that this phone was held just now, for :func:`proven`.

    Raises Refused, with the same words for a wrong code, an old one and a used one. Wrong tries lock the phone
    for the address from which they come.
    """
    number = identity.phone(phone, field="phone")
    throttle.take(WRONG, key := _key(number, address, known))
    with transaction.atomic():
        passed = _try(number, purpose, code.strip())
    if not passed:
        raise Refused(
            Problem(
                say("验证码不对，或者已经过期、用过了。请核对，或者重新获取"),
                "residents.code",
                rules.LEVEL,
                "code",
            )
        )
    throttle.give_back(WRONG, key)
    return prove(number, purpose)


def prove(number: str, purpose: str) -> str:
    """A proof that this phone was held just now: for whoever has seen it."""
    proof = {"phone": number, "purpose": purpose, "at": clock.now().isoformat()}
    return sealed.seal(json.dumps(proof), "residents.proof")


def proven(proof: str, purpose: str, *, field: str = "proof") -> str:
    """The phone that a proof speaks of; Refused for one that is not ours, too old, or for something else."""
    try:
        told = json.loads(sealed.unseal(proof, "residents.proof"))
        age = clock.now() - datetime.fromisoformat(told["at"])
        fresh = timedelta(0) <= age <= timedelta(minutes=int(dated.value("residents.proof_minutes")))
    except (sealed.Broken, ValueError, KeyError):
        fresh, told = False, {}
    if not fresh or told["purpose"] != purpose:
        refuse(say("手机号的验证已经过期，请重新验证"), rule="residents.proof", field=field)
    return str(told["phone"])


def forget_old() -> int:
    """Delete codes that are days old; returns how many. Run daily."""
    days = timedelta(days=int(dated.value("residents.code_kept_days")))
    return int(Code.objects.filter(made__lt=clock.now() - days).delete()[0])


def _try(number: str, purpose: str, code: str) -> bool:
    """Whether ``code`` is the one that was sent last; the row is locked, so that of two at once one passes."""
    rows = Code.objects.select_for_update().filter(phone=_index(number), purpose=purpose, used=None)
    row = rows.order_by("-pk").first()
    tries = int(dated.value("residents.code_tries"))
    if row is None or row.expires <= clock.now() or row.tries >= tries:
        return False
    passed = keys.mac_fits(_content(number, purpose, code), row.digest)
    row.tries += 1
    row.used = clock.now() if passed else None
    row.save(update_fields=["tries", "used"])
    return passed


def _not_too_soon(number: str) -> None:
    last = Code.objects.filter(phone=_index(number)).order_by("-pk").values_list("made", flat=True).first()
    wait = int(dated.value("residents.code_resend_seconds"))
    rest = wait - int((clock.now() - last).total_seconds()) if last is not None else 0
    if rest > 0:
        refuse(
            say("验证码已经发出，{n} 秒后可以重发", n=rest),
            rule="residents.code_resend",
            source=rules.LEVEL,
            field="phone",
        )


def _alone(number: str) -> None:
    """One code a moment for a phone, however many ask."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_index(number).int >> 65])


def _fresh() -> str:
    length = int(dated.value("residents.code_length"))
    return f"{secrets.randbelow(10**length):0{length}d}"


def _index(number: str) -> UUID:
    return UUID(keys.blind_hash("residents.code", number))


def _content(number: str, purpose: str, code: str) -> bytes:
    return f"residents.code\n{purpose}\n{number}\n{code}".encode()
