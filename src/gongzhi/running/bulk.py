"""``gongzhi import`` and ``gongzhi export``: find what the rooms offer, and run it as the system.

A room offers a kind of file in one of two ways, and registers nothing anywhere else: by a ``Sheet`` in its
``sheets.py`` (an Excel workbook, both ways, with every check that the screen makes), or by ``bulk.py`` with
``import_<kind>(path, progress)`` or ``export_<kind>(path, progress)`` for anything larger.
"""

from __future__ import annotations

import dataclasses
import inspect
import shutil
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gongzhi.running.console import Step
from gongzhi.running.trouble import FOUND, USAGE, Trouble

if TYPE_CHECKING:
    from gongzhi.core.access import Actor
    from gongzhi.core.exchange import Sheet

Work = Callable[[Path, Callable[..., None]], Any]


def offered(direction: str, *, only_good: bool = False) -> dict[str, Work]:
    """Every kind that can be imported (or exported), by name. Django must be set up."""
    from django.conf import settings

    from gongzhi.core.exchange import Sheet

    found: dict[str, Work] = {}
    for room in ["gongzhi.core", *settings.ROOMS]:
        if find_spec(f"{room}.sheets"):
            for sheet in vars(import_module(f"{room}.sheets")).values():
                if isinstance(sheet, Sheet):
                    found[sheet.key.split(".", 1)[1]] = _by_sheet(direction, sheet, only_good)
        if find_spec(f"{room}.bulk"):
            for name, function in inspect.getmembers(import_module(f"{room}.bulk"), inspect.isfunction):
                if name.startswith(f"{direction}_"):
                    found[name.removeprefix(f"{direction}_")] = function
    return found


def run(direction: str, kind: str, path: Path, step: Step, *, only_good: bool = False) -> dict[str, Any]:
    """Run one import or export and return its report as plain values."""
    kinds = offered(direction, only_good=only_good)
    if kind not in kinds:
        names = ", ".join(sorted(kinds)) or "none"
        raise Trouble(f"There is no {direction} of {kind!r}. There are: {names}.", code=USAGE)
    return as_dict(kinds[kind](path, labelled(kind, step)))


def operator() -> Actor:
    """The system, sitting at the county: who the command line acts as."""
    from gongzhi.core.access import SYSTEM
    from gongzhi.core.units import COUNTY, Unit

    county = Unit.objects.filter(kind=COUNTY, parent=None).order_by("pk").first()
    if county is None:
        raise Trouble("There is no county yet.", code=FOUND, help="`gongzhi found CODE` opens it.")
    return dataclasses.replace(
        SYSTEM, unit_id=county.pk, unit_path=county.path, unit_kind=county.kind, unit_name=county.short
    )


def _by_sheet(direction: str, sheet: Sheet, only_good: bool) -> Work:
    def bring_in(path: Path, told: Callable[..., None]) -> dict[str, Any]:
        return _import(sheet, path, told, only_good=only_good)

    def write_out(path: Path, told: Callable[..., None]) -> dict[str, Any]:
        from gongzhi.core.exchange import export

        if path.exists():
            raise Trouble(f"{path} exists already; an export does not overwrite.", code=USAGE)
        with export(operator(), sheet) as source, open(path, "xb") as target:
            shutil.copyfileobj(source, target)
        return {"file": str(path), "bytes": path.stat().st_size}

    return bring_in if direction == "import" else write_out


def _import(sheet: Sheet, path: Path, told: Callable[..., None], *, only_good: bool) -> dict[str, Any]:
    """Stage and commit one workbook. Bad rows come back, with their reasons, in a workbook beside the file."""
    from gongzhi.core.exchange import commit, drop, returned, stage

    actor = operator()
    run = stage(actor, sheet, path.read_bytes(), path.name)
    told(run.good, run.total)
    if run.bad:
        reasons = path.with_name(f"{path.stem}.problems.xlsx")
        with returned(actor, sheet, run) as source, open(reasons, "wb") as target:
            shutil.copyfileobj(source, target)
        if not only_good:
            drop(actor, sheet, run.pk)
            raise Trouble(
                f"{run.bad} of {run.total} rows cannot be imported; {reasons} says why. Nothing was written.",
                code=FOUND,
                help="Mend them, or import only the good rows with --only-good.",
            )
    run = commit(actor, sheet, run.pk, only_good=only_good)
    told(run.total, run.total)
    return {"rows": run.total, "added": run.creates, "changed": run.updates, "same": run.same, "bad": run.bad}


def labelled(label: str, step: Step) -> Callable[..., None]:
    """A progress function for work that tells only (done, total), or (label, done, total)."""

    def told(*words: Any) -> None:
        if len(words) == 3:
            step(*words)
        else:
            step(label, *words)

    return told


def as_dict(report: Any) -> dict[str, Any]:
    """A report as plain values, whatever class it is."""
    if report is None:
        return {}
    if isinstance(report, dict):
        return report
    if dataclasses.is_dataclass(report) and not isinstance(report, type):
        return dataclasses.asdict(report)
    return {key: value for key, value in vars(report).items() if not key.startswith("_")}
