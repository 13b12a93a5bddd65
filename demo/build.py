"""Build the demonstration county into an empty database: ``gongzhi demo``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils import timezone

from gongzhi.core import clock

Progress = Callable[[str, int, int], None]


def quiet(label: str, done: int, total: int) -> None:
    """A progress that says nothing."""


def main(progress: Progress = quiet) -> dict[str, Any]:
    """Build everything; returns the counts that the command prints."""
    from demo import agreements, appraisals, county, duties, matters, moment, registers, signs, stories

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
        said |= matters.build(made, hand, progress)
        hand.set(moment.TODAY)
        signs.build(made)
    offset = int((moment.TODAY - timezone.now()).total_seconds())
    (settings.GONGZHI_HOME / "demo-clock").write_text(str(offset))
    (settings.GONGZHI_HOME / "demo-accounts.json").write_text(
        json.dumps(signs.accounts(made), ensure_ascii=False, indent=1), encoding="utf-8"
    )
    return said
