"""The lists: last year's and this year's versions taken through their whole procedure."""

from __future__ import annotations

from datetime import date
from typing import Any

from demo import moment
from demo.county import County
from gongzhi.lists.duties import actions


def build(county: County, hand: Any, progress: Any) -> dict[int, Any]:
    """Issue the lists of both years; returns year → version."""
    made = {}
    for done, (year, number) in enumerate([(moment.LAST, "太政发〔2024〕42号"), (moment.YEAR, "太政发〔2025〕51号")]):
        progress("权责清单", done, 2)
        hand.set(moment.on(date(year - 1, 11, 3)))
        made[year] = actions.seed_default(
            county.officer, year, number=number, valid_from=date(year, 1, 1), legal=county.legal, head=county.chief, silent=year == moment.YEAR
        )
    progress("权责清单", 2, 2)
    return made
