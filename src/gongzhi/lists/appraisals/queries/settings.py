"""The settings of one year's appraisal."""

from __future__ import annotations

from datetime import date

from gongzhi.core import dated
from gongzhi.lists.appraisals.rules.settings import Settings, gather


def settings_on(day: date) -> Settings:
    """The settings in force on the day the year was opened."""
    return gather(lambda key: dated.value(f"appraisals.{key}", on=day))
