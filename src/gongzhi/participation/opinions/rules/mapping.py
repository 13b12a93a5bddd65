"""One opinion map from its inputs: a function of the answers and of the map before, of nothing else. Pure.

The result holds whole numbers only: counts, and places in thousandths of the picture. No person is in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from gongzhi.participation.opinions.rules import clusters, reading
from gongzhi.participation.opinions.rules.matrix import GAP, Inputs, Real, Sums
from gongzhi.participation.opinions.rules.numeric import np, npt

ALGORITHM = 1
MILLION = 1_000_000
REACH = 1.7  # a group's shape reaches this many standard deviations


@dataclass(frozen=True)
class Drawn:
    """A map: what is published, each person's label in the order of the inputs, how far each statement lies out."""

    result: dict[str, Any]
    labels: npt.NDArray[np.uint8]
    extremity: dict[int, int]


def draw(inputs: Inputs, sums: Sums | None = None) -> Drawn:
    """Compute the map. ``sums``, where they are kept, save adding everything up; they change nothing."""
    order = inputs.order()
    ordered = Inputs(inputs.numbers, inputs.rows[order], inputs.last[order], inputs.axes, inputs.settings)
    sums = Sums.of(ordered.rows) if sums is None else sums
    axes = clusters.axes_of(sums, inputs.axes)
    told, spots = _labels(ordered, sums, axes)
    result = _result(ordered, told, spots, axes)
    labels = np.zeros(len(order), dtype=np.uint8)
    labels[order] = told
    longest = max(float(np.sqrt((axes**2).sum(axis=1)).max(initial=0.0)), 1e-12)
    far = np.sqrt((axes**2).sum(axis=1)) / longest
    return Drawn(
        result, labels, {n: round(1000 * float(f)) for n, f in zip(inputs.numbers, far, strict=True)}
    )


def _labels(inputs: Inputs, sums: Sums, axes: Real) -> tuple[npt.NDArray[np.intp], _Spots]:
    """Everybody's label (0 where there is none), and where the mapped ones stand."""
    settings = inputs.settings
    given = (inputs.rows != GAP).sum(axis=1)
    mapped = given >= min(settings.votes, max(len(inputs.numbers), 1))
    told = np.zeros(len(inputs.rows), dtype=np.intp)
    if mapped.sum() < max(settings.people, 2 * settings.group) or len(inputs.numbers) < 2:
        return told, _Spots(mapped, np.zeros((0, 2)), None)
    spots = clusters.places(inputs.rows[mapped], sums.means(), axes)
    cloud = clusters.cloud_of(spots)
    last = inputs.last[mapped]
    grouping = clusters.group(cloud, last, settings.group)
    if grouping is None:
        return told, _Spots(mapped, spots, None)
    of = grouping.labels[cloud.member]
    sizes = [int(n) for n in np.bincount(of, minlength=grouping.k)]
    names = clusters.named(of, sizes, last, settings.group)
    told[mapped] = np.array([names.get(g, 0) for g in range(grouping.k)])[of]
    return told, _Spots(mapped, spots, grouping.quality)


@dataclass(frozen=True)
class _Spots:
    """Who is mapped, where each of them stands, and how well the groups separate (None: no groups)."""

    mapped: npt.NDArray[np.bool_]
    places: Real
    quality: float | None


def _result(inputs: Inputs, told: npt.NDArray[np.intp], spots: _Spots, axes: Real) -> dict[str, Any]:
    """What is published."""
    settings, numbers = inputs.settings, inputs.numbers
    labels = tuple(int(n) for n in np.unique(told) if n)
    groups = reading.Counts.of(inputs.rows, told, labels)
    others = int(((told == 0) & spots.mapped).sum()) if labels else 0
    everybody = reading.Counts.of(inputs.rows, np.zeros(len(told), dtype=np.intp), (0,))
    counted = groups if labels else everybody
    if labels and others >= settings.group:
        rest = reading.Counts.of(inputs.rows[spots.mapped], told[spots.mapped], (0,))
        counted = reading.Counts((*labels, 0), np.concatenate([groups.answers, rest.answers]))
    scale = 1000 / max(3 * float(np.sqrt((spots.places**2).mean())) if len(spots.places) else 1.0, 1e-9)
    typical = reading.typical(groups, everybody, numbers, settings.group)
    within = told[spots.mapped]
    return {
        "algorithm": ALGORITHM,
        "people": len(inputs.rows),
        "least": settings.group,
        "statements": list(numbers),
        "quality": None if spots.quality is None else round(1000 * spots.quality),
        "groups": [
            {
                "label": label,
                "size": int((told == label).sum()),
                "shape": _shape(spots.places[within == label] * scale),
                "typical": typical[n],
            }
            for n, label in enumerate(labels)
        ],
        "others": 0 if not others else reading.told(others, settings.group),
        "cells": reading.cells(counted, numbers, settings.group),
        "shared": reading.shared(groups if labels else everybody, numbers, settings),
        "apart": reading.apart(groups, numbers, settings),
        "axes": [[round(MILLION * float(x)), round(MILLION * float(y))] for x, y in axes],
    }


def _shape(spots: Real) -> dict[str, int]:
    """An ellipse around a group: its middle and spread, nobody's own place."""
    middle = spots.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(spots.T, bias=True))
    short, long = (REACH * float(np.sqrt(max(v, 0.0))) for v in values)
    angle = float(np.degrees(np.arctan2(vectors[1, 1], vectors[0, 1]))) % 180
    return {
        "x": round(float(middle[0])),
        "y": round(float(middle[1])),
        "long": round(long),
        "short": round(short),
        "angle": round(angle) % 180,
    }


def canonical(result: dict[str, Any]) -> bytes:
    """The bytes of a result that are hashed."""
    return json.dumps(result, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
