"""Counts over versions: items per list and department, the consultation, the reduction against earlier versions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, Sum, When

from gongzhi.core.access import Actor
from gongzhi.core.tally import half_up
from gongzhi.lists.duties import rules
from gongzhi.lists.duties.models import Consultation, Dissent, DutyItem, DutyList, Objection, RepealFlag


@dataclass(frozen=True)
class Tally:
    """How a consultation round stands. ``dissent_rate`` is of those who answered, in per cent, two places."""

    asked: int
    agreed: int
    dissented: int
    silent: int

    @property
    def waiting(self) -> int:
        """Who has not answered yet."""
        return self.asked - self.agreed - self.dissented - self.silent

    @property
    def answered(self) -> int:
        """Who gave an opinion."""
        return self.agreed + self.dissented

    @property
    def dissent_rate(self) -> Decimal | None:
        """Dissent among the opinions given, per cent; None where nobody answered."""
        return half_up(Decimal(self.dissented) * 100 / self.answered, 2) if self.answered else None


@dataclass(frozen=True)
class Figures:
    """A version in numbers. ``without_basis`` must be 0; ``unsure`` counts items whose basis is yet to be checked."""

    total: int
    by_list: dict[str, int]
    by_lead: list[tuple[str, int]]
    by_mark: dict[str, int]
    without_basis: int
    tally: Tally
    objections: int
    objections_open: int
    objections_upheld: int

    @property
    def unsure(self) -> int:
        """Items whose basis is not checked yet."""
        return self.total - self.by_mark.get(rules.CHECKED, 0)


def figures(version: DutyList) -> Figures:
    """A version in numbers: four queries."""
    rows = DutyItem.objects.filter(version=version, standing="accepted")
    counted = rows.values_list("list_type", "lead__short", "mark").annotate(n=Count("pk"))
    by_list, by_lead, by_mark = Counter[str](), Counter[str](), Counter[str]()
    for list_type, lead, mark, n in counted:
        by_list[list_type] += n
        by_mark[mark] += n
        if lead and list_type == rules.ASSIST:
            by_lead[lead] += n
    objections = Objection.objects.filter(version=version).aggregate(
        n=Count("pk"), open=Count("pk", filter=Q(state="open")), upheld=Count("pk", filter=Q(state="upheld"))
    )
    return Figures(
        total=sum(by_list.values()),
        by_list={k: by_list[k] for k in rules.LISTS_OF_KIND[version.scheme]},
        by_lead=sorted(by_lead.items(), key=lambda x: (-x[1], x[0])),
        by_mark=dict(by_mark),
        without_basis=rows.filter(bases=None).count(),
        tally=tally(version),
        objections=objections["n"],
        objections_open=objections["open"],
        objections_upheld=objections["upheld"],
    )


def tally(version: DutyList) -> Tally:
    """How the version's last consultation round stands; opinions are counted for everybody, read by few."""
    counts = dict(
        Consultation.objects.filter(version=version, round=version.round)
        .values_list("state")
        .annotate(n=Count("pk"))
        .values_list("state", "n")
    )
    return Tally(
        sum(counts.values()), counts.get("agreed", 0), counts.get("dissented", 0), counts.get("silent", 0)
    )


def dissent_by_item(version: DutyList) -> list[tuple[str, str, int]]:
    """Code, name and number of committees that dissented on an item in any round, most first."""
    rows = Dissent.objects.filter(consultation__version=version).values_list("item__code", "item__name")
    counted = rows.annotate(n=Count("consultation__unit", distinct=True)).order_by("-n", "item__code")
    return [(code, name, n) for code, name, n in counted]


def consultation_table(actor: Actor, version: DutyList) -> list[Consultation]:
    """Every opinion of the last round that the actor may see, dissent first, then by township and committee."""
    rows = Consultation.objects.visible_to(actor, "duties.consultation").filter(
        version=version, round=version.round
    )
    order = Case(
        When(state="dissented", then=0), When(state="asked", then=1), default=2, output_field=IntegerField()
    )
    return list(
        rows.select_related("unit__parent", "version__owner")
        .prefetch_related("points__item")
        .order_by(order, "unit__path")
    )


def reduction(old: DutyList, new: DutyList) -> dict[str, Any]:
    """How many assisted items there were and are, and the rate in per cent (None where there were none)."""
    counts = dict(
        DutyItem.objects.filter(version__in=[old, new], standing="accepted", list_type=rules.ASSIST)
        .values_list("version")
        .annotate(n=Count("pk"))
        .values_list("version", "n")
    )
    before, after = counts.get(old.pk, 0), counts.get(new.pk, 0)
    return {"before": before, "after": after, "rate": rules.reduction_rate(before, after) if before else None}


@dataclass(frozen=True)
class Pending:
    """What the version in force left for its revision: objections found right, bases that fell away."""

    objections: list[Objection]
    repeals: list[RepealFlag]

    def __bool__(self) -> bool:
        return bool(self.objections or self.repeals)


def pending(version: DutyList) -> Pending:
    """What a revision has to take up from the version it supersedes: two queries, none for a first version."""
    if version.supersedes_id is None:
        return Pending([], [])
    old = version.supersedes_id
    objections = Objection.objects.filter(version=old, state="upheld", replied_at__isnull=False)
    repeals = RepealFlag.objects.filter(item__version=old, item__standing="accepted")
    issued = version.supersedes.issued_on if version.supersedes else None
    if issued is not None:  # those of its own publicity were taken up before it was issued
        objections = objections.filter(replied_at__date__gte=issued)
    return Pending(
        list(objections.select_related("item").order_by("pk")),
        list(repeals.select_related("item").order_by("item__code", "pk")),
    )


def history(actor: Actor) -> list[dict[str, Any]]:
    """Every issued version the actor may see with its number of items per list, newest first: one query."""
    is_type = {
        t: Sum(
            Case(
                When(items__standing="accepted", items__list_type=t, then=1),
                default=0,
                output_field=IntegerField(),
            )
        )
        for t in rules.LIST_TYPES
    }
    rows = DutyList.objects.visible_to(actor, "duties.view").filter(state__in=rules.ISSUED)
    found = (
        rows.select_related("owner")
        .annotate(**{f"n_{t}": s for t, s in is_type.items()})
        .order_by("-valid_from")
    )
    return [{"version": v, "counts": {t: getattr(v, f"n_{t}") or 0 for t in rules.LIST_TYPES}} for v in found]
