"""Scores, weights, totals and grades: exact decimals, no default for silence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gongzhi.core import tally
from gongzhi.core.refusal import Problem, check_all, refuse
from gongzhi.core.words import Words, say

ASPECTS: dict[str, Words] = {
    "guidance": say("行政指导"),
    "payment": say("经费支付"),
    "conditions": say("培训、资料等条件"),
}
ASPECT_OF_DUTY = {
    "guidance": "guidance",
    "payment": "payment",
    "training": "conditions",
    "data": "conditions",
}
OURS = say("本县设定")


@dataclass(frozen=True)
class Line:
    """One line of a scoring sheet: what is scored and how much it counts (Σ = 100 per sheet)."""

    key: str
    label: str
    weight: int


@dataclass(frozen=True)
class Mark:
    """What one side says about one line. ``score`` None means not filled in yet."""

    score: Decimal | None
    text: str = ""
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True)
class Bounds:
    """Scores outside ``low``–``high`` need a text and material; the bounds themselves do not."""

    low: Decimal = Decimal(60)
    high: Decimal = Decimal(95)


def check_weights(lines: Sequence[Line]) -> None:
    """Refuse a sheet without lines, with a weight below nothing, or whose weights do not add up to 100."""
    total = sum(line.weight for line in lines)
    if not lines or total != 100 or min(line.weight for line in lines) < 0:
        refuse(
            say("权重合计 {total}，应当是 100", total=total),
            rule="appraisals.weights",
            source=say("协助管理协议书的权重约定"),
        )


def aspect_lines(weights: Mapping[str, Any]) -> list[Line]:
    """The three lines on which Party B scores Party A, with the county's weights."""
    unknown = set(weights) ^ set(ASPECTS)
    if unknown:
        refuse(
            say("评政府的项目应当是指导、支付、条件三项，请改参数"),
            rule="appraisals.aspects",
            source=OURS,
        )
    lines = [Line(key, str(label), int(weights[key])) for key, label in ASPECTS.items()]
    check_weights(lines)
    return lines


def parse_score(value: object, *, field: str = "") -> Decimal:
    """A score from 0 to 100 with at most one decimal; refused as ``appraisals.score`` otherwise."""
    try:
        score = Decimal(str(value))
    except ArithmeticError:
        score = Decimal("NaN")
    if not score.is_finite() or not 0 <= score <= 100 or score != tally.half_up(score, 1):
        refuse(
            say("分数应当是 0 到 100，最多一位小数，现在是“{value}”", value=str(value)),
            rule="appraisals.score",
            field=field,
        )
    return score.quantize(Decimal("0.1"))


def needs_reason(score: Decimal, bounds: Bounds) -> bool:
    """Whether a score lies so low or so high that it must be explained."""
    return score < bounds.low or score > bounds.high


def check_sheet(lines: Sequence[Line], marks: Mapping[str, Mark], bounds: Bounds) -> None:
    """Refuse a sheet that cannot be handed in: every problem at once, each at its line."""
    check_weights(lines)
    check_all(p for line in lines for p in _line_problems(line, marks.get(line.key), bounds))
    strangers = set(marks) - {line.key for line in lines}
    if strangers:
        refuse(
            say("有 {n} 行不在评分表里", n=len(strangers)),
            rule="appraisals.strange_line",
            field="rows",
        )


def _line_problems(line: Line, mark: Mark | None, bounds: Bounds) -> Iterable[Problem]:
    if mark is None or mark.score is None:
        yield Problem(
            say("“{item}”还没有打分。不评也可以不交，到期会记为未评，不会默认 100 分", item=line.label),
            "appraisals.unscored",
            OURS,
            line.key,
        )
        return
    if not needs_reason(mark.score, bounds):
        return
    if not mark.text.strip():
        yield Problem(
            say(
                "“{item}”打了 {score} 分，低于 {low} 或高于 {high} 要写明理由",
                item=line.label,
                score=show(mark.score),
                low=show(bounds.low),
                high=show(bounds.high),
            ),
            "appraisals.reason_needed",
            OURS,
            line.key,
        )
    if not mark.evidence:
        yield Problem(
            say("“{item}”打了 {score} 分，请至少附一份材料", item=line.label, score=show(mark.score)),
            "appraisals.evidence_needed",
            OURS,
            line.key,
        )


def total(lines: Sequence[Line], scores: Mapping[str, Decimal]) -> Decimal:
    """S = Σ wᵢ·sᵢ / 100, exact (at most three decimals). KeyError where a line has no score."""
    return tally.weighted((line.weight, scores[line.key]) for line in lines)


def grade(score: Decimal, scale: Sequence[Sequence[str]]) -> str:
    """The grade of a score: the first of ``scale`` [(name, least)…] from the top whose least it reaches."""
    for name, least in sorted(scale, key=lambda step: Decimal(step[1]), reverse=True):
        if score >= Decimal(least):
            return name
    raise ValueError(f"no grade for {score}")


def show(score: Decimal | None, least: int = 0) -> str:
    """A score as people read it, exact: 92.0 is 92, 86.05 is 86.05; ``least`` keeps that many decimals."""
    if score is None:
        return ""
    text = f"{score:f}"
    whole, _, part = text.partition(".")
    part = part.rstrip("0").ljust(least, "0")
    return f"{whole}.{part}" if part else whole


def gap(a_to_b: Decimal | None, b_to_a: Decimal | None) -> Decimal | None:
    """How far apart the two totals are, without sign; None while one of them is missing."""
    if a_to_b is None or b_to_a is None:
        return None
    return abs(a_to_b - b_to_a)
