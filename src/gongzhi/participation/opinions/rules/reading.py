"""What a map says in counts and sentences: what each group thinks, what all share, what divides them. Pure.

Representative statements by the published two tests (Small and others 2021): most of the group agrees, and more so than
everybody else, both at 90 per cent; consensus by the product of the groups' shares, so that a large group does not outvote a
small one. Counts below the county's figure are never told, nor anything from which they could be worked out (how many
answers there are in all, for one): whoever adds or compares finds sums of told counts only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gongzhi.participation.opinions.rules.matrix import AGREE, DISAGREE, PASS, Codes, Real, Settings, Whole
from gongzhi.participation.opinions.rules.numeric import np, npt

Z90 = 1.2816
MOST = 5  # statements told of each kind
SIDES = ("agree", "disagree")


@dataclass(frozen=True)
class Counts:
    """Answers by group: ``answers`` is groups × statements × (agree, disagree, pass)."""

    labels: tuple[int, ...]
    answers: Whole

    @classmethod
    def of(cls, rows: Codes, group: npt.NDArray[np.intp], labels: tuple[int, ...]) -> Counts:
        """Count the rows of each label."""
        found = np.zeros((len(labels), rows.shape[1], 3), dtype=np.int64)
        for n, label in enumerate(labels):
            mine = rows[group == label]
            for m, code in enumerate((AGREE, DISAGREE, PASS)):
                found[n, :, m] = (mine == code).sum(axis=0)
        return cls(labels, found)

    @property
    def given(self) -> Whole:
        """How many of each group answered each statement."""
        total: Whole = self.answers.sum(axis=2)
        return total


def told(count: int, least: int) -> int | None:
    """A count that may be told, or None."""
    return int(count) if count >= least else None


def cells(counts: Counts, numbers: tuple[int, ...], least: int) -> dict[str, dict[str, list[int | None]]]:
    """Every statement's answers by group, small counts left out."""
    return {
        str(number): {
            str(label): [told(c, least) for c in counts.answers[g, n]]
            for g, label in enumerate(counts.labels)
        }
        for n, number in enumerate(numbers)
    }


def _share_test(a: Real, n: Real) -> Real:
    """z of "more than half", with one answer added."""
    found: Real = 2 * np.sqrt(n + 1) * ((a + 1) / (n + 1) - 0.5)
    return found


def _two_shares_test(a: Real, n: Real, b: Real, m: Real) -> Real:
    """z of "a larger share than the others'", with one answer added to both."""
    pooled = (a + b + 2) / (n + m + 2)
    spread = np.sqrt(np.maximum(pooled * (1 - pooled) * (1 / (n + 1) + 1 / (m + 1)), 1e-12))
    found: Real = ((a + 1) / (n + 1) - (b + 1) / (m + 1)) / spread
    return found


def typical(
    counts: Counts, everybody: Counts, numbers: tuple[int, ...], least: int
) -> list[list[dict[str, Any]]]:
    """For each group the statements that tell it from the others, the most telling first."""
    total, given = everybody.answers[0], everybody.given[0]
    found = []
    for g in range(len(counts.labels)):
        n, m = counts.given[g].astype(float), (given - counts.given[g]).astype(float)
        scores = []
        for side in range(2):
            a = counts.answers[g, :, side].astype(float)
            b = (total[:, side] - counts.answers[g, :, side]).astype(float)
            p, q = (a + 1) / (n + 2), (b + 1) / (m + 2)
            z, y = _share_test(a, n), _two_shares_test(a, n, b, m)
            tells = (z > Z90) & (y > Z90) & (a >= least)
            scores.append(np.where(tells, p * z * (p / q) * y, 0.0))
        side_of = np.argmax(scores, axis=0)
        score = np.max(scores, axis=0)
        order = sorted(np.flatnonzero(score), key=lambda s: (-score[s], numbers[s]))[:MOST]
        found.append([{"number": numbers[s], "side": SIDES[int(side_of[s])]} for s in order])
    return found


def shared(counts: Counts, numbers: tuple[int, ...], settings: Settings) -> list[dict[str, Any]]:
    """Statements to which every group gives the same answer, by the product of the groups' shares."""
    found = []
    for s, number in enumerate(numbers):
        given = counts.given[:, s]
        if not len(given) or given.min() < settings.group:
            continue
        for side in range(2):
            answers = counts.answers[:, s, side]
            if (answers * 100 >= settings.shared * given).all():
                found.append((float(np.prod((answers + 1) / (given + 2))), number, SIDES[side]))
    found.sort(key=lambda f: (-f[0], f[1]))
    return [{"number": number, "side": side} for _, number, side in found[:MOST]]


def apart(counts: Counts, numbers: tuple[int, ...], settings: Settings) -> list[dict[str, Any]]:
    """Statements on which two groups are far apart, the farthest first."""
    found = []
    for s, number in enumerate(numbers):
        able = [g for g in range(len(counts.labels)) if counts.given[g, s] >= settings.group]
        if len(able) < 2:
            continue
        agreed = {g: (int(counts.answers[g, s, 0]), int(counts.given[g, s])) for g in able}
        order = sorted(able, key=lambda g: (agreed[g][0] / agreed[g][1], -counts.labels[g]))
        (a, n), (b, m) = agreed[order[-1]], agreed[order[0]]
        gap = 100 * (a * m - b * n)
        tells = float(_two_shares_test(*(np.array(float(x)) for x in (a, n, b, m)))) > Z90
        if tells and gap >= settings.apart * n * m:
            found.append((gap / (n * m), number, counts.labels[order[-1]], counts.labels[order[0]]))
    found.sort(key=lambda f: (-f[0], f[1]))
    return [{"number": n, "high": high, "low": low} for _, n, high, low in found[:MOST]]
