"""The text as it stood: after each round, after each supplement, and now; and two such texts set side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q

from gongzhi.core.access import Actor
from gongzhi.core.papers.doc import Run
from gongzhi.core.redline import redline
from gongzhi.core.refusal import NotFound
from gongzhi.core.words import Words, say
from gongzhi.lists.agreements.models import Agreement, Change
from gongzhi.lists.agreements.rules import compare, flow, talks
from gongzhi.lists.agreements.rules.compare import Pair
from gongzhi.lists.agreements.rules.terms import Line, from_json, numbered, with_total

from . import text

REF = re.compile(r"([0-9]{1,12})(?:\.([rs])([0-9]{1,4}))?")
OTHERS = 60
SIGNED_ROUND = 10_000  # a supplement's changes come true together, after the last of its rounds
NOW = (SIGNED_ROUND, SIGNED_ROUND)
NOBODY = "-"
Moment = tuple[int, int]
"""(supplement, round): the talks of the agreement are supplement 0."""


@dataclass(frozen=True)
class Point:
    """A moment whose text can be read: ``ref`` names it in an address ("12", "12.r1", "12.s2")."""

    ref: str
    label: Words
    day: date | None = None


@dataclass(frozen=True)
class Version:
    """An agreement's text at a moment."""

    ref: str
    agreement: Agreement
    moment: Moment
    label: Words
    lines: list[Line]
    changes: list[Change]


@dataclass(frozen=True)
class Entry:
    """A pair with its redline, who asked for the change and why."""

    pair: Pair
    runs: list[Run]
    who: list[str]
    why: list[str]


def points(agreement: Agreement) -> list[Point]:
    """Every moment of one agreement, from its first sending until now. Two queries."""
    found = [
        Point(f"{agreement.pk}.r{r.seq}", _round_label(r), r.sent_at.date())
        for r in agreement.rounds.all()
        if r.supplement_id is None
    ]
    found += [
        Point(f"{agreement.pk}.s{s.seq}", say("补充协议（{n}）签署后", n=s.seq), s.signed_on)
        for s in agreement.supplements.all()
        if s.state == "signed"
    ]
    return [*found, Point(str(agreement.pk), say("现在的文本"))]


def _round_label(row: Any) -> Words:
    who = flow.SIDE_LABELS[row.side]
    if row.seq == 0:
        return say("{who}首次送出", who=who)
    if row.kind == "agree":
        return say("第 {n} 轮{who}同意全文", n=row.number, who=who)
    return say("第 {n} 轮{who}送出", n=row.number, who=who)


def others(actor: Actor, agreement: Agreement) -> list[Agreement]:
    """Agreements to compare with: the same committee's of other years, then the same township's of the year."""
    rows = Agreement.objects.visible_to(actor, "agreements.view").select_related("party_a", "party_b")
    near = Q(party_b=agreement.party_b_id) | Q(party_a=agreement.party_a_id, year=agreement.year)
    found = list(rows.filter(near).exclude(pk=agreement.pk).order_by("-year", "seq")[:OTHERS])
    return sorted(found, key=lambda a: a.party_b_id != agreement.party_b_id)


def earlier(actor: Actor, agreement: Agreement) -> Agreement | None:
    """The same committee's agreement of the year before, if there was one."""
    found = [a for a in others(actor, agreement) if a.party_b_id == agreement.party_b_id]
    return next((a for a in found if a.year < agreement.year), None)


def version(actor: Actor, ref: str) -> Version:
    """The text that ``ref`` names, within reach; NotFound otherwise. What one side has not sent is never in it."""
    found = REF.fullmatch(ref)
    if found is None:
        raise NotFound("agreements.view")
    rows = Agreement.objects.visible_to(actor, "agreements.view")
    agreement = rows.select_related("party_a", "party_b", "via_department").filter(pk=found[1]).first()
    if agreement is None:
        raise NotFound("agreements.view")
    label = next((p.label for p in points(agreement) if p.ref == ref), None)
    if label is None:
        raise NotFound("agreements.view")
    moment = {None: NOW, "r": (0, int(found[3] or 0)), "s": (int(found[3] or 0), SIGNED_ROUND)}[found[2]]
    changes = list(
        agreement.changes.exclude(status="draft").select_related("round", "closed_in", "supplement")
    )
    return Version(ref, agreement, moment, label, _text_at(agreement, changes, moment), changes)


def _text_at(agreement: Agreement, changes: Sequence[Change], moment: Moment) -> list[Line]:
    if moment == NOW:
        return text.table(agreement).projected(None)
    names = _names(changes)
    base = text.lines(agreement)
    true = [c for c in changes if c.status == "accepted" and _true_at(c) is not None]
    for change in sorted(true, key=lambda c: (_true_at(c), c.pk), reverse=True):
        if (_true_at(change) or NOW) > moment:
            base = _undone(base, change, names)
    lying = [
        replace(c.view(), key=names.get(c.key, c.key), status="open", reply="")
        for c in changes
        if c.supplement_id is None and moment[0] == 0 and _sent_at(c) <= moment < _closed_at(c)
    ]
    return talks.project(numbered(with_total(base)), lying, None)


def _names(changes: Sequence[Change]) -> dict[str, str]:
    """A new clause's name in the talks → the clause that was made of it."""
    return {c.key: str(c.clause_id) for c in changes if c.clause_id is not None}


def _sent_at(change: Change) -> Moment:
    assert change.round is not None
    return change.supplement.seq if change.supplement else 0, change.round.seq


def _closed_at(change: Change) -> Moment:
    paper = change.supplement.seq if change.supplement else 0
    return (paper, change.closed_in.seq) if change.closed_in else NOW


def _true_at(change: Change) -> Moment | None:
    """When an accepted change became part of the agreement: at once in the talks, by signature in a supplement."""
    if change.supplement is None:
        return _closed_at(change)
    return (change.supplement.seq, SIGNED_ROUND) if change.supplement.state == "signed" else None


def _undone(base: Sequence[Line], change: Change, names: dict[str, str]) -> list[Line]:
    key = names.get(change.key, change.key)
    if change.op == talks.ADD:
        return [x for x in base if x.key != key]
    old = from_json(change.old or {})
    return [replace(x, terms=old, struck=False) if x.key == key else x for x in base]


def compared(old: Version, new: Version) -> list[Entry]:
    """Two texts, clause by clause, with who changed what in between where both are of one agreement."""
    same = old.agreement.pk == new.agreement.pk
    between: dict[str, list[Change]] = {}
    if same and old.moment < new.moment:
        names = _names(new.changes)
        for change in sorted(new.changes, key=lambda c: (_sent_at(c), c.pk)):
            if old.moment < _sent_at(change) <= new.moment:
                between.setdefault(names.get(change.key, change.key), []).append(change)
    pairs = compare.compare(old.lines, new.lines, same_text=same)
    return [_entry(pair, between.get(pair.line.key, [])) for pair in pairs]


def _entry(pair: Pair, changes: Sequence[Change]) -> Entry:
    was = pair.old.terms.text() if pair.old else ""
    now = pair.new.terms.text() if pair.new else ""
    layers = [(c.side, from_json(c.new).text() if c.new else "") for c in changes]
    if not layers or layers[-1][1] != now:
        layers = [(NOBODY, now)]  # another agreement's words, or a total that follows from the items
    marks: dict[str, Any] = {"same": "", "ins": "ins", "del": "del"}
    runs = [Run(p.text, mark=marks[p.kind], side=p.side.strip(NOBODY)) for p in redline(was, layers)]
    who = list(dict.fromkeys(str(flow.SIDE_LABELS[c.side]) for c in changes))
    return Entry(pair, runs, who, [c.reason for c in changes if c.reason])
