"""The moderation desk: what waits for a look, and what came of all of it in a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value
from django.utils import timezone

from gongzhi.core import clock
from gongzhi.core.access import Actor, scope
from gongzhi.core.compiled import compiled
from gongzhi.core.models import Todo
from gongzhi.core.paging import keyset
from gongzhi.core.refusal import NotFound
from gongzhi.core.words import Words, say
from gongzhi.participation.conversations import rules
from gongzhi.participation.conversations.models import Comment, Report
from gongzhi.participation.conversations.queries import names

WAITING = Q(state__in=[rules.HELD, rules.APPEALED]) | Q(reports__gt=0)
SHELVES: dict[str, tuple[Words, Q]] = {
    "": (say("等处理"), WAITING),
    "held": (say("等核对"), Q(state=rules.HELD)),
    "reported": (say("被举报"), Q(reports__gt=0)),
    "appealed": (say("申诉"), Q(state=rules.APPEALED)),
    "hidden": (say("已隐藏"), Q(state__in=[rules.HIDDEN, rules.UPHELD])),
}


@dataclass(frozen=True)
class Case:
    """One comment on the desk: who said what where, why it lies here, and whether this post may decide it."""

    comment: Comment
    who: Words | str
    why: Words
    basis: Words | str


def moderated(actor: Actor) -> Any:
    """The comments in whose threads the actor keeps order; NotFound for those who keep none."""
    if actor.may("conversations.moderate") is None:
        raise NotFound("conversations.moderate")
    return Comment.objects.visible_to(actor, "conversations.moderate")


def cases(actor: Actor, shelf: str = "", after: str = "", size: int = 30) -> tuple[list[Case], str, str]:
    """A shelf of the desk, oldest first, with the cursors around it. Two queries."""
    rows = moderated(actor).filter(SHELVES[shelf][1]).select_related("thread__unit", "answerer")
    page = keyset(rows, order=("id",), after=after, size=size)
    known = names.of_residents({c.account_id for c in page.rows if not c.is_staff})
    return [_case(actor, c, known) for c in page.rows], page.next, page.previous


def _case(actor: Actor, comment: Comment, known: dict[int, str]) -> Case:
    by = (comment.account_id, comment.post_id, comment.role, comment.unit_name, comment.named)
    who = names.signature(by, comment.thread, known, names.knows_raiser(actor, comment.thread))
    key = comment.held_for if comment.state == rules.HELD else comment.hide_reason
    ground = rules.REASONS.get(key)
    if comment.state == rules.HELD:
        why = say("里面有“{word}”", word=comment.held_word_shown)
    elif comment.state == rules.APPEALED:
        why = say("作者申诉：{appeal}", appeal=comment.appeal)
    elif comment.reports:
        why = say("{n} 人举报", n=comment.reports)
    else:
        why = comment.state_label
    return Case(comment, who, why, ground.source if ground else "")


def counts(actor: Actor) -> dict[str, int]:
    """How many lie on each shelf. One query."""
    found = _counts(actor)
    return dict(zip(SHELVES, found[0] if found else [0] * len(SHELVES), strict=True))


@compiled
def _counts(actor: Actor) -> QuerySet[Any, Any]:
    asked = [Count("pk", filter=condition) for _, condition in SHELVES.values()]
    numbered = {f"n{at}": count for at, count in enumerate(asked)}
    rows: QuerySet[Any, Any] = moderated(actor).order_by().values(one=Value(1))  # all of them are one group
    found: QuerySet[Any, Any] = rows.annotate(**numbered).values_list(*numbered)
    return found


# ---- a year of it ----


@dataclass(frozen=True)
class Year:
    """What came of the comments written in one year in one unit's threads."""

    unit_id: int
    unit: str
    comments: int
    held: int
    hidden: int
    appealed: int
    restored: int
    withdrawn: int


def figures(actor: Actor, year: int) -> list[Year]:
    """Each unit in the actor's reach, the busiest first. One query."""
    said = Comment.objects.filter(_reach(actor), _in(year, "created_at"))
    rows = (
        said.values(unit_id=F("thread__unit_id"), unit=F("thread__unit__short"))
        .annotate(
            comments=Count("pk"),
            held=Count("pk", filter=~Q(held_for="")),
            hidden=Count("pk", filter=Q(hidden_at__isnull=False)),
            appealed=Count("pk", filter=~Q(appeal="")),
            restored=Count("pk", filter=Q(hidden_at__isnull=False, state=rules.SHOWN)),
            withdrawn=Count("pk", filter=Q(state=rules.WITHDRAWN)),
        )
        .order_by("-comments", "unit_id")
    )
    return [Year(**row) for row in rows]


def grounds(actor: Actor, year: int) -> list[tuple[str, int, int]]:
    """(reason, comments hidden for it, reports that named it), by the closed list. Two queries."""
    hidden = _by_reason(
        Comment.objects.filter(_reach(actor), _in(year, "created_at"), hidden_at__isnull=False), "hide_reason"
    )
    reported = _by_reason(Report.objects.filter(_reach(actor, "comment__"), _in(year, "at")), "reason")
    return [(key, hidden.get(key, 0), reported.get(key, 0)) for key in rules.REASONS]


def _by_reason(rows: Any, name: str) -> dict[str, int]:
    return dict(rows.values_list(name).annotate(n=Count("pk")).order_by())


def late(actor: Actor, year: int) -> tuple[int, int]:
    """(looks that were due, those of them done late or still open past their day). One query."""
    condition = scope(actor, "conversations.figures", ("unit",))
    if condition is None:
        raise NotFound("conversations.figures")
    rows = Todo.objects.filter(
        condition, _in(year, "opened"), thing_type="conversations.comment", due__isnull=False
    )
    late = Q(closed__date__gt=F("due")) | Q(closed=None, due__lt=clock.today())
    found = rows.aggregate(all=Count("pk"), late=Count("pk", filter=late))
    return found["all"], found["late"]


def _reach(actor: Actor, before: str = "") -> Q:
    condition = scope(actor, "conversations.figures", (f"{before}thread__unit",))
    if condition is None:
        raise NotFound("conversations.figures")
    return condition


def _in(year: int, name: str) -> Q:
    start, end = (timezone.make_aware(datetime(y, 1, 1)) for y in (year, year + 1))  # noqa: DTZ001  made aware here
    return Q(**{f"{name}__gte": start, f"{name}__lt": end})
