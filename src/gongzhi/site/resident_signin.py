"""The residents' door: a phone, a one-time code, and for newcomers the notice, before anything about them is kept.

What is under way lies in the session under :data:`DOOR`, the phone sealed. Whoever is in has :data:`RESIDENT_KEY`.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout
from django.http import HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from gongzhi.core import clock, dated, gateway, identity, keys, sealed
from gongzhi.core.pages import render
from gongzhi.core.refusal import Problem, Refused, refuse
from gongzhi.core.words import say
from gongzhi.registers.residents import actions as residents
from gongzhi.registers.residents import queries, rules
from gongzhi.registers.residents.actions import codes, consents, entering, guardians
from gongzhi.site import demo_doors, providers
from gongzhi.site.sessions import AGREED_KEY, ENTERED_KEY, LARGE_KEY, RESIDENT_KEY, SEEN_KEY

DOOR = "resident_door"
KNOWN, YEAR = "known", 365 * 24 * 3600
HOME = "/resident/"
WELCOME = "/resident/welcome"


def _address(request: Any) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _next(request: Any) -> str:
    target = request.POST.get("next") or request.GET.get("next") or _held(request).get("next") or HOME
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return str(target) if safe else HOME


def _held(request: Any) -> dict[str, Any]:
    """What is under way at the door."""
    found: dict[str, Any] = request.session.get(DOOR, {})
    return found


def _hold(request: Any, **more: Any) -> None:
    request.session[DOOR] = {**_held(request), **more}


def _phone(request: Any, key: str = "phone") -> str:
    held = _held(request).get(key, "")
    return sealed.unseal(held, "site.door") if held else ""


def _known(request: Any, number: str) -> bool:
    """Whether this device came in with this phone before: it keeps a signed, blind mark of it and nothing else."""
    return bool(request.get_signed_cookie(KNOWN, "", max_age=YEAR) == keys.blind_hash("site.known", number))


def _check(request: Any, key: str, purpose: str) -> str:
    """Use up the code that was typed for a phone at the door; returns the proof."""
    number = _phone(request, key)
    typed, known = request.POST.get("code", ""), _known(request, number)
    return codes.check(number, purpose, typed, _address(request), known=known)


def _send(request: Any, phone: str, purpose: str, key: str) -> None:
    """Send a code, and remember the phone and what the demonstration may show."""
    number = identity.phone(phone, field="phone")
    shown = codes.send(number, purpose, _address(request), known=_known(request, number))
    _hold(request, **{key: sealed.seal(number, "site.door"), f"{key}_shown": shown})


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: Any) -> HttpResponseBase:
    """The phone, or another way in that the county has configured."""
    problems: tuple[Problem, ...] = ()
    if "alone" in request.GET:
        request.session.pop(providers.LINKING, None)
    if request.method == "POST":
        try:
            _hold(request, next=_next(request))
            _send(request, request.POST.get("phone", ""), codes.SIGN_IN, "phone")
            return HttpResponseRedirect("/resident/sign-in/code")
        except Refused as refused:
            if refused.rule == "residents.code_resend":  # the one just sent is good, whoever asked for it
                if _phone(request) != _typed(request):
                    _hold(request, phone=sealed.seal(_typed(request), "site.door"), phone_shown="")
                return HttpResponseRedirect("/resident/sign-in/code")
            problems = refused.problems
    page = {
        "title": _("居民登录"),
        "problems": problems,
        "phone": request.POST.get("phone", ""),
        "next": _next(request),
        "idle": "idle" in request.GET,
        "failed": "failed" in request.GET,
        "open": gateway.is_open(),
        "linking": providers.LINKING in request.session,
        "providers": providers.offered(),
        "visitor": demo_doors.resident(),
    }
    return render(request, "site/resident_sign_in.html", page, status=422 if problems else 200)


def _typed(request: Any) -> str:
    try:
        return identity.phone(request.POST.get("phone", ""))
    except Refused:
        return ""


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def code(request: Any) -> HttpResponseBase:
    """The code that was sent, or another one."""
    phone = _phone(request)
    if not phone:
        return HttpResponseRedirect("/resident/sign-in")
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            if "again" in request.POST:
                _send(request, phone, codes.SIGN_IN, "phone")
                return HttpResponseRedirect("/resident/sign-in/code")
            _hold(request, proof=_check(request, "phone", codes.SIGN_IN), way="phone")
            return _through(request)
        except Refused as refused:
            problems = refused.problems
    page = {
        "title": _("输入验证码"),
        "problems": problems,
        "phone": identity.mask_phone(phone),
        "shown": _held(request).get("phone_shown", ""),
        "length": dated.value("residents.code_length"),
        "minutes": dated.value("residents.code_minutes"),
        "wait": dated.value("residents.code_resend_seconds"),
    }
    return render(request, "site/resident_code.html", page, status=422 if problems else 200)


def _through(request: Any) -> HttpResponseBase:
    """In, if everything is agreed to; otherwise by way of the notice."""
    found = entering.by_phone(codes.proven(_held(request)["proof"], codes.SIGN_IN))
    if found is None or _missing(found):
        return HttpResponseRedirect(WELCOME)
    return enter(request, found.pk)


def by_word_of_provider(request: Any, phone: str, provider: str) -> HttpResponseBase:
    """The county trusts a provider for the phone, or knows the login as this phone's: it needs no code of ours."""
    proof = codes.prove(phone, codes.SIGN_IN)
    _hold(request, phone=sealed.seal(phone, "site.door"), proof=proof, way=provider)
    return _through(request)


def _missing(resident: Any) -> list[str]:
    """The consents that are wanted and not given to the notice as it now is."""
    standing = {s.purpose: s for s in queries.standings(resident.pk)}
    return [p for p in consents.wanted(resident) if not standing[p].current]


def enter(request: Any, account_id: int) -> HttpResponseBase:
    """Open the resident's session, and lead on. A provider's login that waits to be linked is linked now."""
    target, way = _next(request), _held(request).get("way", "phone")
    linking = request.session.get(providers.LINKING)
    resident = queries.resident_of(account_id)
    assert resident is not None
    request.session.flush()
    rotate_token(request)
    request.session[RESIDENT_KEY] = account_id
    request.session[SEEN_KEY] = request.session[ENTERED_KEY] = int(clock.now().timestamp())
    # Who has taken the consent back, or not seen the newest notice, gets no further than there.
    request.session[AGREED_KEY] = "" if _missing(resident) else queries.version(rules.SERVICE).isoformat()
    request.session.set_expiry(int(dated.value("residents.idle_minutes")) * 60)
    if linking:
        providers.link(resident, linking)
    entering.note(resident, "accounts.signed_in", by=way)
    answer = HttpResponseRedirect(target)
    if resident.phone:
        mark = keys.blind_hash("site.known", resident.phone.reveal())
        answer.set_signed_cookie(
            KNOWN, mark, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    large = request.COOKIES.get("type") or ("large" if resident.large else "normal")
    request.session[LARGE_KEY] = resident.large
    if "type" not in request.COOKIES and resident.large:
        answer.set_cookie("type", large, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return answer


@never_cache
@require_http_methods(["GET", "POST"])
def welcome(request: Any) -> HttpResponseBase:
    """The notice: for newcomers, for a newer version, and for whoever has taken the consent back."""
    known, newcomer = _who(request)
    if known is None and not newcomer:
        return HttpResponseRedirect("/resident/sign-in")
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        if "refuse" in request.POST:
            logout(request)
            return HttpResponseRedirect("/resident/sign-in")
        try:
            return _agreed(request, known)
        except Refused as refused:
            problems = refused.problems
    page = {
        "title": _("先看一看怎样处理您的信息"),
        "notice": queries.notice(rules.SERVICE),
        "newcomer": newcomer,
        "newer": known is not None,
        "next": _next(request),
        "problems": problems,
        "birth_year": request.POST.get("birth_year", ""),
        "this_year": clock.today().year,
    }
    return render(request, "site/resident_welcome.html", page, status=422 if problems else 200)


def _who(request: Any) -> tuple[Any, bool]:
    """The resident at the door or already in; and whether a proven phone has no account yet."""
    account = request.session.get(RESIDENT_KEY)
    if account is not None:
        return queries.resident_of(account), False
    proof = _held(request).get("proof", "")
    try:
        number = codes.proven(proof, codes.SIGN_IN) if proof else ""
    except Refused:
        return None, False
    found = entering.by_phone(number) if number else None
    return found, bool(number) and found is None


def _agreed(request: Any, known: Any) -> HttpResponseBase:
    if known is None:
        year = _year(request)
        _hold(request, birth_year=year)
        age = int(dated.value("residents.guardian_age"))
        if rules.may_be_under(year, clock.today(), age):
            return HttpResponseRedirect("/resident/welcome/guardian")
        known = entering.open_by_phone(codes.proven(_held(request)["proof"], codes.SIGN_IN), birth_year=year)
    else:
        entering.agree_at_door(known)
        if rules.CHILD in _missing(known):
            return HttpResponseRedirect("/resident/welcome/guardian")
    return enter(request, known.pk)


def _year(request: Any) -> int:
    raw = request.POST.get("birth_year", "").strip()
    if not (raw.isascii() and raw.isdecimal() and len(raw) == 4):
        refuse(say("请填四位数字的出生年份，如 1965"), rule="residents.birth_year", field="birth_year")
    problem = rules.birth_year_problem(int(raw), clock.today())
    if problem:
        raise Refused(problem)
    return int(raw)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def guardian(request: Any) -> HttpResponseBase:
    """A child's guardian reads the notice, proves the own phone, and agrees."""
    known, newcomer = _who(request)
    owed = (
        rules.CHILD in _missing(known) if known is not None else newcomer and "birth_year" in _held(request)
    )
    if not owed:
        return HttpResponseRedirect(WELCOME)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            if "code" not in request.POST:
                _send(request, request.POST.get("phone", ""), codes.GUARDIAN, "guardian")
                return HttpResponseRedirect("/resident/welcome/guardian")
            return enter(request, _with_guardian(request, known))
        except Refused as refused:
            problems = refused.problems
    asked = _phone(request, "guardian")
    page = {
        "title": _("请监护人看一看"),
        "notice": queries.notice(rules.CHILD),
        "problems": problems,
        "phone": identity.mask_phone(asked) if asked else "",
        "shown": _held(request).get("guardian_shown", ""),
        "length": dated.value("residents.code_length"),
    }
    return render(request, "site/resident_guardian.html", page, status=422 if problems else 200)


def _with_guardian(request: Any, known: Any) -> int:
    """The child's account, opened or found, with the guardian's consent."""
    if "agree" not in request.POST:
        refuse(
            say("请监护人勾选同意"),
            rule="residents.guardian",
            source=guardians.SOURCE,
            field="agree",
        )
    proof = _check(request, "guardian", codes.GUARDIAN)
    if known is not None:
        actor = queries.actor(known.pk)
        assert actor is not None
        residents.name_guardian(actor, known.pk, proof=proof)
        return int(known.pk)
    number = codes.proven(_held(request)["proof"], codes.SIGN_IN)
    parent = guardians.by_proof(proof, but=number)
    made = entering.open_by_phone(number, birth_year=_held(request)["birth_year"], guardian=parent)
    return int(made.pk)
