"""The workbook of 12345 work orders: each line becomes what one caller said, waiting for its committee to register it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.exchange import Change, Column, Row, Sheet, bulk
from gongzhi.core.todo import Todo, follow
from gongzhi.core.units import COMMITTEE, Unit
from gongzhi.core.words import say
from gongzhi.participation.deliberations.models import Raising
from gongzhi.participation.deliberations.rules import sources
from gongzhi.registers.places import queries as places

FIELDS = ("unit_id", "hotline", "heard_on", "name", "phone", "text", "location", "source", "on_behalf")

COLUMNS = [
    Column("hotline", say("工单号"), required=True, max=40, width=20),
    Column("heard_on", say("受理日期"), "date", required=True),
    Column("place", say("村（社区）"), required=True, width=22, help=say("名称或区划代码")),
    Column("text", say("诉求内容"), required=True, max=3000, width=60),
    Column("location", say("地点"), max=120, width=28),
    Column("name", say("来电人"), max=40, sealed=True),
    Column("phone", say("来电号码"), "phone", sealed=True),
]


def examine(actor: Actor, rows: list[Row]) -> None:
    """Places in reach, days that have been, work orders that are not here yet."""
    finder, today = places.Finder(), clock.today()
    numbers = [r["hotline"] for r in rows if r["hotline"]]
    known = set(Raising.objects.filter(hotline__in=numbers).values_list("hotline", flat=True))
    spots: dict[str, Any] = {}
    for r in rows:
        if r["hotline"] in known:
            r.bad("hotline", say("这张工单已经在了"))
        if r["heard_on"] and r["heard_on"] > today:
            r.bad("heard_on", say("受理日期不能晚于今天"))
        if r["place"]:
            spots.setdefault(r["place"], finder.find(r["place"]))
            _place(actor, r, spots[r["place"]])


def _place(actor: Actor, r: Row, spot: Any) -> None:
    if not isinstance(spot, places.Spot):
        r.bad("place", spot)
    elif not places.reaches(actor, "deliberations.import", spot):
        r.bad("place", say("这个村（社区）不在您的范围内"))
    elif not Unit.objects.filter(pk=spot.unit_id, kind=COMMITTEE).exists():
        r.bad("place", say("请写到村（社区）"))
    else:
        r.values["unit_id"] = spot.unit_id


def apply(actor: Actor, rows: list[Row]) -> list[Change]:
    """COPY the callers' words; each committee has its to-dos."""
    values = [
        (
            r["unit_id"], r["hotline"], r["heard_on"], r["name"] or "", r["phone"] or "", r["text"], r["location"] or "",
            sources.HOTLINE, True,
        )
        for r in rows
    ]  # fmt: skip
    ids = bulk.copy_new(Raising, FIELDS, values)
    for raising in Raising.objects.filter(pk__in=ids):
        follow(raising)
    return [Change(r.line, pk, mark="0") for r, pk in zip(rows, ids, strict=True)]


def revert(actor: Actor, changes: list[Change]) -> None:
    """Take an import back, unless somebody has done something with a line of it."""
    bulk.revert_rows(Raising, changes)
    ids = [c.object_id for c in changes]
    Todo.objects.filter(thing_type=Raising.kind(), thing_id__in=ids, closed=None).update(closed=clock.now())


def rows(actor: Actor) -> Iterator[dict[str, Any]]:
    """The work orders whose words the actor may read (the committee's own), without callers' names and numbers."""
    names = places.Finder().names
    found = Raising.objects.visible_to(actor, Raising.VIEW).filter(source=sources.HOTLINE)
    by_unit = {p.unit_id: names.get(p.pk, "") for p in places.enrolled(actor)}
    for r in found.order_by("pk").iterator(chunk_size=2000):
        yield {
            "hotline": r.hotline, "heard_on": r.heard_on, "place": by_unit.get(r.unit_id), "text": r.text,
            "location": r.location or None,
        }  # fmt: skip


HOTLINE = Sheet(
    "deliberations.hotline",
    say("12345 工单"),
    COLUMNS,
    verb="deliberations.import",
    examine=examine,
    apply=apply,
    revert=revert,
    rows=rows,
    unique=["hotline"],
    max_rows=5_000,
    personal=True,
    notes=[say("来电人和号码加密保存，只有所在村（社区）看得到。")],
)
