"""Two entries that are one person: one person proposes, another confirms, and it can be undone."""

from __future__ import annotations

from typing import Annotated, Any

from gongzhi.core import todo
from gongzhi.core.access import Actor
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask, Reason
from gongzhi.core.models import Unit
from gongzhi.core.refusal import NotFound, Problem, check_all
from gongzhi.core.words import say
from gongzhi.registers.once import once
from gongzhi.registers.people import references, rules
from gongzhi.registers.people.actions.entering import index
from gongzhi.registers.people.models import Merge, Person

PersonId = Annotated[int, Ask(say("人员"), pick="people.person")]
TWICE = Problem(say("这条记录已经有待确认的合并"), "people.merge_once", field="drop")
FILLED = ("sex", "birth_year", "citizen_id", "phone", "education")


def _facts(p: Person) -> dict[str, Any]:
    return {"citizen_id": p.citizen_id_index, "sex": p.sex, "birth_year": p.birth_year}  # type: ignore[attr-defined]


def _ground(keep: Person, drop: Person) -> str:
    """The strongest ground on which two entries are held to be one person."""
    if keep.citizen_id_index and keep.citizen_id_index == drop.citizen_id_index:  # type: ignore[attr-defined]
        return rules.SAME_ID
    if keep.name == drop.name and keep.phone_index and keep.phone_index == drop.phone_index:  # type: ignore[attr-defined]
        return rules.SAME_PHONE
    if (keep.name, keep.sex, keep.birth_year) == (drop.name, drop.sex, drop.birth_year) and keep.birth_year:
        return rules.SAME_BIRTH
    return rules.BY_HAND


def _standing(keep: Person, drop: Person) -> list[Problem]:
    """Why two entries cannot be merged as they stand."""
    found = [
        Problem(say("{name}不在册，不能合并", name=p.masked), "people.merge_listed")
        for p in (keep, drop)
        if p.state != "listed"
    ]
    return [*found, *rules.differing(_facts(keep), _facts(drop)), *references.problems(keep.pk, drop.pk)]


@action(
    "people.propose_merge",
    label=say("提议合并"),
    effects=(say("合并要由另一个人确认；确认以前两条记录都不变。"), say("合并以后可以撤回。")),
)
def propose_merge(
    actor: Actor,
    *,
    keep: Annotated[int, Ask(say("保留哪一条"), pick="people.person")],
    drop: Annotated[int, Ask(say("并入哪一条"), pick="people.person")],
    reason: Annotated[str, Ask(say("为什么是同一人"), max=500, rows=3)],
) -> Made[Merge]:
    """Propose that ``drop`` goes into ``keep``."""
    rows = {
        p.pk: p for p in Person.objects.visible_to(actor, "people.propose_merge").filter(pk__in=[keep, drop])
    }
    if keep not in rows or drop not in rows:
        raise NotFound("people.person")
    one, other = rows[keep], rows[drop]
    check_all(
        [
            Problem(say("请选两条不同的记录"), "people.merge_two", field="drop") if keep == drop else None,
            *(_standing(one, other) if keep != drop else []),
            *([TWICE] if Merge.objects.filter(drop=other, state="proposed").exists() else []),
        ]
    )
    with once(TWICE):
        merge = Merge.objects.create(
            keep=one,
            drop=other,
            unit_id=one.unit_id,
            ground=_ground(one, other),
            reason=reason,
            proposed_by=actor.account_id,
        )
    township = Unit.objects.filter(pk=Unit.objects.filter(pk=one.unit_id).values("parent_id")[:1]).first()
    todo.open(
        merge,
        key="confirm",
        unit_id=township.pk if township else one.unit_id,
        verb="people.confirm_merge",
        about=say("确认两条人员记录是否同一人：{name}", name=one.masked),
        waits_unit_id=one.unit_id,
    )
    return Made(merge, keep=keep, drop=drop, ground=merge.ground, reason=reason)


def _second(actor: Actor, merge: Merge) -> None:
    check_all([rules.second_person(merge.proposed_by, actor.account_id)])


@action(
    "people.confirm_merge",
    on=Merge,
    label=say("确认是同一人"),
    check=_second,
    main=True,
    effects=say("并入的一条不再单独出现，它的任职、证书都转到保留的一条；以后可以撤回。"),
)
def confirm_merge(actor: Actor, merge: Merge) -> dict[str, Any]:
    """The second person agrees: references move, gaps are filled, and what was there before is kept."""
    people = {
        p.pk: p
        for p in Person.objects.filter(pk__in=[merge.keep_id, merge.drop_id])
        .order_by("pk")
        .select_for_update()
    }
    keep, drop = people[merge.keep_id], people[merge.drop_id]
    check_all(_standing(keep, drop))
    given = rules.taken_over(
        {f: getattr(keep, f) for f in FILLED}, {f: getattr(drop, f) for f in FILLED}, FILLED
    )
    moved = references.move(keep.pk, drop.pk)
    merge.before = {"filled": sorted(given), "drop_state": drop.state, "moved": moved}
    drop.state, drop.into = "merged", keep
    drop.save()
    for field, value in given.items():
        setattr(keep, field, value)
    keep.save()
    Person.objects.filter(pk__in=people).update(revision=_next())
    merge.state = rules.MERGE_FLOW.step(merge.state, "confirm_merge")
    merge.decided_by = actor.account_id
    merge.save()
    todo.close(merge, key="confirm")
    index([keep, drop])
    return {"filled": sorted(given), "moved": len(moved)}


def _next() -> Any:
    from django.db.models import F

    return F("revision") + 1


@action("people.reject_merge", on=Merge, label=say("不是同一人"))
def reject_merge(actor: Actor, merge: Merge, *, reason: Reason) -> dict[str, Any]:
    """They are two people; the pair is not proposed again."""
    merge.state = rules.MERGE_FLOW.step(merge.state, "reject_merge")
    merge.decided_by = actor.account_id
    merge.save()
    todo.close(merge, key="confirm")
    return {"reason": reason}


@action(
    "people.undo_merge",
    on=Merge,
    label=say("撤回合并"),
    effects=say("两条记录恢复到合并以前；合并以后新登记的任职留在保留的一条。"),
)
def undo_merge(actor: Actor, merge: Merge, *, reason: Reason) -> dict[str, Any]:
    """Put both entries back as they were; what was changed since stays with the kept one."""
    people = {
        p.pk: p
        for p in Person.objects.filter(pk__in=[merge.keep_id, merge.drop_id])
        .order_by("pk")
        .select_for_update()
    }
    keep, drop = people[merge.keep_id], people[merge.drop_id]
    before = merge.before
    for field in before["filled"]:
        if getattr(keep, field) == getattr(drop, field):
            setattr(keep, field, None if field == "birth_year" else "")
    keep.save()
    drop.state, drop.into = before["drop_state"], None
    drop.save()
    moved = references.move_back(keep.pk, drop.pk, before["moved"])
    Person.objects.filter(pk__in=people).update(revision=_next())
    merge.state = rules.MERGE_FLOW.step(merge.state, "undo_merge")
    merge.save()
    index([keep, drop])
    return {"reason": reason, "moved_back": moved}
