"""The cast's county on the map, with appraisals and agreements of 2025 and 2024."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from gongzhi.cast import Cast
from gongzhi.core import units
from gongzhi.core.units import Unit
from gongzhi.lists.appraisals.tests.conftest import (  # noqa: F401  fixtures
    Walk,
    agreement,
    campaign,
    now,
    of,
    pair,
    report_both,
    score_both,
    walk,
)


@pytest.fixture
def placed(cast: Cast) -> Cast:
    """Every township and committee of the cast enrolled as a place."""
    enrol(Unit.objects.filter(kind__in=[units.COUNTY, units.TOWNSHIP, units.COMMITTEE]))
    return cast


def enrol(rows: Any) -> None:
    """Put units on the register of places."""
    model = apps.get_model("places.Place")
    level = {units.COUNTY: "county", units.TOWNSHIP: "township", units.COMMITTEE: "village"}
    kind = {True: "village", False: "residents"}
    model.objects.bulk_create(
        model(
            code=u.code,
            name=u.name,
            short=u.short,
            level=level[u.kind],
            type=kind[u.short.endswith("村")] if u.kind == units.COMMITTEE else None,
            unit=u,
            opened=u.opened,
        )
        for u in rows
    )
