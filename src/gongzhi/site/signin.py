"""The sign-in pages: password, second factor, choosing a post, changing the password, leaving."""

from __future__ import annotations

from typing import Any

import pyotp
import segno
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from gongzhi.core import clock, dated, roles, throttle
from gongzhi.core.accounts import Account, Post, posts_of
from gongzhi.core.pages import render, staff
from gongzhi.core.refusal import Problem, Refused
from gongzhi.core.words import say
from gongzhi.site import demo_doors, doors
from gongzhi.site.actions import set_password
from gongzhi.site.sessions import ENTERED_KEY, POST_KEY, RESIDENTS_DOOR, SEEN_KEY, STAFF_DOOR

WHO = "came_through"  # the account that passed the password but is not in yet
SECRET = "enrolling"  # noqa: S105  session key of the authenticator secret being set up
FACTOR = "second_factor"  # whether this session came in by a one-time code


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _next(request: Any) -> str:
    target = request.POST.get("next") or request.GET.get("next") or request.session.get("next") or "/"
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}) else "/"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: Any) -> HttpResponseBase:
    """Login and password."""
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            passed = doors.try_password(
                request.POST.get("login", ""), request.POST.get("password", ""), _address(request)
            )
        except Refused as refused:
            problems = refused.problems
        else:
            return _through(request, passed)
    page = {
        "title": _("登录"),
        "problems": problems,
        "login": request.POST.get("login", ""),
        "next": _next(request),
        "idle": "idle" in request.GET,
        "demo_accounts": demo_doors.accounts(),
    }
    paused = any(p.rule == throttle.RULE for p in problems)
    return render(request, "site/sign_in.html", page, status=429 if paused else 422 if problems else 200)


def _through(request: Any, passed: doors.Passed) -> HttpResponseRedirect:
    target = _next(request)
    request.session.flush()
    request.session[WHO] = passed.account.pk
    request.session["next"] = target
    if passed.second_factor:
        return HttpResponseRedirect("/sign-in/code")
    return _enter(request, passed.account)


def _enter(request: Any, account: Account) -> HttpResponseRedirect:
    """Let the account in as its first post, by way of a new password where that is owed."""
    if doors.password_expired(account):
        request.session["may_change"] = account.pk
        return HttpResponseRedirect("/sign-in/password")
    post = posts_of(account.pk)[0]
    target, factor = request.session.get("next", "/"), request.session.get(FACTOR, False)
    request.session.flush()
    rotate_token(request)
    request.session[FACTOR] = factor
    _sit(request, post)
    doors.entered(post, _address(request))
    return HttpResponseRedirect(target)


def _sit(request: Any, post: Post) -> None:
    request.session[POST_KEY] = post.pk
    _sit_on(request)


def _sit_on(request: Any) -> None:
    request.session[SEEN_KEY] = request.session[ENTERED_KEY] = int(clock.now().timestamp())


def _came_through(request: Any) -> Account | None:
    rows = Account.objects.select_related("home").filter(pk=request.session.get(WHO), is_active=True)
    found: Account | None = rows.first()
    return found


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: Any) -> HttpResponseBase:
    """The second factor: ask for a code, or set the authenticator up first."""
    account = _came_through(request)
    if account is None:
        return HttpResponseRedirect("/sign-in")
    enrolling = not account.totp_secret
    if enrolling and SECRET not in request.session:
        request.session[SECRET] = doors.new_secret()
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            if request.session.get("code_tries", 0) >= 5:
                request.session.flush()
                return HttpResponseRedirect("/sign-in")
            if enrolling:
                doors.enrol(account, request.session[SECRET], request.POST.get("code", ""))
            else:
                doors.check_code(account, request.POST.get("code", ""))
        except Refused as refused:
            request.session["code_tries"] = request.session.get("code_tries", 0) + 1
            problems = refused.problems
        else:
            request.session[FACTOR] = True
            return _enter(request, account)
    uri = ""
    if enrolling:
        uri = pyotp.TOTP(request.session[SECRET]).provisioning_uri(name=account.login, issuer_name="gongzhi")
    page = {
        "title": _("动态口令"),
        "problems": problems,
        "enrolling": enrolling,
        "secret": request.session.get(SECRET, "") if enrolling else "",
        "qr": segno.make(uri, error="m").svg_inline(scale=4) if uri else "",
        "demo_code": demo_doors.code(account) if settings.DEMO and account.demo and not enrolling else "",
    }
    return render(request, "site/code.html", page, status=422 if problems else 200)


@never_cache
@sensitive_post_parameters("old", "password", "again")
@require_http_methods(["GET", "POST"])
def password(request: Any) -> HttpResponseBase:
    """Change one's own password; owed at the first sign-in and when it has grown old."""
    owed = Account.objects.select_related("home").filter(pk=request.session.get("may_change")).first()
    own = None if request.actor.is_outside else request.actor.account_id
    account = owed or Account.objects.filter(pk=own).first()
    if account is None:
        return HttpResponseRedirect("/sign-in")
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            _change(account, request.POST, owed is not None)
        except Refused as refused:
            problems = refused.problems
        else:
            if owed:
                return _enter(request, account)
            _sit_on(request)  # the others are put out, this one stays
            return HttpResponseRedirect("/")
    page = {
        "title": _("修改密码"),
        "problems": problems,
        "owed": owed is not None,
        "login": account.login,
        "rules": _rules(),
    }
    return render(request, "site/password.html", page, status=422 if problems else 200)


def _rules() -> str:
    return _(
        "至少 {n} 位，大写、小写、数字、符号里用 {k} 类，不带登录名，最近 {h} 次用过的不能再用。"
    ).format(
        n=dated.value("core.password_length"),
        k=dated.value("core.password_classes"),
        h=dated.value("core.password_history"),
    )


def _change(account: Account, answers: Any, owed: bool) -> None:
    if not owed:
        doors.check_own_password(account, answers.get("old", ""))
    if answers.get("password") != answers.get("again"):
        raise Refused(Problem(say("两次输入的新密码不一样"), "site.password_again", field="again"))
    set_password(account, answers.get("password", ""))


@require_POST
def sign_out(request: Any) -> HttpResponse:
    """Leave, by the door through which one came."""
    way_out = RESIDENTS_DOOR if request.actor.role == roles.RESIDENT else STAFF_DOOR
    logout(request)
    return HttpResponseRedirect(way_out)


@staff
@require_http_methods(["GET", "POST"])
def posts(request: Any) -> HttpResponseBase:
    """Change to another post of the same account."""
    mine = list(posts_of(request.actor.account_id))
    if request.method == "POST":
        chosen = next((p for p in mine if str(p.pk) == request.POST.get("post")), None)
        if chosen is not None:
            if doors.second_factor_of(chosen.account, [chosen]) and not request.session.get(FACTOR):
                logout(request)  # the post was given while the session ran: its code is still owed
                return HttpResponseRedirect("/sign-in")
            _sit(request, chosen)
            doors.entered(chosen, _address(request))
            return HttpResponseRedirect("/")
    return render(request, "site/posts.html", {"title": _("换岗"), "posts": mine, "labels": roles.SHORT})
