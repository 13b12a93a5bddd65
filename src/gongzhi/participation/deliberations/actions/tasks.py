"""干: tasks are given out, taken on or not, done, or given to somebody else."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from gongzhi.core import clock
from gongzhi.core import evidence as files
from gongzhi.core.access import Actor
from gongzhi.core.action import action
from gongzhi.core.ask import Ask, Fen, Reason
from gongzhi.core.refusal import refuse
from gongzhi.core.todo import follow
from gongzhi.core.words import say
from gongzhi.participation.deliberations.models import Matter, Task
from gongzhi.participation.deliberations.rules import sources

from .course import changed, days, locked, move, ours, touched, unit_of
from .telling import tell, tell_supervisors

OwnerKind = Annotated[str, Ask(say("谁来办"), choices=sources.OWNER_KINDS)]
OwnerUnit = Annotated[
    int | None, Ask(say("承办单位"), help=say("部门、镇（街道）、社会组织在这里选"), pick="unit.any")
]
OwnerName = Annotated[str | None, Ask(say("承办人"), help=say("物业、志愿者、居民写名称"), max=60)]
Due = Annotated[date, Ask(say("什么时候办完"))]
TASK = {
    "title": Annotated[str, Ask(say("办什么"), max=80)],
    "owner_kind": OwnerKind,
    "owner_unit": OwnerUnit,
    "owner_name": OwnerName,
    "budget": Annotated[Fen | None, Ask(say("预算（元）"))],
    "due": Due,
    "text": Annotated[str | None, Ask(say("要求"), max=1000, rows=2)],
}


def _owner(matter: Matter, kind: str, unit: int | None, name: str | None) -> dict[str, Any]:
    """The owner's columns; refused where the kind needs a unit or a name that is not given."""
    if kind == "committee":
        return {"owner_kind": kind, "owner_unit_id": matter.unit_id, "owner_name": ""}
    if kind in sources.WITH_UNIT:
        if not unit:
            refuse(say("请选承办单位"), rule="deliberations.owner", field="owner_unit")
        return {"owner_kind": kind, "owner_unit_id": unit_of(unit).pk, "owner_name": ""}
    if not (name or "").strip():
        refuse(say("请写明承办人"), rule="deliberations.owner", field="owner_name")
    return {"owner_kind": kind, "owner_unit_id": None, "owner_name": name}


def _in_time(due: date) -> None:
    if due < clock.today():
        refuse(say("期限不能早于今天"), rule="deliberations.past", field="due")


@action(
    "deliberations.assign",
    on=Matter,
    label=say("派任务"),
    main=True,
    effects=say("每项任务送到承办方，对方接下或说明为什么不接；逾期的告诉上一级。"),
)
def assign(
    actor: Actor,
    matter: Matter,
    *,
    tasks: Annotated[list[dict[str, Any]], Ask(say("任务"), help=say("每行一项"), row=TASK)],
) -> dict[str, Any]:
    """Give out the tasks that follow from the outcome, each with owner, money and day."""
    last = matter.tasks.order_by("-seq").values_list("seq", flat=True).first() or 0
    made = []
    for seq, row in enumerate(tasks, start=last + 1):
        _in_time(row["due"])
        owner = _owner(matter, row["owner_kind"], row.get("owner_unit"), row.get("owner_name"))
        task = Task.objects.create(
            matter=matter, seq=seq, title=row["title"], text=row.get("text") or "", budget_fen=row.get("budget") or 0,
            due=row["due"], **owner,
        )  # fmt: skip
        follow(task)
        made.append(task)
    move(matter, "assign", due=_latest_due(matter))
    matter.save()
    tell(matter, say("“{title}”派了 {n} 项任务", title=matter.title, n=len(made)))
    return {"tasks": [t.pk for t in made], "budget_fen": sum(t.budget_fen for t in made)}


def _latest_due(matter: Matter) -> date | None:
    """The last day of the tasks that are not done."""
    rows = matter.tasks.exclude(state__in=["done", "cancelled"])
    return max(rows.values_list("due", flat=True), default=None)


@action("deliberations.accept_task", on=Task, label=say("接下任务"), main=True)
def accept_task(
    actor: Actor,
    task: Task,
    *,
    photos: Annotated[list[int], Ask(say("动手前的照片"), files=True)] = [],  # noqa: B006  read only
) -> dict[str, Any]:
    """The owner takes the task on."""
    task.state, task.accepted_on = "accepted", clock.today()
    task.save()
    files.use(actor, task, photos, key="before")
    touched(task.matter_id)
    return {"matter": task.matter_id, "due": task.due}


@action("deliberations.decline_task", on=Task, label=say("不接"))
def decline_task(actor: Actor, task: Task, *, reason: Reason) -> dict[str, Any]:
    """The owner does not take it, or cannot go on, and says why; the unit that leads finds another."""
    task.state, task.reason = "declined", reason
    task.save()
    touched(task.matter_id)
    return {"matter": task.matter_id, "reason": reason}


@action(
    "deliberations.finish_task",
    on=Task,
    label=say("办完了"),
    main=True,
    effects=say("全部任务办完以后，由居民监督人查验。"),
)
def finish_task(
    actor: Actor,
    task: Task,
    *,
    result: Annotated[str, Ask(say("办成什么样"), max=1000, rows=4)],
    photos: Annotated[list[int], Ask(say("办好后的照片"), files=True)] = [],  # noqa: B006  read only
    spent: Annotated[Fen | None, Ask(say("实际花了（元）"))] = None,
) -> dict[str, Any]:
    """Done: what it looks like now and what it cost."""
    task.state, task.done_on, task.result, task.spent_fen = "done", clock.today(), result, spent
    task.save()
    files.use(actor, task, photos, key="after")
    return {"matter": task.matter_id, "spent_fen": spent, "photos": len(photos), **_advance(task)}


def _advance(task: Task) -> dict[str, Any]:
    """When the last task is done, the matter goes to the supervisors."""
    matter = locked(task.matter_id)
    if matter.state != "doing":
        touched(matter.pk)
        return {
            "all_done": False
        }  # talked over again meanwhile: the tasks stand, the matter does not wait for them
    states = set(matter.tasks.values_list("state", flat=True))
    if states - {"done", "cancelled"}:
        matter.due = _latest_due(matter)
        changed(matter)
        return {"all_done": False}
    if states == {"cancelled"}:
        refuse(say("不能把任务全部取消；不办了的，请采纳异议重新商量"), rule="deliberations.no_task_left")
    matter.done_at = clock.now()
    move(matter, "finished")
    if matter.supervisors.filter(state="chosen").count() >= days("supervisors_least"):
        move(matter, "look_again")  # the same supervisors as before it was sent back
        tell_supervisors(matter)
    changed(matter)
    tell(matter, say("“{title}”办完了，接着由居民监督人查验", title=matter.title))
    return {"all_done": True}


def _lead(actor: Actor, task: Task) -> None:
    ours(actor, task)


@action("deliberations.reassign", on=Task, label=say("另派"), check=_lead)
def reassign(
    actor: Actor,
    task: Task,
    *,
    owner_kind: OwnerKind,
    due: Due,
    owner_unit: OwnerUnit = None,
    owner_name: OwnerName = "",
    reason: Reason,
) -> dict[str, Any]:
    """Give a task to somebody else, or another day: it is offered anew."""
    _in_time(due)
    for column, value in _owner(task.matter, owner_kind, owner_unit, owner_name).items():
        setattr(task, column, value)
    task.state, task.due, task.reason, task.accepted_on = "offered", due, "", None
    task.save()
    matter = locked(task.matter_id)
    if matter.state == "doing":
        matter.due = _latest_due(matter)
        changed(matter)
    else:
        touched(matter.pk)
    return {"matter": matter.pk, "owner": task.owner, "due": due, "reason": reason}


@action("deliberations.drop_task", on=Task, label=say("不再办"), check=_lead)
def drop_task(actor: Actor, task: Task, *, reason: Reason) -> dict[str, Any]:
    """A task that is not needed any more."""
    task.state, task.reason = "cancelled", reason
    task.save()
    return {"matter": task.matter_id, "reason": reason, **_advance(task)}
