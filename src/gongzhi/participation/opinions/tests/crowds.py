"""Invented crowds for the map's tests and benchmark: some camps, each with its own mind about the disputed statements."""

from __future__ import annotations

from math import comb

from gongzhi.participation.opinions.rules.matrix import AGREE, DISAGREE, GAP, PASS, Codes, Inputs, Settings
from gongzhi.participation.opinions.rules.numeric import np, npt

CAMPS = (0.4, 0.3, 0.2, 0.1)


def crowd(
    people: int, statements: int, *, camps: int = 3, share: float = 0.5, sharp: float = 0.95, seed: int = 1
) -> tuple[npt.NDArray[np.intp], Codes]:
    """Which camp each person is of, and what each answered; ``share`` of the statements, at random.

    Two of five statements are disputed: a camp takes a side with probability ``sharp``, in turn for each combination of sides.
    """
    random = np.random.default_rng(seed)
    odds = np.array(CAMPS[:camps]) / sum(CAMPS[:camps])
    camp = random.choice(camps, people, p=odds)
    chance = np.tile(0.3 + 0.4 * random.random(statements), (camps, 1))
    for n, s in enumerate(s for s in range(statements) if s % 5 < 2):
        alone = n % camps
        chance[:, s] = np.where(np.arange(camps) == alone, sharp, 1 - sharp)
    yes = random.random((people, statements)) < chance[camp]
    codes = np.where(random.random((people, statements)) < 0.1, PASS, np.where(yes, AGREE, DISAGREE))
    given = random.random((people, statements)) < share
    return camp, np.where(given, codes, GAP).astype(np.uint8)


def inputs(codes: Codes, last: npt.NDArray[np.uint8] | None = None, **settings: int) -> Inputs:
    """A crowd as the inputs of its first map (or of a later one, where ``last`` is given)."""
    nobody = np.zeros(len(codes), dtype=np.uint8) if last is None else last
    return Inputs(tuple(range(1, codes.shape[1] + 1)), codes, nobody, settings=Settings(**settings))


def rand_index(one: npt.NDArray[np.intp], two: npt.NDArray[np.intp]) -> float:
    """The adjusted Rand index (Hubert and Arabie 1985): 1 for the same groups, about 0 for chance."""
    table = np.zeros((int(one.max()) + 1, int(two.max()) + 1), dtype=np.int64)
    np.add.at(table, (one, two), 1)

    def pairs(counts: npt.NDArray[np.int64]) -> int:
        return sum(comb(int(n), 2) for n in counts.ravel())

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    chance = rows * columns / comb(len(one), 2)
    return (both - chance) / ((rows + columns) / 2 - chance)
