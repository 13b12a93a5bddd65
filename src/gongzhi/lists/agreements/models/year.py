"""The year: disclosure, fulfilment on both sides, payments, notices, breaches and suspensions."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from gongzhi.core import clock
from gongzhi.core.rows import Row
from gongzhi.lists.agreements.rules import flow, year


class Disclosure(Row):
    """What must be shown to villagers after signing, by when; then when and where it was shown."""

    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.CASCADE, related_name="disclosures"
    )
    supplement = models.ForeignKey(
        "agreements.Supplement", null=True, on_delete=models.CASCADE, related_name="disclosures"
    )
    due = models.DateField()
    text = models.TextField()
    posted_on = models.DateField(null=True)
    channels = ArrayField(models.TextField(), default=list)
    place = models.TextField(default="", blank=True)

    class Meta:
        app_label = "agreements"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.due}"

    @property
    def late(self) -> bool:
        """Posted after its last day, or not posted although it has passed."""
        return (self.posted_on or clock.today()) > self.due


class FulfilmentRecord(Row):
    """What a side did: B for an item, A for one of its duties. The other side confirms or contests it."""

    agreement = models.ForeignKey("agreements.Agreement", on_delete=models.CASCADE, related_name="records")
    side = models.TextField()
    item = models.ForeignKey("agreements.Item", null=True, on_delete=models.CASCADE, related_name="records")
    duty = models.ForeignKey(
        "agreements.GovtDuty", null=True, on_delete=models.CASCADE, related_name="records"
    )
    done_on = models.DateField()
    period = models.TextField(default="", blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    text = models.TextField()
    status = models.TextField(default=year.RECORDED)
    reply = models.TextField(default="", blank=True)
    replied_at = models.DateTimeField(null=True)
    by = models.TextField(default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "agreements"
        ordering = ("-done_on", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(side=flow.B, item__isnull=False, duty=None)
                | Q(side=flow.A, item=None, duty__isnull=False),
                name="agreements_record_of_own_duty",
            ),
            models.CheckConstraint(
                condition=Q(status__in=list(year.RECORD_STATES)), name="agreements_record_status"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="agreements_record_quantity"),
        ]
        indexes = [models.Index(fields=["agreement", "status"], name="agreements_records")]

    def __str__(self) -> str:
        return self.text[:20]

    @property
    def status_label(self) -> object:
        """The status in words."""
        return year.RECORD_STATES[self.status]


class Payment(Row):
    """Money that A paid on one instalment. A voucher number is used once in the whole county."""

    agreement = models.ForeignKey("agreements.Agreement", on_delete=models.PROTECT, related_name="payments")
    instalment = models.ForeignKey("agreements.Instalment", on_delete=models.PROTECT, related_name="payments")
    amount_fen = models.BigIntegerField()
    paid_on = models.DateField()
    voucher = models.TextField(unique=True)
    late_days = models.IntegerField(default=0)
    interest_fen = models.BigIntegerField(default=0)
    rate = models.DecimalField(max_digits=9, decimal_places=7)
    received_on = models.DateField(null=True)
    by = models.TextField(default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "agreements"
        ordering = ("paid_on", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, late_days__gte=0, interest_fen__gte=0),
                name="agreements_payment_positive",
            )
        ]

    def __str__(self) -> str:
        return self.voucher


class Notice(Row):
    """A written notice of suspension, breach or termination, about one item, one duty or the whole."""

    agreement = models.ForeignKey("agreements.Agreement", on_delete=models.CASCADE, related_name="notices")
    side = models.TextField()
    kind = models.TextField()
    item = models.ForeignKey("agreements.Item", null=True, on_delete=models.CASCADE, related_name="notices")
    duty = models.ForeignKey(
        "agreements.GovtDuty", null=True, on_delete=models.CASCADE, related_name="notices"
    )
    instalment = models.ForeignKey(
        "agreements.Instalment", null=True, on_delete=models.CASCADE, related_name="notices"
    )
    reason = models.TextField()
    served_on = models.DateField()
    effective_on = models.DateField()
    status = models.TextField(default="served")
    by = models.TextField(default="")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "agreements"
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(year.NOTICES)), name="agreements_notice_kind"),
            models.CheckConstraint(
                condition=Q(status__in=("served", "effected", "withdrawn")), name="agreements_notice_status"
            ),
            models.CheckConstraint(
                condition=Q(effective_on__gte=F("served_on")), name="agreements_notice_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.served_on}"

    @property
    def kind_label(self) -> object:
        """The kind in words."""
        return year.NOTICES[self.kind]

    @property
    def about(self) -> str:
        """The item, duty or instalment it is about; "" for the whole agreement."""
        thing = self.item or self.duty
        return str(thing) if thing else self.instalment.name if self.instalment else ""


class Breach(Row):
    """A breach notice's fate: put right in time, or followed by a reduction or compensation."""

    agreement = models.ForeignKey("agreements.Agreement", on_delete=models.CASCADE, related_name="breaches")
    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, related_name="breach")
    accused = models.TextField()
    state = models.TextField(default="rectifying")
    due = models.DateField()
    report = models.TextField(default="", blank=True)
    remedy_fen = models.BigIntegerField(default=0)
    closed_on = models.DateField(null=True)

    class Meta:
        app_label = "agreements"
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=flow.BREACH_FLOW.names), name="agreements_breach_state"
            ),
            models.CheckConstraint(condition=Q(accused__in=flow.SIDES), name="agreements_breach_accused"),
        ]
        indexes = [models.Index(fields=["agreement", "state"], name="agreements_breaches")]

    def __str__(self) -> str:
        return f"{self.accused} {self.state}"

    @property
    def state_label(self) -> object:
        """The state in words."""
        return flow.BREACH_FLOW.state(self.state).label


class Suspension(Row):
    """A stop of one item, or of everything (item null), from a day until it is lifted."""

    agreement = models.ForeignKey(
        "agreements.Agreement", on_delete=models.CASCADE, related_name="suspensions"
    )
    notice = models.ForeignKey(Notice, null=True, on_delete=models.PROTECT, related_name="suspensions")
    item = models.ForeignKey(
        "agreements.Item", null=True, on_delete=models.CASCADE, related_name="suspensions"
    )
    side = models.TextField()
    reason = models.TextField()
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        app_label = "agreements"
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="agreements_stop_dates"
            ),
            models.UniqueConstraint(
                fields=["agreement", "item"],
                condition=Q(until=None),
                nulls_distinct=False,
                name="agreements_one_stop",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.since}"


class Reminder(Row):
    """A reminder that went out: once for each thing that falls due, so that a job run twice says it once."""

    agreement = models.ForeignKey("agreements.Agreement", on_delete=models.CASCADE, related_name="reminders")
    key = models.TextField()
    due = models.DateField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "agreements"
        constraints = [
            models.UniqueConstraint(fields=["agreement", "key", "due"], name="agreements_remind_once")
        ]

    def __str__(self) -> str:
        return self.key
