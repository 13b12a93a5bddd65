"""Figures of ballots: how many, how many people voted of those who could, what came of it; and the rows behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from gongzhi.core import tally
from gongzhi.core.access import Actor
from gongzhi.core.words import say
from gongzhi.participation.ballots.models import Ballot, Result
from gongzhi.participation.ballots.rules.counting import OUTCOMES

from .panel import option_words

LATEST = Result.objects.filter(ballot=OuterRef("pk")).order_by("-seq")
COUNTED = Q(state="counted")


@dataclass(frozen=True)
class Figures:
    """The ballots of one unit in a year. ``eligible`` and ``voted`` are sums over counted ballots."""

    unit_id: int | None
    name: str
    ballots: int
    running: int
    counted: int
    cancelled: int
    settled: int
    eligible: int
    voted: int
    online: int

    @property
    def turnout(self) -> Decimal:
        """Votes of those who could vote, in per cent, over all counted ballots."""
        return tally.rate(self.voted, self.eligible)


def in_reach(actor: Actor) -> Any:
    """The ballots of the actor's own unit and those it oversees, without others' public ones."""
    return Ballot.objects.visible_to(actor, "ballots.figures").select_related("unit")


def standing(actor: Actor) -> tuple[int, int]:
    """How many ballots in reach are running, and how many wait to be counted. One query."""
    found = in_reach(actor).order_by().filter(state__in=("open", "closed"))
    counts = found.aggregate(
        running=Count("pk", filter=Q(state="open")), waiting=Count("pk", filter=Q(state="closed"))
    )
    return counts["running"], counts["waiting"]


def years(actor: Actor) -> list[int]:
    """The years in which ballots in reach began, latest first. One query."""
    found = in_reach(actor).order_by().values_list("opens__year", flat=True).distinct()
    return sorted(found, reverse=True)


def by_unit(actor: Actor, year: int) -> list[Figures]:
    """One line a unit. One query."""
    rows = in_reach(actor).filter(opens__year=year).annotate(outcome=Subquery(LATEST.values("outcome")[:1]))
    voted = F("online") + F("papers")
    found = (
        rows.order_by("unit__path")
        .values("unit_id", "unit__short", "unit__path")
        .annotate(
            n=Count("pk"),
            running=Count("pk", filter=Q(state__in=("open", "closed"))),
            counted=Count("pk", filter=COUNTED),
            cancelled=Count("pk", filter=Q(state="cancelled")),
            settled=Count("pk", filter=COUNTED & Q(outcome__in=("passed", "chosen"))),
            able=Sum("eligible", filter=COUNTED, default=0),
            voted=Sum(voted, filter=COUNTED, default=0),
            digital=Sum("online", filter=COUNTED, default=0),
        )
    )
    keys = (
        "unit_id",
        "unit__short",
        "n",
        "running",
        "counted",
        "cancelled",
        "settled",
        "able",
        "voted",
        "digital",
    )
    return [Figures(*(row[k] for k in keys)) for row in found]


def total(rows: list[Figures]) -> Figures:
    """All lines together."""
    names = ("ballots", "running", "counted", "cancelled", "settled", "eligible", "voted", "online")
    return Figures(None, "", *(sum(getattr(r, n) for r in rows) for n in names))


EXPORT = (
    ("question", say("表决什么")), ("unit", say("单位")), ("body", say("由谁表决")), ("opens", say("开始")), ("ends", say("截止")),
    ("state", say("状态")), ("eligible", say("有投票权")), ("online", say("网上")), ("papers", say("领纸质票")),
    ("invalid", say("无效")), ("turnout", say("投票率（%）")), ("outcome", say("结果")), ("counts", say("各项得票")),
)  # fmt: skip


def export_rows(rows: Any) -> Iterator[list[Any]]:
    """The values of EXPORT, one ballot at a time, whatever their number."""
    latest = {n: Subquery(LATEST.values(n)[:1]) for n in ("outcome", "invalid", "counts")}
    for b in rows.annotate(**{f"last_{n}": s for n, s in latest.items()}).order_by("-pk").iterator(500):
        turnout = tally.rate(b.online + b.papers, b.eligible) if b.eligible else None
        yield [
            b.question, b.unit.short, str(b.body_label), _naive(b.opens), _naive(b.ended_at or b.closes), str(b.state_label),
            b.eligible, b.online, b.papers, b.last_invalid, turnout,
            str(OUTCOMES[b.last_outcome]) if b.last_outcome else "",
            "；".join(f"{w} {n}" for w, n in zip(option_words(b), b.last_counts or [], strict=False)),
        ]  # fmt: skip


def _naive(moment: Any) -> Any:
    return timezone.localtime(moment).replace(tzinfo=None)
