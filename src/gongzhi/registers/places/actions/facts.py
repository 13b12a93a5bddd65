"""Correcting, renaming, other codes, and figures."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gongzhi.core import clock, search
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import check_all, refuse
from gongzhi.core.words import say
from gongzhi.registers.places import rules
from gongzhi.registers.places.actions.enrolment import index
from gongzhi.registers.places.models import Alias, Figure, Place, Succession

Basis = Annotated[str, Ask(say("批准文件"), max=200)]


def still_open(actor: Actor, place: Place) -> None:
    """Refuse acts on a place that is closed or not one of the county's own."""
    if place.unit_id is None:
        refuse(say("这个地方还没有在本县启用"), rule="places.not_enrolled")
    if place.closed is not None:
        refuse(say("已于 {day} 撤销", day=place.closed), rule="places.closed")


def _own_level(actor: Actor, place: Place) -> None:
    still_open(actor, place)
    if place.level != rules.VILLAGE:
        refuse(say("只能在村和社区上办"), rule="places.village_only")


@action(
    "places.correct",
    on=Place,
    label=say("更正"),
    check=still_open,
    effects=say("更正录入错误；依法更名请用“更名”。"),
)
def correct(
    actor: Actor,
    place: Place,
    *,
    short: Annotated[str, Ask(say("简称"), max=30)] = "",
    kind: Annotated[str, Ask(say("村或社区"), choices=rules.KINDS)] = "",
    opened: Annotated[date | None, Ask(say("设立日期"))] = None,
    reason: Annotated[str, Ask(say("更正理由"), max=200)] = "",
) -> dict[str, Any]:
    """Mend what was entered wrongly; blank answers leave a field as it is. Confirms the entry as of today."""
    if kind and place.level != rules.VILLAGE:
        refuse(say("只有村级单位分村和社区"), rule="places.kind_level", field="kind")
    place.short = short or place.short
    place.type = kind or place.type
    place.opened = opened or place.opened
    place.verified = clock.today()
    place.initials = search.initials(place.short)
    place.save()
    place.unit_rows().update(short=place.short, name=place.legal_name)
    index([place])
    return {"reason": reason}


@action(
    "places.rename",
    on=Place,
    label=say("更名"),
    check=still_open,
    effects=say("原名称转为曾用名，仍可查到。"),
)
def rename(
    actor: Actor,
    place: Place,
    *,
    name: Annotated[str, Ask(say("新名称"), max=60)],
    on: Annotated[date, Ask(say("生效日期"))],
    basis: Basis,
) -> dict[str, Any]:
    """Give a place its new name from a day on; the old one stays as a former name."""
    if name == place.name:
        refuse(say("新名称和现在一样"), rule="places.same_name", field="name")
    check_all([rules.not_yet(on, clock.today())])
    Alias.objects.create(place=place, system="name", value=place.short, until=on)
    Succession.objects.create(kind=rules.RENAME, old=place, new=place, on=on, basis=basis)
    place.name, place.short = name, rules.short_name(name)
    place.type = rules.kind_of(place.code, name) if place.level == rules.VILLAGE else place.type
    place.initials = search.initials(place.short)
    place.save()
    place.unit_rows().update(short=place.short, name=place.legal_name)
    index([place])
    return {"on": on.isoformat(), "basis": basis}


@action("places.add_alias", on=Place, label=say("添加别名或其他代码"), check=still_open)
def add_alias(
    actor: Actor,
    place: Place,
    *,
    system: Annotated[str, Ask(say("哪个系统"), choices=rules.SYSTEMS)],
    value: Annotated[str, Ask(say("名称或代码"), max=60)],
    since: Annotated[date | None, Ask(say("从"))] = None,
    until: Annotated[date | None, Ask(say("到"))] = None,
) -> dict[str, Any]:
    """Note another code or name of the place and when it held."""
    if since and until and until < since:
        refuse(say("结束日期早于开始日期"), rule="places.dates", field="until")
    _, made = Alias.objects.get_or_create(
        place=place, system=system, value=value, since=since, defaults={"until": until}
    )
    if not made:
        refuse(say("这个别名已经有了"), rule="places.alias_once", field="value")
    index([place])
    return {"system": system, "value": value}


@action("places.set_figures", on=Place, label=say("更新户数和人口"), check=_own_level, main=True)
def set_figures(
    actor: Actor,
    place: Place,
    *,
    on: Annotated[date, Ask(say("统计日期"))],
    households: Annotated[int | None, Ask(say("户数"), min=0, max=100000)] = None,
    residents: Annotated[int | None, Ask(say("常住人口"), min=0, max=1000000)] = None,
    registered: Annotated[int | None, Ask(say("户籍人口"), min=0, max=1000000)] = None,
    source: Annotated[str, Ask(say("数据来源"), max=100)] = "",
) -> dict[str, Any]:
    """Enter figures as of a day; the same day's figure is replaced, earlier days stay. Confirms the entry."""
    if on > clock.today():
        refuse(say("统计日期在将来"), rule="places.figure_future", field="on")
    given = {"households": households, "residents": residents, "registered": registered}
    facts = {k: v for k, v in given.items() if v is not None}
    if not facts:
        refuse(say("请至少填一个数"), rule="places.no_figure", field="households")
    Figure.objects.bulk_create(
        [Figure(place=place, key=key, value=value, on=on, source=source) for key, value in facts.items()],
        update_conflicts=True,
        unique_fields=["place", "key", "on"],
        update_fields=["value", "source"],
    )
    place.verified = clock.today()
    place.save(update_fields=["verified"])
    return {**facts, "on": on.isoformat()}
