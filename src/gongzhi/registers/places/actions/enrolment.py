"""Taking a county's places into the house, and opening single new ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from gongzhi.core import clock, search, units
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask
from gongzhi.core.models import Unit
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import say
from gongzhi.registers.once import once
from gongzhi.registers.places import queries, rules
from gongzhi.registers.places.models import Place

UNIT_KINDS = {rules.COUNTY: units.COUNTY, rules.TOWNSHIP: units.TOWNSHIP, rules.VILLAGE: units.COMMITTEE}


def _may_enrol(actor: Actor, place: Place) -> None:
    if place.level != rules.COUNTY:
        refuse(say("启用从县（市、区）一级开始，镇村随之启用"), rule="places.enrol_county", field="level")
    own = queries.county()
    if own is not None and own.pk != place.pk:
        refuse(say("这里已经启用了{name}", name=own.name), rule="places.enrol_one")


@action(
    "places.enrol",
    on=Place,
    label=say("启用本县"),
    check=_may_enrol,
    effects=say("为这个县（市、区）和它的每个镇、村、社区各开一个单位；已经开过的不重复。"),
)
def enrol(
    actor: Actor, place: Place, *, opened: Annotated[date | None, Ask(say("设立日期"))] = None
) -> dict[str, Any]:
    """Open a unit for the county and for each of its townships, villages and communities that lacks one."""
    first, last = rules.subtree(place.code)
    rows = list(Place.objects.filter(code__gte=first, code__lte=last, closed=None).order_by("code"))
    known = {u.code: u for u in Unit.objects.filter(code__in=[p.code for p in rows])}
    day = opened or clock.today()
    for level in (rules.COUNTY, rules.TOWNSHIP, rules.VILLAGE):
        _open_level([p for p in rows if p.level == level], known, day)
    fresh = [p for p in rows if p.unit_id is None and p.code in known]
    for p in fresh:
        p.unit = known[p.code]
        p.opened = p.opened or day
        p.initials = search.initials(p.short)
    Place.objects.bulk_update(
        [p for p in fresh if p.pk != place.pk], ["unit", "opened", "initials"], batch_size=500
    )
    for p in fresh:
        if p.pk == place.pk:
            place.unit, place.opened, place.initials = p.unit, p.opened, p.initials
            place.save(update_fields=["unit", "opened", "initials"])
    index(fresh)
    return {"units": len(fresh), "of_which": {lv: sum(p.level == lv for p in fresh) for lv in UNIT_KINDS}}


def _open_level(rows: list[Place], known: dict[str | None, Unit], day: date) -> None:
    """Open the missing units of one level, one insert for each parent."""
    by_parent: dict[str, list[Place]] = {}
    for p in rows:
        if p.code not in known:
            by_parent.setdefault(p.parent_code if p.level != rules.COUNTY else "", []).append(p)
    for parent, places in by_parent.items():
        if parent and parent not in known:
            refuse(
                say("{code} 的上级 {parent} 不在册", code=places[0].code, parent=parent), rule="places.parent"
            )
        made = units.open_units(
            [(UNIT_KINDS[p.level], p.legal_name, p.short, p.code) for p in places],
            parent=known.get(parent),
            opened=day,
        )
        known.update({u.code: u for u in made})


def index(places: Iterable[Place]) -> None:
    """Let places be found by name, former name, code and initials."""
    rows = [p for p in places if p.unit_id]
    names = queries.township_names()
    paths = dict(Unit.objects.filter(pk__in=[p.unit_id for p in rows]).values_list("pk", "path"))
    former: dict[int, list[str]] = {}
    for pk, value in Place.objects.filter(pk__in=[p.pk for p in rows], aliases__system="name").values_list(
        "pk", "aliases__value"
    ):
        former.setdefault(pk, []).append(value)
    search.put_many(
        "places.place",
        [
            search.Entry(
                p.pk,
                p.short,
                p.get_absolute_url(),
                [paths[p.unit_id or 0]],
                hint=names.get(p.code[:9], "") if p.level == rules.VILLAGE else str(p.type_label),
                names=former.get(p.pk, []),
                text=p.code,
                public=True,
            )
            for p in rows
            if p.closed is None
        ],
    )
    search.drop_many("places.place", [p.pk for p in rows if p.closed is not None])


@action(
    "places.open", label=say("新设村（社区）"), effects=say("为新的村或社区开一个单位，从设立日期起有效。")
)
def open_place(
    actor: Actor,
    *,
    code: Annotated[str, Ask(say("区划代码"), help=say("12 位，前 9 位是所在镇（街道）"), max=12)],
    name: Annotated[str, Ask(say("名称"), max=60)],
    opened: Annotated[date, Ask(say("设立日期"))],
    basis: Annotated[str, Ask(say("批准文件"), max=200)],
) -> Made[Place]:
    """Open one village or community below an enrolled township."""
    place = make(code, name, opened)
    return Made(place, basis=basis, warnings=[str(w.message) for w in rules.warnings(code, name)])


def make(code: str, name: str, opened: date) -> Place:
    """A new village or community with its unit; refuses a code that is taken or stands below no enrolled township."""
    check_all([rules.code_problem(code)])
    if rules.level_of(code) != rules.VILLAGE:
        refuse(say("只能新设村级单位"), rule="places.open_level", field="code")
    parent = Place.objects.filter(code=rules.parent_code(code), closed=None).select_related("unit").first()
    if parent is None or parent.unit is None:
        refuse(
            say("代码前 9 位不是本县在册的镇（街道）"),
            rule="places.parent",
            source=rules.CODE_RULE,
            field="code",
        )
    place = Place.objects.filter(code=code).first()
    if place is not None and place.unit_id is not None:
        refuse(
            say("代码 {code} 已经是{name}", code=code, name=place.name),
            rule="places.code_taken",
            field="code",
        )
    place = place or Place(code=code, level=rules.VILLAGE)
    place.name, place.short, place.type = name, rules.short_name(name), rules.kind_of(code, name)
    place.opened, place.initials = opened, search.initials(place.short)
    place.unit = units.open_unit(
        units.COMMITTEE, place.legal_name, place.short, code, parent=parent.unit, opened=opened
    )
    with once(Problem(say("代码 {code} 刚刚被用了", code=code), "places.code_taken", field="code")):
        place.save()
    index([place])
    return place
