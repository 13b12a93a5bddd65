"""Who a resident is to other rooms: the actor, the name others read, and where the residence is confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet

from gongzhi.core import clock, dated, roles
from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.core.refusal import NotFound, refuse
from gongzhi.core.words import say
from gongzhi.registers.places import queries as places
from gongzhi.registers.residents import rules
from gongzhi.registers.residents.models import Claim, Consent, Resident
from gongzhi.registers.residents.queries.notices import require

_SEAT = (
    "nickname",
    "digits",
    "account__password_set",
    "home__post_id",
    "home__unit_id",
    "home__unit__path",
    "home__unit__kind",
    "home__unit__short",
)


@dataclass(frozen=True)
class Seat:
    """A resident's actor, and since when sessions count (signing out everywhere moves it)."""

    actor: Actor
    entered: datetime


def seat(account_id: int) -> Seat | None:
    """The resident with an account, seated in the confirmed residence if there is one; None otherwise. One query."""
    found = _seat.first(account_id)
    if found is None:
        return None
    nickname, digits, entered, post, unit, path, kind, short = found
    actor = Actor(
        role=roles.RESIDENT,
        unit_id=unit,
        unit_path=path or "",
        unit_kind=kind or "",
        unit_name=short or "",
        post_id=post,
        account_id=account_id,
        name=nickname or rules.unnamed(digits),
    )
    return Seat(actor, entered)


@compiled
def _seat(account_id: int) -> QuerySet[Any, Any]:
    rows = Resident.objects.filter(pk=account_id, left=None, account__is_active=True)
    seated = rows.annotate(home=FilteredRelation("claims", condition=Q(claims__state="confirmed")))
    found: QuerySet[Any, Any] = seated.values_list(*_SEAT)
    return found


def actor(account_id: int) -> Actor | None:
    """The resident with this account as an actor; None where there is none. One query."""
    found = seat(account_id)
    return found.actor if found else None


def display_names(account_ids: Iterable[int]) -> dict[int, str]:
    """Account → what others read: the nickname, 居民 with four digits, or that the account was given up. One query."""
    wanted = set(account_ids)
    rows = Resident.objects.filter(pk__in=wanted).values_list("pk", "nickname", "digits", "left")
    found = {
        pk: str(rules.LEFT) if left else nickname or rules.unnamed(digits)
        for pk, nickname, digits, left in rows
    }
    return {pk: found.get(pk, str(rules.SOMEBODY)) for pk in wanted}


def display_name(account_id: int) -> str:
    """What others read of one resident."""
    return display_names([account_id])[account_id]


def confirmed_accounts(unit_path: str) -> Any:
    """The accounts whose residence is confirmed within a unit's subtree, as a queryset of numbers."""
    return Claim.objects.filter(state="confirmed", unit__path__startswith=unit_path).values_list(
        "resident_id", flat=True
    )


def came_over(old: int, new: int) -> list[int]:
    """The accounts whose residence or claim followed from one unit to another when they were merged."""
    rows = Claim.objects.filter(unit_id=new, came_from_id=old, state__in=(*rules.OPEN, "confirmed"))
    return list(rows.values_list("resident_id", flat=True))


def confirmed_count(unit_path: str) -> int:
    """How many residents are confirmed within a unit's subtree."""
    return int(confirmed_accounts(unit_path).count())


def is_confirmed(account_id: int, unit_id: int) -> bool:
    """Whether the residence is confirmed with this very unit."""
    return bool(Claim.objects.filter(resident_id=account_id, unit_id=unit_id, state="confirmed").exists())


def is_adult(account_id: int) -> bool:
    """Whether the resident is surely of age; of those who gave no birth year, the worker who confirmed saw to it."""
    year = Resident.objects.filter(pk=account_id).values_list("birth_year", flat=True).first()
    return year is None or not rules.may_be_under(
        year, clock.today(), int(dated.value("residents.adult_age"))
    )


@dataclass(frozen=True)
class Home:
    """Where a resident's confirmed residence is; ``building`` without the room."""

    place_id: int | None
    unit_id: int
    building: str


def home(account_id: int) -> Home | None:
    """The confirmed residence; None while there is none."""
    found = (
        Claim.objects.filter(resident_id=account_id, state="confirmed")
        .values_list("unit_id", "building")
        .first()
    )
    if found is None:
        return None
    place = places.place_of(found[0])
    return Home(place.pk if place else None, found[0], found[1])


def on_behalf(actor: Actor, account_id: int | None) -> int:
    """The account for which an act is done: the resident's own, or for committee staff the one they help.

    As :func:`helped`; and Refused where the resident has taken the consent to the service back: what nobody may do at
    the own phone a helper may not do either (个人信息保护法第 15 条).
    """
    account = helped(actor, account_id)
    if account != actor.account_id:
        require(account)
    return account


def helped(actor: Actor, account_id: int | None) -> int:
    """The account whose data are looked after, consent or none: mended, taken back, given up.

    A worker helps residents of the own committee who asked for it (the consent ``helped``). NotFound for anybody
    else's, Refused where the resident has not asked.
    """
    if actor.role == roles.RESIDENT:
        if account_id not in (None, actor.account_id) or actor.account_id is None:
            raise NotFound("residents.on_behalf")
        return actor.account_id
    if account_id is None or actor.role not in roles.COMMITTEE:
        raise NotFound("residents.on_behalf")
    if not Resident.objects.filter(pk=account_id, unit_id=actor.unit_id or 0, left=None).exists():
        raise NotFound("residents.on_behalf")
    if not Consent.objects.filter(resident_id=account_id, purpose=rules.HELPED, withdrawn=None).exists():
        refuse(
            say("这位居民没有请村（社区）代办，或者已经撤回"),
            rule="residents.not_asked_to_help",
            source=say("个人信息保护法第 15 条"),
            field="on_behalf",
            way_out=f"/residents/{account_id}/",
        )
    return account_id
