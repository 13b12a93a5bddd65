"""Residents, where they live, what they agreed to, and the one-time codes they come in by."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, Subquery, Value
from django.db.models.functions import Coalesce, ExtractYear, Lower

from gongzhi.core import clock, dated, identity
from gongzhi.core.access import Actor, ScopedManager
from gongzhi.core.models import Account, Post, Thing, Unit
from gongzhi.core.roles import RESIDENT
from gongzhi.core.sealed import SealedTextField
from gongzhi.core.words import Words, say
from gongzhi.registers.residents import rules


def child_since() -> Any:
    """Who was born in this year or later may still need a guardian, see ``rules.may_be_under``: asked of the database, for
    a query that is compiled once keeps no figure of the day."""
    today, key = clock.today(), "residents.guardian_age"
    fixed = dated.Parameter.objects.filter(key=key, since__lte=today, value__isnull=False).order_by("-since")
    number = models.Func(
        "value", template="(%(expressions)s #>> '{}')::int", output_field=models.IntegerField()
    )
    age = Coalesce(Subquery(fixed.values(age=number)[:1]), int(dated.param(key).value))
    return ExtractYear(Value(today, models.DateField())) - age


class Resident(Thing):
    """A person without an office, one per account: what is known of them, most of it sealed.

    ``phone`` is the way in; ``contact`` somebody else's number where the resident has none. ``digits`` name those who
    chose no nickname and are drawn by lot. ``unit`` is the committee that looks after them: where they live, or
    where they were registered by ``registered_by`` (an account). ``left`` is the day on which they gave up the account.
    """

    SCOPE = ("unit",)
    VIEW = "residents.view"
    # The journal outlives the account: it must not say who it was.
    UNJOURNALLED = ("nickname", "digits", "birth_year", "contact_whose", "guardian_id")

    account = models.OneToOneField(
        Account, on_delete=models.PROTECT, primary_key=True, related_name="resident"
    )
    nickname = models.TextField(default="", blank=True)
    digits = models.TextField()
    name = SealedTextField(blind=True, default="", mask=identity.mask_name)
    phone = SealedTextField(blind=True, default="", mask=identity.mask_phone)
    contact = SealedTextField(default="", mask=identity.mask_phone)
    contact_whose = models.TextField(default="", blank=True)
    birth_year = models.IntegerField(null=True)
    guardian = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="wards")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    registered_by = models.BigIntegerField(null=True)
    large = models.BooleanField(default=False)
    left = models.DateField(null=True)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "residents"
        constraints = [
            models.UniqueConstraint(
                fields=["phone_index"], condition=~Q(phone_index=None), name="residents_phone_once"
            ),
            models.UniqueConstraint(
                Lower("nickname"), condition=~Q(nickname=""), name="residents_nickname_once"
            ),
            models.CheckConstraint(condition=Q(digits__regex=r"^\d{4}$"), name="residents_digits"),
            models.CheckConstraint(
                condition=Q(birth_year=None) | Q(birth_year__gte=1900), name="residents_birth_year"
            ),
            models.CheckConstraint(
                condition=Q(guardian=None) | ~Q(guardian=models.F("account")),
                name="residents_not_own_guardian",
            ),
            models.CheckConstraint(
                condition=Q(left=None) | Q(phone_index=None, nickname="", birth_year=None, unit=None),
                name="residents_left_bare",
            ),
        ]

    @classmethod
    def owned_by(cls, account_id: int) -> Q:
        """The resident, and the wards while they are children: a guardian's reach ends with the age that the law sets
        (个人信息保护法第 31 条), and from then on the account is its holder's alone."""
        return Q(left=None) & (
            Q(account_id=account_id) | Q(guardian_id=account_id, birth_year__gte=child_since())
        )

    def label(self) -> str:
        """A label goes into the journal: it names nobody."""
        return "居民账号"

    def get_absolute_url(self) -> str:
        return f"/residents/{self.pk}/"

    @property
    def shown(self) -> str:
        """What others read: the nickname, or 居民 with four digits."""
        return str(rules.LEFT) if self.left else self.nickname or rules.unnamed(self.digits)


class Claim(Thing):
    """That a resident lives with a committee, as the resident says and as the committee confirmed.

    ``building`` is written as on the door plate ("7 号楼 2 单元"), ``room`` is sealed; ``citizen_id`` is there only until
    the claim is decided. ``person`` is the entry in the register of people that the worker recognised; ``post`` the
    residence post that came of it. ``registered_by`` is the account of the worker who claimed on the resident's behalf.
    ``told`` is empty while the resident has yet to be told where the claim stands. ``came_from`` is the unit from which it
    followed when that was merged into this one, until this one decides.
    """

    SCOPE = ("unit",)
    FLOW = rules.FLOW
    VIEW = "residents.view"
    PRIVATE_EVIDENCE = True
    UNJOURNALLED = ("building", "more", "question", "reason", "person_id", "told")

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="claims")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    building = models.TextField(default="", blank=True)
    room = SealedTextField(default="")
    citizen_id = SealedTextField(blind=True, default="", mask=identity.mask_id)
    more = models.TextField(default="", blank=True)
    question = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    registered_by = models.BigIntegerField(null=True)
    came_from = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    due = models.DateField(null=True)
    decided = models.DateField(null=True)
    ended = models.DateField(null=True)
    told = models.DateTimeField(null=True, default=clock.now)
    state = models.TextField(default=rules.FLOW.initial)

    objects: ClassVar[Any] = ScopedManager()

    class Meta:
        app_label = "residents"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=rules.FLOW.names), name="residents_claim_state"),
            models.UniqueConstraint(
                fields=["resident"], condition=Q(state="confirmed"), name="residents_one_home"
            ),
            models.UniqueConstraint(
                fields=["resident"], condition=Q(state__in=rules.OPEN), name="residents_one_open_claim"
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state="confirmed") & ~Q(person=None),
                name="residents_one_account_a_person",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", post__isnull=False, decided__isnull=False)
                | ~Q(state="confirmed"),
                name="residents_confirmed_has_post",
            ),
            models.CheckConstraint(
                condition=Q(citizen_id_index=None) | Q(state__in=rules.OPEN),
                name="residents_citizen_id_until_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "-id"], name="residents_claim_by_unit"),
            models.Index(fields=["due"], condition=Q(state="claimed"), name="residents_claim_by_due"),
            models.Index(fields=["id"], condition=Q(told=None), name="residents_claim_to_tell"),
        ]

    @classmethod
    def owned_by(cls, account_id: int) -> Q:
        """The resident's own, and those of the children for whom the resident is the guardian."""
        return Q(resident_id=account_id) | Q(
            resident__guardian_id=account_id, resident__birth_year__gte=child_since()
        )

    def label(self) -> str:
        """A label goes into the journal: it names nobody."""
        return f"居住申请 {self.pk}"

    def todo_about(self, word: str) -> Words:
        return say("核对居住申请 {n}", n=self.pk)

    def get_absolute_url(self) -> str:
        return f"/residents/claims/{self.pk}/"

    def sides(self) -> dict[str, int | None]:
        return {rules.COMMITTEE: self.unit_id, rules.RESIDENT: None}

    def side_of(self, actor: Actor) -> str | None:
        """Residents reach nothing but their own claims, so a resident is the resident's side."""
        return rules.RESIDENT if actor.role == RESIDENT else super().side_of(actor)

    @property
    def in_hand(self) -> bool:
        """Whether the committee still deals with the claimant: once a claim is over, who it was is none of its business
        (个人信息保护法第 6、19 条)."""
        return self.state in (*rules.OPEN, "confirmed")

    def is_late(self, today: date) -> bool:
        """Whether the committee has let the deadline pass."""
        return self.state == "claimed" and self.due is not None and self.due < today


class Consent(models.Model):
    """One agreement to one purpose, under one version of the notice; withdrawn when ``withdrawn`` is set.

    ``by_account`` gave it: the resident, or a child's guardian. ``by_post`` took it down on the resident's behalf.
    """

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="consents")
    purpose = models.TextField()
    version = models.DateField()
    given = models.DateTimeField(default=clock.now)
    by_account = models.BigIntegerField()
    by_post = models.BigIntegerField(null=True)
    withdrawn = models.DateTimeField(null=True)
    withdrawn_by = models.BigIntegerField(null=True)

    class Meta:
        app_label = "residents"
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=list(rules.PURPOSES)), name="residents_consent_purpose"
            ),
            models.UniqueConstraint(
                fields=["resident", "purpose"],
                condition=Q(withdrawn=None),
                name="residents_consent_in_force_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"


class Code(models.Model):
    """A one-time code sent to a phone. Of phone and code only keyed hashes are kept, for days."""

    phone = models.UUIDField(db_index=True)
    purpose = models.TextField()
    digest = models.TextField()
    made = models.DateTimeField(default=clock.now)
    expires = models.DateTimeField()
    tries = models.IntegerField(default=0)
    used = models.DateTimeField(null=True)

    class Meta:
        app_label = "residents"
        indexes = [models.Index(fields=["made"], name="residents_code_oldest")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"


class Identity(models.Model):
    """That a login at a provider (WeChat, say) is this resident. Of the provider's subject only a blind hash is kept."""

    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="identities")
    provider = models.TextField()
    subject = models.UUIDField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "residents"
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="residents_identity_once")
        ]

    def __str__(self) -> str:
        return self.provider
