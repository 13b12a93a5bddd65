"""Build the demonstration county into an empty database: ``gongzhi demo``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from gongzhi.core import clock

Progress = Callable[[str, int, int], None]


def quiet(label: str, done: int, total: int) -> None:
    """A progress that says nothing."""


def main(progress: Progress = quiet) -> dict[str, Any]:
    """Build everything; returns the counts that the command prints."""
    from demo import agreements, appraisals, county, duties, moment, neighbours, registers, signs, stories

    stories.hurry()
    with clock.at(moment.on(county.OPENED)) as hand:
        progress("区划、部门和账号", 0, 1)
        made = county.build()
        progress("区划、部门和账号", 1, 1)
        registers.begin(made, hand, progress)
        lists = duties.build(made, hand, progress)
        said = agreements.build(made, lists, hand, progress)
        said |= appraisals.build(made, hand, progress)
        said |= registers.build(made, hand, progress)
        hand.set(moment.on(neighbours.SIGNED_UP))
        neighbours.first(made)
        hand.set(moment.TODAY)
        signs.build(made)
    offset = int((moment.TODAY - timezone.now()).total_seconds())
    (settings.GONGZHI_HOME / "demo-clock").write_text(str(offset))
    (settings.GONGZHI_HOME / "demo-accounts.json").write_text(
        json.dumps(signs.accounts(made), ensure_ascii=False, indent=1), encoding="utf-8"
    )
    return said


def tell_matters(begun: Path, progress: Progress = quiet) -> dict[str, Any]:
    """The second part, told while people already look around: a year of 五事协商.

    ``begun`` keeps the numbers of the stories that were begun, so that a killed telling goes on with the others.
    """
    from demo import county, matters, moment, stories

    stories.hurry()
    with clock.at(moment.TODAY) as hand:
        return matters.build(county.load(), hand, progress, begun=begun)
