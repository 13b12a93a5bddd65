"""规模调整: merging, splitting and closing places (村民委员会组织法第三条; the residents' law likewise).

What each body decided, the assets and the election that follow are other rooms' business; here the register keeps
which code and unit took over from which, so that agreements, funds and data follow. What lives with a unit (residents)
follows in the same act.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Any

from gongzhi.core import clock
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask
from gongzhi.core.refusal import Problem, check_all
from gongzhi.core.words import say
from gongzhi.registers.places import rules, succession
from gongzhi.registers.places.actions.enrolment import index, make
from gongzhi.registers.places.actions.facts import Basis, still_open
from gongzhi.registers.places.models import Place, Succession

LAW = say("村民委员会组织法第 3 条；城市居民委员会组织法")


def _village(actor: Actor, place: Place) -> None:
    still_open(actor, place)
    check_all(
        [None if place.level == rules.VILLAGE else Problem(say("只能在村和社区上办"), "places.village_only")]
    )


def _shut(place: Place, on: date, into: Place | None = None) -> dict[str, int]:
    """Close a place; what lives with its unit follows ``into`` the other. Returns how much of what."""
    place.closed = on
    place.save(update_fields=["closed"])
    place.unit_rows().update(closed=on)
    assert place.unit_id is not None
    return succession.move(place.unit_id, into.unit_id if into else None)


@action(
    "places.merge",
    on=Place,
    label=say("并入其他村居"),
    check=_village,
    irreversible=True,
    effects=(
        say("被并入的村居从生效日期起撤销，它的协议、付款和评估由本村居承接。"),
        say("那里已确认的居民随之转来，不用重新申请，会收到消息。"),
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
    followed: Counter[str] = Counter()
    for other in found:
        Succession.objects.create(kind=rules.MERGE, old=other, new=place, on=on, basis=basis)
        followed.update(_shut(other, on, into=place))
    index([place, *found])
    return {
        "others": [p.code for p in found],
        "on": on.isoformat(),
        "basis": basis,
        "followed": dict(followed),
    }


@action(
    "places.split",
    on=Place,
    label=say("分设"),
    check=_village,
    irreversible=True,
    effects=(
        say("每个新设的村居各开一个单位；不保留原村居时，原村居从生效日期起撤销。"),
        say("撤销的，那里的居住登记随之结束：居民住在哪一个新村居，由他们自己申请。"),
    ),
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
    followed = {} if keep else _shut(place, on)
    if not keep:
        index([place])
    return {
        "parts": [p.code for p in made],
        "on": on.isoformat(),
        "basis": basis,
        "kept": keep,
        "ended": followed,
    }


@action(
    "places.close",
    on=Place,
    label=say("撤销"),
    check=_village,
    irreversible=True,
    effects=(
        say("从生效日期起不再有这个村居，也没有承接的村居；有承接的请用合并。"),
        say("那里的居住登记随之结束，居民会收到消息，可以在别处重新申请。"),
    ),
)
def close(
    actor: Actor, place: Place, *, on: Annotated[date, Ask(say("生效日期"))], basis: Basis
) -> dict[str, Any]:
    """Close a place that nobody takes over from."""
    check_all(rules.may_close(place.closed, on, place.opened, clock.today()))
    ended = _shut(place, on)
    index([place])
    return {"on": on.isoformat(), "basis": basis, "ended": ended}
