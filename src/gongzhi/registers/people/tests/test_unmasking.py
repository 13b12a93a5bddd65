"""Looking behind the mask while an entry is on its way from one village to another."""

from __future__ import annotations

from typing import Any

import pytest

from gongzhi.core.refusal import Refused
from gongzhi.registers.people import actions


def test_what_is_only_offered_stays_masked(county: Any) -> None:
    person = county.person(county.gu, "顾清荷")
    actions.hand_over(county.gu, person, to=county.places["虹桥村"].pk)
    with pytest.raises(Refused) as told:
        actions.unmask(county.wu, person, reason="想看看是谁")
    assert told.value.rule == "people.receive_first"
    actions.unmask(county.gu, person, reason="核对移交材料")
    actions.receive(county.wu, person)
    actions.unmask(county.wu, person, reason="迁入登记核对")
