"""The papers of places: the sheet of a village or community, and the county's list."""

from __future__ import annotations

from typing import Any

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.papers import Column, Doc, Facts, Heading, Paper, Table
from gongzhi.core.words import say
from gongzhi.registers.places import queries, rules
from gongzhi.registers.places.models import Place
from gongzhi.registers.positions import queries as positions


def profile(actor: Actor, place: Place) -> Doc:
    """基本情况表: code, kind, figures, the elected committee, what it was called and where it came from."""
    newest: dict[str, Any] = {}
    for figure in queries.figures(place):
        newest.setdefault(figure.key, figure)
    facts = [
        ("名称", place.name),
        ("区划代码", place.code),
        ("类型", str(place.type_label)),
        ("设立日期", place.opened.isoformat() if place.opened else "—"),
        *((str(f.key_label), f"{f.value:,}（{f.on.isoformat()}）") for f in newest.values()),
    ]
    holders = positions.committees([place.unit_id]).get(place.unit_id, []) if place.unit_id else []
    blocks: list[Any] = [Heading("基本情况"), Facts(facts, pairs=2), Heading("委员会和监督委员会成员")]
    blocks.append(
        Table(
            [Column("姓名"), Column("职务"), Column("任职起", kind="date")],
            [(h.name, h.title, h.since) for h in holders],
        )
    )
    steps = [
        *place.came_from.select_related("old", "new"),
        *place.became.exclude(kind=rules.RENAME).select_related("old", "new"),
    ]
    if steps:
        columns = [Column("变动"), Column("原"), Column("现"), Column("日期", kind="date"), Column("文件", 2)]
        rows = [(str(s.kind_label), s.old.short, s.new.short, s.on, s.basis) for s in steps]
        blocks += [Heading("沿革"), Table(columns, rows)]
    return Doc(f"{place.legal_name}基本情况表", date=clock.today(), blocks=blocks)


def roll(actor: Actor, place: Place) -> Doc:
    """名册: the villages and communities of a township or of the county."""
    first, last = rules.subtree(place.code)
    rows = queries.enrolled(actor).filter(code__gte=first, code__lte=last, level=rules.VILLAGE, closed=None)
    found = list(queries.with_figures(rows))
    directors = positions.directors([p.unit_id for p in found])
    columns = [
        Column("序号", 0.6, "no"),
        Column("区划代码", 1.6),
        Column("名称", 2),
        Column("类型", 0.8),
        Column("主任", 1),
        Column("户数", 1, "int"),
        Column("常住人口", 1, "int"),
    ]
    lines = [
        (n, p.code, p.short, str(p.type_label), directors.get(p.unit_id, ""), p.households, p.residents)
        for n, p in enumerate(found, start=1)
    ]
    return Doc(f"{place.short}村和社区名册", date=clock.today(), blocks=[Table(columns, lines, total=True)])


PAPERS = {
    "profile": Paper(
        say("基本情况表"),
        build=profile,
        on=Place,
        when=lambda actor, p: p.level == rules.VILLAGE and p.unit_id is not None,
    ),
    "roll": Paper(
        say("村和社区名册"),
        build=roll,
        on=Place,
        when=lambda actor, p: p.level != rules.VILLAGE and p.unit_id is not None,
    ),
}
