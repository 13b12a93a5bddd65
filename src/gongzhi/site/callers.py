"""Who calls the API: a post of staff by its key, a resident by the own session, anybody at all for what is public."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from gongzhi.core import clock, roles
from gongzhi.core.access import Actor
from gongzhi.core.accounts import ApiToken
from gongzhi.core.compiled import compiled
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.site.sessions import AGREE_FIRST, actor_of, owes_consent


class Keys(HttpBearer):
    """A bearer key acts as its post within its verbs; reads also accept the browser's session, or nobody.

    Keys are for posts of staff: a resident acts by the own session.
    """

    openapi_description = "岗位的接口钥匙，在“接口钥匙”页生成"

    def __call__(self, request: HttpRequest) -> Any:
        header = request.headers.get("Authorization", "")
        if not header:
            return _agreed(request) if request.method == "GET" else None
        scheme, _, key = header.partition(" ")
        if scheme.lower() != "bearer":
            raise AuthenticationError
        return self.authenticate(request, key.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = _key.first(digest(token))
        if found is None or (found.expires is not None and found.expires < clock.now()):
            raise AuthenticationError
        actor = actor_of(found.post_id)
        if actor is None or actor.role not in roles.STAFF:
            raise AuthenticationError
        limit = frozenset(found.verbs)
        # A write is checked by name (``may_call``), for it may do further verbs inside; a read asks for each right.
        if request.method == "GET":
            actor = replace(actor, only=limit)
        request.actor = actor  # type: ignore[attr-defined]
        request.verbs = limit  # type: ignore[attr-defined]
        return actor


@compiled
def _key(kept: str) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(digest=kept, revoked=None)


class ResidentSession(APIKeyCookie):
    """A resident writes by the session of the own phone, with its form token; staff in a browser use the pages."""

    param_name = settings.SESSION_COOKIE_NAME
    openapi_description = "居民手机登录后的会话；写操作还要带 X-CSRFToken"

    def __init__(self) -> None:
        super().__init__(csrf=False)  # asked below, for a wrong token is answered as no token is

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        return _agreed(request) if actor.role == roles.RESIDENT and check_csrf(request) is None else None


def _agreed(request: HttpRequest) -> Actor:
    """Who asks; Refused for a resident who has not agreed to the notice as it now is, as at every page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.role == roles.RESIDENT and owes_consent(request):
        refuse(
            AGREE_FIRST,
            rule="residents.consent",
            source=say("个人信息保护法第 13、14、15 条"),
            way_out="/resident/welcome",
        )
    return actor


TOKEN = {
    "type": "apiKey",
    "in": "header",
    "name": "X-CSRFToken",
    "description": "会话的表单令牌，从 /resident/token 取",
}


def digest(token: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(token.encode()).hexdigest()
