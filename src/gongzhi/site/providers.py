"""Other ways in for residents: what a provider (WeChat, Alipay, 国家网络身份认证) vouches for becomes our own session.

``settings.PROVIDERS`` comes from the environment; where it is empty there is no button and no address. The protocol is
django-allauth's (:mod:`gongzhi.site.provider_adapter`); who the resident is, and the session, are ours. Of the provider
only a blind hash of its subject is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from gongzhi.core import keys
from gongzhi.core.words import Words, say
from gongzhi.registers.residents.actions import entering

LINKING = "linking"
"""Session key: a provider's login that belongs to nobody yet, until its holder has proven a phone."""

NAMES: dict[str, Words] = {"weixin": say("微信"), "alipay": say("支付宝"), "cyberid": say("国家网络身份认证")}


@dataclass(frozen=True)
class Offered:
    """A button on the sign-in page."""

    name: Words | str
    url: str


def identifier(app: dict[str, Any]) -> str:
    """What tells a configured provider from the others: "weixin", or the id given to an OpenID Connect one."""
    return str(app.get("provider_id") or app["provider"])


def offered() -> list[Offered]:
    """The providers this county has configured, in its order."""
    found = []
    for app in settings.PROVIDERS:
        name = identifier(app)
        oidc = app["provider"] == "openid_connect"
        url = reverse("openid_connect_login", args=[name]) if oidc else reverse(f"{app['provider']}_login")
        found.append(Offered(app.get("name") or NAMES.get(name) or name, url))
    return found


def arrived(request: Any, provider: str, subject: str, phone: str = "") -> HttpResponseBase:
    """Lead on whoever a provider has vouched for.

    A login we know opens the session, by way of the notice where a consent is wanting. One we do not know is linked once
    its holder has proven a phone: with the code we send, or by the provider's word where the county trusts it for that
    (``phone``).
    """
    from gongzhi.site import resident_signin

    index = str(UUID(keys.blind_hash(f"residents.identity.{provider}", subject)))
    known = entering.by_identity(provider, index)
    if known is not None:
        return resident_signin.by_word_of_provider(request, known.phone.reveal(), provider)
    request.session[LINKING] = {"provider": provider, "subject": index}
    if phone:
        return resident_signin.by_word_of_provider(request, phone, provider)
    return HttpResponseRedirect("/resident/sign-in")


def link(resident: Any, linking: dict[str, str]) -> None:
    """Keep that a provider's login is this resident's."""
    with transaction.atomic():
        if entering.keep_identity(resident, linking["provider"], linking["subject"]):
            entering.note(resident, "accounts.provider_linked", provider=linking["provider"])
