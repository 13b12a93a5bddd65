"""The ids that the table names, completed."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(scope="module")
def house(lived: Any) -> Any:
    """The lived county with every id of the table."""
    from gongzhi.lists.duties.models import Objection
    from gongzhi.registers.places.models import Place

    lived.ids["objection_key"] = Objection.objects.get(pk=lived.ids["objection"]).key
    lived.ids["place_row"] = Place.objects.get(unit=lived.county.place).pk
    return lived
