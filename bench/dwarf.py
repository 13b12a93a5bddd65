"""The same crowd through PyPI's red-dwarf (MPL-2.0), alone in a process and environment of its own: it is never shipped.

``python dwarf.py FOLDER`` reads ``codes.npy`` and writes ``theirs.json`` and ``theirs.npy``. Imports and the making of its list
of votes are not counted.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

VALUE = {1: 1, 2: -1, 3: 0}


def main(folder: Path) -> None:
    """Run its whole pipeline once and write down what it took."""
    from reddwarf.implementations.base import run_pipeline

    codes = np.load(folder / "codes.npy")
    votes = [
        {"participant_id": int(p), "statement_id": int(s), "vote": VALUE[int(codes[p, s])], "modified": 1}
        for p, s in zip(*np.nonzero(codes), strict=True)
    ]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, worked = time.perf_counter(), time.process_time()
    found = run_pipeline(votes, random_state=1)
    told = {
        "seconds": round(time.perf_counter() - began, 3),
        "cpu_seconds": round(time.process_time() - worked, 3),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "memory_before_mb": before // 1024,
    }
    labels = found.participants_df["cluster_id"].sort_index().to_numpy(dtype=int, na_value=-1) + 1
    told["groups"] = sorted((int(n) for n in np.bincount(labels)[1:]), reverse=True)
    np.save(folder / "theirs.npy", labels)
    (folder / "theirs.json").write_text(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
