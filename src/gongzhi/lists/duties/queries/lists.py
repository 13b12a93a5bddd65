"""Versions and their items."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.compiled import compiled
from gongzhi.core.models import Unit
from gongzhi.core.refusal import NotFound
from gongzhi.lists.duties import rules
from gongzhi.lists.duties.models import DutyItem, DutyList


@dataclass(frozen=True)
class AssistItem:
    """An item that committees help government with, as other rooms need it. ``lead_id`` is a core Unit."""

    id: int
    lineage: int
    code: str
    name: str
    applies_to: str
    lead_id: int
    lead: str
    payer: str
    funding_rule: str
    cycle: str
    standard: str
    basis: str
    mark: str


@dataclass(frozen=True)
class ItemView:
    """One item of any version as other rooms may know it; ``list_id`` and dates are its version's."""

    id: int
    list_id: int
    list_type: str
    code: str
    name: str
    applies_to: str
    lead_id: int | None
    basis: str
    valid_from: date | None
    valid_to: date | None
    url: str


def versions(actor: Actor) -> QuerySet[DutyList]:
    """Every version the actor may see, newest first."""
    rows: QuerySet[DutyList] = DutyList.objects.visible_to(actor, "duties.view")
    return rows.select_related("owner", "office").order_by("-year", "scheme", "-pk")


def in_force(on: date | None = None, kind: str = "") -> DutyList | None:
    """The version in force on a day (today); without a ``kind`` the three lists come before the two."""
    return min(_in_force(on or clock.today(), kind or None), key=_three_first, default=None)


@compiled
def _in_force(on: date, kind: str | None) -> QuerySet[DutyList]:
    rows: QuerySet[DutyList] = DutyList.objects.in_force(on).select_related("owner")
    return rows.filter(scheme=kind) if kind else rows


def _three_first(version: DutyList) -> bool:
    return version.scheme != "three"


def items(version: DutyList | int, *, list_type: str = "", applies_to: str = "") -> list[DutyItem]:
    """The items of a version in the order of its lists, with departments, bases and repeal flags: three queries.

    ``applies_to`` "village" or "residents" also gives what applies to both.
    """
    version_id = version if isinstance(version, int) else version.pk
    rows = DutyItem.objects.filter(version_id=version_id, standing="accepted")
    if list_type:
        rows = rows.filter(list_type=list_type)
    if applies_to and applies_to != "both":
        rows = rows.filter(applies_to__in=[applies_to, "both"])
    found = (
        rows.select_related("lead")
        .prefetch_related("bases", "repeals")
        .defer("search")
        .order_by("code", "pk")
    )
    return sorted(found, key=_list_order)


def _list_order(item: DutyItem) -> tuple[int, str]:
    return (list(rules.LIST_TYPES).index(item.list_type), item.code)


def departments(county_path: str = "") -> dict[int, str]:
    """The open departments by id, in the order of their names."""
    rows = Unit.objects.filter(kind="department", closed=None, path__startswith=county_path).order_by("name")
    return dict(rows.values_list("pk", "name"))


def offered(version: DutyList, standing: str = "offered") -> list[DutyItem]:
    """What departments handed in and nobody has decided on yet (or what was returned to them)."""
    rows = DutyItem.objects.filter(version=version, standing=standing)
    return list(
        rows.select_related("lead", "offered_by").prefetch_related("bases").defer("search").order_by("pk")
    )


def line_of(item: DutyItem) -> rules.Line:
    """An item as the rules see it; needs ``lead`` and ``bases``."""
    return rules.Line(
        code=item.code,
        list_type=item.list_type,
        name=item.name,
        applies_to=item.applies_to,
        lead=item.lead.name if item.lead else "",
        joint=item.joint,
        payer=item.payer,
        funding_rule=item.funding_rule,
        cycle=item.cycle,
        standard=item.standard,
        plain=item.plain,
        bases=tuple(b.plain() for b in item.bases.all()),
        lineage=str(item.lineage or ""),
    )


def lines(version: DutyList | int) -> list[rules.Line]:
    """A version's items as plain values."""
    return [line_of(i) for i in items(version)]


def comparison(old: DutyList | int, new: DutyList | int) -> rules.Comparison:
    """Two versions set side by side."""
    return rules.compare(lines(old), lines(new))


def fingerprint(version: DutyList | int) -> str:
    """The SHA-256 of a version's whole text: every item and basis in order."""
    text = json.dumps([asdict(x) for x in lines(version)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def intact(version: DutyList) -> bool:
    """Whether an issued version still reads as it did when it was issued."""
    return bool(version.text_hash) and fingerprint(version) == version.text_hash


def assist_items(
    on: date | None = None, *, list_id: int | None = None, applies_to: str = "", kind: str = ""
) -> list[AssistItem]:
    """The 协助 items in force on a day (today) or of one issued version; empty where there is no such list."""
    version_id = list_id
    if version_id is None:
        version = in_force(on, kind)
        version_id = version.pk if version else None
    if version_id is None:
        return []
    return [_assist(i) for i in items(version_id, list_type=rules.ASSIST, applies_to=applies_to)]


def _assist(item: DutyItem) -> AssistItem:
    assert item.lead_id is not None
    assert item.lead is not None
    return AssistItem(
        id=item.pk, lineage=item.lineage or item.pk, code=item.code, name=item.name, applies_to=item.applies_to,
        lead_id=item.lead_id, lead=item.lead.short or item.lead.name, payer=item.payer, funding_rule=item.funding_rule,
        cycle=str(item.cycle_label), standard=item.standard, basis=basis_text(item), mark=item.mark,
    )  # fmt: skip


def negative_items(on: date | None = None, kind: str = "") -> list[DutyItem]:
    """What nobody may ask of a committee, by the list in force on a day."""
    version = in_force(on, kind)
    return items(version, list_type=rules.NEGATIVE) if version else []


def basis_text(item: DutyItem, marks: bool = False) -> str:
    """Every article in one line; with ``marks`` the doubtful ones say so."""
    return "；".join(_basis(b.plain(), marks) for b in item.bases.all())


def _basis(basis: rules.Basis, marks: bool) -> str:
    doubt = f"〔{rules.MARKS[basis.mark]}〕" if marks and basis.mark != rules.CHECKED else ""
    return f"{basis}{doubt}"


def item(pk: int) -> ItemView:
    """One item of an issued version, whether in force or not; NotFound otherwise."""
    found = (
        DutyItem.objects.filter(pk=pk, standing="accepted", version__state__in=rules.ISSUED)
        .select_related("version")
        .prefetch_related("bases")
        .first()
    )
    if found is None:
        raise NotFound("duties.item")
    return ItemView(
        id=found.pk, list_id=found.version_id, list_type=found.list_type, code=found.code, name=found.name,
        applies_to=found.applies_to, lead_id=found.lead_id, basis=basis_text(found),
        valid_from=found.version.valid_from, valid_to=found.version.valid_to, url=found.get_absolute_url(),
    )  # fmt: skip


def visible_item(actor: Actor, pk: int) -> DutyItem:
    """One item with everything its page shows, of a version the actor may see; NotFound otherwise."""
    rows: Any = DutyItem.objects.filter(
        pk=pk, standing="accepted", version__in=DutyList.objects.visible_to(actor, "duties.view")
    )
    found = rows.select_related("lead", "version__owner").prefetch_related("bases", "repeals").first()
    if found is None:
        raise NotFound("duties.item")
    return found  # type: ignore[no-any-return]


def editions(item: DutyItem, actor: Actor) -> list[DutyItem]:
    """The same item in every other version the actor may see, newest first."""
    rows = DutyItem.objects.filter(
        lineage=item.lineage,
        standing="accepted",
        version__in=DutyList.objects.visible_to(actor, "duties.view"),
    ).exclude(pk=item.pk)
    return list(rows.select_related("version__owner", "lead").defer("search").order_by("-version__year"))


def by_list(rows: Iterable[DutyItem]) -> dict[str, list[DutyItem]]:
    """Items grouped by list, in the lists' order; empty lists left out."""
    found: dict[str, list[DutyItem]] = {}
    for row in rows:
        found.setdefault(row.list_type, []).append(row)
    return found
