"""Our opinion map of a crowd, alone in its process: ``python -m bench.drawn FOLDER`` reads ``codes.npy``.

Writes ``ours.json`` and ``ours.npy`` (everybody's label). The second drawing is what the worker does once a hundred people have
voted anew: their answers folded into the sums, started from the map before.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from gongzhi.participation.opinions.rules import mapping
from gongzhi.participation.opinions.rules.matrix import Inputs, Sums, fingerprint
from gongzhi.participation.opinions.rules.numeric import np

AGAIN = 100  # people who vote anew


def main(folder: Path) -> None:
    """Draw twice and write down what it took."""
    codes = np.load(folder / "codes.npy")
    numbers = tuple(range(1, codes.shape[1] + 1))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, worked = time.perf_counter(), time.process_time()
    inputs = Inputs(numbers, codes, np.zeros(len(codes), dtype=np.uint8))
    drawn = mapping.draw(inputs)
    prints = fingerprint(inputs.pack())
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    again = _again(codes, numbers, drawn)
    np.save(folder / "ours.npy", drawn.labels)
    told: dict[str, Any] = {
        "seconds": round(seconds, 3),
        "cpu_seconds": round(cpu, 3),
        "again_seconds": round(again, 3),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "memory_before_mb": before // 1024,
        "groups": [g["size"] for g in drawn.result["groups"]],
        "inputs_hash": prints,
    }
    (folder / "ours.json").write_text(json.dumps(told))


def _again(codes: Any, numbers: tuple[int, ...], drawn: mapping.Drawn) -> float:
    """Seconds to fold what some people changed, and to draw from the sums."""
    sums, random = Sums.of(codes), np.random.default_rng(9)
    who = random.choice(len(codes), AGAIN, replace=False)
    after = codes.copy()
    after[who] = np.where(random.random(after[who].shape) < 0.05, 1, after[who])
    axes = tuple((x, y) for x, y in drawn.result["axes"])
    began = time.perf_counter()
    sums.fold(codes[who], -1)
    sums.fold(after[who], +1)
    mapping.draw(Inputs(numbers, after, drawn.labels, axes), sums)
    return time.perf_counter() - began


if __name__ == "__main__":
    main(Path(sys.argv[1]))
