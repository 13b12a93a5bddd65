"""The agreement: two parties, one year, one text. Its clauses, talks and year of performance are beside it.

The sums stand in the agreement's own row and are written in the same transaction as the items and instalments
they add up; from the moment the text is agreed the database refuses any row in which they do not hold.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from gongzhi.core.access import Actor
from gongzhi.core.thing import Thing
from gongzhi.core.words import Words, say
from gongzhi.lists.agreements import rules
from gongzhi.lists.agreements.rules import flow
from gongzhi.lists.agreements.rules.talks import UNSENT


class Agreement(Thing):
    """协助管理协议书: party A (a township) and party B (a committee) for one year; money in fen."""

    year = models.IntegerField()
    seq = models.IntegerField()
    number = models.TextField(unique=True)
    party_a = models.ForeignKey("core.Unit", on_delete=models.PROTECT, related_name="agreements_as_a")
    party_b = models.ForeignKey("core.Unit", on_delete=models.PROTECT, related_name="agreements_as_b")
    via_department = models.ForeignKey(
        "core.Unit", null=True, on_delete=models.PROTECT, related_name="agreements_through"
    )
    succeeded = models.BooleanField(default=False)
    committee_kind = models.TextField(default="village")
    duty_list = models.ForeignKey("duties.DutyList", null=True, on_delete=models.PROTECT, related_name="+")
    duty_list_name = models.TextField(default="")

    state = models.TextField(default=rules.FLOW.initial)
    drafted_by = models.TextField(default=flow.A)
    round = models.IntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    touches_residents = models.BooleanField(default=True)

    weights = models.IntegerField(default=0)
    items_fen = models.BigIntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    instalments_fen = models.BigIntegerField(default=0)

    paid_fen = models.BigIntegerField(default=0)
    interest_fen = models.BigIntegerField(default=0)
    remedy_fen = models.BigIntegerField(default=0)
    tail_fen = models.BigIntegerField(null=True)

    frozen_text = models.TextField(default="")
    text_sha256 = models.TextField(default="")
    agreed_on = models.DateField(null=True)
    signed_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    end_reason = models.TextField(default="")
    end_side = models.TextField(default="")
    end_fen = models.BigIntegerField(null=True)
    end_confirmed = models.BooleanField(default=False)

    SCOPE = ("party_a", "party_b", "via_department")
    FLOW = rules.FLOW
    VIEW = "agreements.view"
    LOADED = ("party_a", "party_b")
    UNJOURNALLED = ("frozen_text",)
    UNTOLD = UNSENT

    class Meta:
        app_label = "agreements"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=rules.FLOW.names), name="agreements_state"),
            models.CheckConstraint(
                condition=~Q(state__in=flow.BINDING)
                | Q(weights=100, items_fen=F("total_fen"), instalments_fen=F("total_fen")),
                name="agreements_sums_hold",
            ),
            models.CheckConstraint(
                condition=Q(total_fen__gte=0, paid_fen__gte=0), name="agreements_no_negative"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("signing", "signed_a", "signed_b", *flow.SIGNED))
                | ~Q(text_sha256=""),
                name="agreements_text_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=flow.SIGNED) | Q(signed_on__isnull=False), name="agreements_signed_on"
            ),
            models.CheckConstraint(condition=~Q(party_a=F("party_b")), name="agreements_two_parties"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=False) | Q(state__in=("drafted_a", "drafted_b", "refused")),
                name="agreements_sent_before_talks",
            ),
            models.CheckConstraint(condition=Q(drafted_by__in=flow.SIDES), name="agreements_drafted_by"),
            models.UniqueConstraint(fields=["party_a", "year", "seq"], name="agreements_number_once"),
            models.UniqueConstraint(
                fields=["party_a", "party_b", "year", "via_department"],
                condition=~Q(state__in=("refused", "terminated")) & Q(succeeded=False),
                nulls_distinct=False,
                name="agreements_one_a_year",
            ),
        ]
        indexes = [
            models.Index(fields=["party_a", "-year", "seq", "id"], name="agreements_of_a"),
            models.Index(fields=["party_b", "-year", "id"], name="agreements_of_b"),
            models.Index(fields=["year", "state"], name="agreements_by_state"),
        ]

    def label(self) -> str:
        """中荷村 2026 年协助管理协议书."""
        return f"{self.party_b.short} {self.year} 年协助管理协议书"

    def get_absolute_url(self) -> str:
        return f"/agreements/{self.pk}/"

    @classmethod
    def told_to(cls, actor: Actor) -> Q:
        """A draft is its own side's alone until it is sent, and for ever if it never is."""
        own = Q(drafted_by=flow.A, party_a=actor.unit_id) | Q(drafted_by=flow.B, party_b=actor.unit_id)
        return Q(sent_at__isnull=False) | own

    @property
    def unsent(self) -> bool:
        return self.sent_at is None

    def sides(self) -> dict[str, int | None]:
        return {flow.A: self.party_a_id, flow.B: self.party_b_id}

    def flow_key(self) -> str:
        """One to-do a turn: the same state comes back in the next round."""
        return f"{self.state}:{self.round}"

    def todo_about(self, word: str) -> Words:
        place, year = self.party_b.short, str(self.year)
        told = {
            "propose": say("起草并送出{place} {year} 年协助管理协议书", place=place, year=year),
            "respond": say("回应第 {round} 轮：{place} {year} 年协助管理协议书",
                           round=max(1, (self.round + 1) // 2), place=place, year=year),
            "reopen": say("恢复协商：{place} {year} 年协助管理协议书", place=place, year=year),
            "decide": say("村（居）内决定：{year} 年协助管理协议书", year=year),
            "sign": say("签署{place} {year} 年协助管理协议书", place=place, year=year),
            "disclose": say("公开 {year} 年协助管理协议书", year=year),
            "record": say("记录履约情况：{place} {year} 年", place=place, year=year),
            "resume": say("全部事项中止中：{place} {year} 年", place=place, year=year),
            "settle": say("按评估结果结算尾款：{place} {year} 年", place=place, year=year),
        }  # fmt: skip
        return told.get(word, say("{what}", what=self.label()))

    def party(self, side: str) -> models.Model:
        """The unit on a side."""
        return self.party_a if side == flow.A else self.party_b

    @property
    def signed(self) -> bool:
        """Whether both have signed."""
        return self.state in flow.SIGNED

    @property
    def turn(self) -> str:
        """The side whose turn it is: a, b, both or ""."""
        return rules.FLOW.state(self.state).turn

    @property
    def payable_fen(self) -> int:
        """What A owes for the year as far as it is known: instalments with the settled tail, remedies added."""
        return self.total_fen + self.remedy_fen

    @property
    def last_day(self) -> date:
        """The last day of performance."""
        return self.ended_on or date(self.year, 12, 31)


from .later import Succession, Supplement  # noqa: E402
from .talks import Change, Comment, Decision, Minutes, Round, Signature  # noqa: E402
from .text import Clause, GovtDuty, Instalment, Item  # noqa: E402  the parts refer to the whole above
from .year import Breach, Disclosure, FulfilmentRecord, Notice, Payment, Reminder, Suspension  # noqa: E402

__all__ = [
    "Agreement", "Breach", "Change", "Clause", "Comment", "Decision", "Disclosure", "FulfilmentRecord", "GovtDuty",
    "Instalment", "Item", "Minutes", "Notice", "Payment", "Reminder", "Round", "Signature", "Succession", "Supplement", "Suspension",
]  # fmt: skip
