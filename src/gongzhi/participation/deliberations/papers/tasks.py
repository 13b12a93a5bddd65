"""What is printed of the work: the sheet of one task, and what the supervisors found of all of them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from gongzhi.core.access import Actor
from gongzhi.core.money import Fen, capitals, yuan
from gongzhi.core.papers import Column, Doc, Facts, Heading, Para, Table
from gongzhi.participation.deliberations import queries
from gongzhi.participation.deliberations.models import Check, Matter, Task
from gongzhi.participation.deliberations.queries import Whole
from gongzhi.participation.deliberations.rules import oversight, sources

from .matters import about


def given(actor: Actor, task: Task) -> bool:
    """Whether somebody has the task; declined it waits for another, dropped it is nobody's."""
    return task.state not in ("declined", "cancelled")


def sheet(actor: Actor, task: Task) -> Doc:
    """任务单: what is to be done, by whom, for how much, until when."""
    facts = [
        *about(task.matter),
        ("任务", task.title),
        ("要求", task.text or "—"),
        ("承办", f"{task.owner}（{sources.OWNER_KINDS[task.owner_kind]}）"),
        ("预算", _money(task.budget_fen)),
        ("期限", task.due.isoformat()),
        ("接下日期", task.accepted_on.isoformat() if task.accepted_on else ""),
        ("办完日期", task.done_on.isoformat() if task.done_on else ""),
        ("实付", _money(task.spent_fen) if task.spent_fen is not None else ""),
        ("办理结果", task.result),
    ]
    blocks: list[Any] = [
        Para("按协商成果，请承办方在期限内协助办理下面的任务；办完由群众监督人查验。"),
        Facts(facts),
    ]
    given_on = timezone.localtime(task.created_at).date()
    return Doc(
        "任务单", subtitle=f"第 {task.seq} 项", issuer=task.matter.unit.name, date=given_on, blocks=blocks
    )


def _money(fen: int) -> str:
    return f"{yuan(Fen(fen))} 元（{capitals(Fen(fen))}）" if fen else "不花钱"


def supervised(actor: Actor, matter: Matter) -> bool:
    """Whether supervisors look or have looked at what was done; a matter that was passed on has none."""
    looked = matter.state in ("checking", "rating", "closed")
    return looked and matter.supervisors.filter(state="chosen").exists()


def supervision(actor: Actor, matter: Matter) -> Doc:
    """监事评议表: a line for each task, a column for each supervisor by the masked name, and what was not passed."""
    found = queries.whole(actor, matter.pk)
    tasks = [t for t in found.tasks if t.state != "cancelled"]
    columns = [
        Column("序号", 0.7, "no"), Column("任务", 2.6), Column("承办", 1.6),
        *(Column(f"{n} {s.name}", 1.2, align="center") for n, s in enumerate(found.supervisors, 1)),
        Column("结论", 1.2, align="center"),
    ]  # fmt: skip
    verdict = _verdict(found, tasks)
    rows = []
    for n, task in enumerate(tasks, 1):
        checks = found.checked(task)
        marks = [_mark(checks.get(s.pk)) for s in found.supervisors]
        rows.append((n, task.title, task.owner, *marks, _concluded(verdict, task)))
    blocks: list[Any] = [
        Facts([*about(matter), ("轮次", f"第 {matter.round} 轮"), ("监督人产生", _ways(found))]),
        Table(columns, rows),
        Para("监督人过半数查看、查看的人过半数认为合格的，这项任务合格。"),
        *_findings(found, tasks),
        Facts([("监督人签名", ""), ("日期", "")], pairs=2),
    ]
    return Doc("群众监事评议表", issuer=found.matter.unit.name, blocks=blocks)


def _verdict(found: Whole, tasks: list[Task]) -> oversight.Verdict:
    seen = {t.pk: [c.passed for c in found.checked(t).values()] for t in tasks}
    return oversight.verdict([t.pk for t in tasks], len(found.supervisors), seen)


def _concluded(verdict: oversight.Verdict, task: Task) -> str:
    if task.pk in verdict.unchecked:
        return "没有查完"
    return "不合格" if task.pk in verdict.failed else "合格"


def _mark(check: Check | None) -> str:
    if check is None:
        return ""
    said = "合格" if check.passed else "不合格"
    return f"{said} {check.score} 分" if check.score else said


def _ways(found: Whole) -> str:
    """ "抽签 3 位", and the words by which anyone can repeat the draw."""
    counts: dict[str, int] = {}
    for s in found.supervisors:
        counts[s.way] = counts.get(s.way, 0) + 1
    said = "，".join(f"{oversight.WAYS[way]} {n} 位" for way, n in counts.items())
    draw = found.draws[-1] if found.draws else None
    if draw is None or oversight.DRAWN not in counts:
        return said
    drawn = "、".join(str(n) for n in draw.drawn)
    return f"{said}；{draw.tickets} 签抽出第 {drawn} 签，现场报数“{draw.words}”，可以按公式重算"


def _findings(found: Whole, tasks: list[Task]) -> list[Any]:
    """What supervisors wrote, task by task."""
    places = {s.pk: n for n, s in enumerate(found.supervisors, 1)}
    lines = [
        Para(f"{task.title}：监督人 {places[c.supervisor_id]} 说“{c.finding}”")
        for task in tasks
        for c in found.checked(task).values()
        if c.finding and c.supervisor_id in places
    ]
    return [Heading("监督人的意见"), *lines] if lines else []
