"""The pages that are measured, each as the person who needs it most."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gongzhi.core import roles


@dataclass(frozen=True)
class Page:
    """A page or API answer: its name in the report, its path, and the role that asks ("" for the public)."""

    name: str
    path: str
    role: str = ""
    hot: bool = True
    token: bool = False


def pages() -> list[Page]:
    """What the report measures. Django must be set up and the county built."""
    from gongzhi.lists.agreements.models import Agreement

    agreement = Agreement.objects.filter(state="performing").order_by("pk").first()
    assert agreement is not None, "the demonstration county has no agreement in force"
    return [
        Page("workbench", "/", roles.TOWNSHIP_OFFICER),
        Page("agreement list", "/agreements/", roles.TOWNSHIP_OFFICER),
        Page("agreement page", f"/agreements/{agreement.pk}/", roles.COUNTY_OFFICER),
        Page("county overview", "/insight/", roles.COUNTY_OFFICER, hot=False),
        Page("search", "/search?q=%E4%B8%AD%E8%8D%B7", roles.COUNTY_OFFICER),
        Page("list lookup", "/duties/ask/?q=%E8%AF%81%E6%98%8E"),
        Page("API list", "/api/v1/agreements", roles.TOWNSHIP_OFFICER, token=True),
    ]


def post_for(role: str) -> Any:
    """The demonstration's post in that role, in the first county."""
    from bench.scale import SHIFT
    from gongzhi.core.accounts import Post

    post = (
        Post.objects.filter(role=role, until=None, pk__lt=SHIFT)
        .select_related("account", "unit")
        .order_by("pk")
        .first()
    )
    assert post is not None, f"nobody is {role}"
    return post


def headers(page: Page) -> dict[str, str]:
    """Cookies or key that make the request that role's."""
    if not page.role:
        return {}
    post = post_for(page.role)
    if page.token:
        return {"Authorization": f"Bearer {_token(post)}"}
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    from gongzhi.core import clock

    session = SessionStore()
    session["post"] = post.pk
    session["seen"] = int(clock.now().timestamp())
    session.save()
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"}


def _token(post: Any) -> str:
    """A fresh API key of the post, for every verb."""
    from gongzhi.core import clock
    from gongzhi.core.accounts import ApiToken
    from gongzhi.site.callers import digest

    fresh = "gz_" + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        post=post,
        digest=digest(fresh),
        name="bench",
        verbs=["agreements.view"],
        expires=clock.now() + timedelta(days=1),
    )
    return fresh
