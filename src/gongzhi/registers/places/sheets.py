"""The workbook of figures: households and people of every village and community, as of a day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.exchange import Change, Column, Row, Sheet, bulk
from gongzhi.core.refusal import refuse
from gongzhi.core.words import say
from gongzhi.registers.places import queries, rules
from gongzhi.registers.places.models import Figure, Place

KEYS = tuple(rules.FIGURES)
COLUMNS = [
    Column("place", say("区划代码或名称"), required=True, width=22),
    Column("name", say("名称"), width=18, help=say("只供核对，不导入")),
    Column("on", say("统计日期"), "date", required=True),
    *(Column(key, label, "int", width=12) for key, label in rules.FIGURES.items()),
    Column("source", say("数据来源"), max=100, width=24),
]


def examine(actor: Actor, rows: list[Row]) -> None:
    """Scope, and that there is something to enter."""
    finder, today = queries.Finder(), clock.today()
    levels = dict(Place.objects.exclude(unit=None).values_list("pk", "level"))
    for r in rows:
        spot = finder.find(r["place"]) if r["place"] else None
        if spot is not None and not isinstance(spot, queries.Spot):
            r.bad("place", spot)
        elif spot is not None and levels.get(spot.place_id) != rules.VILLAGE:
            r.bad("place", say("只填村和社区"))
        elif spot is not None and not queries.reaches(actor, "places.set_figures", spot):
            r.bad("place", say("这个村（社区）不在您的范围内"))
        elif spot is not None:
            r.doing, r.target = "update", spot.place_id
        if r["on"] and r["on"] > today:
            r.bad("on", say("统计日期在将来"))
        if all(r[k] is None for k in KEYS):
            r.bad(KEYS[0], say("请至少填一个数"))
        for key in KEYS:
            if r[key] is not None and not 0 <= r[key] <= 1_000_000:
                r.bad(key, say("应当在 0 到 1,000,000 之间"))


def apply(actor: Actor, rows: list[Row]) -> list[Change]:
    """Upsert the figures and confirm the places; what stood there before is kept for undoing."""
    wanted = [(r.target or 0, k, r["on"]) for r in rows for k in KEYS if r[k] is not None]
    days = {day for _, _, day in wanted}
    found = Figure.objects.filter(place_id__in={p for p, _, _ in wanted}, on__in=days)
    before = {(f.place_id, f.key, f.on): f.value for f in found}
    Figure.objects.bulk_create(
        [
            Figure(place_id=r.target or 0, key=k, value=r[k], on=r["on"], source=r["source"] or "")
            for r in rows
            for k in KEYS
            if r[k] is not None
        ],
        update_conflicts=True,
        unique_fields=["place", "key", "on"],
        update_fields=["value", "source"],
    )
    images = bulk.update_rows(Place, ("verified",), [(pk, clock.today()) for pk in {r.target for r in rows}])
    changes = []
    for r in rows:
        image, mark = images[r.target or 0]
        was = {k: before.get((r.target or 0, k, r["on"])) for k in KEYS if r[k] is not None}
        changes.append(
            Change(r.line, r.target or 0, {**image, "_on": r["on"].isoformat(), "_figures": was}, mark)
        )
    return changes


def revert(actor: Actor, changes: list[Change]) -> None:
    """Put the figures back; refused where a place was changed since."""
    marks = dict(Place.objects.filter(pk__in=[c.object_id for c in changes]).values_list("pk", "revision"))
    if any(str(marks.get(c.object_id)) != c.mark for c in changes):
        refuse(say("有的村居在导入以后又改过，不能整批撤销"), rule="exchange.changed_since")
    for c in changes:
        image = dict(c.before or {})
        for key, value in image.get("_figures", {}).items():
            rows = Figure.objects.filter(place_id=c.object_id, key=key, on=image["_on"])
            rows.delete() if value is None else rows.update(value=value)
        Place.objects.filter(pk=c.object_id).update(verified=image.get("verified"))


def rows(actor: Actor) -> Iterator[dict[str, Any]]:
    """Every open village and community that the actor may enter figures for, with its latest figures."""
    found = Place.objects.visible_to(actor, "places.set_figures").filter(level=rules.VILLAGE, closed=None)
    return lines(found.exclude(unit=None))


def lines(found: Any) -> Iterator[dict[str, Any]]:
    """These places as lines of the workbook."""
    places = list(found.order_by("code"))
    units = [p.unit_id for p in places]
    latest = {key: queries.latest(key, units) for key in KEYS}
    days = queries.latest_days(units)
    for p in places:
        figures = {key: latest[key].get(p.unit_id) for key in KEYS}
        yield {"place": p.code, "name": p.short, "on": days.get(p.unit_id), **figures, "source": None}


FIGURES = Sheet(
    "places.figures",
    say("户数和人口"),
    COLUMNS,
    verb="places.set_figures",
    examine=examine,
    apply=apply,
    revert=revert,
    rows=rows,
    unique=["place"],
)
