"""Accounts for the administrators, and each person's own API keys."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gongzhi.core import access, clock, dated, journal, roles
from gongzhi.core.accounts import Account, ApiToken, Post, locked, posts_of
from gongzhi.core.identity import mask_name
from gongzhi.core.pages import render, scoped, staff, story
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound, refuse
from gongzhi.core.words import say
from gongzhi.site.actions.administrators import open_change
from gongzhi.site.callers import digest


@staff
@require_GET
def listing(request: Any) -> HttpResponseBase:
    """The accounts in the administrator's scope, by login."""
    if not request.actor.may("accounts.view"):
        raise NotFound("accounts.view")
    rows = Account.objects.visible_to(request.actor, "accounts.view").select_related("home")
    text = request.GET.get("q", "").strip()
    in_use = rows.filter(is_active=True).count()
    if text:
        rows = rows.filter(login__icontains=text) | rows.filter(name__icontains=text)
    page = keyset(rows, order=("login",), after=request.GET.get("after", ""))
    held: dict[int, list[Post]] = {}
    for post in Post.objects.filter(account__in=page.rows, until=None).select_related("unit"):
        held.setdefault(post.account_id, []).append(post)
    context = {
        "title": _("{n} 个账号在用").format(n=in_use),
        "page": page,
        "held": held,
        "q": text,
        "may_open": request.actor.may("accounts.open"),
        "labels": roles.SHORT,
    }
    context["columns"] = [{"label": _(n)} for n in ("登录名", "姓名", "岗位", "状态")]
    return render(request, "site/accounts.html", context)


@staff
@require_GET
def thing(request: Any, pk: int) -> HttpResponseBase:
    """One account: posts, lock, what was done to it."""
    account = scoped(Account, request.actor, pk, rows=Account.objects.select_related("home"))
    posts = account.posts.select_related("unit").order_by("-since")
    page = {
        **story(request, account),
        "posts": posts,
        "locked_now": locked(account, clock.now()),
        "change": open_change(account),
    }
    return render(
        request,
        "site/account.html",
        {**page, "title": f"{mask_name(account.name)}（{account.login}）", "labels": roles.SHORT},
    )


@staff
@require_GET
def me(request: Any) -> HttpResponseBase:
    """My own account: posts, and what I can do about it."""
    account = Account.objects.get(pk=request.actor.account_id)
    page = {"title": _("我的账号"), "account": account, "posts": posts_of(account.pk), "labels": roles.SHORT}
    return render(request, "site/me.html", page)


@staff
@require_http_methods(["GET", "POST"])
def tokens(request: Any) -> HttpResponseBase:
    """My post's API keys: a new one is shown once; each can be revoked."""
    actor = request.actor
    fresh = ""
    if request.method == "POST" and request.POST.get("revoke"):
        number = _number(request, "revoke", 0)
        found = ApiToken.objects.filter(post_id=actor.post_id, pk=number, revoked=None)
        if found.update(revoked=clock.now()):
            _note(actor, "token_revoked", token=number)
        return HttpResponseRedirect("/tokens/")
    if request.method == "POST":
        fresh = "gz_" + secrets.token_urlsafe(32)
        wanted = request.POST.getlist("verbs")
        chosen = [v for v in wanted if actor.may(v)]
        if wanted and not chosen:  # an empty list would open everything
            refuse(say("这个岗位没有所选的权限"), rule="site.token_verbs", field="verbs")
        days = min(max(_number(request, "days", 90), 1), int(dated.value("core.token_days")))
        made = ApiToken.objects.create(
            post_id=actor.post_id,
            digest=digest(fresh),
            name=request.POST.get("name", "")[:60] or _("未命名"),
            verbs=chosen,
            expires=clock.now() + timedelta(days=days),
        )
        _note(actor, "token_made", token=made.pk, verbs=chosen)
    page = {
        "title": _("接口钥匙"),
        "tokens": ApiToken.objects.filter(post_id=actor.post_id).order_by("-pk")[:50],
        "fresh": fresh,
        "verbs": [v for v in sorted(access.rights()) if actor.may(v)],
    }
    return render(request, "site/tokens.html", page)


def _number(request: Any, name: str, otherwise: int) -> int:
    raw = request.POST.get(name, "")
    return int(raw) if raw.isdecimal() and len(raw) < 19 else otherwise


def _note(actor: access.Actor, word: str, **facts: Any) -> None:
    journal.write(
        actor,
        f"accounts.{word}",
        thing_type="core.account",
        thing_id=actor.account_id or 0,
        label=mask_name(actor.name),
        unit_id=actor.unit_id,
        unit_path=actor.unit_path,
        facts=facts,
        before={},
        after={},
    )
