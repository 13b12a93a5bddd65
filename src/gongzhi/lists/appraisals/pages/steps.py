"""Where a pair stands, as the two-lane drawing shows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from gongzhi.core.words import Words, say
from gongzhi.lists.appraisals import rules
from gongzhi.lists.appraisals.models import Appraisal

# state → how many of the steps are done, and which are now (by index)
_AT: dict[str, tuple[set[int], set[int]]] = {
    "opened": (set(), {0, 1}),
    "reported_a": ({0}, {1}),
    "reported_b": ({1}, {0}),
    "scoring": ({0, 1}, {2, 3}),
    "scored_a": ({0, 1, 2}, {3}),
    "scored_b": ({0, 1, 3}, {2}),
    "revealed": (set(range(5)), {5}),
    "met": (set(range(6)), {6}),
    "accepted_a": (set(range(6)), {6}),
    "accepted_b": (set(range(6)), {6}),
    "rechecking": (set(range(6)), {6}),
    "rechecked_a": (set(range(6)), {6}),
    "rechecked_b": (set(range(6)), {6}),
    "confirmed": (set(range(7)), {7}),
    "publicised": (set(range(7)), {7}),
    "concluded": (set(range(8)), {8, 9}),
    "settled": (set(range(8)) | {9}, {8}),
    "closed": (set(range(10)), set()),
    "unrated": ({0, 1, 2, 3, 4}, {9}),
}


def steps(pair: Appraisal, sheets: dict[str, Any]) -> list[dict[str, Any]]:
    """The ten steps: both reports, both sheets, opening, meeting, objections, 公示, mending, tail. ``on`` is the
    day on which a step was done, ``due`` its last day while it is not."""
    done, now = _AT[pair.state]
    return [
        {"side": side, "label": label, "on": on, "due": None if on else due, "state": _state(at, done, now)}
        for at, (side, label, on, due) in enumerate(_steps(pair, sheets))
    ]


def _state(at: int, done: set[int], now: set[int]) -> str:
    return "now" if at in now else "done" if at in done else "later"


Step = tuple[str, Words, "datetime | date | None", "date | None"]


def _steps(pair: Appraisal, sheets: dict[str, Any]) -> Iterator[Step]:
    a, b, campaign = sheets["a"], sheets["b"], pair.campaign
    yield "a", say("自评"), a.reported_at, campaign.report_due
    yield "b", say("自评"), b.reported_at, campaign.report_due
    for side, sheet, silent in (("a", a, pair.a_silent), ("b", b, pair.b_silent)):
        label = say("未评") if silent else say("密封评分")
        yield side, label, sheet.submitted_at, None if silent else campaign.score_due
    yield "both", say("同时开封"), pair.opened_at, None
    yield "both", say("交换意见"), getattr(pair, "met_on", None), campaign.meet_due
    label = say("异议期") if pair.recheck_until is None else say("联合复核")
    yield "both", label, None, pair.recheck_until or pair.objection_until
    yield "a", say("公示"), pair.publicised_on, pair.publicity_until
    yield "both", say("双方整改"), None, None
    yield "a", say("结算尾款"), pair.settled_on, pair.settle_due


def whose(pair: Appraisal) -> set[str]:
    """The sides whose turn it is."""
    turn = rules.FLOW.state(pair.state).turn
    return {"a", "b"} if turn == "both" else {turn} - {""}
