"""The tail payment by formula: what Party B is paid, what waits, what is withheld for good, in exact fen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gongzhi.core import tally
from gongzhi.core.money import Fen, yuan
from gongzhi.core.refusal import refuse
from gongzhi.core.words import Words, say
from gongzhi.lists.appraisals.rules.scoring import show


@dataclass(frozen=True)
class TailPolicy:
    """The county's settings: S ≥ ``full_from`` pays all; from ``scaled_from`` up S/``full_from`` of it; below,
    nothing until the rectification is verified, then as for ``rectified_score``. ``when_a_silent``: "full" or
    "pass_line" (as for ``rectified_score``)."""

    full_from: Decimal = Decimal(80)
    scaled_from: Decimal = Decimal(60)
    rectified_score: Decimal = Decimal(60)
    when_a_silent: str = "full"

    def __post_init__(self) -> None:
        ordered = 0 < self.scaled_from <= self.full_from <= 100
        if (
            not ordered
            or self.rectified_score > self.scaled_from
            or self.when_a_silent not in ("full", "pass_line")
        ):
            refuse(
                say("尾款的分数线设置互相矛盾，请先改参数"),
                rule="appraisals.tail_policy",
                source=say("本县设定"),
            )


@dataclass(frozen=True)
class Tail:
    """What is payable of a tail of ``tail`` fen. ``waits``: nothing is settled yet; ``reason`` says why."""

    tail: Fen
    payable: Fen
    waits: bool
    reason: Words

    @property
    def deducted(self) -> Fen:
        """What is not paid for good; nothing while it waits."""
        return Fen(0 if self.waits else self.tail - self.payable)


def tail_payment(tail: int, score: Decimal | None, *, mended: bool, policy: TailPolicy) -> Tail:
    """The tail of ``tail`` fen at A's total ``score`` for B (None: A is 未评); ``mended`` says whether all of
    B's rectification items are verified. 36,000.00 yuan at 72 is 32,400.00. Halves of a fen round up."""
    whole = Fen(tail)
    if score is None:
        return _silent(whole, policy)
    if score >= policy.full_from:
        return Tail(
            whole,
            whole,
            False,
            say("{score} 分，不低于 {line} 分，全额支付", score=show(score, 2), line=show(policy.full_from)),
        )
    if score >= policy.scaled_from:
        part = tally.portion(tail, score, of=policy.full_from)
        return Tail(whole, part, False, _formula(whole, score, policy, part))
    if not mended:
        reason = say(
            "{score} 分，不到 {line} 分，等乙方整改核验通过后结算",
            score=show(score, 2),
            line=show(policy.scaled_from),
        )
        return Tail(whole, Fen(0), True, reason)
    part = tally.portion(tail, policy.rectified_score, of=policy.full_from)
    return Tail(whole, part, False, _formula(whole, policy.rectified_score, policy, part))


def _formula(tail: Fen, score: Decimal, policy: TailPolicy, part: Fen) -> Words:
    return say(
        "{tail} × {score} ÷ {line} = {part} 元",
        tail=yuan(tail),
        score=show(score),
        line=show(policy.full_from),
        part=yuan(part),
    )


def _silent(tail: Fen, policy: TailPolicy) -> Tail:
    if policy.when_a_silent == "full":
        return Tail(tail, tail, False, say("甲方未评，按本县设定全额支付（参照民法典第 159 条）"))
    part = tally.portion(tail, policy.rectified_score, of=policy.full_from)
    return Tail(
        tail,
        part,
        False,
        say(
            "甲方未评，按本县设定以合格线折算：{formula}",
            formula=_formula(tail, policy.rectified_score, policy, part),
        ),
    )
