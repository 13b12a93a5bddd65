"""Accounts and posts: who can come in, and as what."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gongzhi.core import clock, roles
from gongzhi.core.access import Actor, ScopedQuerySet
from gongzhi.core.compiled import compiled
from gongzhi.core.thing import Thing
from gongzhi.core.units import Unit

RESIDENT_LOGIN = "resident:"
"""How the logins of residents begin: no login of staff has a colon. Residents come in by phone, never by password."""


class StaffOnly(ScopedQuerySet):
    """Administrators look after the accounts of staff; a resident's account is the resident's own."""

    def visible_to(self, actor: Actor, verb: str) -> Self:
        """Only the staff's accounts that ``actor`` may reach with ``verb``."""
        return super().visible_to(actor, verb).exclude(login__startswith=RESIDENT_LOGIN)


class Accounts(BaseUserManager.from_queryset(StaffOnly)):  # type: ignore[misc]
    """Looks accounts up by their login name."""

    def get_by_natural_key(self, username: str | None) -> Account:
        found: Account = self.get(login=username)
        return found


class Account(AbstractBaseUser, Thing):
    """A person's way in: login and password, second factor, lock. What they may do hangs on posts."""

    SCOPE = ("home",)
    VIEW = "accounts.view"
    UNJOURNALLED = ("name", "password", "totp_secret", "totp_last", "last_login")

    login = models.TextField(unique=True)
    name = models.TextField()
    home = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
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
    objects: ClassVar[Any] = Accounts()

    class Meta:
        app_label = "core"

    def __str__(self) -> str:
        return self.login

    def label(self) -> str:
        return self.login

    def get_absolute_url(self) -> str:
        return f"/accounts/{self.pk}/"


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
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="core_post_dates"
            ),
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


class Seat(NamedTuple):
    """A post held today by an active account, with its unit: all that a request needs to know of who asks."""

    post_id: int
    role: str
    unit_id: int
    unit_path: str
    unit_kind: str
    unit_name: str
    account_id: int
    name: str
    password_set: datetime

    def actor(self) -> Actor:
        """The actor that this post makes."""
        return Actor(
            role=self.role,
            unit_id=self.unit_id,
            unit_path=self.unit_path,
            unit_kind=self.unit_kind,
            unit_name=self.unit_name,
            post_id=self.post_id,
            account_id=self.account_id,
            name=self.name,
        )


def seats(post_id: int) -> list[Seat]:
    """The posts that the holder of this one holds today, oldest first; one query. Without this one: it is over."""
    return [Seat(*row) for row in _seats(post_id)]


@compiled
def _seats(post_id: int) -> models.QuerySet[Any, Any]:
    holder = Post.objects.filter(pk=post_id, account__is_active=True).values("account_id")
    today = clock.today()
    held = Post.objects.filter(account_id=models.Subquery(holder), since__lte=today)
    return (
        held.filter(Q(until=None) | Q(until__gte=today))
        .order_by("since", "pk")
        .values_list(
            "pk", "role", "unit_id", "unit__path", "unit__kind", "unit__short", "account_id", "account__name",
            "account__password_set",
        )
    )  # fmt: skip


def locked(account: Account, at: datetime) -> bool:
    """Whether the account is locked after too many failures."""
    return account.locked_until is not None and account.locked_until > at
