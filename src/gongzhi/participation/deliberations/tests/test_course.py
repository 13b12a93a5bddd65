"""A matter on its whole way, and every way it can miss."""

from __future__ import annotations

import pytest

from gongzhi.core.refusal import Refused
from gongzhi.core.todo import Todo

from .conftest import Village


def rule(act) -> str:
    """The rule by which an act is refused."""
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.rule


def turn() -> set[tuple[str, str]]:
    return set(Todo.objects.filter(closed=None).values_list("unit__short", "verb"))


def test_from_a_word_to_a_receipt(village: Village) -> None:
    matter = village.closed()
    assert (matter.state, matter.satisfied, matter.raised, matter.number) == ("closed", True, 1, "2026-0001")
    assert matter.published_at is not None
    assert not Todo.objects.filter(closed=None).exists()
