"""django-allauth's side of a provider's login: loaded only where the county has configured one.

allauth speaks the protocol and checks state, token and signature. Its own accounts are not used: before it would look
for one, :meth:`Adapter.pre_social_login` hands over to :func:`gongzhi.site.providers.arrived` and ends its work.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from gongzhi.core import identity
from gongzhi.core.pages import render
from gongzhi.core.refusal import Refused
from gongzhi.site import providers

SECONDS = 8


class Adapter(DefaultSocialAccountAdapter):
    """What allauth asks us."""

    def pre_social_login(self, request: Any, sociallogin: Any) -> NoReturn:
        """The provider has vouched for somebody: open our session, or ask for the phone once."""
        app = sociallogin.provider.app
        name = app.provider_id or app.provider
        phone = _phone(sociallogin) if app.settings.get("trusts_phone") else ""
        raise ImmediateHttpResponse(providers.arrived(request, name, str(sociallogin.account.uid), phone))

    def on_authentication_error(self, request: Any, provider: Any, **more: Any) -> NoReturn:
        """Cancelled or failed: back to the door, with a word about it."""
        raise ImmediateHttpResponse(HttpResponseRedirect("/resident/sign-in?failed=1"))

    def is_open_for_signup(self, request: Any, sociallogin: Any) -> bool:
        """Accounts are opened by our own door alone."""
        return False

    def list_apps(self, request: Any, provider: str | None = None, client_id: str | None = None) -> list[Any]:
        """The configured providers, and none that a table might hold."""
        from allauth.socialaccount.models import SocialApp

        found = []
        for conf in settings.PROVIDERS:
            if provider in (None, conf["provider"], conf.get("provider_id")) and client_id in (
                None,
                conf["client_id"],
            ):
                found.append(
                    SocialApp(
                        provider=conf["provider"],
                        provider_id=conf.get("provider_id", ""),
                        name=str(conf.get("name", "")),
                        client_id=conf["client_id"],
                        secret=conf.get("secret", ""),
                        settings=conf.get("settings", {}),
                    )
                )
        return found

    def get_requests_session(self) -> Any:
        """Outgoing calls end after some seconds: a provider that hangs must not hold our workers."""
        session = super().get_requests_session()
        plain = session.request
        session.request = lambda *args, **kwargs: plain(*args, **{"timeout": SECONDS, **kwargs})
        return session


def _phone(sociallogin: Any) -> str:
    """The phone that the provider says it has verified; "" for none, or none of ours."""
    told = sociallogin.account.extra_data
    told = told.get("userinfo") or told.get("id_token") or told
    if told.get("phone_number_verified") is not True:
        return ""
    try:
        return identity.phone(str(told.get("phone_number", "")))
    except Refused:
        return ""


def _leaving(there: Any) -> Any:
    """The way out as a page that leads on: our policy lets no form end at another site, not even by a redirect."""

    @require_POST
    def view(request: Any, **which: Any) -> HttpResponseBase:
        answer: HttpResponseBase = there(request, **which)
        if answer.status_code != 302:
            return answer
        return render(request, "site/leaving.html", {"title": _("正在前往"), "target": answer["Location"]})

    return never_cache(view)


def routes() -> list[URLPattern]:
    """Two addresses for each kind of provider that is configured: the way out, by POST only, and the way back."""
    found = []
    for kind in dict.fromkeys(app["provider"] for app in settings.PROVIDERS):
        views = import_module(f"allauth.socialaccount.providers.{kind}.views")
        oidc = kind == "openid_connect"
        there, back = (views.login, views.callback) if oidc else (views.oauth2_login, views.oauth2_callback)
        base = "resident/with/<str:provider_id>/" if oidc else f"resident/with/{kind}/"
        found += [
            path(base, _leaving(there), name=f"{kind}_login"),
            path(f"{base}back", back, name=f"{kind}_callback"),
        ]
    return sorted(found, key=lambda p: "<" in str(p.pattern))
