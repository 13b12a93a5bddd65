"""Bulk entry points for the command line, the demonstration county and tests."""

from __future__ import annotations

from pathlib import Path

from gongzhi.core.access import SYSTEM, Actor
from gongzhi.registers.places import actions
from gongzhi.registers.places.actions.imports import reading
from gongzhi.registers.places.loading import Progress, Report, files_of
from gongzhi.registers.places.models import Import, Place

COUNTY_FILE = Path(__file__).parent / "data" / "taicang-2023.csv"
"""The divisions of Taicang in the 2023 statistical code file: 1 county, 8 townships, 160 villages and communities."""


def import_places(path: Path | str, progress: Progress | None = None, *, actor: Actor = SYSTEM) -> Report:
    """Import the divisions at ``path`` (a file or a folder) as one act, and return what it did.

    ``progress`` is called with (bytes read, bytes in all).
    """
    made = imported(Path(path), progress, actor=actor)
    warnings = {sort: (w["count"], [(c, n) for c, n in w["rows"]]) for sort, w in made.warnings.items()}
    return Report(made.file, **made.counts, seconds=made.seconds, warnings=warnings)


def imported(path: Path, progress: Progress | None = None, *, actor: Actor) -> Import:
    """Import and return the record of it."""
    with reading(path, progress):
        return actions.import_(actor, file=path.name)


def enrol_county(code: str, *, actor: Actor = SYSTEM) -> Place:
    """Open the units of the county with this code and of everything below it; returns the county."""
    return actions.enrol(actor, Place.objects.get(code=code))


__all__ = ["COUNTY_FILE", "Report", "enrol_county", "files_of", "import_places"]
