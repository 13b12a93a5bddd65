"""What happened, as pages show it: the journal's entries in words, and the receipt of the latest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gongzhi.core import action, roles
from gongzhi.core.journal import JournalEntry
from gongzhi.core.words import Words, say


@dataclass(frozen=True)
class Line:
    """One entry: who did what, its note, when, its number, and whether it is sealed yet."""

    side: str
    text: Words | str
    note: str
    at: datetime
    number: int
    url: str
    sealed: bool


@dataclass(frozen=True)
class Receipt:
    """The proof of one entry, for a paper's foot or a page's side."""

    number: int
    about: Words | str
    digest: str
    sealed: bool
    url: str
    qr: str = ""


def verb_label(verb: str) -> Words | str:
    """The verb's words; its bare name where it is no action of ours."""
    known = action.registry.get(verb)
    return known.label if known else OTHER.get(verb, verb)


OTHER = {
    "accounts.signed_in": say("登录"),
    "accounts.resident_opened": say("开通居民账号"),
    "accounts.provider_linked": say("绑定其他登录方式"),
    "accounts.sign_in_failed": say("登录没有成功"),
    "accounts.address_paused": say("网络地址暂停登录"),
    "accounts.second_factor_set": say("绑定动态口令"),
    "accounts.token_made": say("新建接口钥匙"),
    "accounts.token_revoked": say("停用接口钥匙"),
    "exchange.commit": say("导入表格"),
    "exchange.undo": say("撤销导入"),
}


def _side(role: str) -> str:
    """The side of the two-party mark: the government's, the community's, or neither."""
    if role in (
        *roles.TOWNSHIP,
        *roles.COUNTY,
        roles.DEPARTMENT_OFFICER,
        roles.LEGAL_OFFICER,
        roles.REGISTRAR,
    ):
        return "a"
    return "b" if role in (*roles.COMMITTEE, roles.SUPERVISOR) else ""


def sealed_among(entries: Iterable[JournalEntry]) -> set[int]:
    """Which of the entries lie in the tree already. One query, where they were not read ``with_leaf``."""
    from gongzhi.core.checkpoints import JournalLeaf

    if all(hasattr(e, "sealed_at") for e in entries):
        return {e.pk for e in entries if e.sealed_at is not None}  # type: ignore[attr-defined]
    ids = [e.pk for e in entries]
    return (
        set(JournalLeaf.objects.filter(entry_id__in=ids).values_list("entry_id", flat=True)) if ids else set()
    )


def lines(entries: list[JournalEntry], *, public: bool = False) -> list[Line]:
    """Entries in words, in the order given; to the ``public`` a unit acts, and no notes are shown. One query."""
    sealed = sealed_among(entries)
    return [_line(e, e.pk in sealed, public) for e in entries]


def _line(entry: JournalEntry, sealed: bool, public: bool) -> Line:
    done: Any = entry.done if not public else None
    note = str(done.get("reason") or done.get("note") or "") if isinstance(done, dict) else ""
    who = (entry.actor_unit or entry.actor_name) if public else (entry.actor_name or entry.actor_unit)
    if entry.role == roles.RESIDENT:  # nobody's page tells which resident acted
        who = str(roles.LABELS[roles.RESIDENT])
    text = say("{who} {what}", who=who, what=verb_label(entry.verb))
    return Line(_side(entry.role), text, note, entry.at, entry.pk, f"/records/{entry.pk}", sealed)


def receipt(entry: JournalEntry, sealed: bool) -> Receipt:
    """The receipt of one entry."""
    about = say("{label} {what}", label=entry.label, what=verb_label(entry.verb))
    digest = entry.leaf().hex()[:16]
    shown = " ".join(digest[i : i + 4] for i in range(0, 16, 4))
    return Receipt(entry.pk, about, shown, sealed, f"/records/{entry.pk}")


@dataclass(frozen=True)
class Told:
    """One entry for lists of records, where the thing must be named."""

    number: int
    url: str
    text: Words | str
    label: str
    unit: str
    at: datetime
    sealed: bool


def told(entries: list[JournalEntry]) -> list[Told]:
    """Entries as lines of a list: verb, thing, unit. One query."""
    sealed = sealed_among(entries)
    return [
        Told(
            e.pk,
            f"/records/{e.pk}",
            say("{what} {label}", what=verb_label(e.verb), label=e.label),
            e.label,
            e.actor_unit,
            e.at,
            e.pk in sealed,
        )
        for e in entries
    ]
