"""监: residents volunteer and are drawn, check on the spot, and what they do not pass goes back."""

from __future__ import annotations

import re
from typing import Annotated, Any

from django.db.models import Q

from gongzhi.core import clock, roles
from gongzhi.core import evidence as files
from gongzhi.core.access import Actor
from gongzhi.core.accounts import Post
from gongzhi.core.action import Made, action
from gongzhi.core.ask import Ask, Evidence, Reason
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.todo import follow
from gongzhi.core.words import say
from gongzhi.participation.deliberations.models import Draw, Matter, SentBack, Supervisor, Task
from gongzhi.participation.deliberations.rules import flow, oversight
from gongzhi.registers.once import once
from gongzhi.registers.places import actions as places
from gongzhi.registers.residents import queries as residents

from .course import days, due_in, in_view, locked, move, touched
from .raising import may_speak_for
from .telling import talk_about, tell, tell_supervisors

OFFERED_ALREADY = Problem(say("您已经报过名"), "deliberations.volunteered", field="matter")
Words3 = Annotated[
    str,
    Ask(
        say("在场的人当众各说一个数"),
        help=say("如“27、408、1963”。抽签由这几个数、事项编号和签数算出，谁都可以再算一遍"),
        min=1,
        max=120,
    ),
]


@action(
    "deliberations.volunteer",
    label=say("我愿意当监督人"),
    effects=say("抽中后请您到现场看一看、拍一张、说一声合格不合格。公开时只写姓，随时可以退出。"),
)
def volunteer(
    actor: Actor,
    *,
    matter: Annotated[
        int | None,
        Ask(say("哪件事"), help=say("不选就是全村（社区）的事都愿意"), pick="deliberations.matter"),
    ] = None,
    name: Annotated[str, Ask(say("姓名"), help=say("代别人报名的写姓名"), max=40)] = "",
) -> Made[Supervisor]:
    """Offer to check one matter, or whatever comes in one's community."""
    resident = actor.role == roles.RESIDENT
    found = in_view(actor, matter) if matter else None
    unit_id = found.unit_id if found else actor.unit_id or 0
    check_all(
        [
            Problem(say("请先确认居住的村（社区）"), "deliberations.residence", way_out="/residents/")
            if resident and actor.unit_id is None
            else None,
            Problem(say("请由所在村（社区）的居民监督"), "deliberations.not_of_here", field="matter")
            if resident and found and actor.unit_id and not actor.unit_path.startswith(found.unit.path)
            else None,
            Problem(say("请写姓名"), "deliberations.name", field="name")
            if not resident and not name
            else None,
        ]
    )
    with once(OFFERED_ALREADY):
        row = Supervisor.objects.create(
            matter=found, unit_id=unit_id, account_id=actor.account_id if resident else None,
            name=actor.name if resident else name, on_behalf=not resident,
        )  # fmt: skip
    touched(row.matter_id)
    return Made(row, matter=row.matter_id, on_behalf=row.on_behalf)


def _speaks(actor: Actor, supervisor: Supervisor) -> None:
    """Residents watch over the committee's work: it acts for those alone who asked it to, or have no account."""
    may_speak_for(actor, supervisor.account_id)


@action("deliberations.step_back", on=Supervisor, label=say("不再担任"), check=_speaks)
def step_back(actor: Actor, supervisor: Supervisor) -> dict[str, Any]:
    """Give up the offer or the duty."""
    supervisor.state = "stepped_back"
    supervisor.save()
    touched(supervisor.matter_id)
    return {"matter": supervisor.matter_id, "on_behalf": actor.role != roles.RESIDENT}


def _conflicted(matter: Matter) -> Q:
    """Accounts that may not check this matter: whoever holds a post of the unit or of an owner of a task."""
    units = {matter.unit_id, matter.origin_id, *matter.tasks.values_list("owner_unit_id", flat=True)} - {None}
    today = clock.today()
    posts = Post.objects.filter(unit_id__in=units, since__lte=today).exclude(role=roles.RESIDENT)
    posts = posts.filter(Q(until=None) | Q(until__gte=today))
    return Q(account_id__in=posts.values("account_id"))


def tickets(matter: Matter) -> list[Supervisor]:
    """Who stands for the draw, in the order of offering: those who offered for this matter and the standing pool.

    Nobody who did the work or leads the matter checks it, nor who has moved away since; a person has one ticket.
    """
    here = residents.confirmed_accounts(matter.unit.path)
    offers = Supervisor.objects.filter(state="volunteered")
    pool = offers.filter(matter=None, unit__in=[matter.unit_id, matter.origin_id])
    taken = Supervisor.objects.filter(matter=matter, account__isnull=False).values("account_id")
    return list(
        (offers.filter(matter=matter) | pool.exclude(account_id__in=taken))
        .filter(Q(account=None) | Q(account__in=here))
        .exclude(_conflicted(matter))
        .order_by("pk")
    )


def _follow(old: int, new: int | None) -> int:
    """Standing offers follow a committee into the one that takes over; without one they end."""
    standing = Supervisor.objects.filter(matter=None, state="volunteered")
    rows = standing.filter(unit_id=old)
    if new is None:
        return rows.update(state="stepped_back")
    twice = list(standing.filter(unit_id=new, account__isnull=False).values_list("account_id", flat=True))
    rows.filter(account__in=twice).update(state="stepped_back")
    return rows.update(unit_id=new)


places.follows("deliberations.supervisor", _follow)


@action(
    "deliberations.draw",
    on=Matter,
    label=say("抽签产生监督人"),
    main=True,
    irreversible=True,
    effects=say(
        "从自荐和愿意的居民里抽 3 到 5 位；承办方和牵头单位的人不在其中。抽法公开，谁都可以再算一遍。"
    ),
)
def draw(
    actor: Actor,
    matter: Matter,
    *,
    words: Words3,
    places: Annotated[int, Ask(say("抽几位"), min=1, max=15)] = 3,
    witnesses: Annotated[str, Ask(say("见证人"), max=120)] = "",
) -> dict[str, Any]:
    """Draw the supervisors by numbers said aloud, so that anyone can repeat the draw."""
    standing = tickets(matter)
    least, most = days("supervisors_least"), days("supervisors_most")
    oversight.check_number(places, least, most)
    if len(standing) < least:
        refuse(
            say(
                "愿意的居民只有 {n} 位，至少要 {least} 位。可以再动员，或请居民代表推荐",
                n=len(standing),
                least=least,
            ),
            rule="deliberations.too_few_tickets",
            source=oversight.OURS,
            way_out=f"{matter.get_absolute_url()}appoint",
        )
    seed = oversight.seed(words, matter.number, len(standing))
    drawn = oversight.draw(seed, len(standing), places)
    for number in drawn:
        _choose(matter, standing[number - 1], oversight.DRAWN, number)
    Draw.objects.create(
        matter=matter, words=words, witnesses=witnesses, seed=seed, tickets=len(standing), drawn=drawn
    )
    move(matter, "draw")
    matter.save()
    _tell_chosen(matter)
    return {"words": words, "seed": seed, "tickets": len(standing), "drawn": drawn, "witnesses": witnesses}


def _tell_chosen(matter: Matter) -> None:
    tell_supervisors(matter)
    tell(matter, say("“{title}”有了居民监督人，正在查验", title=matter.title))


def _choose(matter: Matter, offer: Supervisor, way: str, ticket: int | None) -> None:
    """Make an offer a duty; a standing offer stays for other matters."""
    if offer.matter_id is None:
        Supervisor.objects.create(
            matter=matter, unit_id=matter.unit_id, account_id=offer.account_id, name=offer.name.reveal(), way=way,
            ticket=ticket, state="chosen", on_behalf=offer.on_behalf,
        )  # fmt: skip
        return
    offer.state, offer.way, offer.ticket = "chosen", way, ticket
    offer.save()


@action(
    "deliberations.appoint",
    on=Matter,
    label=say("由自荐、推荐产生监督人"),
    effects=say("自荐的居民全部担任；人数不够的，由居民代表推荐补足。"),
)
def appoint(
    actor: Actor,
    matter: Matter,
    *,
    recommended: Annotated[
        list[dict[str, Any]],
        Ask(
            say("推荐的居民"),
            row={"name": Annotated[str, Ask(say("姓名"), max=40)]},
        ),
    ] = [],  # noqa: B006  read only
    note: Annotated[str, Ask(say("谁推荐的"), max=200)] = "",
) -> dict[str, Any]:
    """Take those who offered for this matter, and whom the residents' representatives recommend."""
    offers = list(matter.supervisors.filter(state="volunteered").exclude(_conflicted(matter)).order_by("pk"))
    oversight.check_number(
        len(offers) + len(recommended), days("supervisors_least"), days("supervisors_most")
    )
    for offer in offers:
        _choose(matter, offer, oversight.OFFERED, None)
    for row in recommended:
        Supervisor.objects.create(
            matter=matter,
            unit_id=matter.unit_id,
            name=row["name"],
            way=oversight.RECOMMENDED,
            state="chosen",
            on_behalf=True,
        )
    move(matter, "appoint")
    matter.save()
    _tell_chosen(matter)
    return {"offered": len(offers), "recommended": len(recommended), "note": note}


def _may_check(actor: Actor, supervisor: Supervisor) -> None:
    if (
        supervisor.state == "chosen"
        and supervisor.matter is not None
        and supervisor.matter.state != "checking"
    ):
        refuse(say("现在不是查验的时候"), rule="deliberations.not_checking")
    _speaks(actor, supervisor)


@action(
    "deliberations.check",
    on=Supervisor,
    label=say("查验一项"),
    main=True,
    check=_may_check,
    effects=say("不合格的写明哪里不好；多数监督人不认可的，退回重办。"),
)
def check(
    actor: Actor,
    supervisor: Supervisor,
    *,
    task: Annotated[int, Ask(say("哪一项任务"), min=1)],
    passed: Annotated[bool, Ask(say("合格"))],
    finding: Annotated[str, Ask(say("看到什么"), help=say("不合格的必填"), max=1000, rows=4)] = "",
    score: Annotated[int | None, Ask(say("打几分"), min=1, max=5)] = None,
    photos: Evidence = [],  # noqa: B006  read only
) -> dict[str, Any]:
    """Say whether one task is well done. A second look in the same round replaces the first; who helps a supervisor
    never replaces what he said himself."""
    found = Task.objects.filter(pk=task, matter_id=supervisor.matter_id or 0, state="done").first()
    check_all(
        [
            Problem(say("没有这项办完的任务"), "deliberations.task", field="task") if found is None else None,
            Problem(say("不合格的，请写明哪里不好"), "deliberations.finding", field="finding")
            if not passed and not finding.strip()
            else None,
        ]
    )
    assert found is not None
    matter, helped = locked(found.matter_id), actor.role != roles.RESIDENT
    looks = supervisor.checks.filter(task=found, round=matter.round)
    if helped and looks.filter(on_behalf=False).exists():
        refuse(
            say("监督人自己已经查验过这一项，请他本人改"), rule="deliberations.checked_himself", field="task"
        )
    row, _ = looks.update_or_create(
        supervisor=supervisor, task=found, round=matter.round,
        defaults={"matter": matter, "passed": passed, "finding": finding, "score": score, "on_behalf": helped, "at": clock.now()},
    )  # fmt: skip
    files.use(actor, found, photos, key=f"check:{row.pk}")
    touched(matter.pk)
    return {
        "matter": matter.pk,
        "task": found.pk,
        "passed": passed,
        "score": score,
        "photos": len(photos),
        "on_behalf": helped,
    }


def verdict_of(matter: Matter) -> oversight.Verdict:
    """What the supervisors of this round found so far."""
    tasks = list(matter.tasks.filter(state="done").values_list("pk", flat=True))
    chosen = set(matter.supervisors.filter(state="chosen").values_list("pk", flat=True))
    found: dict[int, list[bool]] = {}
    for task, passed in matter.checks.filter(round=matter.round, supervisor__in=chosen).values_list(
        "task_id", "passed"
    ):
        found.setdefault(task, []).append(passed)
    return oversight.verdict(tasks, len(chosen), found)


@action(
    "deliberations.conclude",
    on=Matter,
    label=say("查验通过，请提出人评价"),
    main=True,
    effects=say("查验结果公开；每位提出人收到消息，请他们评价满不满意。"),
)
def conclude(
    actor: Actor,
    matter: Matter,
    *,
    note: Annotated[str, Ask(say("查验小结"), max=1000, rows=3)] = "",
) -> dict[str, Any]:
    """Most supervisors looked at every task and were content: now the raisers are asked."""
    found = verdict_of(matter)
    seq = dict(matter.tasks.values_list("pk", "seq"))
    check_all(
        [
            Problem(say("第 {n} 项看过的监督人还没有过半", n="、".join(str(seq[t]) for t in found.unchecked)),
                    "deliberations.unchecked", oversight.OURS)
            if found.unchecked
            else None,
            Problem(say("第 {n} 项多数监督人不认可，要退回重办或重新商量", n="、".join(str(seq[t]) for t in found.failed)),
                    "deliberations.failed", oversight.OURS, way_out=f"{matter.get_absolute_url()}send_back")
            if found.failed
            else None,
        ]
    )  # fmt: skip
    move(matter, "conclude")
    matter.save()
    tell(matter, say("“{title}”查验通过，请提出人评价", title=matter.title))
    return {"silent": found.silent, "note": note}


@action(
    "deliberations.send_back",
    on=Matter,
    label=say("退回重办"),
    effects=say("不合格的任务退给承办方重办，办好后同一批监督人再查。"),
)
def send_back(
    actor: Actor,
    matter: Matter,
    *,
    reason: Reason,
    tasks: Annotated[
        str, Ask(say("哪几项"), help=say("写任务序号，如“2、4”；不写就是监督人不认可的各项"), max=60)
    ] = "",
) -> dict[str, Any]:
    """What supervisors or raisers do not accept is done again."""
    rows = _to_return(matter, tasks)
    if not rows:
        refuse(say("请写明退回哪几项任务"), rule="deliberations.which_tasks", field="tasks")
    by = "supervisors" if matter.state == "checking" else "raisers"
    for task in rows:
        task.state, task.returned, task.done_on = "returned", task.returned + 1, None
        task.due = max(task.due, due_in("days_to_check"))
        task.save()
    _again(matter, flow.DO, by, reason, [t.pk for t in rows])
    move(matter, "send_back", due=max(t.due for t in rows))
    matter.save()
    for task in rows:
        follow(task)
    tell(matter, say("“{title}”有 {n} 项退回重办", title=matter.title, n=len(rows)))
    return {"tasks": [t.pk for t in rows], "by": by, "reason": reason}


def _to_return(matter: Matter, wanted: str) -> list[Task]:
    """The tasks to be done again: those named by their numbers, else those most supervisors did not pass."""
    done = {t.seq: t for t in matter.tasks.select_for_update().filter(state="done").order_by("seq")}
    numbers = [int(n) for n in re.findall(r"\d{1,4}", wanted)]
    if unknown := [n for n in numbers if n not in done]:
        refuse(
            say("没有第 {n} 项办完的任务", n="、".join(map(str, unknown))),
            rule="deliberations.task",
            field="tasks",
        )
    if numbers:
        return [done[n] for n in dict.fromkeys(numbers)]
    failed = verdict_of(matter).failed
    return [t for t in done.values() if t.pk in failed]


def _again(matter: Matter, to: str, by: str, reason: str, tasks: list[int]) -> None:
    SentBack.objects.create(matter=matter, to=to, by=by, reason=reason, tasks=tasks)
    matter.raisings.update(
        score=None, score_text="", scored_at=None
    )  # they are asked anew; the journal keeps what they said
    matter.sent_back += 1
    matter.round += 1
    matter.done_at = None


@action(
    "deliberations.reopen",
    on=Matter,
    label=say("退回重新商量"),
    effects=say("办法不对的，回到议事重新商量，重新公示；已经办的保留在案。"),
)
def reopen(actor: Actor, matter: Matter, *, reason: Reason) -> dict[str, Any]:
    """The outcome itself was wrong: it is talked over again."""
    by = "supervisors" if matter.state == "checking" else "raisers"
    _again(matter, flow.DELIBERATE, by, reason, [])
    move(matter, "reopen")
    matter.save()
    talk_about(matter)
    tell(matter, say("“{title}”退回重新商量", title=matter.title), wide=True)
    return {"by": by, "reason": reason}
