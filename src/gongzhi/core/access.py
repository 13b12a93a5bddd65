"""Who may do what, and to which rows: closed unless opened.

An :class:`Actor` is an account acting in one of its posts. A right is role × verb with a reach; a query is
scoped by ``Model.objects.visible_to(actor, verb)``. Without the right, or out of reach, there is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import import_module
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gongzhi.core import clock, roles
from gongzhi.core.roles import Reach, Rights
from gongzhi.core.units import Unit


@dataclass(frozen=True)
class Actor:
    """An account acting in one post: what every query and every act is asked by."""

    role: str
    unit_id: int | None = None
    unit_path: str = ""
    unit_kind: str = ""
    unit_name: str = ""
    post_id: int | None = None
    account_id: int | None = None
    name: str = ""

    def may(self, verb: str) -> Reach | None:
        """How far this actor's right to ``verb`` reaches; None where there is no such right."""
        return rights().get(verb, {}).get(self.role)

    @property
    def is_public(self) -> bool:
        return self.role == roles.PUBLIC


PUBLIC = Actor(role=roles.PUBLIC)
SYSTEM = Actor(role=roles.SYSTEM, name="系统")


@cache
def rights() -> Rights:
    """The whole table verb × role → reach, collected from every room's ``rules.RIGHTS``."""
    table: Rights = {}
    for room in ["gongzhi.core", *settings.ROOMS]:
        for verb, by_role in import_module(f"{room}.rules").RIGHTS.items():
            if verb in table:
                raise ValueError(f"{verb} is given rights twice")
            table[verb] = {roles.SYSTEM: Reach.ALL, **by_role}
    return table


def roles_with(verb: str) -> list[str]:
    """Every role that has the right to ``verb``, the system's own left out."""
    return sorted(r for r in rights().get(verb, {}) if r != roles.SYSTEM)


def scope(actor: Actor, verb: str, fields: tuple[str, ...]) -> Q | None:
    """The condition that limits rows to what ``actor`` may reach with ``verb``; None means nothing at all.

    ``fields`` are lookups to Unit foreign keys, any of which brings a row into reach.
    """
    reach = actor.may(verb)
    if reach == Reach.ALL:
        return Q()
    if reach is None or actor.unit_id is None or not fields:
        return None
    condition = Q()
    for name in fields:
        if reach == Reach.OWN:
            condition |= Q(**({"pk": actor.unit_id} if name == "self" else {f"{name}_id": actor.unit_id}))
        else:
            condition |= Q(**{("path" if name == "self" else f"{name}__path") + "__startswith": actor.unit_path})
    return condition


class ScopedQuerySet(models.QuerySet[Any]):
    """A queryset that can be cut to an actor's scope by the model's ``SCOPE`` fields."""

    def visible_to(self, actor: Actor, verb: str) -> Self:
        """Only the rows that ``actor`` may reach with ``verb``."""
        condition = scope(actor, verb, self.model.SCOPE)
        return self.none() if condition is None else self.filter(condition)


ScopedManager = models.Manager.from_queryset(ScopedQuerySet)


class Accounts(BaseUserManager["Account"]):
    """Looks accounts up by their login name."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(login=username)


class Account(AbstractBaseUser):
    """A person's way in: login and password, second factor, lock. What they may do hangs on posts."""

    login = models.TextField(unique=True)
    name = models.TextField()
    is_active = models.BooleanField(default=True)
    demo = models.BooleanField(default=False)
    failures = models.IntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    password_set = models.DateTimeField(default=clock.now)
    must_change = models.BooleanField(default=False)
    totp_secret = models.BinaryField(null=True)
    totp_last = models.BigIntegerField(default=0)
    language = models.TextField(default="zh-hans")

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = Accounts()

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return self.login


class UsedPassword(models.Model):
    """Hashes of an account's earlier passwords, so that the last few are not used again."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="used_passwords")
    password = models.TextField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "core"


class Post(models.Model):
    """An account in a role at a unit, from a day to a day (both included)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="posts")
    role = models.TextField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    since = models.DateField()
    until = models.DateField(null=True)
    notices_seen = models.DateTimeField(null=True)

    class Meta:
        app_label = "core"
        constraints = [
            models.CheckConstraint(condition=Q(role__in=list(roles.LABELS)), name="core_post_role"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=models.F("since")), name="core_post_dates"),
        ]
        indexes = [models.Index(fields=["unit", "role"], name="core_post_holders")]

    def __str__(self) -> str:
        return f"{self.unit} {self.role}"

    def actor(self) -> Actor:
        """The actor that this post makes; needs ``account`` and ``unit`` loaded."""
        return Actor(
            role=self.role,
            unit_id=self.unit_id,
            unit_path=self.unit.path,
            unit_kind=self.unit.kind,
            unit_name=self.unit.short,
            post_id=self.pk,
            account_id=self.account_id,
            name=self.account.name,
        )


class ApiToken(models.Model):
    """A key for one post and some verbs; only its digest is kept."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="tokens")
    digest = models.TextField(unique=True)
    name = models.TextField()
    verbs = ArrayField(models.TextField(), default=list)
    created = models.DateTimeField(default=clock.now)
    expires = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)

    class Meta:
        app_label = "core"


def posts_of(account_id: int, on: date | None = None) -> models.QuerySet[Post]:
    """The posts an account holds on a day (today), oldest first."""
    day = on or clock.today()
    return (
        Post.objects.filter(account_id=account_id, since__lte=day)
        .filter(Q(until=None) | Q(until__gte=day))
        .select_related("account", "unit")
        .order_by("since", "pk")
    )


def locked(account: Account, at: datetime) -> bool:
    """Whether the account is locked after too many failures."""
    return account.locked_until is not None and account.locked_until > at
