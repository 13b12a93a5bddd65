"""The opinion map beside PyPI's red-dwarf: 10,000 people, 200 statements, a fifth answered; the same groups, and faster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

from gongzhi.running.console import say

PACKAGE = "red-dwarf==0.4.0"
PEOPLE, STATEMENTS, SHARE = 10_000, 200, 0.2
ROOT = Path(__file__).parents[1]


def opinions(people: int = PEOPLE) -> dict[str, Any]:
    """Draw the map of three camps that can be told apart, by us and by them, each in a process of its own."""
    from gongzhi.participation.opinions.rules.numeric import np
    from gongzhi.participation.opinions.tests.crowds import crowd, rand_index

    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        camp, codes = crowd(people, STATEMENTS, camps=3, share=SHARE, sharp=0.95, seed=11)
        np.save(folder / "codes.npy", codes)
        paths = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "OPENBLAS_NUM_THREADS": "1"}
        subprocess.run([sys.executable, "-m", "bench.drawn", kept], cwd=ROOT, env=paths, check=True)
        ours = json.loads((folder / "ours.json").read_text())
        labels = np.load(folder / "ours.npy").astype(int)
        told: dict[str, Any] = {
            "people": people,
            "statements": STATEMENTS,
            "votes": int((codes != 0).sum()),
            "ours": {**ours, "rand_truth": round(rand_index(labels, camp), 4)},
        }
        python = _theirs()
        if python is None:
            say("opinions: red-dwarf cannot be had here; ours alone")
            return told
        subprocess.run(
            [str(python), "-W", "ignore", str(ROOT / "bench" / "dwarf.py"), kept], check=True, env=_bare()
        )
        theirs = json.loads((folder / "theirs.json").read_text())
        other = np.load(folder / "theirs.npy")
        return told | {
            "theirs": {**theirs, "rand_truth": round(rand_index(other, camp), 4)},
            "rand": round(rand_index(labels, other), 4),
            "faster": round(theirs["seconds"] / ours["seconds"], 1),
            "faster_cpu": round(theirs["cpu_seconds"] / ours["cpu_seconds"], 1),
        }


def _bare() -> dict[str, str]:
    """The environment without our own paths."""
    return {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "DJANGO_SETTINGS_MODULE")}


def _theirs() -> Path | None:
    """The Python that has red-dwarf: ``GONGZHI_BENCH_DWARF``, or an environment made for it once."""
    if given := os.environ.get("GONGZHI_BENCH_DWARF"):
        return Path(given)
    home = Path(os.environ.get("GONGZHI_HOME", "var")).resolve() / "bench" / "red-dwarf"
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        say(f"opinions: installing {PACKAGE} into {home}")
        venv.create(home, with_pip=True, clear=True)
        done = subprocess.run([str(python), "-m", "pip", "install", "-q", PACKAGE], env=_bare())
        if done.returncode:
            return None
        (home / "ready").touch()
    return python
