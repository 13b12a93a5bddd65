"""The tree of units: county, departments, townships, committees, organisations.

A unit is a seat in the house, not a legal person: what it legally is stands in the registers. Scope follows
the tree through ``path``, the ids from the root down, each followed by a dot ("1.4.31."): a unit's subtree is
everything whose path starts with its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection, models

from gongzhi.core.words import say

COUNTY, DEPARTMENT, TOWNSHIP, COMMITTEE, ORGANISATION = (
    "county",
    "department",
    "township",
    "committee",
    "organisation",
)
KINDS = {
    COUNTY: say("市（县）"),
    DEPARTMENT: say("部门"),
    TOWNSHIP: say("镇（街道）"),
    COMMITTEE: say("村（居）委会"),
    ORGANISATION: say("社会组织"),
}


class Unit(models.Model):
    """One seat in the tree. ``code`` is the division code or a department's own code, unique where given."""

    kind = models.TextField()
    name = models.TextField()
    short = models.TextField()
    code = models.TextField(null=True, unique=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = models.TextField(unique=True)
    opened = models.DateField()
    closed = models.DateField(null=True)

    class Meta:
        app_label = "core"
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=list(KINDS)), name="core_unit_kind")
        ]
        indexes = [
            models.Index(fields=["path"], opclasses=["text_pattern_ops"], name="core_unit_subtree"),
            models.Index(fields=["kind"], name="core_unit_by_kind"),
        ]

    def __str__(self) -> str:
        return self.short or self.name


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """``count`` fresh primary keys of ``model`` from its sequence, for rows that must know their own id."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return [row[0] for row in cursor.fetchall()]


def open_units(
    rows: Iterable[tuple[str, str, str, str | None]], *, parent: Unit | None, opened: date
) -> list[Unit]:
    """Open units ``(kind, name, short, code)`` below one parent in a single insert; returns them in order."""
    rows = list(rows)
    base = parent.path if parent else ""
    units = [
        Unit(id=pk, kind=k, name=n, short=s, code=c, parent=parent, path=f"{base}{pk}.", opened=opened)
        for pk, (k, n, s, c) in zip(reserve_ids(Unit, len(rows)), rows, strict=True)
    ]
    return Unit.objects.bulk_create(units)


def open_unit(
    kind: str, name: str, short: str, code: str | None, *, parent: Unit | None, opened: date
) -> Unit:
    """Open one unit."""
    return open_units([(kind, name, short, code)], parent=parent, opened=opened)[0]


def county() -> Unit:
    """The county at the root of the tree; Unit.DoesNotExist before it is enrolled."""
    return Unit.objects.get(kind=COUNTY, parent=None)
