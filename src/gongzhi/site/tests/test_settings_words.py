"""Every parameter's value is said in words: no raw key, its unit, and whether it is only the default setting."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from gongzhi.cast import Cast
from gongzhi.core import dated
from gongzhi.core.access import Actor
from gongzhi.core.params import Param, percent
from gongzhi.core.refusal import Refused
from gongzhi.core.words import say
from gongzhi.site.settings_page import ROOM_NAMES

ClientFor = Callable[[Actor], Client]
LATIN = {  # what is Latin by nature: file types, a pattern, the list's own codes
    "core.evidence_types", "core.evidence_megabytes", "positions.certificate_pattern", "agreements.default_codes",
    "agreements.item_defaults", "conversations.hold_words", "agreements.clause_template",
}  # fmt: skip


@pytest.mark.parametrize("key", sorted(dated.registry()))
def test_no_value_is_a_raw_word(key: str) -> None:
    param = dated.registry()[key]
    shown = param.shown(param.parse(param.value))
    assert shown
    if key not in LATIN and not key.startswith("residents.notice"):
        assert not re.search(r"[A-Za-z_]{2,}", shown), shown
    if param.kind == "int":
        assert str(param.unit), f"{key} says no unit"


def test_units_and_choices_in_words() -> None:
    def shown(key: str) -> str:
        param = dated.registry()[key]
        return param.shown(param.parse(param.value))

    assert shown("appraisals.tail_when_a_silent") == "全额支付"
    assert shown("agreements.late_interest_per_day") == "每日 0.05%"
    assert shown("agreements.instalment_shares") == "40%、40%、20%"
    assert shown("agreements.days_to_respond") == "7 个工作日"
    assert shown("appraisals.weights_b_to_a").startswith("行政指导 40")
    assert shown("core.second_factor_roles").startswith("市级")
    assert "每次 150.00 元" in "".join(
        dated.registry()["agreements.item_defaults"].lines({"B01": ["次", "40", 15000, 10, "x"]})
    )
    assert percent(Decimal("0.0005")) == "0.05%"


def test_a_json_value_of_another_shape_is_refused() -> None:
    param = dated.registry()["appraisals.grades"]
    for text in ('{"优": 90}', "5", '[["优秀"]]'):
        with pytest.raises(Refused) as found:
            param.parse(text)
        assert found.value.rule == "core.parameter_kind"


def test_a_choice_refuses_with_its_labels() -> None:
    param = Param(
        "tests.way", "a", kind="text", label=say("办法"), choices={"a": say("全额支付"), "b": say("折算")}
    )
    with pytest.raises(Refused, match="全额支付、折算"):
        param.parse("c")


def test_the_pages_show_words_units_and_marks(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.wang)
    page = client.get("/settings/").content.decode()
    for said in ("全额支付", "每日 0.05%", "优秀 90 分起", "默认设定，待核定", "法律规定", "个工作日"):
        assert said in page, said
    assert ">full<" not in page
    for room in {p.room for p in dated.registry().values()}:
        assert room in ROOM_NAMES, f"name the room {room} for its readers"
    one = client.get("/settings/appraisals.tail_when_a_silent").content.decode()
    assert 'value="pass_line"' in one
    assert "按整改合格的分折算" in one
    whole = client.get("/settings/agreements.item_defaults").content.decode()
    assert "每次 150.00 元" in whole
    assert "JSON" in whole
    assert client.get("/settings/agreements.days_to_respond").content.decode().count("7 个工作日") == 1
