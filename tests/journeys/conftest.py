"""People at their browsers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.county import County
from tests.journeys.people import People


@pytest.fixture
def people(town: County, address: str, browser: Any, hand: Any) -> Iterator[People]:
    """Open a page as somebody: ``people.at("lu")``, ``people.at("gu", phone=True)``."""
    found = People(town, address, browser)
    yield found
    found.leave()
