"""From the answers to groups of people who answered alike. Pure; floats stay inside.

The method is the published one of Polis (Small and others 2021): principal components of the matrix with its gaps at the
statement's mean, each person's place stretched by the square root of statements per answer, so that those who answered little
are not taken for moderates; then k-means over base clusters, with the number of groups that separates best. Base clusters
here are the squares of a grid, which need no starting points and do not depend on the order of people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

from gongzhi.participation.opinions.rules.matrix import BLOCK, GAP, VALUE, Codes, Real, Sums
from gongzhi.participation.opinions.rules.numeric import np, npt

Labels = npt.NDArray[np.intp]

SIZES = (2, 3, 4, 5)
SQUARES = 6  # a grid square is a sixth of the cloud's mean radius wide
TURNS = 60
TRIES = 8
SEED = 2021
STAYS = 0.03  # another number of groups must separate this much better
WARM = 1.01  # the last centres are kept where they are within a hundredth of the best


@dataclass(frozen=True)
class Cloud:
    """Base clusters: where they lie, how many people each holds, and in which each person is."""

    points: Real
    weights: Real
    member: Labels


@dataclass(frozen=True)
class Grouping:
    """``k`` groups over the base clusters and how well they separate (silhouette, -1 to 1)."""

    k: int
    labels: Labels
    quality: float


def axes_of(sums: Sums, before: Sequence[tuple[int, int]]) -> Real:
    """The first two principal axes, one row a statement; turned to lie as in the map before (``before``)."""
    axes = np.zeros((sums.size, 2))
    if not sums.size:
        return axes
    values, vectors = np.linalg.eigh(sums.covariance())
    kept = min(2, sums.size)
    axes[:, :kept] = vectors[:, ::-1][:, :kept]
    axes[:, :kept] *= values[::-1][:kept] > 1e-9 * max(float(values[-1]), 1.0)
    old = np.array(before, dtype=np.float64).reshape(-1, 2)
    for n in range(2):
        lean = float(old[:, n] @ axes[:, n]) if len(old) == sums.size else 0.0
        if abs(lean) < 1e-9:
            lean = axes[int(np.argmax(np.abs(axes[:, n]))), n]
        if lean < 0:
            axes[:, n] *= -1
    return axes


def places(rows: Codes, means: Real, axes: Real) -> Real:
    """Where each person stands, stretched by how few statements they answered."""
    found = np.empty((len(rows), 2))
    shift = means[:, None] * axes
    for start in range(0, len(rows), BLOCK):
        codes = rows[start : start + BLOCK]
        given = (codes != GAP).astype(np.float64)
        stretch = np.sqrt(rows.shape[1] / np.maximum(given.sum(axis=1), 1.0))
        found[start : start + BLOCK] = (VALUE[codes].astype(np.float64) @ axes - given @ shift) * stretch[
            :, None
        ]
    return np.round(found, 9)


def cloud_of(spots: Real) -> Cloud:
    """People gathered into the squares of a grid; each square stands at the middle of its people."""
    step = max(float(np.sqrt((spots**2).sum(axis=1).mean())), 1e-9) / SQUARES
    squares = np.floor(spots / step).astype(np.int64)
    _, member = np.unique(squares, axis=0, return_inverse=True)
    member = member.ravel()
    weights = np.bincount(member).astype(np.float64)
    points = np.column_stack([np.bincount(member, spots[:, n]) / weights for n in range(2)])
    return Cloud(points, weights, member)


def _apart(points: Real, centres: Real) -> Real:
    """Squared distances, one row a point."""
    found: Real = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return found


def k_means(cloud: Cloud, centres: Real) -> tuple[Labels, float]:
    """Weighted k-means from ``centres``: the label of each base cluster, and the sum of squares that is left."""
    k = len(centres)
    labels = np.zeros(len(cloud.points), dtype=np.intp)
    for turn in range(TURNS):
        found = _apart(cloud.points, centres).argmin(axis=1)
        if turn and np.array_equal(found, labels):
            break
        labels = found
        weight = np.bincount(labels, cloud.weights, k)
        held = weight > 0
        moved = np.column_stack(
            [np.bincount(labels, cloud.weights * cloud.points[:, n], k) for n in range(2)]
        )
        centres = np.where(held[:, None], moved / np.maximum(weight, 1e-12)[:, None], centres)
    left = _apart(cloud.points, centres)[np.arange(len(labels)), labels]
    return labels, float(left @ cloud.weights)


def _starts(cloud: Cloud, k: int, random: np.random.Generator) -> Real:
    """k-means++: each next centre by lottery, weighted by people and squared distance from those chosen."""
    chosen = [int(np.searchsorted(np.cumsum(cloud.weights), random.random() * cloud.weights.sum()))]
    while len(chosen) < k:
        share = np.cumsum(_apart(cloud.points, cloud.points[chosen]).min(axis=1) * cloud.weights)
        chosen.append(min(int(np.searchsorted(share, random.random() * share[-1])), len(share) - 1))
    return cloud.points[chosen]


def _best(cloud: Cloud, k: int, warm: Real | None) -> Labels:
    """The best of some tries; the last centres where they do about as well."""
    random = np.random.default_rng([SEED, k])
    labels, left = min(
        (k_means(cloud, _starts(cloud, k, random)) for _ in range(TRIES)), key=lambda found: found[1]
    )
    if warm is not None and len(warm) == k:
        kept, rest = k_means(cloud, warm)
        if rest <= left * WARM:
            return kept
    return labels


def silhouette(distances: Real, weights: Real, labels: Labels, k: int) -> float:
    """How much nearer people are to their own group than to the next, averaged over people."""
    own = np.arange(len(labels)), labels
    total = np.bincount(labels, weights, k)
    belongs = np.zeros((len(labels), k))
    belongs[own] = weights
    sums = distances @ belongs
    inside = sums[own] / np.maximum(total[labels] - 1, 1)
    others = sums / np.maximum(total, 1e-12)
    others[own] = np.inf
    others[:, total == 0] = np.inf
    outside = others.min(axis=1)
    alone = (total[labels] <= 1) | ~np.isfinite(outside)
    width = np.where(alone, 0.0, (outside - inside) / np.maximum(np.maximum(outside, inside), 1e-12))
    return float(width @ weights / weights.sum())


def group(cloud: Cloud, last: Codes, least: int) -> Grouping | None:
    """The groups that separate best; None where there are not two of at least ``least`` people.

    ``last`` is each person's label in the map before: its groups' middles are where k-means starts.
    """
    distances = np.sqrt(_apart(cloud.points, cloud.points))
    before = [int(n) for n in np.unique(last) if n]
    middles = _middles(cloud, last, before)
    found: list[Grouping] = []
    for k in SIZES:
        if k > len(cloud.points):
            break
        labels = _best(cloud, k, middles)
        if (np.bincount(labels, cloud.weights, k) >= least).sum() >= 2:
            found.append(Grouping(k, labels, silhouette(distances, cloud.weights, labels, k)))
    if not found:
        return None
    best = max(found, key=lambda g: (g.quality, -g.k))
    kept = next((g for g in found if g.k == len(before)), None)
    return kept if kept is not None and kept.quality >= best.quality - STAYS else best


def _middles(cloud: Cloud, last: Codes, before: list[int]) -> Real | None:
    """Where the groups of the map before now have their middles."""
    if not before:
        return None
    spots = cloud.points[cloud.member]
    return np.array([spots[last == label].mean(axis=0) for label in before])


def named(labels: Labels, sizes: Sequence[int], last: Codes, least: int) -> dict[int, int]:
    """A label from 1 on for every group of at least ``least`` people: the one most of its people had before.

    The choice that keeps most people at their label wins; a new group takes the smallest free one, larger groups first.
    """
    told = sorted((g for g, n in enumerate(sizes) if n >= least), key=lambda g: (-sizes[g], g))
    stays = np.zeros((len(sizes), SIZES[-1] + 1), dtype=np.int64)
    np.add.at(stays, (labels, last), 1)
    options = permutations(range(1, SIZES[-1] + 1), len(told))
    best = max(
        options,
        key=lambda names: (
            sum(int(stays[g, n]) for g, n in zip(told, names, strict=True)),
            tuple(-n for n in names),
        ),
    )
    return dict(zip(told, best, strict=True))
