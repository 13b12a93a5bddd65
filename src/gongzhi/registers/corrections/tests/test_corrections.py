"""Asking whoever keeps a field to mend it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from gongzhi.core.access import Actor
from gongzhi.core.refusal import NotFound, Refused
from gongzhi.core.todo import Todo
from gongzhi.registers.corrections import actions
from gongzhi.registers.organisations.models import Organisation


def ask(
    county: Any, who: Any, ledger: str, entry: int, field: str, value: str = "", reason: str = "写错了"
) -> Any:
    return actions.ask(who, ledger=ledger, entry=entry, field=field, value=value, reason=reason)


def test_a_name_is_asked_of_the_township_and_mended_by_its_own_verb(county: Any) -> None:
    person = county.person(county.gu, "顾清荷")
    asked = ask(county, county.gu, "people", person.pk, "name", "顾青荷")
    assert asked.keeper_id == county.cast["沙溪镇"].pk
    todo = Todo.objects.get(closed=None, thing_type="corrections.correction")
    assert (todo.unit_id, todo.verb) == (county.cast["沙溪镇"].pk, "corrections.accept")
    with pytest.raises(Refused):
        ask(county, county.gu, "people", person.pk, "name", "顾青荷")
    done = actions.accept(county.lu, asked)
    person.refresh_from_db()
    assert (done.state, person.name, person.revision) == ("accepted", "顾青荷", 1)
    assert not Todo.objects.filter(closed=None, thing_type="corrections.correction").exists()


def test_a_public_body_s_address_is_asked_of_the_body_itself(county: Any) -> None:
    body: Organisation = county.bodies["中荷村"]
    asked = ask(county, county.min, "organisations", body.pk, "address", "中荷村 12 号")
    assert asked.keeper_id == county.cast["中荷村"].pk
    for stranger in (county.wu, county.min, county.lu):
        with pytest.raises((NotFound, Refused)):
            actions.accept(stranger, asked)
    actions.accept(county.zhou, asked)
    body.refresh_from_db()
    assert body.address == "中荷村 12 号"


def test_what_the_keeper_s_rules_refuse_is_not_accepted(county: Any) -> None:
    body: Organisation = county.bodies["中荷村"]
    asked = ask(county, county.wu, "organisations", body.pk, "uscc", "123")
    with pytest.raises(Refused) as refused:
        actions.accept(county.lu, asked)
    assert refused.value.rule == "identity.uscc"
    asked.refresh_from_db()
    assert asked.state == "asked"
    assert actions.decline(county.lu, asked, reason="原来的对").answer == "原来的对"


def test_sealed_values_are_never_written_into_a_request(county: Any) -> None:
    person = county.person(county.gu, "顾清荷")
    with pytest.raises(Refused) as refused:
        ask(county, county.lu, "people", person.pk, "phone", "13812345678")
    assert refused.value.rule == "corrections.sealed"
    asked = ask(county, county.lu, "people", person.pk, "phone", reason="已停机，请联系本人核对")
    assert asked.keeper_id == county.cast["中荷村"].pk
    actions.accept(county.gu, asked, value="13912345678")
    person.refresh_from_db()
    assert person.phone.reveal() == "13912345678"


def test_one_does_not_ask_about_what_one_cannot_see_or_keeps_oneself(county: Any) -> None:
    person = county.person(county.gu, "顾清荷")
    with pytest.raises(NotFound):
        ask(county, county.wu, "people", person.pk, "name", "x")
    with pytest.raises(Refused) as own:
        ask(county, county.gu, "people", person.pk, "phone", reason="x")
    assert own.value.rule == "corrections.own"
    with pytest.raises(Refused):
        ask(county, county.gu, "places", county.places["中荷村"].pk, "uscc", "x")


def test_a_request_can_be_taken_back_by_its_asker(county: Any) -> None:
    asked = ask(county, county.gu, "places", county.places["中荷村"].pk, "short", "中河村")
    with pytest.raises((NotFound, Refused)):
        actions.withdraw(county.ren, asked)
    assert actions.withdraw(county.gu, asked).state == "withdrawn"


def test_only_both_sides_see_a_request(county: Any, client_for: Callable[[Actor], Client]) -> None:
    person = county.person(county.gu, "顾清荷")
    asked = ask(county, county.gu, "people", person.pk, "name", "顾青荷")
    url = asked.get_absolute_url()
    assert [
        client_for(a).get(url).status_code for a in (county.gu, county.lu, county.ren, county.wu, county.tao)
    ] == [200, 200, 200, 404, 404]
    listed = client_for(county.lu).get("/corrections/").content.decode()
    assert "顾**" in listed
    assert client_for(county.gu).get("/api/v1/corrections").json()["rows"][0]["field"] == "name"
    assert client_for(county.root).get("/corrections/").status_code == 404
