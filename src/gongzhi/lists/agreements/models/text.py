"""The numbered text: clauses, and the rows behind the clauses that carry numbers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from gongzhi.core.rows import Row
from gongzhi.lists.agreements.rules import terms
from gongzhi.lists.agreements.rules.numerals import instalment_name
from gongzhi.lists.agreements.rules.terms import (
    DutyTerms,
    InstalmentTerms,
    ItemTerms,
    PaymentTerms,
    Terms,
    TextTerms,
)

ASSIST = "ASSIST"


class Clause(Row):
    """One clause. Struck clauses stay, without a number; ``body`` holds the words of plain-text clauses only."""

    agreement = models.ForeignKey("agreements.Agreement", on_delete=models.CASCADE, related_name="clauses")
    position = models.IntegerField()
    kind = models.TextField()
    code = models.TextField(default="", blank=True)
    heading = models.TextField()
    body = models.TextField(default="", blank=True)
    struck = models.BooleanField(default=False)

    class Meta:
        app_label = "agreements"
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(terms.KIND_LABELS)), name="agreements_clause_kind"
            ),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(kind=terms.PAYMENT, struck=False),
                name="agreements_one_payment_clause",
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def key(self) -> str:
        """The clause's name in talks."""
        return str(self.pk)

    def terms(self) -> Terms:
        """What the clause says, as data. Wants ``item``, ``duty`` and the agreement's instalments loaded."""
        if self.kind == terms.ITEM:
            return self.item.terms(self.heading)
        if self.kind == terms.DUTY:
            return self.duty.terms(self.heading)
        if self.kind == terms.PAYMENT:
            agreement = self.agreement
            parts = tuple(i.terms() for i in agreement.instalments.all())
            return PaymentTerms(self.heading, agreement.items_fen, parts, self.rate)
        return TextTerms(self.heading, self.body, self.code)

    @property
    def rate(self) -> Decimal:
        """The daily interest that stands in the payment clause (kept in ``code``)."""
        return Decimal(self.code)


class Item(Row):
    """An assisted task with its measure, weight and price for the year. Only items of the ASSIST list."""

    agreement = models.ForeignKey("agreements.Agreement", on_delete=models.CASCADE, related_name="items")
    clause = models.OneToOneField(Clause, on_delete=models.CASCADE, related_name="item")
    duty_item = models.ForeignKey("duties.DutyItem", null=True, on_delete=models.PROTECT, related_name="+")
    list_type = models.TextField(default=ASSIST)
    code = models.TextField()
    lead = models.TextField(default="", blank=True)
    standard = models.TextField()
    quantity = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    unit = models.TextField(default="", blank=True)
    unit_price_fen = models.BigIntegerField(null=True)
    deadline = models.DateField(null=True)
    weight = models.IntegerField()
    amount_fen = models.BigIntegerField()
    suspended = models.BooleanField(default=False)
    moved_days = models.IntegerField(default=0)

    class Meta:
        app_label = "agreements"
        ordering = ("clause__position", "id")
        constraints = [
            models.CheckConstraint(condition=Q(list_type=ASSIST), name="agreements_item_assist_only"),
            models.CheckConstraint(
                condition=Q(weight__gte=0, weight__lte=100), name="agreements_item_weight"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="agreements_item_amount"),
        ]

    def __str__(self) -> str:
        return self.clause.heading

    @property
    def due(self) -> date | None:
        """Its deadline, put off by the days for which it was stopped."""
        return self.deadline + timedelta(days=self.moved_days) if self.deadline else None

    def terms(self, heading: str) -> ItemTerms:
        """The item as data."""
        return ItemTerms(
            heading=heading, standard=self.standard, quantity=self.quantity.normalize(), unit=self.unit,
            unit_price_fen=self.unit_price_fen, deadline=self.deadline, weight=self.weight, amount_fen=self.amount_fen,
            code=self.code, lead=self.lead, duty_item_id=self.duty_item_id,
        )  # fmt: skip


class GovtDuty(Row):
    """What the government owes: guidance, payment conditions, training, data; ``times`` a year or by ``due``."""

    agreement = models.ForeignKey("agreements.Agreement", on_delete=models.CASCADE, related_name="duties")
    clause = models.OneToOneField(Clause, on_delete=models.CASCADE, related_name="duty")
    kind = models.TextField()
    body = models.TextField()
    times = models.IntegerField(default=1)
    due = models.DateField(null=True)

    class Meta:
        app_label = "agreements"
        ordering = ("clause__position", "id")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(terms.DUTY_KINDS)), name="agreements_duty_kind"),
            models.CheckConstraint(condition=Q(times__gte=1), name="agreements_duty_times"),
        ]

    def __str__(self) -> str:
        return self.clause.heading

    def terms(self, heading: str) -> DutyTerms:
        """The duty as data."""
        return DutyTerms(heading, self.body, self.kind, self.times, self.due)


class Instalment(Row):
    """One payment that is due. ``pay_by`` is the due day moved off days of rest (民法典 203); ``payable_fen`` what must
    be paid: the amount, or what the settlement or a remedy made of it."""

    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.CASCADE, related_name="instalments"
    )
    seq = models.IntegerField()
    due = models.DateField()
    pay_by = models.DateField()
    amount_fen = models.BigIntegerField()
    payable_fen = models.BigIntegerField()
    paid_fen = models.BigIntegerField(default=0)
    tail = models.BooleanField(default=False)
    finished_on = models.DateField(null=True)

    class Meta:
        app_label = "agreements"
        ordering = ("seq",)
        constraints = [
            models.UniqueConstraint(fields=["agreement", "seq"], name="agreements_instalment_seq"),
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0, paid_fen__gte=0, paid_fen__lte=F("payable_fen")),
                name="agreements_instalment_not_overpaid",
            ),
        ]
        indexes = [models.Index(fields=["pay_by"], condition=Q(finished_on=None), name="agreements_unpaid")]

    def __str__(self) -> str:
        return f"{self.agreement_id}:{self.seq}"

    @property
    def rest_fen(self) -> int:
        """What is still to be paid."""
        return self.payable_fen - self.paid_fen

    @property
    def name(self) -> str:
        """第一期, 尾款."""
        return instalment_name(self.seq, self.tail)

    def terms(self) -> InstalmentTerms:
        """The instalment as data."""
        return InstalmentTerms(self.due, self.amount_fen, self.tail)
