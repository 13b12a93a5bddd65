"""规模调整: merging, splitting and closing places (村民委员会组织法第三条; the residents' law likewise).

What each body decided, the assets and the election that follow are other rooms' business; here the register keeps
which code and unit took over from which, so that agreements, funds and data follow.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import Problem, check_all
from gongzhi.core.words import say
from gongzhi.registers.places import rules
from gongzhi.registers.places.actions.enrolment import index, make
from gongzhi.registers.places.actions.facts import Basis, still_open
from gongzhi.registers.places.models import Place, Succession

LAW = say("村民委员会组织法第 3 条；城市居民委员会组织法")


def _village(actor: Actor, place: Place) -> None:
    still_open(actor, place)
    check_all(
        [None if place.level == rules.VILLAGE else Problem(say("只能在村和社区上办"), "places.village_only")]
    )


def _shut(place: Place, on: date) -> None:
    place.closed = on
    place.save(update_fields=["closed"])
    place.unit_rows().update(closed=on)


@action(
    "places.merge",
    on=Place,
    label=say("并入其他村居"),
    check=_village,
    irreversible=True,
    effects=(
        say("被并入的村居从生效日期起撤销，它的协议、付款和评估由本村居承接。"),
        say("撤销以后不能恢复，只能再分设。"),
    ),
)
def merge(
    actor: Actor,
    place: Place,
    *,
    others: Annotated[
        list[dict[str, Any]],
        Ask(say("并入的村居"), row={"place": Annotated[int, Ask(say("村或社区"), pick="places.place")]}),
    ],
    on: Annotated[date, Ask(say("生效日期"))],
    basis: Basis,
) -> dict[str, Any]:
    """Close ``others``; this place takes over from each of them."""
    keys = [row["place"] for row in others]
    found = list(
        Place.objects.visible_to(actor, "places.merge")
        .select_for_update(of=("self",))
        .filter(pk__in=keys)
        .order_by("pk")
    )
    check_all(
        [
            Problem(say("请选要并入的村居"), "places.merge_none", field="others")
            if not found or len(found) < len(set(keys))
            else None,
            *(
                Problem(say("不能并入自己"), "places.merge_self", field="others")
                for p in found
                if p.pk == place.pk
            ),
            *(
                Problem(
                    say("{name} 不是本县在册的村或社区", name=p.short), "places.merge_open", LAW, "others"
                )
                for p in found
                if p.unit_id is None or p.closed is not None or p.level != rules.VILLAGE
            ),
            *(q for p in found for q in rules.may_close(p.closed, on, p.opened, clock.today())),
        ]
    )
    for other in found:
        Succession.objects.create(kind=rules.MERGE, old=other, new=place, on=on, basis=basis)
        _shut(other, on)
    index([place, *found])
    return {"others": [p.code for p in found], "on": on.isoformat(), "basis": basis}


@action(
    "places.split",
    on=Place,
    label=say("分设"),
    check=_village,
    irreversible=True,
    effects=say("每个新设的村居各开一个单位；不保留原村居时，原村居从生效日期起撤销。"),
)
def split(
    actor: Actor,
    place: Place,
    *,
    parts: Annotated[
        list[dict[str, Any]],
        Ask(
            say("新设的村居"),
            row={
                "code": Annotated[str, Ask(say("区划代码"), max=12)],
                "name": Annotated[str, Ask(say("名称"), max=60)],
            },
        ),
    ],
    on: Annotated[date, Ask(say("生效日期"))],
    basis: Basis,
    keep: Annotated[bool, Ask(say("原村居保留"))] = False,
) -> dict[str, Any]:
    """Open ``parts``; each takes over from this place, which closes unless it is kept."""
    least = 1 if keep else 2
    short = Problem(say("至少要分成两个"), "places.split_two", field="parts") if len(parts) < least else None
    check_all([short, *rules.may_close(place.closed, on, place.opened, clock.today())])
    made = [make(part["code"], part["name"], on) for part in parts]
    for part in made:
        Succession.objects.create(kind=rules.SPLIT, old=place, new=part, on=on, basis=basis)
    if not keep:
        _shut(place, on)
        index([place])
    return {"parts": [p.code for p in made], "on": on.isoformat(), "basis": basis, "kept": keep}


@action(
    "places.close",
    on=Place,
    label=say("撤销"),
    check=_village,
    irreversible=True,
    effects=say("从生效日期起不再有这个村居，也没有承接的村居；有承接的请用合并。"),
)
def close(
    actor: Actor, place: Place, *, on: Annotated[date, Ask(say("生效日期"))], basis: Basis
) -> dict[str, Any]:
    """Close a place that nobody takes over from."""
    check_all(rules.may_close(place.closed, on, place.opened, clock.today()))
    _shut(place, on)
    index([place])
    return {"on": on.isoformat(), "basis": basis}
