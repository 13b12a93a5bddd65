"""Deadlines, panels, rectification and complaints: what may be done when, and by whom together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import joined, say

OURS = say("本县设定")


def check_in_window(today: date, until: date | None) -> None:
    """Refuse an objection that comes after the last day of the window (which itself still counts)."""
    if until is None or today > until:
        refuse(
            say("异议期已经在 {until} 结束", until=_day(until)),
            rule="appraisals.objection_late",
            source=OURS,
        )


def check_publishable(
    state: str, today: date, objection_until: date | None, recheck_until: date | None
) -> None:
    """Refuse to publish while a side may still object, or while the panel still has time.

    Both "no objection" or a countersigned re-check make results ready at once. When the panel's time has run
    out without agreement, the scores as opened are published and the disagreement with them.
    """
    if state in ("met", "accepted_a", "accepted_b") and (objection_until is None or today <= objection_until):
        refuse(
            say("异议期到 {until}，期满或者双方都表示没有异议以后才能公示", until=_day(objection_until)),
            rule="appraisals.objection_open",
            source=OURS,
        )
    if state in ("rechecking", "rechecked_a", "rechecked_b") and (
        recheck_until is None or today <= recheck_until
    ):
        refuse(
            say("联合复核还没有结束，复核期到 {until}", until=_day(recheck_until)),
            rule="appraisals.recheck_open",
            source=OURS,
        )


def check_concluded(today: date, until: date | None, missing: Sequence[str]) -> None:
    """Refuse to end the 公示 before its last day is over, or while a low line lacks its rectification item."""
    if until is None or today <= until:
        refuse(say("公示到 {until} 才期满", until=_day(until)), rule="appraisals.publicity_open", source=OURS)
    if missing:
        refuse(
            say("这些事项分数偏低，要先列入整改清单：{items}", items=joined(missing)),
            rule="appraisals.mending_missing",
            source=OURS,
        )


def check_panel(members: Sequence[Mapping[str, str]]) -> None:
    """The re-check is joint: both sides sit on the panel with equal numbers, at least one each."""
    count = {side: sum(m.get("side") == side for m in members) for side in ("a", "b")}
    if not count["a"] or count["a"] != count["b"] or sum(count.values()) != len(members):
        refuse(
            say("复核小组要由双方同等人数组成，现在甲方 {a} 人，乙方 {b} 人", a=count["a"], b=count["b"]),
            rule="appraisals.panel_equal",
            source=OURS,
            field="members",
        )
    names = [(m["side"], m["name"].strip()) for m in members]
    if any(not name for _, name in names) or len(set(names)) != len(names):
        refuse(say("复核小组成员要有姓名，不能重复"), rule="appraisals.panel_names", field="members")


def check_answers(contested: Iterable[str], answered: Mapping[str, str]) -> None:
    """Every contested line gets a result with a reason, and no other line is touched."""
    contested = list(contested)
    check_all(
        Problem(
            say("“{item}”有异议，复核要给出结果和理由", item=key),
            "appraisals.recheck_answer",
            OURS,
            "results",
        )
        for key in contested
        if not answered.get(key, "").strip()
    )
    if set(answered) - set(contested):
        refuse(say("只能复核有异议的事项"), rule="appraisals.recheck_scope", source=OURS, field="results")


def check_mending_due(today: date, due: date, latest: date) -> None:
    """A rectification item needs a date after today and within the county's longest time."""
    if not today < due <= latest:
        refuse(
            say("整改期限要在明天到 {latest} 之间", latest=_day(latest)),
            rule="appraisals.mending_due",
            source=OURS,
            field="due",
        )


def must_mend(finals: Mapping[str, Decimal | None], below: Decimal, listed: Iterable[str]) -> list[str]:
    """The lines scored below the mark that no rectification item covers yet."""
    covered = set(listed)
    return [
        key for key, score in finals.items() if score is not None and score < below and key not in covered
    ]


def check_closable(today: date, score_due: date, unreminded: int, least: int) -> None:
    """Silence is recorded only after the last day, and only for sides that were reminded."""
    if today <= score_due:
        refuse(
            say("评分到 {until} 截止，截止以后才能记未评", until=_day(score_due)),
            rule="appraisals.scoring_open",
            source=OURS,
        )
    if unreminded:
        refuse(
            say("还有 {n} 方没有催办满 {least} 次，催办以后才能记未评", n=unreminded, least=least),
            rule="appraisals.remind_first",
            source=OURS,
        )


def _day(day: date | None) -> str:
    return f"{day.month} 月 {day.day} 日" if day else "—"
