"""A poll's newest map as people read it: groups with names and signs, statements with their words, counts that may be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from gongzhi.core import journal
from gongzhi.core.access import Actor
from gongzhi.core.paging import Page, keyset
from gongzhi.core.tally import rate
from gongzhi.core.words import Words, say
from gongzhi.participation.opinions.models import OpinionMap, Participant, Poll, Statement

NAMES: dict[int, Words] = {
    1: say("甲组"),
    2: say("乙组"),
    3: say("丙组"),
    4: say("丁组"),
    5: say("戊组"),
    0: say("其他"),
}
SIGNS = {1: "●", 2: "▲", 3: "■", 4: "◆", 5: "✚", 0: "○"}
CLEAR, FAIR = 500, 250  # thousandths of the silhouette, as Kaufman and Rousseeuw (1990) read it
NARROW = 5  # per cent: a share that is known this well is told as "about"


@dataclass(frozen=True)
class Cell:
    """How one group answered one statement; None for a count too small to be told."""

    label: int
    agree: int | None
    disagree: int | None
    passed: int | None
    least: int

    @property
    def told(self) -> int:
        return sum(c for c in (self.agree, self.disagree, self.passed) if c is not None)

    @property
    def untold(self) -> int:
        return sum(c is None for c in (self.agree, self.disagree, self.passed))

    @property
    def agrees(self) -> Words:
        """How many of the group agree, in per cent, as well as may be told."""
        if self.agree is None:
            return say("少于 {n} 人", n=self.least)
        if not self.untold:
            return say("{p}%", p=rate(self.agree, self.told, 0))
        most = rate(self.agree, self.told, 0)
        least = self.agree * 100 // (self.told + self.untold * (self.least - 1))
        if most - least <= NARROW:
            return say("约 {p}%", p=(int(most) + least) // 2)
        return say("至少 {p}%", p=least)

    def width(self, count: int | None) -> int:
        """How much of a bar the count fills, in per cent; what is not told leaves a gap."""
        whole = self.told + self.untold * self.least // 2
        return int(rate(count, whole, 0)) if count and whole else 0


@dataclass(frozen=True)
class Row:
    """One statement with every group's answers; ``side`` of what is shared, ``high`` and ``low`` of what divides."""

    number: int
    text: str
    cells: list[Cell]
    side: str = ""
    high: int = 0
    low: int = 0


@dataclass(frozen=True)
class Typical:
    """A statement that tells a group from the others."""

    number: int
    text: str
    side: str
    cell: Cell | None


@dataclass(frozen=True)
class Group:
    """People who answered alike: how many, and what they think."""

    label: int
    size: int | None
    shape: dict[str, int]
    typical: list[Typical]

    @property
    def name(self) -> Words:
        return NAMES[self.label]

    @property
    def sign(self) -> str:
        return SIGNS[self.label]


@dataclass(frozen=True)
class MapView:
    """One version of a map in words."""

    version: int
    at: datetime
    final: bool
    people: int
    least: int
    quality: int | None
    groups: list[Group]
    others: int | None
    rows: list[Row]
    shared: list[Row]
    apart: list[Row]
    places: dict[int, tuple[int, int]]
    inputs_hash: str
    result_hash: str
    mine: Group | None = None

    @property
    def labels(self) -> list[int]:
        """The labels whose answers stand in the table: the groups, the others where there are enough, or everybody."""
        return [c.label for c in self.rows[0].cells] if self.rows else []

    @property
    def clear(self) -> Words:
        """How well the groups stand apart, in words."""
        if self.quality is None:
            return say("没有分组")
        if self.quality >= CLEAR:
            return say("各组想法分得清楚")
        return say("各组想法有些差别") if self.quality >= FAIR else say("各组想法差别不大")


def latest(poll_id: int) -> OpinionMap | None:
    """The newest map, without what it was computed from."""
    return OpinionMap.objects.filter(poll_id=poll_id).defer("inputs").order_by("-version").first()


@dataclass(frozen=True)
class Proof:
    """When a version was last computed again by the auditor, and whether it came out the same."""

    at: datetime
    proved: bool


def versions(poll: Poll, after: str = "") -> tuple[Page[OpinionMap], dict[int, Proof]]:
    """The versions of a poll's map, newest first, and the last check of each that was checked. Two queries."""
    rows = OpinionMap.objects.filter(poll=poll).defer("inputs", "result")
    page: Page[OpinionMap] = keyset(rows, order=("-version",), after=after, size=30)
    entries = journal.JournalEntry.objects.filter(
        verb="opinions.check",
        thing_type=poll.kind(),
        thing_id=poll.pk,
        facts__facts__version__in=[m.version for m in page.rows],
    )
    checks = {e.done["version"]: Proof(e.at, e.done["proved"]) for e in entries.order_by("id")}
    return page, checks


def view(actor: Actor, poll: Poll) -> MapView | None:
    """The newest map of a poll that the actor may look at; None while there is none. Three queries."""
    shown = Statement.objects.filter(poll=poll, state="shown").values_list("number", "text")
    return read(poll, shown, crowd(actor, poll).label)


def read(poll: Poll, shown: Iterable[tuple[int, str]], label: int = 0) -> MapView | None:
    """The newest map in the words of the statements on show, for somebody of group ``label``. One query.

    A statement that was hidden since is left out at once, before the next map is drawn.
    """
    kept = latest(poll.pk)
    if kept is None:
        return None
    result = kept.result
    within = set(result["statements"])
    rows = {n: Row(n, text, _cells(result, n)) for n, text in sorted(shown) if n in within}
    groups = [_group(g, rows) for g in result["groups"]]
    return MapView(
        version=kept.version,
        at=kept.at,
        final=kept.final,
        people=kept.people,
        least=result["least"],
        quality=result["quality"],
        groups=groups,
        others=result["others"],
        rows=list(rows.values()),
        shared=[_with(rows[s["number"]], side=s["side"]) for s in result["shared"] if s["number"] in rows],
        apart=[_with(rows[s["number"]], **_ends(s)) for s in result["apart"] if s["number"] in rows],
        places=_places(result, set(rows)),
        inputs_hash=kept.inputs_hash,
        result_hash=kept.result_hash,
        mine=next((g for g in groups if g.label == label), None),
    )


def _ends(found: dict[str, Any]) -> dict[str, Any]:
    return {"high": found["high"], "low": found["low"]}


def _with(row: Row, **more: Any) -> Row:
    return Row(row.number, row.text, row.cells, **more)


def _cells(result: dict[str, Any], number: int) -> list[Cell]:
    of = result["cells"][str(number)]
    found = []
    for label in sorted((int(n) for n in of), key=lambda n: (n == 0, n)):
        agree, disagree, passed = of[str(label)]
        found.append(Cell(label, agree, disagree, passed, result["least"]))
    return found


def _group(found: dict[str, Any], rows: dict[int, Row]) -> Group:
    label = found["label"]
    typical = [
        Typical(
            t["number"],
            rows[t["number"]].text,
            t["side"],
            next((c for c in rows[t["number"]].cells if c.label == label), None),
        )
        for t in found["typical"]
        if t["number"] in rows
    ]
    return Group(label, found["size"], found["shape"], typical)


def _places(result: dict[str, Any], shown: set[int]) -> dict[int, tuple[int, int]]:
    """Where a statement lies: toward those who agree with it, in thousandths of the farthest one."""
    pairs = dict(zip(result["statements"], result["axes"], strict=True))
    longest = max((x * x + y * y for x, y in pairs.values()), default=0)
    far = max(int(longest**0.5), 1)
    return {n: (1000 * x // far, 1000 * y // far) for n, (x, y) in pairs.items() if n in shown}


@dataclass(frozen=True)
class Crowd:
    """How many have answered something, and the group in which the account itself is counted, for its own eyes."""

    people: int
    label: int


def crowd(actor: Actor, poll: Poll) -> Crowd:
    """One query."""
    own = Q(account_id=actor.account_id or 0) if actor.is_outside else Q(pk=None)
    found = Participant.objects.filter(poll=poll).aggregate(n=Count("pk"), label=Max("group", filter=own))
    return Crowd(found["n"], found["label"] or 0)


def table(drawn: MapView) -> tuple[list[str], list[list[Any]]]:
    """The map as a plain table: head and lines, a count too small to be told as words."""
    few = str(say("不足 {n} 人", n=drawn.least))
    head = [str(say("序号")), str(say("看法"))]
    for label in drawn.labels:
        name = str(NAMES[label]) if drawn.groups else str(say("全体"))
        head += [f"{name} {say(word)}" for word in ("赞成", "反对", "说不好")]
    head.append(str(say("结论")))
    lines = [
        [r.number, r.text]
        + [few if c is None else c for cell in r.cells for c in (cell.agree, cell.disagree, cell.passed)]
        + [verdict(drawn, r.number)]
        for r in drawn.rows
    ]
    return head, lines


def verdict(drawn: MapView, number: int) -> str:
    """What the map says of one statement in a word: shared, or dividing, or nothing."""
    for row in drawn.shared:
        if row.number == number:
            return str(say("共识：都赞成") if row.side == "agree" else say("共识：都反对"))
    for row in drawn.apart:
        if row.number == number:
            return str(say("分歧：{high}多赞成，{low}少赞成", high=NAMES[row.high], low=NAMES[row.low]))
    return ""
